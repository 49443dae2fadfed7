"""Sessions in SQLite: the embedded default."""

import sqlite3

from labkit.database import Database
from labkit.errors import InvalidInput, StoreError
from labkit.sessions.session import Data, Session, dump_data, load_data
from labkit.sessions.store import key_taken

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
  key TEXT PRIMARY KEY, user TEXT, level TEXT NOT NULL, created_at REAL NOT NULL,
  seen_at REAL NOT NULL, authenticated_at REAL, data TEXT NOT NULL, expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_of_user ON sessions (user) WHERE user IS NOT NULL;
CREATE INDEX IF NOT EXISTS sessions_by_end ON sessions (expires_at);
"""
_COLUMNS = "user, level, created_at, seen_at, authenticated_at, data"
_GET = f"SELECT {_COLUMNS} FROM sessions WHERE key = ?"
_OF_USER = f"SELECT key, {_COLUMNS} FROM sessions WHERE user = ?"
_ADD = "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_TOUCH = "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE key = ?"
_REMOVE = "DELETE FROM sessions WHERE key = ?"


class SqliteSessionStore:
    """A session store in one SQLite table; safe for threads and processes that share the file.

    Args:
        database: Where the table is kept, in memory unless given; see `labkit.database` for what
            survives a crash.
    """

    def __init__(self, database: Database | None = None) -> None:
        if not isinstance(database, Database | None):
            raise InvalidInput(f"The database is a Database, not {type(database).__name__}.")
        self._database = database or Database()
        self._database.script(_SCHEMA)

    def get(self, key: str) -> Session | None:
        """Return the session, or None."""
        row = self._database.row(_GET, (key,))
        return None if row is None else _session(key, *row)

    def add(self, session: Session, *, expires_at: float, ends_at: float) -> None:  # noqa: ARG002
        """Write a new session."""
        try:
            self._database.write(_ADD, _row(session, expires_at))
        except StoreError as error:
            raise _explained(error) from error

    def rotate(
        self,
        old_key: str,
        session: Session,
        *,
        expires_at: float,
        ends_at: float,  # noqa: ARG002
    ) -> bool:
        """Remove the session under `old_key` and write `session`, both or neither."""
        try:
            with self._database.transaction() as connection:
                if connection.execute(_REMOVE, (old_key,)).rowcount == 0:
                    return False
                connection.execute(_ADD, _row(session, expires_at))
                return True
        except StoreError as error:
            raise _explained(error) from error

    def touch(self, key: str, seen_at: float, *, expires_at: float) -> bool:
        """Write when the session was last used; return whether it is (still) there."""
        return self._database.write(_TOUCH, (seen_at, expires_at, key)) == 1

    def set_data(self, key: str, data: Data) -> bool:
        """Replace the session's data; return whether it is (still) there."""
        values = (dump_data(data), key)
        return self._database.write("UPDATE sessions SET data = ? WHERE key = ?", values) == 1

    def remove(self, key: str) -> bool:
        """Remove the session; return whether it was there."""
        return self._database.write(_REMOVE, (key,)) == 1

    def of_user(self, user: str) -> list[Session]:
        """Return the user's sessions, in no order, expired ones too."""
        return [_session(*row) for row in self._database.rows(_OF_USER, (user,))]

    def remove_user(self, user: str, *, keep: str | None = None) -> int:
        """Remove the user's sessions but the one under the key `keep`; return how many."""
        return self._database.write(
            "DELETE FROM sessions WHERE user = ? AND key IS NOT ?", (user, keep)
        )

    def sweep(self, now: float) -> int:
        """Forget what expired at `now` or before and return how many."""
        return self._database.write("DELETE FROM sessions WHERE expires_at <= ?", (now,))


def _session(
    key: str,
    user: str | None,
    level: str,
    created_at: float,
    seen_at: float,
    authenticated_at: float | None,
    data: str,
) -> Session:
    return Session(key, user, level, created_at, seen_at, authenticated_at, load_data(data))


def _row(session: Session, expires_at: float) -> tuple[object, ...]:
    return (
        session.id_hash,
        session.user,
        session.level,
        session.created_at,
        session.seen_at,
        session.authenticated_at,
        dump_data(session.data),
        expires_at,
    )


def _explained(error: StoreError) -> StoreError:
    return key_taken() if isinstance(error.__cause__, sqlite3.IntegrityError) else error
