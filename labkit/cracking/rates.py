"""How fast one GPU guesses: published figures, and the rules that scale them.

The figures were measured with hashcat at the parameters that stand beside them. A bcrypt figure
is for cost 5 and a PBKDF2 figure for 1000 iterations: quoted as if they held for cost 12 or for
600 000 iterations, they make a scheme look 128 or 600 times weaker than it is.
"""

from dataclasses import dataclass
from types import MappingProxyType

from labkit.cracking.errors import RateUnknown
from labkit.cracking.params import (
    Argon2,
    Bcrypt,
    Clear,
    Digest,
    Jwt,
    Params,
    Pbkdf2,
    Scrypt,
    understood,
)
from labkit.cracking.words import count, duration
from labkit.errors import InvalidInput

DEFAULT_GPU = "RTX 4090"


@dataclass(frozen=True)
class Published:
    """One published figure.

    Args:
        gpu: The graphics card.
        params: The scheme, at the parameters that were measured.
        per_second: Guesses a second on one such card.
        source: Who measured it, with what.
        estimate: Derived from another measurement rather than measured itself.
    """

    gpu: str
    params: Params
    per_second: float
    source: str
    estimate: bool = False


@dataclass(frozen=True)
class Rent:
    """What one hour of a GPU costs, in US dollars: the order of magnitude in 2026."""

    gpu: str
    low_usd: float
    high_usd: float


@dataclass(frozen=True)
class Rate:
    """Guesses a second of one GPU at a scheme's own parameters.

    Args:
        per_second: Guesses a second; infinite where there is nothing to compute.
        gpu: The graphics card.
        params: The scheme and its parameters.
        source: Where the figure comes from and how it was scaled.
        estimate: True where the figure or its scaling is not exact.
    """

    per_second: float
    gpu: str
    params: Params
    source: str
    estimate: bool

    @property
    def price_s(self) -> float:
        """Seconds of one GPU for one guess."""
        return 1 / self.per_second

    def __str__(self) -> str:
        if isinstance(self.params, Clear):
            return str(self.params)
        about = "about " if self.estimate else ""
        if self.per_second < 10:
            return f"{self.params}: {about}{duration(self.price_s)} a guess on one {self.gpu}"
        return f"{self.params}: {about}{_rounded(self)} guesses a second on one {self.gpu}"


def _rounded(rate: Rate) -> str:
    return count(float(f"{rate.per_second:.3e}"))


_4090 = "hashcat 6.2.6, gist Chick3nman/32e662a5bb63bc4f51b847bb422222fd"
_5090 = "hashcat 6.2.6-851, gist Chick3nman/09bac0775e6393468c2925c1e1363d5c"
_H100 = "hashcat, gist laluka/2ee80e40ad485adc26934109f4ab75ef"
_A100 = "hashcat 6.1.1, gist Chick3nman/d65bcd5c137626c0fcb05078bba9ca89"
_ARGON2 = "hashcat pull request 4284"
_JWT = (
    "0.19 of the SHA-256 rate, a ratio measured on RTX 3090 and A100"
    " (gist Chick3nman/e4fcee00cb6d82874dace72106d73fef)"
)
# Nobody published a rate for these two. CPU time of hmac.digest over 230 bytes, three runs on one
# x86 core with SHA instructions: 0.66 to 0.89 of HS256's rate. A GPU may differ more.
_LONGER_HMAC = 0.8
_PBKDF2, _BCRYPT = Pbkdf2(iterations=1000), Bcrypt(cost=5)
_SCRYPT, _ARGON2ID = Scrypt(n=16384, r=8, p=1), Argon2(memory_kib=65536, passes=3, lanes=1)

PUBLISHED: tuple[Published, ...] = (
    Published("RTX 4090", Digest("MD5"), 164.1e9, _4090),
    Published("RTX 4090", Digest("SHA-1"), 50.64e9, _4090),
    Published("RTX 4090", Digest("SHA-256"), 21.98e9, _4090),
    Published("RTX 4090", _PBKDF2, 8.866e6, _4090),
    Published("RTX 4090", _BCRYPT, 184.0e3, _4090),
    Published("RTX 4090", _SCRYPT, 7126, _4090),
    Published("RTX 4090", _ARGON2ID, 1667, _ARGON2),
    Published("RTX 4090", Jwt(), 4.2e9, _JWT, estimate=True),
    Published("RTX 5090", Digest("MD5"), 220.6e9, _5090),
    Published("RTX 5090", Digest("SHA-1"), 70.25e9, _5090),
    Published("RTX 5090", Digest("SHA-256"), 28.35e9, _5090),
    Published("RTX 5090", _PBKDF2, 11.157e6, _5090),
    Published("RTX 5090", _BCRYPT, 304.8e3, _5090),
    Published("RTX 5090", _SCRYPT, 7760, _5090),
    Published("RTX 5090", Jwt(), 5.4e9, _JWT, estimate=True),
    Published("H100 SXM5", Digest("MD5"), 116.7e9, _H100),
    Published("H100 SXM5", Digest("SHA-1"), 37.3e9, _H100),
    Published("H100 SXM5", Digest("SHA-256"), 16.17e9, _H100),
    Published("H100 SXM5", _BCRYPT, 346.1e3, _H100),
    Published("A100 PCIe", Digest("MD5"), 64.9e9, _A100),
    Published("A100 PCIe", Digest("SHA-1"), 21.95e9, _A100),
    Published("A100 PCIe", Digest("SHA-256"), 9.36e9, _A100),
    Published("A100 PCIe", _PBKDF2, 3.606e6, _A100),
    Published("A100 PCIe", _BCRYPT, 138e3, _A100),
    Published("A100 PCIe", Jwt(), 1.81e9, _A100),
)
_BY_GPU_AND_SCHEME = {(each.gpu, each.params.scheme): each for each in PUBLISHED}

RENTS = MappingProxyType(
    {
        rent.gpu: rent
        for rent in (
            Rent("RTX 4090", 0.15, 0.60),
            Rent("RTX 5090", 0.69, 1.22),
            Rent("A100 PCIe", 0.8, 3),
            Rent("H100 SXM5", 2, 5),
        )
    }
)
GPUS: tuple[str, ...] = tuple(dict.fromkeys(each.gpu for each in PUBLISHED))


def published(scheme: str, gpu: str = DEFAULT_GPU) -> Published | None:
    """Return the published figure for a scheme's name on a GPU, or None where there is none.

    Raises:
        InvalidInput: No such GPU in the table.

    Examples:
        >>> published("bcrypt").params.cost
        5
        >>> published("scrypt", gpu="H100 SXM5") is None
        True
    """
    return _BY_GPU_AND_SCHEME.get((known_gpu(gpu), scheme))


def rate(params: Params | object, gpu: str = DEFAULT_GPU) -> Rate:
    """Return the guesses a second of one GPU at these parameters.

    bcrypt's cost and PBKDF2's iterations scale exactly. scrypt is scaled by N·r·p and Argon2id by
    m·(3t−1), OWASP's own equivalence (CheatSheetSeries issue 595); both are estimates away from
    the measured parameters. Lanes are left out: they divide the same work. A token's HS384 and
    HS512 are estimates from HS256, by a ratio that was measured on a CPU.

    Args:
        params: The scheme with its parameters; also a defence's own, see `params.understood`.
        gpu: One of `GPUS`.

    Raises:
        InvalidInput: No such GPU, or `params` is no parameter set.
        RateUnknown: Nobody published a figure for this scheme on this GPU.

    Examples:
        >>> print(rate(Bcrypt(cost=12)))
        bcrypt, cost 12: 1 438 guesses a second on one RTX 4090
        >>> print(rate(Argon2(memory_kib=19456, passes=2)))
        Argon2id, 19 MiB, 2 passes, 1 lane: about 8 984 guesses a second on one RTX 4090
    """
    params = understood(params)
    known_gpu(gpu)
    if isinstance(params, Clear):
        return Rate(float("inf"), gpu, params, "nothing is computed", estimate=False)
    if isinstance(params, Digest) and params.hmac:
        return _hmac_rate(params, gpu)
    base = _base("JWT HS256" if isinstance(params, Jwt) else params.scheme, params, gpu)
    factor, rule = _scaled(params, base.params)
    rough = base.estimate or (factor != 1 and isinstance(params, Scrypt | Argon2 | Jwt))
    return Rate(base.per_second * factor, gpu, params, f"{base.source}{rule}", estimate=rough)


def rent(gpu: str = DEFAULT_GPU) -> Rent:
    """Return what an hour of one GPU costs to rent, as a range.

    Raises:
        InvalidInput: No such GPU in the table.
    """
    return RENTS[known_gpu(gpu)]


def known_gpu(gpu: object) -> str:
    """Return `gpu` if it is one of `GPUS`.

    Raises:
        InvalidInput: It is not.
    """
    if not isinstance(gpu, str) or gpu not in GPUS:
        raise InvalidInput("No figures for this GPU.", remedy=f"Known are {', '.join(GPUS)}.")
    return gpu


def _base(scheme: str, params: Params, gpu: str) -> Published:
    found = _BY_GPU_AND_SCHEME.get((gpu, scheme))
    if found is None:
        raise RateUnknown(f"No published rate for {params.scheme} on one {gpu}.")
    return found


def _hmac_rate(params: Digest, gpu: str) -> Rate:
    """HMAC by the ratio that HS256 has to SHA-256 on the same card."""
    jwt, sha256 = _base("JWT HS256", params, gpu), _base("SHA-256", params, gpu)
    plain = _base(params.algorithm, params, gpu)
    ratio = jwt.per_second / sha256.per_second
    source = f"{plain.source}, scaled as JWT HS256 to SHA-256: {jwt.source}"
    return Rate(plain.per_second * ratio, gpu, params, source, estimate=True)


def _scaled(params: Params, at: Params) -> tuple[float, str]:
    """The factor from the measured parameters to these, and the words for it."""
    match params, at:
        case Pbkdf2(), Pbkdf2():
            factor, rule = at.iterations / params.iterations, "× 1000 / iterations"
        case Bcrypt(), Bcrypt():
            factor, rule = 2.0 ** (at.cost - params.cost), "/ 2^(cost − 5)"
        case Scrypt(), Scrypt():
            factor = (at.n * at.r * at.p) / (params.n * params.r * params.p)
            rule = "× (16384·8·1) / (N·r·p)"
        case Argon2(), Argon2():
            factor = (at.memory_kib * (3 * at.passes - 1)) / (
                params.memory_kib * (3 * params.passes - 1)
            )
            rule = "× 64·(3·3−1) / (MiB·(3t−1))"
        case Jwt(), Jwt() if params != at:
            factor, rule = _LONGER_HMAC, f"× {_LONGER_HMAC}, measured on a CPU, not on this card"
        case _:
            return 1.0, ""
    return factor, "" if factor == 1 else f", here: rate {rule}"
