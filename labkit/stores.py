"""State behind the defences: a protocol of atomic primitives, in memory and in SQLite.

A defence keeps state only through these primitives, so the same class runs over memory, over a
file that survives a crash, over a proxy to another process, and under a scheduler that tries every
order of two clients' steps. Keys and values are text; the caller prefixes its keys (`totp:alice`).
"""

import threading
from typing import Protocol

from labkit.database import Database


class Store(Protocol):
    """Atomic primitives over text. Each call is one indivisible step."""

    def get(self, key: str) -> str | None:
        """Return the value, or None."""

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent".

        Returns:
            Whether it was `old`, and so whether `new` is written now.
        """

    def advance(self, key: str, to: int, *, expires_at: float | None = None) -> bool:
        """Raise a whole number to `to` only if that is more than what is stored.

        Returns:
            Whether it moved: of several callers with the same `to`, exactly one hears True.
        """

    def take(self, key: str) -> str | None:
        """Remove the value and return it: of several callers, exactly one gets it."""

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many; reading never looks at expiry."""


class MemoryStore:
    """A store in one process's memory; safe for threads, gone with the process."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, float | None]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """Return the value, or None."""
        entry = self._values.get(key)
        return entry[0] if entry else None

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""
        with self._lock:
            self._values[key] = (value, expires_at)

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent"."""
        with self._lock:
            if self.get(key) != old:
                return False
            self._write(key, new, expires_at)
            return True

    def advance(self, key: str, to: int, *, expires_at: float | None = None) -> bool:
        """Raise a whole number to `to` only if that is more than what is stored."""
        with self._lock:
            now = self.get(key)
            if now is not None and int(now) >= to:
                return False
            self._write(key, str(to), expires_at)
            return True

    def take(self, key: str) -> str | None:
        """Remove the value and return it."""
        with self._lock:
            entry = self._values.pop(key, None)
        return entry[0] if entry else None

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""
        with self._lock:
            return sorted(key for key in self._values if key.startswith(prefix))

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many."""
        with self._lock:
            old = [key for key, (_, end) in self._values.items() if end is not None and end < now]
            for key in old:
                del self._values[key]
        return len(old)

    def _write(self, key: str, value: str | None, expires_at: float | None) -> None:
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = (value, expires_at)


class SqliteStore:
    """A store in one SQLite table; safe for threads and processes that share the file.

    Args:
        database: Where the table is kept; see `labkit.database` for what survives a crash.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.script(
            "CREATE TABLE IF NOT EXISTS store (key TEXT PRIMARY KEY, value TEXT NOT NULL,"
            " expires_at REAL) WITHOUT ROWID"
        )

    def get(self, key: str) -> str | None:
        """Return the value, or None."""
        row = self._database.row("SELECT value FROM store WHERE key = ?", (key,))
        return str(row[0]) if row else None

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""
        self._database.write("REPLACE INTO store VALUES (?, ?, ?)", (key, value, expires_at))

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent"."""
        if old is None:
            return self._insert(key, new, expires_at)
        if new is None:
            return self._changed("DELETE FROM store WHERE key = ? AND value = ?", (key, old))
        return self._changed(
            "UPDATE store SET value = ?, expires_at = ? WHERE key = ? AND value = ?",
            (new, expires_at, key, old),
        )

    def advance(self, key: str, to: int, *, expires_at: float | None = None) -> bool:
        """Raise a whole number to `to` only if that is more than what is stored."""
        return self._changed(
            "INSERT INTO store VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE"
            " SET value = ?2, expires_at = ?3 WHERE CAST(value AS INTEGER) < CAST(?2 AS INTEGER)",
            (key, str(to), expires_at),
        )

    def take(self, key: str) -> str | None:
        """Remove the value and return it."""
        row = self._database.row("DELETE FROM store WHERE key = ? RETURNING value", (key,))
        return str(row[0]) if row else None

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""
        rows = self._database.rows(
            "SELECT key FROM store WHERE substr(key, 1, ?) = ? ORDER BY key", (len(prefix), prefix)
        )
        return [str(row[0]) for row in rows]

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many."""
        return self._database.write("DELETE FROM store WHERE expires_at < ?", (now,))

    def _insert(self, key: str, new: str | None, expires_at: float | None) -> bool:
        if new is None:
            return self.get(key) is None
        return self._changed(
            "INSERT INTO store VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, new, expires_at),
        )

    def _changed(self, statement: str, values: tuple[object, ...]) -> bool:
        return self._database.write(statement, values) == 1
