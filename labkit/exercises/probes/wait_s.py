"""A day at the log-in, in which one function says how long an attempt has to wait.

Nothing waits: the day's clock jumps to the moment at which the next attempt may be made. Attempts
are counted as the site's throttle counts them: one that is told to wait is not counted.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.exercises.trial import SmallTarget, asked, expect, told
from labkit.exercises.variants import Variant

DAY_S = 86_400.0
ATTEMPT_S = 0.1  # a network and a slow hash
NIST_STOPS = 100  # failures in a row, SP 800-63B-4 §3.2.2


@dataclass
class Guesser:
    """Goes on for a day, as fast as it is let; `waited` is whatever stopped it, in seconds."""

    gate: "Gate"
    now: float = 0.0
    account: Counter[str] = field(default_factory=Counter)
    source: Counter[str] = field(default_factory=Counter)

    def fails(self, name: str, source: str, *, known: bool = False) -> bool:
        """Make one wrong guess and return whether the day had room for it."""
        return self._let(name, source, known) and self._count(name, source)

    def succeeds(self, name: str, source: str) -> bool:
        """Log in and return whether the day had room for it; the account's count ends."""
        if not self._let(name, source, known=False):
            return False
        self.account[name] = 0
        return True

    def _let(self, name: str, source: str, known: bool) -> bool:
        self.now += ATTEMPT_S + self.gate.wait_s(self.account[name], self.source[source], known)
        return self.now <= DAY_S

    def _count(self, name: str, source: str) -> bool:
        self.account[name] += 1
        self.source[source] += 1
        return True


class Gate(SmallTarget):
    """Asks `wait_s` before each attempt.

    `place` is where Alice's password stands on Mallory's list, `weak` the pupil who has the
    commonest one, and so many `failures` strangers make at Alice's account.
    """

    def __init__(self, wait_s: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._wait_s = wait_s
        self.place = own.usual("place", range(150, NIST_STOPS, -1))
        self.weak = own.usual("weak", range(137, 190))
        self.failures = own.usual("failures", range(1000, 1100))
        self.pupils = own.usual("pupils", range(30, 40))

    def wait_s(self, account_fails: int, source_fails: int, known_device: bool) -> float:
        """Return the seconds to wait; `math.inf` where no waiting helps."""
        answer = asked(self._wait_s, account_fails, source_fails, known_device)
        if type(answer) not in (int, float) or math.isnan(answer) or answer < 0:
            raise SiteBroken(
                f"wait_s returned {told(answer)}.", remedy="It has to return seconds, 0 or more."
            )
        return float(answer)


def _nobody_waits_for(gate: Gate, cases: list[tuple[int, int, bool]], who: str) -> None:
    for account, source, known in cases:
        wait = gate.wait_s(account, source, known)
        expect(wait == 0, f"{who} has to wait {wait:g} s (wait_s{account, source, known}).")


def _first_time(gate: Gate) -> None:
    _nobody_waits_for(gate, [(0, 0, False), (0, 0, True)], "Who makes no mistake")


def _mistypes(gate: Gate) -> None:
    tries = [(fails, fails, known) for fails in (1, 2, 3) for known in (False, True)]
    _nobody_waits_for(gate, tries, "Who mistypes three times")


def _monday_morning(gate: Gate) -> None:
    most = gate.pupils
    school = [(0, fails, False) for fails in range(most + 1)] + [(1, most, False)]
    _nobody_waits_for(gate, school, "A pupil behind the school's one address")


DAY = (
    ("Alice logs in", _first_time),
    ("Alice mistypes three times", _mistypes),
    ("Pupils mistype on Monday morning", _monday_morning),
)


@attack("brute_force", "Guess at one account", start="A list, and a thousand addresses")
def brute_force(gate: Gate) -> Verdict:
    """Mallory guesses at Alice's account all day, each time from another address."""
    day = Guesser(gate)
    return _alice_falls(gate, lambda place: day.fails("alice", f"bot {place}"))


@attack("spray", "One password at every account", start="The names of 200 pupils, one address")
def spray(gate: Gate) -> Verdict:
    """Mallory tries the commonest password at each account: one of them has it."""
    day = Guesser(gate)
    weak = gate.weak
    for place in range(1, weak + 1):
        if not day.fails(f"pupil {place}", "mallory"):
            return held(f"Fewer than {weak} accounts are tried from one address in a day.")
    return breached(f"One address tried {weak} accounts in a day: pupil {weak} is open.")


@attack("lock_out", "Lock the victim out", start="Alice's name, and a thousand addresses")
def lock_out(gate: Gate) -> Verdict:
    """Mallory fails on purpose; then Alice comes with the laptop that she uses every day."""
    day = Guesser(gate)
    most = gate.failures
    while day.account["alice"] < most and day.fails("alice", f"bot {day.account['alice']}"):
        pass
    for failures in (day.account["alice"], most):
        wait = gate.wait_s(failures, 0, True)
        if wait > 0:
            how = "for good" if math.isinf(wait) else f"for {wait:g} s"
            return breached(f"Mallory has locked Alice's own laptop out {how}.")
    return held("Whatever strangers do, Alice's own laptop is let in.")


@attack("interleave", "Log in yourself in between", start="Mallory's own account, one address")
def interleave(gate: Gate) -> Verdict:
    """After every fourth guess Mallory logs in to her own account."""
    day = Guesser(gate)

    def guess(place: int) -> bool:
        own = place % 4 != 0 or day.succeeds("mallory", "mallory")
        return own and day.fails("alice", "mallory")

    return _alice_falls(gate, guess)


@attack("stolen_device", "Guess from a stolen laptop", start="Alice's laptop, not her password")
def stolen_device(gate: Gate) -> Verdict:
    """Mallory guesses at Alice's account from the device that the site knows."""
    day = Guesser(gate)
    return _alice_falls(gate, lambda _: day.fails("alice", "alice's laptop", known=True))


def _alice_falls(gate: Gate, guess: Callable[[int], bool]) -> Verdict:
    for place in range(1, gate.place + 1):
        if not guess(place):
            return held(f"A day is over before guess {gate.place}, which would have been right.")
    return breached(f"Guess {gate.place} came within a day, and it is Alice's password.")
