"""What a forger can choose from, and what the choices are checked by."""

from enum import Enum
from itertools import product
from typing import Protocol

from labkit.errors import InvalidInput
from labkit.forging.own_key import OwnKey

# Every way to write it in capital and small letters: a filter that knows one lets the others by.
NONE_SPELLINGS: tuple[str, ...] = tuple(
    dict.fromkeys(["none", "None", "NONE", "nOnE", *map("".join, product("nN", "oO", "nN", "eE"))])
)
# The sizes of r and s together, and the DER that says r = s = 0.
ECDSA_BYTES = {"ES256": 64, "ES384": 96, "ES512": 132}
ZERO_DER = bytes([0x30, 6, 2, 1, 0, 2, 1, 0])


class Kid(Enum):
    """What a signature makes of the header's `kid` where the caller names none."""

    KEPT = "as the header has it"
    OWN = "the own key's"


class KeyServer(Protocol):
    """Where a token can point to for its key; `serve_keys` makes one."""

    @property
    def key(self) -> OwnKey:
        """The key that it serves."""

    @property
    def jku(self) -> str:
        """The address of its key set."""

    @property
    def x5u(self) -> str:
        """The address of its certificate."""


def own_key(key: object) -> OwnKey:
    """Return `key` if it is an OwnKey.

    Raises:
        InvalidInput: It is none.
    """
    if not isinstance(key, OwnKey):
        raise InvalidInput(
            f"An OwnKey is needed, not {type(key).__name__}.",
            remedy='Make one with OwnKey.new("ES256"); a secret is for sign_with_secret.',
        )
    return key
