"""The four families, and which of them a stored string or a set of parameters belongs to."""

from collections.abc import Mapping
from typing import Any, Final

from labkit.errors import InvalidInput
from labkit.passwords.errors import MalformedHash, UnsupportedHash
from labkit.passwords.parameters import Params
from labkit.passwords.schemes.argon2 import Argon2Scheme
from labkit.passwords.schemes.base import Scheme, Stored
from labkit.passwords.schemes.bcrypt import BcryptScheme
from labkit.passwords.schemes.pbkdf2 import Pbkdf2Scheme
from labkit.passwords.schemes.scrypt import ScryptScheme

LONGEST_STORED = 1024

SCHEMES: Final[Mapping[str, Scheme[Any]]] = {
    scheme.name: scheme
    for scheme in (Argon2Scheme(), BcryptScheme(), ScryptScheme(), Pbkdf2Scheme())
}

# Django's legacy hashers and crypt(3)'s: known, and refused because one guess costs nothing.
_FAST = ("md5$", "sha1$", "$1$", "$5$", "$6$", "{SHA}", "{SSHA}")


def scheme_of(params: Params) -> Scheme[Any]:
    """Return the scheme that `params` belong to.

    Raises:
        InvalidInput: They are no parameters of a scheme known here.
    """
    if not isinstance(params, Params) or params.scheme not in SCHEMES:
        raise InvalidInput(
            f"The parameters must be Params, not {type(params).__name__}.",
            remedy="Pass a profile such as OWASP_2026, or build an Argon2idParams.",
        )
    return SCHEMES[params.scheme]


def read(stored: str) -> tuple[Scheme[Any], Stored[Any]]:
    """Return the scheme of a stored string and what it says; nothing is computed.

    Args:
        stored: A string from the table, at most 1024 characters.

    Raises:
        MalformedHash: It is empty, too long, or breaks the rules of its format.
        UnsupportedHash: It is of a format that is refused on purpose.
    """
    if not 0 < len(stored) <= LONGEST_STORED:
        found = "empty" if not stored else f"{len(stored)} characters long"
        raise MalformedHash(f"The stored string is {found}.")
    for scheme in SCHEMES.values():
        if scheme.recognises(stored):
            return scheme, scheme.read(stored)
    if stored.startswith(_FAST):
        raise UnsupportedHash(
            "The stored string is of a fast or unsalted scheme, which stops no guessing.",
            remedy="Have the owner set a new password, or wrap the old hashes in a slow one.",
        )
    raise MalformedHash(
        "The stored string is in no format known here.",
        remedy="Argon2, bcrypt, scrypt and PBKDF2 are, as argon2-cffi, Django and passlib write.",
    )
