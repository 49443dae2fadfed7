"""One SQLite file that many clients use in step, in an order that is the same every time.

All clients take their first step at the database, then all take their second, and so on. Each has a
connection of its own, as the processes of a real site have.
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

from labkit.catalogue import SiteBroken
from labkit.errors import LabkitError
from labkit.exercises.memory import in_own_memory, in_turn
from labkit.exercises.trial import SmallTarget, raised
from labkit.interleaving import Run, lockstep

BUSY_TURNS = 200  # how often a statement finds the database locked before it gives up
MOST_STEPS = 20_000
PATIENCE_S = 5.0


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
        """Run one statement when the turn has come.

        Raises:
            sqlite3.Error: As SQLite raises it; "database is locked" after 200 turns.
        """
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


class SharedTable(SmallTarget):
    """A target whose state is in one SQLite file.

    Args:
        schema: The statements that make its tables.
        emptied: The tables that `restore` empties.
    """

    def __init__(self, schema: str, *emptied: str) -> None:
        super().__init__()
        folder = tempfile.mkdtemp(prefix="labkit-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._file = Path(folder, "site.sqlite")
        self._emptied = emptied
        with self.opened() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(schema)

    def restore(self) -> None:
        """Empty the tables."""
        with self.opened() as connection:
            for table in self._emptied:
                connection.execute(f"DELETE FROM {table}")

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection of its own."""
        connection = sqlite3.connect(
            self._file, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = OFF")
            yield connection
        finally:
            connection.close()

    def in_step(
        self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], *, processes: int
    ) -> tuple[Any, ...]:
        """Let clients call the function at the same time and return what each was told.

        Args:
            function: The answer; its first argument is the client's cursor.
            calls: The other arguments of each client.
            processes: Over how many they are spread; each has its own memory and locks.

        Raises:
            SiteBroken: The function raised something, or went on for ever.
        """
        copies = [in_own_memory(function) for _ in range(processes)]
        with ExitStack() as stack:
            clients = [
                partial(_ask, copies[place % processes], stack.enter_context(self.opened()), values)
                for place, values in enumerate(calls)
            ]
            run = _run(clients)
        for error in filter(None, run.errors):
            raise SiteBroken(raised(error)) from error
        return run.results


def _ask(
    function: Callable[..., Any],
    connection: sqlite3.Connection,
    values: tuple[Any, ...],
    station: Station,
) -> Any:
    in_turn(station.do)
    return function(Cursor(connection.cursor(), station), *values)


def _run(clients: Sequence[Callable[[Station], Any]]) -> Run[Any]:
    try:
        return lockstep(Station, clients, most_steps=MOST_STEPS, patience_s=PATIENCE_S)
    except LabkitError as error:
        raise SiteBroken(str(error)) from error
