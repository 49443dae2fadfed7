"""Sixteen attempts that arrive together at one table, in an order that is the same every time."""

from collections.abc import Callable
from typing import Any

from labkit.catalogue import Verdict, attack, breached, held
from labkit.exercises.shared_table import SharedTable
from labkit.exercises.trial import answered, expect

TABLE = """
CREATE TABLE attempts (
    key TEXT, minute INTEGER, used INTEGER NOT NULL, PRIMARY KEY (key, minute)
)
"""
NOW = 1_800_000_000.0
CLIENTS = 16
LIMITS = (1, 5)


class Counter(SharedTable):
    """The table `attempts`, and a way for many clients to ask `take` about it."""

    def __init__(self, take: Callable[..., Any]) -> None:
        super().__init__(TABLE, "attempts")
        self._take = take

    def take(self, key: str, now: float = NOW, limit: int = 5) -> bool:
        """Ask once, with nobody else around."""
        with self.opened() as connection:
            return answered(bool, self._take, connection.cursor(), key, now, limit)

    def together(self, processes: int, limit: int) -> int:
        """Let sixteen clients ask in step and return how many were let in.

        Args:
            processes: Over how many they are spread; each has its own memory and locks.
            limit: How many may be let in.
        """
        calls = [("alice", NOW, limit)] * CLIENTS
        told = self.in_step(self._take, calls, processes=processes)
        return sum(answered(bool, lambda said=said: said) for said in told)


def _five_and_no_more(counter: Counter) -> None:
    for place in range(1, 8):
        taken = counter.take("søren \N{FOX FACE}")
        expect(taken == (place <= 5), f"attempt {place} of 5 gets {taken}.")


def _next_minute(counter: Counter) -> None:
    for _ in range(6):
        counter.take("carol")
    expect(counter.take("carol", NOW + 60), "Carol has to wait in the next minute too.")


def _somebody_else(counter: Counter) -> None:
    for _ in range(6):
        counter.take("dave's")
    expect(counter.take("dave"), "Dave has to wait because somebody else has tried.")


DAY = (
    ("Søren has five attempts in a minute", _five_and_no_more),
    ("Carol waits for the next minute", _next_minute),
    ("Dave comes after somebody else", _somebody_else),
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
    for limit in LIMITS:
        counter.restore()
        passed = counter.together(processes, limit)
        if passed > limit:
            return breached(f"{passed} of {CLIENTS} attempts {where} passed a limit of {limit}.")
        expect(passed == limit, f"Only {passed} of {CLIENTS} passed a limit of {limit}.")
    limits = " and ".join(map(str, LIMITS))
    return held(f"Of {CLIENTS} attempts at once {where}, {limits} pass limits of {limits}.")
