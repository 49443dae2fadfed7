"""Time as an input: seconds since 1970-01-01 UTC."""

import time
from collections.abc import Callable

Clock = Callable[[], float]

system_clock: Clock = time.time


class ManualClock:
    """A clock that moves only when told to, for tests, demonstrations and exercises.

    Args:
        now: Where it starts, in seconds since the epoch.

    Examples:
        >>> clock = ManualClock(1000)
        >>> clock.advance(30)
        1030.0
        >>> clock()
        1030.0
    """

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = float(now)

    def __call__(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self.now

    def advance(self, seconds: float) -> float:
        """Move forward (or back, for a negative number) and return the new time."""
        self.now += seconds
        return self.now
