"""Passwords: hashing, what it costs on this machine, and what makes one acceptable."""

from typing import TYPE_CHECKING, Any

from labkit.passwords.ceilings import Ceilings
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
from labkit.passwords.hashing import Hasher, PasswordHasher, parameters_of
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
    Params,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.pepper import Pepper
from labkit.passwords.textbook import TextbookScheme

if TYPE_CHECKING:
    from labkit.passwords.calibration import Calibration, calibrate, calibrating
    from labkit.passwords.policy import PasswordPolicy, Problem
    from labkit.passwords.timing import Clocks, Timing, sampling, time_hash

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
    "Calibration",
    "Ceilings",
    "Clocks",
    "EmptyPassword",
    "HashTooCostly",
    "Hasher",
    "HashingFailed",
    "MalformedHash",
    "Params",
    "PasswordError",
    "PasswordHasher",
    "PasswordPolicy",
    "PasswordRefused",
    "PasswordTooLong",
    "Pbkdf2Params",
    "Pepper",
    "Problem",
    "ScryptParams",
    "StoredHashError",
    "TextbookScheme",
    "Timing",
    "UnknownPepper",
    "UnsupportedHash",
    "calibrate",
    "calibrating",
    "parameters_of",
    "sampling",
    "time_hash",
]

# What only some callers need, by the module that has it.
_LATER = {
    "Calibration": "labkit.passwords.calibration",
    "Clocks": "labkit.passwords.timing",
    "PasswordPolicy": "labkit.passwords.policy",
    "Problem": "labkit.passwords.policy",
    "Timing": "labkit.passwords.timing",
    "calibrate": "labkit.passwords.calibration",
    "calibrating": "labkit.passwords.calibration",
    "sampling": "labkit.passwords.timing",
    "time_hash": "labkit.passwords.timing",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATER])
