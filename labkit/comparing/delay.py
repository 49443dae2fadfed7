"""How long a log-in outlives its end: found by asking again and again while the clock moves."""

import math
from collections.abc import Callable
from enum import StrEnum
from inspect import isabstract

from labkit.clock import ManualClock
from labkit.comparing.client import LOWER_ROLE, Client
from labkit.comparing.design import Design
from labkit.comparing.designs import DESIGNS
from labkit.comparing.errors import NoSuchPart
from labkit.inputs import number

START = 1_800_000_000.0
COARSE_S, FINE_S = 60.0, 1.0
LONGEST_S = 7 * 86_400.0

Make = Callable[[ManualClock], Design]


class Occasion(StrEnum):
    """What should end a log-in, or a part of what it may."""

    LOG_OUT = "log-out"
    BAN = "ban"
    DEMOTION = "demotion"
    STORE_DOWN = "store down"


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
    make, what = made_by(design), occasion_of(event)
    number(after_s, "time to the event in seconds", at_most=LONGEST_S)
    number(within_s, "time to give up in seconds", at_most=LONGEST_S)
    number(start, "time of the log-in", at_least=1)

    def tell() -> tuple[ManualClock, Client]:
        clock = ManualClock(start)
        client = Client(make(clock))
        _pass(clock, client, after_s)
        _happen(what, client)
        return clock, client

    return _first_refusal(tell, within_s)


def made_by(design: str | type[Design], *, services: int = 1) -> Make:
    """Return how to make a design, by its short name or its class, given a clock.

    Raises:
        NoSuchPart: It is neither.
    """
    kind = DESIGNS.get(design) if isinstance(design, str) else design
    if not (isinstance(kind, type) and issubclass(kind, Design)) or isabstract(kind):
        raise NoSuchPart("There is no such design.", remedy=f"Choose from: {', '.join(DESIGNS)}.")
    found = kind
    return lambda clock: found(clock=clock, services=services)


def occasion_of(event: object) -> Occasion:
    """Return the event of that name.

    Raises:
        NoSuchPart: There is none.
    """
    if isinstance(event, str) and event in list(Occasion):
        return Occasion(event)
    raise NoSuchPart("There is no such event.", remedy=f"Choose from: {', '.join(Occasion)}.")


def _first_refusal(tell: Callable[[], tuple[ManualClock, Client]], within_s: float) -> float:
    clock, client = tell()
    happened, passed = clock(), 0.0
    while _accepted(client):
        if passed >= within_s:
            return math.inf
        passed = clock.advance(COARSE_S) - happened
    if passed == 0.0:
        return 0.0
    clock, client = tell()
    accepted = _pass(clock, client, passed - COARSE_S)
    while accepted:
        if clock() - happened >= within_s:  # asking every second can keep alive what minutes end
            return math.inf
        clock.advance(FINE_S)
        accepted = _accepted(client)
    return round(clock() - happened, 6)


def _pass(clock: ManualClock, client: Client, seconds: float) -> bool:
    """Let time pass while the client asks every minute; return whether it is accepted in the end.

    The last step is a shorter one, so that exactly `seconds` pass.
    """
    whole, rest = divmod(seconds, COARSE_S)
    accepted = _accepted(client)
    for step in [COARSE_S] * int(whole) + [rest] * (rest > 0):
        clock.advance(step)
        accepted = _accepted(client)
    return accepted


def _accepted(client: Client) -> bool:
    found = client.ask()
    return found is not None and found.role == client.role


def _happen(event: Occasion, client: Client) -> None:
    design = client.design
    match event:
        case Occasion.LOG_OUT:
            design.log_out(client.credential)
        case Occasion.BAN:
            design.ban(client.user)
        case Occasion.DEMOTION:
            design.demote(client.user, LOWER_ROLE)
        case Occasion.STORE_DOWN:
            design.break_store()
