"""What a guess has to compute: each scheme's cost parameters, as an attacker reads them."""

from dataclasses import dataclass
from typing import Any, Literal

from labkit.cracking.words import count
from labkit.errors import InvalidInput
from labkit.inputs import whole

DigestName = Literal["MD5", "SHA-1", "SHA-256", "SHA-512"]
DIGESTS: dict[DigestName, str] = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-512": "sha512",
}


@dataclass(frozen=True)
class Clear:
    """No hash at all: the password, or an encoding of it, stands in the table."""

    @property
    def scheme(self) -> str:
        """Its name."""
        return "readable"

    def __str__(self) -> str:
        return "readable without a guess"


@dataclass(frozen=True)
class Digest:
    """One fast hash of the password, bare or with a salt.

    Args:
        algorithm: The hash.
        hmac: Keyed (HMAC) rather than plain.
    """

    algorithm: DigestName
    hmac: bool = False

    @property
    def scheme(self) -> str:
        """Its name."""
        return f"HMAC-{self.algorithm}" if self.hmac else self.algorithm

    def __str__(self) -> str:
        return self.scheme


HmacName = Literal["HS256", "HS384", "HS512"]
HMACS: dict[HmacName, str] = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


@dataclass(frozen=True)
class Jwt:
    """The signature of a JSON Web Token under HMAC (RFC 7518 §3.2), guessed for its key.

    Args:
        algorithm: Which HMAC.
    """

    algorithm: HmacName = "HS256"

    @property
    def scheme(self) -> str:
        """Its name."""
        return f"JWT {self.algorithm}"

    def __str__(self) -> str:
        return self.scheme


@dataclass(frozen=True)
class Pbkdf2:
    """PBKDF2 (RFC 8018 §5.2).

    Args:
        iterations: Rounds, each one HMAC.
        algorithm: The hash inside the HMAC.
    """

    iterations: int
    algorithm: DigestName = "SHA-256"

    def __post_init__(self) -> None:
        whole(self.iterations, "number of PBKDF2 iterations", at_least=1, at_most=2**32 - 1)

    @property
    def scheme(self) -> str:
        """Its name."""
        return f"PBKDF2-HMAC-{self.algorithm}"

    def __str__(self) -> str:
        return f"{self.scheme}, {count(self.iterations)} iterations"


@dataclass(frozen=True)
class Bcrypt:
    """bcrypt.

    Args:
        cost: The exponent: 2**cost rounds of two key expansions.
    """

    cost: int

    def __post_init__(self) -> None:
        whole(self.cost, "bcrypt cost", at_least=4, at_most=31)

    @property
    def scheme(self) -> str:
        """Its name."""
        return "bcrypt"

    def __str__(self) -> str:
        return f"bcrypt, cost {self.cost}"


@dataclass(frozen=True)
class Scrypt:
    """scrypt (RFC 7914); it takes 128 * n * r bytes of memory.

    Args:
        n: Cost, a power of two.
        r: Block size.
        p: Parallelisation.
    """

    n: int
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        whole(self.n, "scrypt N", at_least=2, at_most=2**63)
        whole(self.r, "scrypt r", at_least=1, at_most=2**30 - 1)
        whole(self.p, "scrypt p", at_least=1, at_most=(2**30 - 1) // self.r)
        if self.n & (self.n - 1) or self.n.bit_length() > 16 * self.r:
            raise InvalidInput("The scrypt N must be a power of two below 2^(16 r) (RFC 7914 §6).")

    @property
    def scheme(self) -> str:
        """Its name."""
        return "scrypt"

    def __str__(self) -> str:
        return f"scrypt, N {count(self.n)}, r {self.r}, p {self.p}"


@dataclass(frozen=True)
class Argon2:
    """Argon2 (RFC 9106).

    Args:
        memory_kib: Memory in KiB, over all lanes together; at least 8 for each lane.
        passes: Passes over that memory (t).
        lanes: Degree of parallelism (p).
        variant: The type.
    """

    memory_kib: int
    passes: int
    lanes: int = 1
    variant: Literal["argon2id", "argon2i", "argon2d"] = "argon2id"

    def __post_init__(self) -> None:
        whole(self.passes, "number of Argon2 passes", at_least=1, at_most=2**32 - 1)
        lanes = whole(self.lanes, "number of Argon2 lanes", at_least=1, at_most=2**24 - 1)
        whole(self.memory_kib, "Argon2 memory in KiB", at_least=8 * lanes, at_most=2**32 - 1)

    @property
    def scheme(self) -> str:
        """Its name."""
        return self.variant.capitalize()

    def __str__(self) -> str:
        memory = f"{self.memory_kib / 1024:.4g} MiB"
        return f"{self.scheme}, {memory}, {self.passes} passes, {self.lanes} lanes".replace(
            " 1 passes", " 1 pass"
        ).replace(" 1 lanes", " 1 lane")


Params = Clear | Digest | Jwt | Pbkdf2 | Bcrypt | Scrypt | Argon2


def understood(params: object) -> Params:
    """Return a parameter set, also from a defence's own, known by its names alone.

    Args:
        params: A parameter set of this module, or an object whose `scheme` is "argon2id" (with
            memory_kib, passes, lanes), "bcrypt" (cost), "scrypt" (n, r, p) or "pbkdf2"
            (iterations, digest such as "sha256").

    Raises:
        InvalidInput: It is neither, or a cost is outside its scheme.

    Examples:
        >>> from types import SimpleNamespace
        >>> understood(SimpleNamespace(scheme="bcrypt", cost=12))
        Bcrypt(cost=12)
    """
    if isinstance(params, Params):
        return params
    try:
        return _by_scheme(params)
    except (AttributeError, KeyError, TypeError):
        raise InvalidInput(
            f"Cost parameters are needed, not {type(params).__name__}.",
            remedy="Give a parameter set such as Bcrypt(cost=12), or read(stored).params.",
        ) from None


def _by_scheme(params: Any) -> Params:
    if isinstance(params, type):
        raise TypeError
    match params.scheme:
        case "argon2id":
            return Argon2(params.memory_kib, params.passes, params.lanes)
        case "bcrypt":
            return Bcrypt(params.cost)
        case "scrypt":
            return Scrypt(params.n, params.r, params.p)
        case "pbkdf2":
            names = {name: algorithm for algorithm, name in DIGESTS.items()}
            return Pbkdf2(params.iterations, names[params.digest])
    raise KeyError(params.scheme)
