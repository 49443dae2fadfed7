"""What one guess computes. Rows with equal work share every guess; a salt each ends that."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from labkit.cracking.errors import TooDear
from labkit.cracking.params import (
    DIGESTS,
    HMACS,
    Argon2,
    Bcrypt,
    Digest,
    Jwt,
    Params,
    Pbkdf2,
    Scrypt,
)
from labkit.cracking.rates import DEFAULT_GPU, rate

Order = Literal["salt first", "password first", "salt is the key", "password is the key"]

# One guess above these takes about 5 s or half a GiB on a machine of 2026.
MOST_BCRYPT_COST = 16
MOST_PBKDF2_ITERATIONS = 20_000_000
MOST_SCRYPT_NRP = 1 << 23
MOST_ARGON2_KIB_PASSES = 8 << 20
MOST_MEMORY_BYTES = 512 << 20
MOST_LANES = 64  # each is a thread
BCRYPT_BYTES = 72


@dataclass(frozen=True)
class Work:
    """The computation of one guess: a scheme, its parameters, a salt, and where the salt goes.

    Equal works are equal keys, so rows can be grouped by them. It can be pickled, so another
    process can do it. Immutable: threads may share it.

    Args:
        params: The scheme and its cost.
        salt: The salt's bytes, or a token's signed bytes; empty where there is none.
        order: For fast digests, how salt and password are put together.
        length: Bytes that are derived and compared.
        version: Argon2's version, 16 or 19.
    """

    params: Params
    salt: bytes = b""
    order: Order = "salt first"
    length: int = 0
    version: int = 19

    def price_s(self, gpu: str = DEFAULT_GPU) -> float:
        """Return the seconds of one GPU that one guess takes, by its published rate.

        Raises:
            InvalidInput: No such GPU.
            RateUnknown: Nobody published a rate for this scheme on it.
        """
        return rate(self.params, gpu).price_s

    def deriver(self) -> Callable[[bytes], bytes]:
        """Return the function from a guess to what would be stored for it.

        Raises:
            TooDear: One guess would take seconds or hundreds of MiB.
        """
        match self.params:
            case Digest():
                return _digest(self, self.params)
            case Jwt():
                return _jwt(self, self.params)
            case Pbkdf2():
                return _pbkdf2(self, self.params)
            case Bcrypt():
                return _bcrypt(self, self.params)
            case Scrypt():
                return _scrypt(self, self.params)
            case Argon2():
                return _argon2(self, self.params)
            case _:
                raise TypeError(f"{self.params} is no stored hash")

    @property
    def releases_the_gil(self) -> bool:
        """Whether threads speed it up: true for the four slow schemes."""
        return not isinstance(self.params, Digest | Jwt)


def _digest(work: Work, params: Digest) -> Callable[[bytes], bytes]:
    name, salt = DIGESTS[params.algorithm], work.salt
    if params.hmac and work.order == "salt is the key":
        return lambda guess: hmac.digest(salt, guess, name)
    if params.hmac:
        return lambda guess: hmac.digest(guess, salt, name)
    make = getattr(hashlib, name)
    if not salt:
        return lambda guess: bytes(make(guess).digest())
    if work.order == "password first":
        return lambda guess: bytes(make(guess + salt).digest())
    return lambda guess: bytes(make(salt + guess).digest())


def _jwt(work: Work, params: Jwt) -> Callable[[bytes], bytes]:
    name, message = HMACS[params.algorithm], work.salt
    return lambda guess: hmac.digest(guess, message, name)


def _pbkdf2(work: Work, params: Pbkdf2) -> Callable[[bytes], bytes]:
    _affordable(params, params.iterations <= MOST_PBKDF2_ITERATIONS)
    name, salt, rounds, length = (
        DIGESTS[params.algorithm],
        work.salt,
        params.iterations,
        work.length,
    )
    return lambda guess: hashlib.pbkdf2_hmac(name, guess, salt, rounds, length)


def _bcrypt(work: Work, params: Bcrypt) -> Callable[[bytes], bytes]:
    import bcrypt

    _affordable(params, params.cost <= MOST_BCRYPT_COST)
    setting = b"$2b$%02d$%s" % (params.cost, work.salt)
    # bcrypt takes 72 bytes; a longer guess never logs in where the library refuses it, and where
    # a site cuts it the first 72 bytes do as well.
    return lambda guess: bcrypt.hashpw(guess, setting)[-31:] if len(guess) <= BCRYPT_BYTES else b""


def _scrypt(work: Work, params: Scrypt) -> Callable[[bytes], bytes]:
    n, r, p, salt, length = params.n, params.r, params.p, work.salt, work.length
    memory = 128 * r * (n + p + 2)
    _affordable(params, n * r * p <= MOST_SCRYPT_NRP and memory <= MOST_MEMORY_BYTES)
    return lambda guess: hashlib.scrypt(
        guess, salt=salt, n=n, r=r, p=p, maxmem=memory + (1 << 20), dklen=length
    )


def _argon2(work: Work, params: Argon2) -> Callable[[bytes], bytes]:
    from argon2.low_level import Type, hash_secret_raw

    memory, passes, lanes = params.memory_kib, params.passes, params.lanes
    light = memory * passes <= MOST_ARGON2_KIB_PASSES and memory << 10 <= MOST_MEMORY_BYTES
    _affordable(params, light and lanes <= MOST_LANES)
    kinds = {"argon2id": Type.ID, "argon2i": Type.I, "argon2d": Type.D}
    kind, salt, length, version = kinds[params.variant], work.salt, work.length, work.version
    return lambda guess: hash_secret_raw(guess, salt, passes, memory, lanes, length, kind, version)


def _affordable(params: Params, light: bool) -> None:
    if not light:
        raise TooDear(f"One guess is too dear here: {params}.")
