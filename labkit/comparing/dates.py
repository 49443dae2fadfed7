"""A token's dates on a virtual clock: whose clock, which zone, and the mistake that shifts them.

`exp`, `nbf` and `iat` count seconds since 1970-01-01 UTC (RFC 7519 §2, NumericDate), so they have
no time zone. `int(datetime.utcnow().timestamp())` gives them one: `utcnow()` is UTC without saying
so, and `timestamp()` takes what says nothing for local time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from labkit.clock import ManualClock
from labkit.comparing.spans import span
from labkit.encoding import brief
from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import number, text, whole
from labkit.tokens import Key, TokenError, TokenVerifier
from labkit.tokens.claims import refused_time
from labkit.tokens.revocation import MAX_LEEWAY_S

WINTER = int(datetime(2027, 1, 15, 12, tzinfo=UTC).timestamp())
SUMMER = int(datetime(2027, 7, 15, 12, tzinfo=UTC).timestamp())
ZONES = ("America/New_York", "Europe/Berlin")
MISTAKEN_IN = ("UTC", *ZONES)
MOST_SKEW_S, FURTHEST_S = 3600, 400 * 366 * 86_400
VALID = "valid"
_PINNED = "HS256"


@dataclass(frozen=True)
class DatedToken:
    """When a token begins and ends for a verifier. All times in seconds since the epoch.

    Args:
        issued_at: When it was issued, by the verifier's clock.
        now: What the verifier's clock says.
        life_s: Seconds from `iat` to `exp`.
        leeway_s: What the verifier allows for clocks that differ, up to 300 s.
        skew_s: By how much the issuer's clock is ahead; negative for behind.
        wait_s: Seconds from `iat` to `nbf`.
        written_in: None for code that writes the dates right; else the time zone of the machine
            whose code writes each as `int(utcnow().timestamp())`.
    """

    issued_at: int
    now: float
    life_s: int = 900
    leeway_s: int = 0
    skew_s: int = 0
    wait_s: int = 0
    written_in: str | None = None

    def __post_init__(self) -> None:
        whole(self.issued_at, "moment of issue", at_most=FURTHEST_S)
        number(self.now, "time now", at_most=FURTHEST_S)
        whole(self.life_s, "life in seconds", at_least=1, at_most=366 * 86_400)
        whole(self.leeway_s, "leeway in seconds", at_most=int(MAX_LEEWAY_S))
        whole(self.skew_s, "skew in seconds", at_least=-MOST_SKEW_S, at_most=MOST_SKEW_S)
        whole(self.wait_s, "wait in seconds", at_most=366 * 86_400)
        if self.written_in is not None:
            zone(self.written_in)

    @property
    def claims(self) -> dict[str, int]:
        """The three dates as the issuer writes them."""
        begins = self.issued_at + self.skew_s
        right = {"iat": begins, "nbf": begins + self.wait_s, "exp": begins + self.life_s}
        if self.written_in is None:
            return right
        return {name: mistaken(at, self.written_in) for name, at in right.items()}

    @property
    def window(self) -> tuple[int, int]:
        """From when, and until just before when, the verifier accepts it; it may be empty."""
        claims = self.claims
        begins = max(claims["iat"], claims["nbf"]) - self.leeway_s
        return begins, claims["exp"] + self.leeway_s

    @property
    def refusal(self) -> TokenError | None:
        """What labkit's verifier says of the dates now, or None if they are in time."""
        verifier = TokenVerifier(
            _key(),
            algorithm=_PINNED,
            issuer="https://gradebook.localhost",
            audience="gradebook-api",
            clock=ManualClock(self.now),
            leeway_s=self.leeway_s,
        )
        if verifier.in_time(self.claims):
            return None
        return refused_time(self.claims, self.now, self.leeway_s)

    @property
    def state(self) -> str:
        """What the verifier says now: "valid" or the name of its error."""
        error = self.refusal
        return VALID if error is None else type(error).__name__

    @property
    def said(self) -> str:
        """Whether it is valid now, and why not, in a sentence."""
        if (error := self.refusal) is not None:
            return error.cause
        return f"The token is valid now, for {span(self.window[1] - self.now)} more."


@dataclass(frozen=True)
class Shift:
    """What the mistake does on a machine in one zone, on one day.

    Args:
        zone: The time zone's name.
        at: When the token is issued, in seconds since the epoch.
        shift_s: By how much each date is wrong: positive for too late.
        exp_only: How long a verifier that looks at `exp` alone accepts the token, in seconds.
        strict: What labkit's verifier says at the moment of issue: "valid" or the error's name.
    """

    zone: str
    at: int
    shift_s: int
    exp_only: int
    strict: str

    @property
    def said(self) -> str:
        """What that means, in a few words."""
        if not self.shift_s:
            return "invisible: the dates are right"
        if not self.exp_only:
            return f"born dead: {span(-self.shift_s)} too early"
        return f"lives {span(self.exp_only)} where only exp is looked at"


def mistaken(at: int, zone_name: str) -> int:
    """Return `int(utcnow().timestamp())` at that moment, on a machine in that time zone.

    Args:
        at: The right time, in seconds since the epoch.
        zone_name: Such as "America/New_York".

    Raises:
        InvalidInput: There is no such time zone.

    Examples:
        >>> [(mistaken(WINTER, name) - WINTER) // 3600 for name in MISTAKEN_IN]
        [0, 5, -1]
    """
    whole(at, "moment", at_most=FURTHEST_S)
    naive = datetime(1970, 1, 1) + timedelta(seconds=at)
    return int(naive.replace(tzinfo=zone(zone_name)).timestamp())


def shifts(
    *, zones: Iterable[str] = MISTAKEN_IN, days: Iterable[int] = (WINTER, SUMMER), life_s: int = 900
) -> tuple[Shift, ...]:
    """Return what the mistake does in each zone, on each day.

    Args:
        zones: Names of time zones.
        days: Moments of issue, in seconds since the epoch.
        life_s: How long a token is meant to live, in seconds.

    Raises:
        InvalidInput: One of them is no list, no time zone, or out of its range.

    Examples:
        >>> for each in shifts(days=[WINTER]):
        ...     print(each.zone, each.shift_s, each.strict, each.said)
        UTC 0 valid invisible: the dates are right
        America/New_York 18000 NotYetValid lives 5 h 15 min where only exp is looked at
        Europe/Berlin -3600 Expired born dead: 1 h too early
    """
    if isinstance(zones, str) or not isinstance(zones, Iterable):
        raise InvalidInput('The zones must be a list of names, such as ["Europe/Berlin"].')
    if isinstance(days, str) or not isinstance(days, Iterable):
        raise InvalidInput("The days must be a list of moments, in seconds since the epoch.")
    moments = tuple(days)
    return tuple(_shift(name, at, life_s) for name in zones for at in moments)


def local(at: float, zone_name: str) -> str:
    """Return a moment as people in a zone write it, with the zone's offset from UTC.

    Args:
        at: Seconds since the epoch.
        zone_name: Such as "Europe/Berlin".

    Raises:
        InvalidInput: `at` is no such number, or there is no such time zone.

    Examples:
        >>> local(WINTER, "America/New_York"), local(SUMMER, "UTC")
        ('2027-01-15 07:00:00 -05:00', '2027-07-15 12:00:00 +00:00')
    """
    number(at, "moment", at_most=2 * FURTHEST_S)
    there = datetime.fromtimestamp(at, zone(zone_name))
    return there.isoformat(" ", "seconds")[:19] + " " + there.isoformat()[-6:]


def zone(name: str) -> tzinfo:
    """Return a time zone by its name in the IANA database.

    Raises:
        InvalidInput: There is none of that name.
        LabkitError: This machine has no time zones at all.
    """
    if text(name, "time zone", at_least=1, at_most=80) == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        if name in MISTAKEN_IN:
            raise LabkitError(
                "This machine has no time zones.", remedy="Install the package tzdata."
            ) from error
    except (ValueError, OSError):
        pass
    raise InvalidInput(
        f"There is no time zone {brief(name)}.", remedy='Take one such as "Europe/Berlin".'
    )


def _shift(name: str, at: int, life_s: int) -> Shift:
    dates = DatedToken(at, at, life_s=life_s, written_in=name)
    claims = dates.claims
    return Shift(name, at, claims["iat"] - at, max(claims["exp"] - at, 0), dates.state)


@cache
def _key() -> Key:
    return Key.generate(_PINNED)
