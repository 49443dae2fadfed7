"""One person's working day under a design, request by request, with everything counted."""

from dataclasses import dataclass

from labkit.clock import ManualClock
from labkit.comparing.delay import Client
from labkit.comparing.design import START, Design
from labkit.comparing.designs import design_of
from labkit.inputs import number, whole

DAY_S = 8 * 3600.0
EVERY_S = 60.0


@dataclass(frozen=True)
class Day:
    """What a day took.

    Args:
        requests: Requests that were made; a renewal or a log-in between is none of them.
        log_ins: How often the password was asked for.
        renewals: How often a refresh token was exchanged.
        reads: Look-ups at the shared store by services.
        writes: Writes there by services.
        wire_bytes: Bytes that the credential took in one request.
        kept_bytes: What the store kept for this person in the evening.
        left_bytes: What was left of it after the log-out.
    """

    requests: int
    log_ins: int
    renewals: int
    reads: int
    writes: int
    wire_bytes: int
    kept_bytes: int
    left_bytes: int


def working_day(
    design: str | type[Design],
    *,
    hours_s: float = DAY_S,
    every_s: float = EVERY_S,
    services: int = 1,
    start: float = START,
) -> Day:
    """Live through one person's day on a virtual clock.

    Args:
        design: "stateless", "denylist", "refresh", "sessions", or a class of your own.
        hours_s: How long the day is, in seconds.
        every_s: Seconds from one request to the next.
        services: How many services the requests go to, in turn.
        start: When the day begins, in seconds since the epoch.

    Raises:
        NoSuchPart: There is no such design.
        InvalidInput: A number is none, or out of its range.

    Examples:
        >>> day = working_day("refresh")
        >>> day.requests, day.log_ins, day.renewals
        (480, 1, 95)
    """
    number(hours_s, "length of the day in seconds", at_most=7 * 86_400.0)
    number(every_s, "seconds between requests", at_least=1)
    number(start, "begin of the day", at_least=1)
    whole(services, "number of services", at_least=1)
    clock = ManualClock(start)
    made = design_of(design)(clock=clock, services=services)
    client = Client(made, again=True)
    for turn in range(int(hours_s // every_s)):
        clock.advance(every_s if turn else 0.0)
        client.ask(made.services[turn % services])
    kept = made.state_bytes()
    made.log_out(client.credential)
    return Day(
        requests=client.requests,
        log_ins=client.log_ins,
        renewals=client.renewals,
        reads=made.asked.reads,
        writes=made.asked.writes,
        wire_bytes=made.wire_bytes(client.credential),
        kept_bytes=kept,
        left_bytes=made.state_bytes(),
    )
