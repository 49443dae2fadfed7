"""One password through every scheme, and a stored string taken apart into what it says."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.passwords.ceilings import Ceilings
from labkit.passwords.errors import MalformedHash, PasswordRefused
from labkit.passwords.hashing import Hasher, PasswordHasher
from labkit.passwords.parameters import (
    OWASP_2026,
    OWASP_2026_BCRYPT,
    OWASP_2026_PBKDF2,
    OWASP_2026_SCRYPT,
    Params,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.textbook import TextbookScheme

Kind = Literal["scheme", "parameters", "salt", "digest"]
KINDS: tuple[Kind, ...] = ("scheme", "parameters", "salt", "digest")

# An invented password to begin with; nobody should type a real one here.
INVENTED = "Tuesday-Marmalade-7"
USERS = ("alice", "bob")
PARAMETERS: Mapping[str, Params] = {
    "PBKDF2": OWASP_2026_PBKDF2,
    "bcrypt": OWASP_2026_BCRYPT,
    "scrypt": OWASP_2026_SCRYPT,
    "Argon2id": OWASP_2026,
}
SCHEMES = ("MD5", *PARAMETERS)

_REST = r"(?P<salt>[^$]*\$)(?P<digest>[^$]+)"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # bcrypt: 22 characters of salt, then the digest without a separator
        r"(?P<scheme>\$2[abxy]\$)(?P<parameters>\d\d\$)(?P<salt>.{22})(?P<digest>.{31})",
        rf"(?P<scheme>\$argon2(?:id|i|d)\$)(?P<parameters>(?:v=\d+\$)?m=\d+,t=\d+,p=\d+\$){_REST}",
        rf"(?P<scheme>\$scrypt\$)(?P<parameters>ln=\d+,r=\d+,p=\d+\$){_REST}",
        rf"(?P<scheme>\$pbkdf2(?:-\w+)?\$)(?P<parameters>\d+\$){_REST}",
        rf"(?P<scheme>\$textbook\$)(?P<parameters>){_REST}",
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """One user's password under one scheme.

    Args:
        user: Whose row it is.
        stored: The string that would stand in the table.
        parts: The same string in pieces, by kind, in order; joined they are the string again.
    """

    user: str
    stored: str
    parts: Mapping[Kind, str]


@dataclass(frozen=True, slots=True)
class SchemeResult:
    """One scheme's rows, a user each; all have the same password.

    Args:
        scheme: Its name.
        salted: Whether each user had a salt of their own.
        rows: One for each user; none where the scheme refused.
        refused: Why the scheme would not take this password, or nothing.
    """

    scheme: str
    salted: bool
    rows: tuple[Row, ...]
    refused: str = ""

    @property
    def equal(self) -> bool:
        """Whether the rows show that the passwords are equal."""
        return len({row.stored for row in self.rows}) == 1


def take_apart(stored: str) -> dict[Kind, str]:
    """Return the pieces of a stored string by kind: scheme, parameters, salt, digest.

    Joined in this order they are the string again: each piece keeps the separator behind it.

    Args:
        stored: A string as `PasswordHasher` or a `TextbookScheme` makes it.

    Raises:
        MalformedHash: It has no such form.
        InvalidInput: It is no str, empty or too long.

    Examples:
        >>> take_apart("$2b$10$" + "s" * 22 + "d" * 31)["parameters"]
        '10$'
    """
    inputs.text(stored, "stored string", at_least=1)
    for form in _FORMS:
        if found := form.fullmatch(stored):
            return {kind: found[kind] for kind in KINDS}
    raise MalformedHash("The stored string has no form that can be taken apart here.")


def every_scheme(
    password: str = INVENTED,
    *,
    salt: bool = True,
    users: Sequence[str] = USERS,
    parameters: Mapping[str, Params] = PARAMETERS,
    ceilings: Ceilings | None = None,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Iterator[SchemeResult]:
    """Yield one password's rows under each scheme, the wrong one (MD5) first.

    Without a salt MD5, PBKDF2 and scrypt get none; bcrypt and Argon2id insist on one, so every
    user gets the same zeros. A scheme that cannot take the password (bcrypt, over 72 bytes) says so
    in place of rows.

    Args:
        password: What every user chose.
        salt: Whether each user gets a salt of their own.
        users: Whose rows to make.
        parameters: Cost parameters by the scheme's name, in order.
        ceilings: What one hash may cost at most.
        random_bytes: Where salts come from.

    Raises:
        InvalidInput: An argument is of the wrong type, empty or too long.
        HashTooCostly: Parameters are over a ceiling.
    """
    inputs.text(password, "password", at_least=1)
    if not _are_names(users):
        raise InvalidInput("The users must be a sequence of one name or more.")
    if not isinstance(parameters, Mapping):
        raise InvalidInput("The parameters must be a mapping from a scheme's name.")
    source = random_bytes if salt else bytes
    hashers: dict[str, Hasher] = {"MD5": _Md5(source, salt_bytes=16 if salt else 0)}
    for name, params in parameters.items():
        fitting = params if salt else without_salt(params)
        hashers[name] = PasswordHasher(fitting, ceilings=ceilings, random_bytes=source)
    return (_result(name, hasher, password, salt, users) for name, hasher in hashers.items())


def without_salt(params: Params) -> Params:
    """Return `params` with no salt where the scheme can do without."""
    if isinstance(params, ScryptParams | Pbkdf2Params):
        return replace(params, salt_bytes=0)
    return params


def _are_names(users: object) -> bool:
    if not isinstance(users, Sequence) or isinstance(users, str | bytes):
        return False
    return len(users) > 0 and all(isinstance(user, str) for user in users)


def _result(
    scheme: str, hasher: Hasher, password: str, salted: bool, users: Sequence[str]
) -> SchemeResult:
    try:
        strings = [(user, hasher.hash(password)) for user in users]
    except PasswordRefused as error:
        return SchemeResult(scheme, salted, (), refused=str(error))
    rows = tuple(Row(user, stored, take_apart(stored)) for user, stored in strings)
    return SchemeResult(scheme, salted, rows)


class _Md5(TextbookScheme):
    """MD5 of salt and password: the wrong one, for comparison only."""

    longest_password_bytes: ClassVar[int] = 4096

    def __init__(self, random_bytes: Callable[[int], bytes], *, salt_bytes: int) -> None:
        super().__init__()
        self._random_bytes, self._length = random_bytes, salt_bytes

    def new_salt(self) -> bytes:
        return self._random_bytes(self._length)

    def derive(self, password: bytes, salt: bytes) -> str:
        return hashlib.md5(salt + password, usedforsecurity=False).hexdigest()
