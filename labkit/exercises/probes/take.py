"""Sixteen attempts that arrive together at one table, in an order that is the same every time.

All clients take their first step at the database, then all take their second, and so on. Each has a
connection of its own to one SQLite file, as the processes of a real site have.
"""

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.errors import LabkitError
from labkit.exercises.memory import in_own_memory, in_turn
from labkit.exercises.trial import SmallTarget, answered, expect, raised
from labkit.interleaving import Run, lockstep

TABLE = """
CREATE TABLE attempts (
    key TEXT, minute INTEGER, used INTEGER NOT NULL, PRIMARY KEY (key, minute)
)
"""
NOW = 1_800_000_000.0
CLIENTS = 16
LIMITS = (1, 5)
BUSY_TURNS = 200  # how often a statement finds the database locked before it gives up
MOST_STEPS = 20_000


class Station:
    """The one place where turns are taken: each call of `do` is a step."""

    def do(self, function: Callable[[], Any]) -> Any:
        """Run the function."""
        return function()


class Cursor:
    """A cursor whose statements are steps; one that finds the database locked tries again."""

    def __init__(self, cursor: sqlite3.Cursor, station: Station) -> None:
        self._cursor, self._station = cursor, station

    def execute(self, statement: str, values: Any = ()) -> "Cursor":
        """Run one statement when the turn has come."""
        for _ in range(BUSY_TURNS):
            try:
                self._station.do(partial(self._cursor.execute, statement, values))
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            else:
                return self
        raise sqlite3.OperationalError("database is locked")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


class Counter(SmallTarget):
    """The table `attempts`, and a way for many clients to ask `take` about it."""

    def __init__(self, take: Callable[..., Any]) -> None:
        super().__init__()
        self._take = take
        folder = tempfile.mkdtemp(prefix="labkit-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._file = Path(folder, "attempts.sqlite")
        with self._opened() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(TABLE)

    def restore(self) -> None:
        """Empty the table."""
        with self._opened() as connection:
            connection.execute("DELETE FROM attempts")

    def take(self, key: str, now: float = NOW, limit: int = 5) -> bool:
        """Ask once, with nobody else around."""
        with self._opened() as connection:
            return answered(bool, self._take, connection.cursor(), key, now, limit)

    def together(self, processes: int, limit: int) -> int:
        """Let sixteen clients ask in step and return how many were let in.

        Args:
            processes: Over how many they are spread; each has its own memory and locks.
            limit: How many may be let in.
        """
        takes = [in_own_memory(self._take) for _ in range(processes)]
        with ExitStack() as stack:
            clients = [
                partial(_ask, takes[place % processes], stack.enter_context(self._opened()), limit)
                for place in range(CLIENTS)
            ]
            run = _in_step(clients)
        for error in filter(None, run.errors):
            raise SiteBroken(raised(error)) from error
        return sum(answered(bool, lambda said=said: said) for said in run.results)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(
            self._file, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = OFF")
            yield connection
        finally:
            connection.close()


def _ask(
    take: Callable[..., Any], connection: sqlite3.Connection, limit: int, station: Station
) -> Any:
    in_turn(station.do)
    return take(Cursor(connection.cursor(), station), "alice", NOW, limit)


def _in_step(clients: Sequence[Callable[[Station], Any]]) -> Run[Any]:
    try:
        return lockstep(Station, clients, most_steps=MOST_STEPS, patience_s=5.0)
    except LabkitError as error:
        raise SiteBroken(str(error)) from error


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
