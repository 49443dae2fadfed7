"""A door with one function behind it, and a guesser who only wants to know which names exist."""

import time
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from argon2 import PasswordHasher

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.exercises.trial import SmallTarget, answered, expect, told
from labkit.exercises.variants import Variant
from labkit.exercises.words import ACCENTED, KNOWN, NAMES, phrase, twin

NOBODY = ("zoe", "yusuf", "xenia", "viktor", "ulla", "tariq", "sana", "rolf")
WRONG = ("no such word", "never heard of it", "let me in please", "some other word")
ROUNDS = 3
FACTOR = 1.5  # of processor time, which other programs' work hardly moves


class Door(SmallTarget):
    """Hands `login` a name, a password and the table; the table holds Argon2id strings."""

    def __init__(self, login: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._login = login
        self.people = _people(own)
        self.users = _users(own)
        self.known = next(iter(self.people))
        self.strangers = (own.usual("nobody", NOBODY), twin(self.known))
        self.wrong = own.usual("wrong", WRONG)

    def log_in(self, name: str, password: str) -> tuple[int, str]:
        """Return the status and the text of the answer."""
        answer = answered(tuple, self._login, name, password, dict(self.users))
        if [type(part) for part in answer] != [int, str]:
            raise SiteBroken(
                f"login returned {told(answer)}.", remedy="It has to return (int, str)."
            )
        return answer

    @cached_property
    def refusals(self) -> tuple[dict[str, tuple[int, str]], dict[str, tuple[int, str]]]:
        """How known and unknown names are refused, by name."""
        known, unknown = (
            {name: self.log_in(name, self.wrong) for name in names}
            for names in (self.people, self.strangers)
        )
        return known, unknown

    def work_s(self, name: str) -> float:
        """Return the processor's time for one refusal, in seconds: sleeping is no work."""
        return min(self._once(name) for _ in range(ROUNDS))

    def _once(self, name: str) -> float:
        start = time.process_time()
        self.log_in(name, self.wrong)
        return time.process_time() - start


def _people(own: Variant) -> dict[str, str]:
    plain, accented = own.usual("plain", NAMES), own.usual("accented", ACCENTED)
    return {plain: own.usual("password", KNOWN), accented: phrase(own)}


@lru_cache(maxsize=32)
def _users(own: Variant) -> dict[str, str]:
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    return {name: hasher.hash(password) for name, password in _people(own).items()}


def _right_ones_get_in(door: Door) -> None:
    for name, password in door.people.items():
        status = door.log_in(name, password)[0]
        expect(status == 200, f"{name} gives the right password and gets {status}.")


def _wrong_ones_do_not(door: Door) -> None:
    answers = {name: answer for each in door.refusals for name, answer in each.items()}
    for name, (status, _) in (answers | {"": door.log_in("", door.wrong)}).items():
        expect(400 <= status < 500, f"{name!r} with a wrong password gets {status}.")


DAY = (
    ("People log in with the right password", _right_ones_get_in),
    ("Nobody logs in with a wrong one", _wrong_ones_do_not),
)


@attack("status", "Compare the numbers", start="The log-in form")
def compare_statuses(door: Door) -> Verdict:
    """Mallory types names with a wrong password and looks at the status alone."""
    known, unknown = ({status for status, _ in each.values()} for each in door.refusals)
    if known != unknown:
        return breached(f"{_all(known)} says that there is such a user, {_all(unknown)} that not.")
    return held(f"Every refusal is a {_all(known)}.")


@attack("message", "Compare the words", start="The log-in form")
def compare_texts(door: Door) -> Verdict:
    """Mallory reads the text of each refusal; the name that she typed herself tells nothing."""
    known, unknown = (
        {text.replace(name, "…") for name, (_, text) in each.items()} for each in door.refusals
    )
    if known != unknown:
        return breached(f"Who is known reads {_all(known)}, who is not reads {_all(unknown)}.")
    return held("Every refusal reads the same.")


@attack("work", "Compare the work", start="The log-in form, and a clock")
def compare_work(door: Door) -> Verdict:
    """Mallory measures how long the processor is busy with each name."""
    known, unknown = door.work_s(door.known), door.work_s(door.strangers[0])
    less, more = sorted((known, unknown))
    cost = f"known {known * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms of processor time"
    if more > FACTOR * less:
        which = "A known name" if known > unknown else "An unknown name"
        return breached(f"{which} is another amount of work: {cost}.", cost=cost)
    whose = f"{door.known.capitalize()}'s"
    return held(f"A name that nobody has costs the server as much work as {whose}.", cost=cost)


def _all(values: set[Any]) -> str:
    return " or ".join(sorted(map(repr, values)))
