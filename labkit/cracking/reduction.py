"""The steps of a rainbow table's chains: hash, reduce, and where a password stands in its mask."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from itertools import product

from labkit.cracking.masks import Mask
from labkit.cracking.params import DIGESTS, DigestName

MOST_LISTED = 1 << 20


def maker(algorithm: DigestName) -> Callable[[bytes], bytes]:
    """Return the hash function."""
    make = getattr(hashlib, DIGESTS[algorithm])
    return lambda password: bytes(make(password).digest())


def stepper(mask: Mask, algorithm: DigestName) -> Callable[[int, int], int]:
    """Return the function from a password's place and a column to the next password's place."""
    make, size, password = getattr(hashlib, DIGESTS[algorithm]), mask.size, _passwords(mask)

    def step(place: int, column: int) -> int:
        return reduced_to(make(password(place)).digest(), column, size)

    return step


def _passwords(mask: Mask) -> Callable[[int], bytes]:
    """From place to password; small masks are listed once, which makes a step twice as fast."""
    if mask.size > MOST_LISTED:
        return lambda place: mask.at(place).encode()
    return _listed(mask.positions).__getitem__


@lru_cache(maxsize=2)
def _listed(positions: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple("".join(characters).encode() for characters in product(*positions))


def reduced_to(digest: bytes, column: int, size: int) -> int:
    """Reduce a hash to a place: another function in each column, spread evenly over the mask."""
    return (int.from_bytes(digest[:8], "big") + column) % size


def digest_size(algorithm: DigestName) -> int:
    """Return the bytes of a hash."""
    return int(hashlib.new(DIGESTS[algorithm]).digest_size)
