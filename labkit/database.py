"""SQLite as labkit uses it: one connection for each thread, WAL, short immediate transactions."""

import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labkit import inputs
from labkit.errors import InvalidInput, StoreError

BUSY_TIMEOUT_S = 10.0
Values = tuple[object, ...]
_HEADER = b"SQLite format 3\0"


class _Connection(sqlite3.Connection):
    """Closes itself when the garbage collector finds it first, without a ResourceWarning."""

    def __del__(self) -> None:
        with contextlib.suppress(sqlite3.ProgrammingError):  # it could not be opened
            self.close()


class _Open:
    """Keeps a connection until its thread, or the database it belongs to, is gone.

    The connection alone would wait for the garbage collector: it and its cache of statements hold
    each other.
    """

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(
            path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()


class Database:
    """One SQLite database, in a file or in memory.

    In a file each thread has its own connection, closed when the thread ends; in memory all threads
    share one behind a lock.
    A file is in WAL mode with synchronous=NORMAL: what was committed survives `kill -9` of the
    process, but a power cut may lose the last commits (never corrupt the file).

    Args:
        path: The file, or ":memory:".

    Raises:
        InvalidInput: The path is none.

    Examples:
        >>> database = Database()
        >>> database.script("CREATE TABLE t (n)")
        >>> database.write("INSERT INTO t VALUES (?)", (7,))
        1
        >>> database.row("SELECT n FROM t")
        (7,)
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self.path = inputs.text(str(path) if isinstance(path, Path) else path, "path", at_least=1)
        if "\0" in self.path:
            raise InvalidInput("The path holds a NUL character, which no file name has.")
        self._lock = threading.RLock()
        self._local = threading.local()
        self._all: weakref.WeakSet[_Open] = weakref.WeakSet()
        self._shared = self._open() if self.path == ":memory:" else None

    def row(self, statement: str, values: Values = ()) -> tuple[Any, ...] | None:
        """Run one statement and return its first row, or None."""
        try:  # the call on every request's way: `_using` would add a third to its cost
            if self._shared is None:
                return _first(self._own(), statement, values)
            with self._lock:
                return _first(self._shared.connection, statement, values)
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def rows(self, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows."""
        with self._using() as connection:
            return connection.execute(statement, values).fetchall()

    def records(self, statement: str, values: Values = ()) -> list[dict[str, Any]]:
        """Run one statement and return its rows as dictionaries by column name."""
        with self._using() as connection:
            cursor = connection.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def write(self, statement: str, values: Values = ()) -> int:
        """Run one statement in its own transaction and return how many rows it changed."""
        with self._using() as connection:
            return connection.execute(statement, values).rowcount

    def script(self, statements: str) -> None:
        """Run several statements, for a schema."""
        with self._using() as connection:
            connection.executescript(statements)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock from here (BEGIN IMMEDIATE) to a commit, or roll all of it back."""
        with self._using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def snapshot(self) -> bytes:
        """Return the whole database as bytes, for `restore`."""
        with self._using() as connection:
            return connection.serialize()

    def restore(self, image: bytes) -> None:
        """Put a database in memory back to what `snapshot` returned.

        Raises:
            StoreError: The database is a file, which other processes may be reading.
            InvalidInput: The image is no SQLite database.
        """
        if not inputs.octets(image, "image", at_most=1 << 31).startswith(_HEADER):
            raise InvalidInput("The image is no SQLite database.", remedy="Take a snapshot().")
        if self._shared is None:
            raise StoreError("Only a database in memory can be put back from a snapshot.")
        with self._using() as connection:
            connection.deserialize(image)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._all)

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for held in list(self._all):
                held.connection.close()
            self._all.clear()
            self._local = threading.local()

    @contextlib.contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._shared is not None:
                with self._lock:
                    yield self._shared.connection
            else:
                yield self._own()
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def _refused(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"SQLite refused: {error}.",
            remedy="Look whether the file is writable, whole and not held by another program.",
            path=self.path,
        )

    def _own(self) -> sqlite3.Connection:
        held: _Open | None = getattr(self._local, "held", None)
        if held is None:
            held = self._local.held = self._open()
        return held.connection

    def _open(self) -> _Open:
        held = _Open(self.path)
        held.connection.execute("PRAGMA journal_mode = WAL")
        held.connection.execute("PRAGMA synchronous = NORMAL")
        held.connection.execute("PRAGMA foreign_keys = ON")
        with self._lock:
            self._all.add(held)
        return held


def _first(
    connection: sqlite3.Connection, statement: str, values: Values
) -> tuple[Any, ...] | None:
    cursor = connection.execute(statement, values)
    row: tuple[Any, ...] | None = cursor.fetchone()
    cursor.close()  # an open cursor would keep the write lock of a DELETE … RETURNING
    return row
