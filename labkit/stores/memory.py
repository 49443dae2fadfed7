"""A store in memory."""

import threading

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


class MemoryStore:
    """A store in one process's memory; safe for threads, gone with the process."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, float | None]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """Return the value, or None."""
        entry = self._values.get(checked_key(key))
        return entry[0] if entry else None

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""
        entry = checked_value(value), checked_time(expires_at)
        with self._lock:
            self._values[checked_key(key)] = entry

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent"."""
        check_swap(old, new)
        checked_time(expires_at)
        with self._lock:
            if self.get(key) != old:
                return False
            self._write(key, new, expires_at)
            return True

    def advance(self, key: str, to: int, *, expires_at: float | None = None) -> bool:
        """Raise a whole number to `to` only if that is more than what is stored."""
        checked_number(to)
        checked_time(expires_at)
        with self._lock:
            now = self.get(key)
            if now is not None and stored_number(now) >= to:
                return False
            self._write(key, str(to), expires_at)
            return True

    def take(self, key: str) -> str | None:
        """Remove the value and return it."""
        with self._lock:
            entry = self._values.pop(checked_key(key), None)
        return entry[0] if entry else None

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""
        checked_prefix(prefix)
        with self._lock:
            return sorted(key for key in self._values if key.startswith(prefix))

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many."""
        checked_moment(now)
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
