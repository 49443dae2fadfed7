"""Sixteen attempts that arrive together at one table, in an order that is the same every time."""

from collections.abc import Callable
from typing import Any

from labkit.catalogue import Verdict, attack, breached, held
from labkit.exercises.shared_table import SharedTable
from labkit.exercises.trial import answered, expect
from labkit.exercises.variants import Variant
from labkit.exercises.words import ACCENTED, NAMES

TABLE = """
CREATE TABLE attempts (
    key TEXT, minute INTEGER, used INTEGER NOT NULL, PRIMARY KEY (key, minute)
)
"""
NOW = 1_800_000_000.0
CLIENTS = 16
LIMITS = (5, 3, 4, 6, 7)


class Counter(SharedTable):
    """The table `attempts`, and a way for many clients to ask `take` about it."""

    def __init__(self, take: Callable[..., Any], own: Variant) -> None:
        super().__init__(TABLE, "attempts")
        self._take = take
        self.limit = own.usual("limit", LIMITS)
        self.now = NOW + (own.number("now", 10**7) if own.student else 0)
        self.names = own.ordered("names", NAMES)
        self.odd_name = f"{own.usual('odd name', ACCENTED)} \N{FOX FACE}"

    def take(self, key: str, after_s: float = 0.0) -> bool:
        """Ask once, with nobody else around, so long after the beginning."""
        with self.opened() as connection:
            cursor, now = connection.cursor(), self.now + after_s
            return answered(bool, self._take, cursor, key, now, self.limit)

    def together(self, processes: int, limit: int) -> int:
        """Let sixteen clients ask in step and return how many were let in.

        Args:
            processes: Over how many they are spread; each has its own memory and locks.
            limit: How many may be let in.
        """
        calls = [(self.names[0], self.now, limit)] * CLIENTS
        told = self.in_step(self._take, calls, processes=processes)
        return sum(answered(bool, lambda said=said: said) for said in told)


def _so_many_and_no_more(counter: Counter) -> None:
    limit = counter.limit
    for place in range(1, limit + 3):
        taken = counter.take(counter.odd_name)
        expect(taken == (place <= limit), f"attempt {place} of {limit} gets {taken}.")


def _next_minute(counter: Counter) -> None:
    name = counter.names[1]
    _use_up(counter, name)
    expect(counter.take(name, 60), f"{name} has to wait in the next minute too.")


def _somebody_else(counter: Counter) -> None:
    name = counter.names[2]
    _use_up(counter, f"{name}'s")
    expect(counter.take(name), f"{name} has to wait because somebody else has tried.")


def _use_up(counter: Counter, key: str) -> None:
    for _ in range(counter.limit + 1):
        counter.take(key)


DAY = (
    ("Somebody has as many attempts in a minute as the limit says", _so_many_and_no_more),
    ("Somebody waits for the next minute", _next_minute),
    ("Somebody comes after somebody else", _somebody_else),
)


@attack("threads", "Sixteen at once, in one process", start="The log-in form, sixteen times")
def threads(counter: Counter) -> Verdict:
    """Sixteen threads of one process ask at the same moment."""
    return _more_than_the_limit(counter, 1, "in one process")


@attack("processes", "Sixteen at once, in four processes", start="The log-in form, sixteen times")
def processes(counter: Counter) -> Verdict:
    """The same on a site that runs four processes of four threads, as most sites do."""
    return _more_than_the_limit(counter, 4, "in four processes")


def _more_than_the_limit(counter: Counter, processes: int, where: str) -> Verdict:
    tried = (1, counter.limit)
    for limit in tried:
        counter.restore()
        passed = counter.together(processes, limit)
        if passed > limit:
            return breached(f"{passed} of {CLIENTS} attempts {where} passed a limit of {limit}.")
        expect(passed == limit, f"Only {passed} of {CLIENTS} passed a limit of {limit}.")
    limits = " and ".join(map(str, tried))
    return held(f"Of {CLIENTS} attempts at once {where}, {limits} pass limits of {limits}.")
