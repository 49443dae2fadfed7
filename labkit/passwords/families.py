"""How each scheme turns an amount of work into parameters, and what a guess then costs."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from labkit.errors import InvalidInput
from labkit.passwords.ceilings import Ceilings
from labkit.passwords.parameters import (
    OWASP_2026,
    OWASP_2026_BCRYPT,
    OWASP_2026_PBKDF2,
    OWASP_2026_SCRYPT,
    Argon2idParams,
    BcryptParams,
    Params,
    Pbkdf2Params,
    ScryptParams,
)


@dataclass(frozen=True, slots=True)
class Family:
    """How one scheme turns an amount of work and a limit of memory in MiB into parameters."""

    minimum: Params
    start: int
    at: Callable[[float, int], Params]


def guessing_work(params: Params) -> int:
    """Return what one guess costs an attacker, to compare parameters of one scheme.

    For Argon2id this is m · (3t − 1), under which OWASP's five presets are equal; for the others
    the rounds, iterations or N · r · p.
    """
    if isinstance(params, Argon2idParams):
        return params.memory_kib * (3 * params.passes - 1)
    return params.work


def _argon2id(work: float, memory_mib: int) -> Params:
    """Spend work on memory first, as RFC 9106 §4 advises, at OWASP's two passes."""
    work = min(work, Ceilings().argon2_kib_passes)
    memory_kib = min(max(int(work / 2 / 1024), 1), memory_mib) * 1024
    return Argon2idParams(memory_kib=memory_kib, passes=max(2, int(work / memory_kib)))


def _bcrypt(work: float, _memory_mib: int) -> Params:
    return BcryptParams(cost=min(max(_log2(work), 4), Ceilings().bcrypt_cost))


def _scrypt(work: float, memory_mib: int) -> Params:
    """Double N as long as the memory allows, at r = 8; then repeat with p."""
    blocks = max(min(work, Ceilings().scrypt_blocks) / 8, 2)
    room = memory_mib << 10  # blocks of 1 KiB: N of them, and one for each p
    n = 1 << _log2(min(blocks, room - 1))
    p = 1 if 2 * n < room else min(int(blocks / n), room - n)
    return ScryptParams(n=n, r=8, p=p)


def _pbkdf2(work: float, _memory_mib: int) -> Params:
    work = min(work, Ceilings().pbkdf2_iterations)
    return Pbkdf2Params(iterations=max(int(work / 1000), 1) * 1000)


def _log2(value: float) -> int:
    return math.frexp(value)[1] - 1


FAMILIES: Mapping[str, Family] = {
    "argon2id": Family(OWASP_2026, 4096, _argon2id),
    "bcrypt": Family(OWASP_2026_BCRYPT, 64, _bcrypt),
    "scrypt": Family(OWASP_2026_SCRYPT, 8 * 4096, _scrypt),
    "pbkdf2": Family(OWASP_2026_PBKDF2, 20_000, _pbkdf2),
}


def family_of(scheme: str) -> Family:
    """Return how the scheme of that name grows.

    Raises:
        InvalidInput: There is no such scheme.
    """
    if not isinstance(scheme, str) or scheme not in FAMILIES:
        raise InvalidInput(f"The scheme must be one of {', '.join(FAMILIES)}.")
    return FAMILIES[scheme]
