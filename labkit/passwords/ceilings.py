"""What a hasher will spend at most, whoever wrote the stored string."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit import inputs
from labkit.passwords.errors import HashTooCostly

if TYPE_CHECKING:
    from labkit.passwords.parameters import Params


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What a hasher will spend at most on one password, whoever wrote the stored string.

    The defaults stand above every profile here and stop at about ten seconds on one core of a
    2020s server. `memory_mib` is what a small machine should lower first. Immutable.

    Args:
        memory_mib: Memory for one hash, in MiB.
        argon2_kib_passes: Argon2's memory in KiB times its passes.
        argon2_lanes: Argon2's lanes, each a thread.
        bcrypt_cost: bcrypt's cost.
        scrypt_blocks: scrypt's N · r · p.
        pbkdf2_iterations: PBKDF2's iterations over all blocks of output.
        password_bytes: Longest password, in UTF-8.
    """

    memory_mib: int = 2048
    argon2_kib_passes: int = 1 << 24
    argon2_lanes: int = 64
    bcrypt_cost: int = 17
    scrypt_blocks: int = 1 << 24
    pbkdf2_iterations: int = 20_000_000
    password_bytes: int = 4096

    def __post_init__(self) -> None:
        for name in self.__slots__:
            inputs.whole(getattr(self, name), name, at_least=1)

    def check(self, params: Params) -> None:
        """Return if `params` stay under every ceiling.

        Raises:
            HashTooCostly: They do not; the evidence names the ceiling and the demand.
        """
        for name, demand in params.demands().items():
            if demand > (most := getattr(self, name)):
                raise HashTooCostly(
                    f"These {params.scheme} parameters ask for {name}={demand}, over {most}.",
                    remedy="Lower them, or raise that ceiling if the string is to be trusted.",
                    ceiling=name,
                    demand=demand,
                    most=most,
                )
