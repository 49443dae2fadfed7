"""How long a log-in outlives its end: found by asking again and again while the clock moves."""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from labkit.clock import ManualClock
from labkit.comparing.design import START, Admitted, Design, known
from labkit.comparing.designs import design_of
from labkit.comparing.errors import NotAdmitted
from labkit.errors import LabkitError
from labkit.inputs import number

COARSE_S, FINE_S = 60.0, 1.0
LONGEST_S = 7 * 86_400.0
USER, ROLE, LOWER_ROLE = "grace", "admin", "student"

Story = Callable[[], tuple[ManualClock, "Client"]]


class Occasion(StrEnum):
    """What should end a log-in, or a part of what it may."""

    LOG_OUT = "log-out"
    BAN = "ban"
    DEMOTION = "demotion"
    STORE_DOWN = "store down"


@dataclass
class Client:
    """Somebody at a keyboard, or a program with a copy of their credential; for one thread.

    Args:
        design: What it talks to.
        again: Whether it knows the password, so that it can log in again.
    """

    design: Design
    again: bool = False

    def __post_init__(self) -> None:
        self.credential = self.design.log_in(USER, ROLE)
        self.log_ins, self.renewals, self.requests = 1, 0, 0

    def ask(self, service: str = "service 1") -> Admitted | None:
        """Send a request; if it is refused, renew, and at last log in again.

        Returns:
            Who the service took the sender for; None if nothing helps.
        """
        self.requests += 1
        for prepare in (self._as_it_is, self._renew, self._log_in):
            with suppress(LabkitError):
                prepare()
                return self.design.ask(self.credential, service)
        return None

    def _as_it_is(self) -> None:
        """What is held may do."""

    def _renew(self) -> None:
        self.credential = self.design.renew(self.credential)
        self.renewals += 1

    def _log_in(self) -> None:
        if not self.again:
            raise NotAdmitted("The password is not known.")
        self.credential = self.design.log_in(USER, ROLE)
        self.log_ins += 1


def revocation_delay(
    design: str | type[Design],
    event: str = Occasion.DEMOTION,
    *,
    after_s: float = 0.0,
    within_s: float = 86_400.0,
    start: float = START,
) -> float:
    """Return how long a service still accepts what an event should have ended, in seconds.

    Somebody holds a copy of the credential, asks every minute, renews it where that works, and
    does not know the password. The clock is a virtual one: first it moves by minutes, then the
    story is told again and the minute in question passes second by second.

    Args:
        design: "stateless", "denylist", "refresh", "sessions", or a class of your own.
        event: "log-out", "ban", "demotion" (accepted means: still in the old role), or
            "store down" (nobody's fault: how long the services go on).
        after_s: Seconds from the log-in to the event. At 0 the token is new: the worst case.
        within_s: When to give up, in seconds after the event.
        start: What the clock shows at the log-in, in seconds since the epoch.

    Returns:
        Seconds to the first refusal, whole; 0 for "at once", infinity for "not within `within_s`".

    Raises:
        NoSuchPart: There is no such design or event.
        InvalidInput: A number is none, or out of its range.

    Examples:
        >>> revocation_delay("stateless", "demotion")
        900.0
        >>> revocation_delay("refresh", "demotion", after_s=720)
        180.0
        >>> revocation_delay("sessions", "log-out")
        0.0
    """
    kind, what = design_of(design), Occasion(known(event, list(Occasion), "event"))
    number(after_s, "time to the event in seconds", at_most=LONGEST_S)
    number(within_s, "time to give up in seconds", at_most=LONGEST_S)
    number(start, "time of the log-in", at_least=1)

    def tell() -> tuple[ManualClock, Client]:
        clock = ManualClock(start)
        client = Client(kind(clock=clock))
        _pass(clock, client, after_s)
        _happen(what, client)
        return clock, client

    return _first_refusal(tell, within_s)


def _first_refusal(tell: Story, within_s: float) -> float:
    clock, client = tell()
    minutes = _until_refused(clock, client, COARSE_S, within_s)
    if minutes in (0.0, math.inf):
        return minutes
    clock, client = tell()
    before = minutes - COARSE_S
    _pass(clock, client, before)
    # Asking every second can keep alive what ends when it is asked by the minute.
    return round(before + _until_refused(clock, client, FINE_S, within_s - before), 6)


def _until_refused(clock: ManualClock, client: Client, step_s: float, within_s: float) -> float:
    passed = 0.0
    while _accepted(client):
        if passed >= within_s:
            return math.inf
        clock.advance(step_s)
        passed += step_s
    return passed


def _pass(clock: ManualClock, client: Client, seconds: float) -> None:
    """Let time pass while the client asks every minute.

    The last step is a shorter one, so that exactly `seconds` pass.
    """
    whole, rest = divmod(seconds, COARSE_S)
    client.ask()
    for step in [COARSE_S] * int(whole) + [rest] * (rest > 0):
        clock.advance(step)
        client.ask()


def _accepted(client: Client) -> bool:
    found = client.ask()
    return found is not None and found.role == ROLE


def _happen(event: Occasion, client: Client) -> None:
    design = client.design
    match event:
        case Occasion.LOG_OUT:
            design.log_out(client.credential)
        case Occasion.BAN:
            design.ban(USER)
        case Occasion.DEMOTION:
            design.demote(USER, LOWER_ROLE)
        case Occasion.STORE_DOWN:
            design.break_store()
