"""Counts the bytes of secrets that the site's own code goes through, so that no clock is needed.

An attacker sees time. Time is noisy and no two machines agree on it, so in process the site counts
what the time of a comparison or of a home-made hash goes into.
"""

from collections.abc import Iterator
from threading import Lock
from typing import Any, SupportsIndex

from labkit.passwords.hashing import Hasher


class Meter:
    """Adds up bytes; any number of threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read = 0

    @property
    def read(self) -> int:
        """Bytes so far."""
        return self._read

    def add(self, read: int) -> None:
        """Count some bytes."""
        with self._lock:
            self._read += read

    def reset(self) -> None:
        """Start again at nothing."""
        with self._lock:
            self._read = 0


class WatchedBytes(bytes):
    """Bytes that count how much of them Python code goes through; as safe for threads as bytes.

    Equality stops at the first byte that differs, as `memcmp` may. `hmac.compare_digest` asks for
    none of these methods, so it counts as nothing: its work tells nothing about the content.

    Examples:
        >>> meter = Meter()
        >>> b"sesame" == WatchedBytes(b"secret").watched_by(meter), meter.read
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
            self._meter.add(read)


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


class WatchedHasher(Hasher):
    """Hands watched passwords to a hasher; it answers as that one and is as safe for threads.

    Only what Python code does with the password is counted, such as joining it to something in a
    loop. What a library in C goes through is not: Argon2 reads a password once.

    Args:
        inside: Does the work.
        meter: Counts the bytes.
    """

    def __init__(self, inside: Hasher, meter: Meter) -> None:
        self.inside = inside
        self._meter = meter

    def hash(self, password: str) -> str:
        """Return what the hasher inside returns."""
        return self.inside.hash(self._watched(password))

    def verify(self, password: str, stored: str) -> bool:
        """Return what the hasher inside returns."""
        return self.inside.verify(self._watched(password), stored)

    def needs_rehash(self, stored: str) -> bool:
        """Return what the hasher inside returns."""
        return self.inside.needs_rehash(stored)

    def _watched(self, password: str) -> str:
        if not isinstance(password, str):
            return password  # refused inside
        return WatchedText(password).watched_by(self._meter)
