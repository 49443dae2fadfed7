"""What the throttles share: tallies in a store, and how the wait grows.

An attempt is counted *before* it is checked and forgiven when it turns out right. So N requests
at once cannot all pass a limit of one, and a crash between the two counts against the guesser.
"""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple

from labkit import inputs
from labkit.clock import Clock, system_clock
from labkit.guessing.errors import DamagedTally, NothingToCount
from labkit.stores import Store

FIRST_WAIT_S = 30.0  # "30 seconds up to an hour" (NIST SP 800-63B-4 §3.2.2)
LONGEST_WAIT_S = 3600.0
MOST_FAILURES = 100  # in a row, for one account (NIST SP 800-63B-4 §3.2.2)

_DUMPED = re.compile(r"\d{1,9} \d{1,16}\.\d{1,16}", re.ASCII)


def backoff_s(failures: int, *, free: int, limit: float = math.inf) -> float:
    """Return the wait after so many failures in a row: none, then doubling, then for ever.

    Args:
        failures: Failures in a row.
        free: How many cost no wait.
        limit: From how many on no waiting helps any more.

    Returns:
        Seconds since the last attempt; `math.inf` means "not by waiting".

    Raises:
        InvalidInput: A number of failures is no int of zero or more.

    Examples:
        >>> [backoff_s(n, free=5, limit=50) for n in (4, 5, 6, 7, 49, 50)]
        [0.0, 30.0, 60.0, 120.0, 3600.0, inf]
    """
    inputs.whole(failures, "number of failures", at_most=10**40)
    inputs.whole(free, "number of free failures", at_most=10**40)
    if not (isinstance(limit, float) and limit == math.inf):
        inputs.whole(limit, "limit of failures", at_most=10**40)
    if failures >= limit:
        return math.inf
    if failures < free:
        return 0.0
    return min(FIRST_WAIT_S * 2.0 ** min(failures - free, 32), LONGEST_WAIT_S)


class Tally(NamedTuple):
    """How many attempts in a row failed, and when the last one was made (epoch seconds)."""

    failures: int = 0
    last: float = 0.0

    def dump(self) -> str:
        """Return the tally as it is stored."""
        return f"{self.failures} {self.last:.6f}"

    @classmethod
    def load(cls, raw: str) -> "Tally":
        """Read a stored tally.

        Raises:
            DamagedTally: It is not what `dump` wrote.
        """
        if not _DUMPED.fullmatch(raw):
            raise DamagedTally("A stored count of failures cannot be read.")
        failures, last = raw.split(" ")
        return cls(int(failures), float(last))


class Throttle(ABC):
    """Counts attempts under keys and says how long to wait; the base of both throttles.

    Safe for threads and processes as far as its store is: it changes a count only by the store's
    compare-and-swap, so two attempts can never be counted as one.
    """

    def __init__(self, store: Store, *, clock: Clock = system_clock) -> None:
        self.store = inputs.offering(store, "store", "get", "swap", "take")
        self.clock = inputs.function(clock, "clock")

    def admit(self, keys: Iterable[str], now: float) -> float:
        """Count an attempt under every key, or under none and say how long to wait.

        Args:
            keys: What to count by.
            now: The time, in seconds since the epoch.

        Returns:
            0.0 to go on; else the seconds to wait, `math.inf` where no waiting helps.
        """
        now = inputs.number(now, "time")
        counted: list[tuple[str, str | None, str]] = []
        for key in _checked(keys):
            before, after, wait = self._count(key, now)
            if wait > 0:
                for earlier in reversed(counted):
                    self._uncount(*earlier)
                return wait
            counted.append((key, before, after))
        return 0.0

    @abstractmethod
    def wait_s(self, failures: int) -> float:
        """Return how long an account waits after so many failures in a row, in seconds."""

    def forget(self, key: str) -> None:
        """Drop the count under one key."""
        self.store.take(key)

    def forgive(self, key: str) -> None:
        """Take one attempt back from the count under one key, and leave the others standing."""
        while (before := self.store.get(key)) is not None:
            tally = Tally.load(before)
            after = tally._replace(failures=tally.failures - 1)
            if self._write(key, before, after if after.failures > 0 else None):
                return

    def _count(self, key: str, now: float) -> tuple[str | None, str, float]:
        # A swap fails only because another attempt was counted, and soon those have to wait:
        # the loop ends.
        while True:
            before = self.store.get(key)
            tally = self._remembered(key, before, now)
            wait = self._left(key, tally, now)
            after = Tally(tally.failures + 1, now)
            if wait > 0 or self._write(key, before, after):
                return before, after.dump(), wait

    def _uncount(self, key: str, before: str | None, after: str) -> None:
        restored = None if before is None else Tally.load(before)
        expires_at = restored and self._expiry(key, restored)
        if not self.store.swap(key, after, before, expires_at=expires_at):
            self.forgive(key)

    def _remembered(self, key: str, raw: str | None, now: float) -> Tally:
        tally = Tally() if raw is None else Tally.load(raw)
        expires_at = self._expiry(key, tally)
        return Tally() if expires_at is not None and now >= expires_at else tally

    def _left(self, key: str, tally: Tally, now: float) -> float:
        wait = self._wait_s(key, tally.failures)
        # A clock that was set back makes nobody wait longer than the full wait.
        return min(max(0.0, tally.last + wait - now), wait)

    def _write(self, key: str, before: str | None, after: Tally | None) -> bool:
        if after is None:
            return self.store.swap(key, before, None)
        return self.store.swap(key, before, after.dump(), expires_at=self._expiry(key, after))

    def _wait_s(self, key: str, failures: int) -> float:  # noqa: ARG002 (one rule for all keys)
        return self.wait_s(failures)

    def _expiry(self, key: str, tally: Tally) -> float | None:  # noqa: ARG002
        return None


def _checked(keys: Iterable[str]) -> list[str]:
    if isinstance(keys, str) or not isinstance(keys, Iterable):
        raise NothingToCount(f"The keys must be a tuple of str, not {type(keys).__name__}.")
    found = [inputs.text(key, "key", at_least=1, at_most=256) for key in keys]
    if not found:
        raise NothingToCount("There is no key to count this attempt by.")
    return found
