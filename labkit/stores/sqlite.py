"""A store in SQLite."""

from labkit.database import Database
from labkit.stores.checks import (
    check_swap,
    checked_key,
    checked_moment,
    checked_number,
    checked_prefix,
    checked_time,
    checked_value,
    stored_number,
)


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
        row = self._database.row("SELECT value FROM store WHERE key = ?", (checked_key(key),))
        return str(row[0]) if row else None

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""
        values = checked_key(key), checked_value(value), checked_time(expires_at)
        self._database.write("REPLACE INTO store VALUES (?, ?, ?)", values)

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent"."""
        checked_key(key)
        check_swap(old, new)
        checked_time(expires_at)
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
        values = checked_key(key), str(checked_number(to)), checked_time(expires_at)
        # The value is rewritten only where it is a number, spelled as `advance` spells it.
        moved = self._changed(
            "INSERT INTO store VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE"
            " SET value = excluded.value, expires_at = excluded.expires_at"
            " WHERE CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)"
            " AND value = CAST(CAST(value AS INTEGER) AS TEXT)",
            values,
        )
        if not moved and (stored := self.get(key)) is not None:
            stored_number(stored)
        return moved

    def take(self, key: str) -> str | None:
        """Remove the value and return it."""
        row = self._database.row(
            "DELETE FROM store WHERE key = ? RETURNING value", (checked_key(key),)
        )
        return str(row[0]) if row else None

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""
        end = _after(checked_prefix(prefix))
        rows = self._database.rows(
            "SELECT key FROM store WHERE key >= ? AND (? IS NULL OR key < ?) ORDER BY key",
            (prefix, end, end),
        )
        return [str(row[0]) for row in rows]

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many."""
        return self._database.write(
            "DELETE FROM store WHERE expires_at < ?", (checked_moment(now),)
        )

    def _insert(self, key: str, new: str | None, expires_at: float | None) -> bool:
        if new is None:
            return self.get(key) is None
        return self._changed(
            "INSERT INTO store VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, new, expires_at),
        )

    def _changed(self, statement: str, values: tuple[object, ...]) -> bool:
        return self._database.write(statement, values) == 1


def _after(prefix: str) -> str | None:
    """Return the first text that sorts after all that begin with `prefix`, if there is one."""
    kept = prefix.rstrip(chr(0x10FFFF))
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)
