"""Passwords: hashing, what it costs on this machine, and what makes one acceptable."""

from typing import Any

from labkit.passwords.errors import (
    EmptyPassword,
    HashingFailed,
    HashTooCostly,
    MalformedHash,
    PasswordError,
    PasswordRefused,
    PasswordTooLong,
    StoredHashError,
    UnknownPepper,
    UnsupportedHash,
)
from labkit.passwords.hashing import Hasher, PasswordHasher
from labkit.passwords.parameters import (
    ONLY_FOR_TESTS,
    OWASP_2026,
    OWASP_2026_BCRYPT,
    OWASP_2026_PBKDF2,
    OWASP_2026_SCRYPT,
    PROFILES,
    RFC9106_HIGH_MEMORY,
    RFC9106_LOW_MEMORY,
    Argon2idParams,
    BcryptParams,
    Ceilings,
    Params,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.pepper import Pepper
from labkit.passwords.textbook import TextbookScheme

__all__ = [
    "ONLY_FOR_TESTS",
    "OWASP_2026",
    "OWASP_2026_BCRYPT",
    "OWASP_2026_PBKDF2",
    "OWASP_2026_SCRYPT",
    "PROFILES",
    "RFC9106_HIGH_MEMORY",
    "RFC9106_LOW_MEMORY",
    "Argon2idParams",
    "BcryptParams",
    "Ceilings",
    "EmptyPassword",
    "HashTooCostly",
    "Hasher",
    "HashingFailed",
    "MalformedHash",
    "Params",
    "PasswordError",
    "PasswordHasher",
    "PasswordRefused",
    "PasswordTooLong",
    "Pbkdf2Params",
    "Pepper",
    "ScryptParams",
    "StoredHashError",
    "TextbookScheme",
    "UnknownPepper",
    "UnsupportedHash",
]

_LATER = {
    "PasswordPolicy": "labkit.passwords.policy",
    "Problem": "labkit.passwords.policy",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATER])
