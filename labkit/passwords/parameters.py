"""What a hash costs: parameters per scheme, and named profiles with their sources."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from labkit import inputs
from labkit.errors import InvalidInput


def _mib(size: int) -> int:
    return -(-size // (1 << 20))


def _check_lengths(salt_bytes: int, tag_bytes: int, *, least_salt: int) -> None:
    inputs.whole(salt_bytes, "salt length in bytes", at_least=least_salt, at_most=1024)
    inputs.whole(tag_bytes, "tag length in bytes", at_least=16, at_most=1024)


class Params(ABC):
    """The cost of one hash under one scheme.

    Only what makes no sense is refused here. What is too dear is refused by `Ceilings`, so that
    an absurd stored string can be read, named and declined. Immutable, so threads may share them.
    """

    scheme: ClassVar[str]

    @property
    @abstractmethod
    def salt_bytes(self) -> int:
        """Length of a new salt, in bytes."""

    @property
    @abstractmethod
    def memory_bytes(self) -> int:
        """Memory that one hash needs at its peak, in bytes."""

    @property
    @abstractmethod
    def work(self) -> int:
        """Amount of work, in the scheme's own unit; time grows about evenly with it."""

    @abstractmethod
    def demands(self) -> Mapping[str, int]:
        """Return what these parameters ask of each of the `Ceilings`, by the ceiling's name."""


@dataclass(frozen=True, slots=True)
class Argon2idParams(Params):
    """Argon2id (RFC 9106).

    Args:
        memory_kib: Memory in KiB, m; at least 8 for each lane.
        passes: Passes over that memory, t.
        lanes: Independent lanes, p; each runs on a thread of its own.
        salt_bytes: Length of a new salt.
        tag_bytes: Length of the result.
    """

    scheme: ClassVar[str] = "argon2id"
    memory_kib: int = 19456
    passes: int = 2
    lanes: int = 1
    salt_bytes: int = 16
    tag_bytes: int = 32

    def __post_init__(self) -> None:
        inputs.whole(self.lanes, "number of lanes", at_least=1)
        inputs.whole(self.memory_kib, "memory in KiB", at_least=8 * self.lanes)
        inputs.whole(self.passes, "number of passes", at_least=1)
        _check_lengths(self.salt_bytes, self.tag_bytes, least_salt=8)

    @property
    def memory_bytes(self) -> int:
        """Memory that one hash needs at its peak, in bytes."""
        return self.memory_kib * 1024

    @property
    def work(self) -> int:
        """KiB times passes."""
        return self.memory_kib * self.passes

    def demands(self) -> Mapping[str, int]:
        """Return what these parameters ask of each of the `Ceilings`."""
        return {
            "memory_mib": _mib(self.memory_bytes),
            "argon2_lanes": self.lanes,
            "argon2_kib_passes": self.work,
        }


@dataclass(frozen=True, slots=True)
class BcryptParams(Params):
    """bcrypt (Provos and Mazières 1999): at most 72 bytes of password.

    Args:
        cost: Binary logarithm of the number of rounds, from 4; each step doubles the work.
    """

    scheme: ClassVar[str] = "bcrypt"
    cost: int = 10

    def __post_init__(self) -> None:
        inputs.whole(self.cost, "bcrypt cost", at_least=4)

    @property
    def salt_bytes(self) -> int:
        """Length of a new salt, in bytes: bcrypt knows no other."""
        return 16

    @property
    def memory_bytes(self) -> int:
        """Memory that one hash needs at its peak, in bytes: the Blowfish state, whatever cost."""
        return 4168

    @property
    def work(self) -> int:
        """Rounds."""
        return 1 << self.cost

    def demands(self) -> Mapping[str, int]:
        """Return what these parameters ask of each of the `Ceilings`."""
        return {"bcrypt_cost": self.cost}


@dataclass(frozen=True, slots=True)
class ScryptParams(Params):
    """scrypt (RFC 7914).

    Args:
        n: Work and memory, N; a power of two above 1.
        r: Block size in units of 128 bytes.
        p: How often the whole is done, one after the other.
        salt_bytes: Length of a new salt.
        tag_bytes: Length of the result.
    """

    scheme: ClassVar[str] = "scrypt"
    n: int = 1 << 17
    r: int = 8
    p: int = 1
    salt_bytes: int = 16
    tag_bytes: int = 32

    def __post_init__(self) -> None:
        inputs.whole(self.n, "scrypt N", at_least=2)
        inputs.whole(self.r, "scrypt r", at_least=1)
        inputs.whole(self.p, "scrypt p", at_least=1)
        if self.n & (self.n - 1):
            raise InvalidInput("The scrypt N must be a power of two.")
        _check_lengths(self.salt_bytes, self.tag_bytes, least_salt=0)

    @property
    def memory_bytes(self) -> int:
        """Memory that one hash needs at its peak, in bytes (RFC 7914 §2)."""
        return 128 * self.r * (self.n + self.p)

    @property
    def work(self) -> int:
        """N · r · p."""
        return self.n * self.r * self.p

    def demands(self) -> Mapping[str, int]:
        """Return what these parameters ask of each of the `Ceilings`."""
        return {
            "memory_mib": _mib(self.memory_bytes),
            "scrypt_blocks": self.work,
        }


@dataclass(frozen=True, slots=True)
class Pbkdf2Params(Params):
    """PBKDF2 with HMAC (RFC 8018 §5.2).

    Args:
        iterations: Iterations of HMAC for each block of output.
        digest: "sha256", "sha512", or "sha1" for what others made.
        salt_bytes: Length of a new salt.
        tag_bytes: Length of the result; more than one digest multiplies only the defender's work.
    """

    scheme: ClassVar[str] = "pbkdf2"
    iterations: int = 600_000
    digest: str = "sha256"
    salt_bytes: int = 16
    tag_bytes: int = 32

    def __post_init__(self) -> None:
        inputs.whole(self.iterations, "number of iterations", at_least=1)
        if not isinstance(self.digest, str) or self.digest not in DIGEST_BYTES:
            raise InvalidInput(f"The digest must be one of {', '.join(DIGEST_BYTES)}.")
        _check_lengths(self.salt_bytes, self.tag_bytes, least_salt=0)

    @property
    def memory_bytes(self) -> int:
        """Memory that one hash needs at its peak, in bytes: a few digests, so next to none."""
        return 4 * DIGEST_BYTES[self.digest]

    @property
    def work(self) -> int:
        """Iterations over all blocks of output."""
        return self.iterations * -(-self.tag_bytes // DIGEST_BYTES[self.digest])

    def demands(self) -> Mapping[str, int]:
        """Return what these parameters ask of each of the `Ceilings`."""
        return {"pbkdf2_iterations": self.work}


DIGEST_BYTES = {"sha1": 20, "sha256": 32, "sha512": 64}


# OWASP Password Storage Cheat Sheet, read 2026-08: its minimum for each scheme, in its order of
# preference. bcrypt is for systems that have it already.
OWASP_2026 = Argon2idParams(memory_kib=19456, passes=2, lanes=1)
OWASP_2026_SCRYPT = ScryptParams(n=1 << 17, r=8, p=1)
OWASP_2026_BCRYPT = BcryptParams(cost=10)
OWASP_2026_PBKDF2 = Pbkdf2Params(iterations=600_000, digest="sha256")
# RFC 9106 §4: the first choice (2 GiB) and the second (64 MiB).
RFC9106_HIGH_MEMORY = Argon2idParams(memory_kib=2 << 20, passes=1, lanes=4)
RFC9106_LOW_MEMORY = Argon2idParams(memory_kib=64 << 10, passes=3, lanes=4)
# The least that Argon2 accepts: microseconds, and as little for whoever steals the table.
ONLY_FOR_TESTS = Argon2idParams(memory_kib=8, passes=1, lanes=1)

PROFILES: Mapping[str, Params] = {
    "OWASP_2026": OWASP_2026,
    "OWASP_2026_SCRYPT": OWASP_2026_SCRYPT,
    "OWASP_2026_BCRYPT": OWASP_2026_BCRYPT,
    "OWASP_2026_PBKDF2": OWASP_2026_PBKDF2,
    "RFC9106_LOW_MEMORY": RFC9106_LOW_MEMORY,
    "RFC9106_HIGH_MEMORY": RFC9106_HIGH_MEMORY,
}
