"""Time as an input: seconds since 1970-01-01 UTC."""

import time
from collections.abc import Callable

from labkit.inputs import number

Clock = Callable[[], float]

system_clock: Clock = time.time
_FURTHEST_S = 1e15


class ManualClock:
    """A clock that moves only when told to, for tests, demonstrations and exercises.

    Args:
        now: Where it starts, in seconds since the epoch.

    Raises:
        InvalidInput: It is no number.

    Examples:
        >>> clock = ManualClock(1000)
        >>> clock.advance(30)
        1030.0
        >>> clock()
        1030.0
    """

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = _seconds(now, "time")

    def __call__(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self.now

    def advance(self, seconds: float) -> float:
        """Move forward (or back, for a negative number) and return the new time.

        Raises:
            InvalidInput: `seconds` is no number.
        """
        self.now += _seconds(seconds, "way to move in seconds")
        return self.now


def _seconds(value: object, what: str) -> float:
    return number(value, what, at_least=-_FURTHEST_S, at_most=_FURTHEST_S)
