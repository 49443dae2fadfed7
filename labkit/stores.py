"""State behind the defences: a protocol of atomic primitives, in memory and in SQLite.

A defence keeps state only through these primitives, so the same class runs over memory, over a
file that survives a crash, over a proxy to another process, and under a scheduler that tries every
order of two clients' steps. Keys and values are text; the caller prefixes its keys (`totp:alice`).
Every primitive raises `InvalidInput` for a key, value, number or time that it cannot keep, before
anything is written, and `StoreError` where the storage fails.
"""

import re
import threading
from typing import Protocol

from labkit import inputs
from labkit.database import Database
from labkit.errors import StoreError

MOST_KEY = 1024  # characters
MOST_VALUE = 1 << 20
MOST_NUMBER = (1 << 63) - 1
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")


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

        Raises:
            StoreError: What is stored under the key is no whole number.
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
        entry = self._values.get(_key(key))
        return entry[0] if entry else None

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""
        entry = _value(value), _time(expires_at)
        with self._lock:
            self._values[_key(key)] = entry

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent"."""
        _swappable(old, new)
        _time(expires_at)
        with self._lock:
            if self.get(key) != old:
                return False
            self._write(key, new, expires_at)
            return True

    def advance(self, key: str, to: int, *, expires_at: float | None = None) -> bool:
        """Raise a whole number to `to` only if that is more than what is stored."""
        _number(to)
        _time(expires_at)
        with self._lock:
            now = self.get(key)
            if now is not None and _stored_number(now) >= to:
                return False
            self._write(key, str(to), expires_at)
            return True

    def take(self, key: str) -> str | None:
        """Remove the value and return it."""
        with self._lock:
            entry = self._values.pop(_key(key), None)
        return entry[0] if entry else None

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""
        _prefix(prefix)
        with self._lock:
            return sorted(key for key in self._values if key.startswith(prefix))

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many."""
        _moment(now)
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
        row = self._database.row("SELECT value FROM store WHERE key = ?", (_key(key),))
        return str(row[0]) if row else None

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""
        values = _key(key), _value(value), _time(expires_at)
        self._database.write("REPLACE INTO store VALUES (?, ?, ?)", values)

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent"."""
        _key(key)
        _swappable(old, new)
        _time(expires_at)
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
        values = _key(key), str(_number(to)), _time(expires_at)
        # The value is rewritten only where it is a number, spelled as `advance` spells it.
        moved = self._changed(
            "INSERT INTO store VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE"
            " SET value = excluded.value, expires_at = excluded.expires_at"
            " WHERE CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)"
            " AND value = CAST(CAST(value AS INTEGER) AS TEXT)",
            values,
        )
        if not moved and (stored := self.get(key)) is not None:
            _stored_number(stored)
        return moved

    def take(self, key: str) -> str | None:
        """Remove the value and return it."""
        row = self._database.row("DELETE FROM store WHERE key = ? RETURNING value", (_key(key),))
        return str(row[0]) if row else None

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""
        end = _after(_prefix(prefix))
        rows = self._database.rows(
            "SELECT key FROM store WHERE key >= ? AND (? IS NULL OR key < ?) ORDER BY key",
            (prefix, end, end),
        )
        return [str(row[0]) for row in rows]

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many."""
        return self._database.write("DELETE FROM store WHERE expires_at < ?", (_moment(now),))

    def _insert(self, key: str, new: str | None, expires_at: float | None) -> bool:
        if new is None:
            return self.get(key) is None
        return self._changed(
            "INSERT INTO store VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, new, expires_at),
        )

    def _changed(self, statement: str, values: tuple[object, ...]) -> bool:
        return self._database.write(statement, values) == 1


def _key(key: str) -> str:
    return inputs.text(key, "key", at_least=1, at_most=MOST_KEY)


def _prefix(prefix: str) -> str:
    return inputs.text(prefix, "prefix", at_most=MOST_KEY)


def _value(value: str) -> str:
    return inputs.text(value, "value", at_most=MOST_VALUE)


def _swappable(*values: str | None) -> None:
    for value in values:
        if value is not None:
            _value(value)


def _time(time: float | None) -> float | None:
    return None if time is None else _moment(time)


def _moment(time: float) -> float:
    return inputs.number(time, "time", at_least=-1e15)


def _number(number: int) -> int:
    return inputs.whole(number, "number", at_least=-MOST_NUMBER, at_most=MOST_NUMBER)


def _stored_number(value: str) -> int:
    if not _WHOLE.fullmatch(value) or not -MOST_NUMBER - 1 <= int(value) <= MOST_NUMBER:
        raise StoreError(
            "What is stored under this key is no whole number.",
            remedy="Something else writes there: give it a prefix of its own.",
        )
    return int(value)


def _after(prefix: str) -> str | None:
    """Return the first text that sorts after all that begin with `prefix`, if there is one."""
    kept = prefix.rstrip(chr(0x10FFFF))
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)
