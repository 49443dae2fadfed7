"""Counts the work that a request makes the site do, where a lesson must not depend on a clock.

An attacker sees time. Time is noisy and no two machines agree on it, so in process the site counts
what the time goes into: passwords hashed, and bytes of a secret that its own code went through.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, SupportsIndex

from labkit.passwords.hashing import Hasher


@dataclass(frozen=True)
class Work:
    """Work done, in units that are the same every time.

    Args:
        hashes: Passwords hashed, to store or to check.
        read: Bytes of secrets and passwords that Python code compared, joined or stepped through;
            what a library in C goes through is not counted.
    """

    hashes: int = 0
    read: int = 0

    def __sub__(self, earlier: "Work") -> "Work":
        return Work(self.hashes - earlier.hashes, self.read - earlier.read)


class Meter:
    """Adds up work; any number of threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._work = Work()

    @property
    def work(self) -> Work:
        """All work so far."""
        return self._work

    def add(self, *, hashes: int = 0, read: int = 0) -> None:
        """Count some work."""
        with self._lock:
            self._work = Work(self._work.hashes + hashes, self._work.read + read)

    def reset(self) -> None:
        """Start again at nothing."""
        with self._lock:
            self._work = Work()


class WatchedBytes(bytes):
    """Bytes that count how much of them Python code goes through; as safe for threads as bytes.

    Equality stops at the first byte that differs, as `memcmp` may. `hmac.compare_digest` asks for
    none of these methods, so it counts as nothing: its work tells nothing about the content.

    Examples:
        >>> meter = Meter()
        >>> b"sesame" == WatchedBytes(b"secret").watched_by(meter), meter.work.read
        (False, 3)
    """

    _meter: Meter | None = None

    def watched_by(self, meter: Meter) -> "WatchedBytes":
        """Count on this meter, and return the same bytes."""
        self._meter = meter
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, bytes) or len(other) != len(self):
            return False
        mine, theirs = bytes(self), bytes(other)
        pairs = enumerate(zip(mine, theirs, strict=True), 1)
        self._count(next((n for n, (a, b) in pairs if a != b), len(mine)))
        return mine == theirs

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = bytes.__hash__

    def __iter__(self) -> Iterator[int]:
        for byte in bytes(self):
            self._count(1)
            yield byte

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        part = bytes(self)[key]
        self._count(len(part) if isinstance(part, bytes) else 1)
        return part

    def __add__(self, other: Any) -> bytes:
        self._count(len(self))
        return bytes(self) + bytes(other)

    def __radd__(self, other: Any) -> bytes:
        self._count(len(self))
        return bytes(other) + bytes(self)

    def _count(self, read: int) -> None:
        if self._meter is not None:
            self._meter.add(read=read)


class WatchedText(str):
    """A str whose encoded form is watched; as safe for threads as a str."""

    _meter: Meter | None = None

    def watched_by(self, meter: Meter) -> "WatchedText":
        """Count on this meter, and return the same text."""
        self._meter = meter
        return self

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Return the text's bytes, watched."""
        octets = WatchedBytes(super().encode(encoding, errors))
        return octets.watched_by(self._meter) if self._meter else octets


class Metered(Hasher):
    """A hasher whose work is counted; it answers as the one inside and is as safe for threads.

    Args:
        inside: Does the work.
        meter: Counts it.
    """

    def __init__(self, inside: Hasher, meter: Meter) -> None:
        self.inside = inside
        self.meter = meter

    def hash(self, password: str) -> str:
        """Return what the hasher inside returns."""
        self.meter.add(hashes=1)
        return self.inside.hash(self._watched(password))

    def verify(self, password: str, stored: str) -> bool:
        """Return what the hasher inside returns."""
        self.meter.add(hashes=1)
        return self.inside.verify(self._watched(password), stored)

    def needs_rehash(self, stored: str) -> bool:
        """Return what the hasher inside returns."""
        return self.inside.needs_rehash(stored)

    def _watched(self, password: str) -> str:
        if not isinstance(password, str):
            return password
        return WatchedText(password).watched_by(self.meter)
