"""The one interface that every scheme has, and what is common to reading stored strings."""

import base64
import binascii
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from labkit.errors import InvalidInput
from labkit.passwords.errors import MalformedHash
from labkit.passwords.parameters import Params

P = TypeVar("P", bound=Params)

# A whole number as every format here spells it: no sign, no leading zero, nothing endless.
NUMBER = "(0|[1-9][0-9]{0,17})"


@dataclass(frozen=True, slots=True)
class Stored(Generic[P]):
    """A stored string that was read and found well-formed; nothing was computed yet.

    Args:
        params: What verifying it will cost.
        native: Whether this library would spell the same hash the same way.
        salt: The salt as the scheme takes it.
        tag: The result to compare with.
        encoded: The string for a library that reads it itself.
        before: What its maker did to the password first.
    """

    params: P
    native: bool
    salt: bytes = field(default=b"", repr=False)
    tag: bytes = field(default=b"", repr=False)
    encoded: str = field(default="", repr=False)
    before: Callable[[bytes], bytes] = field(default=bytes, repr=False)


class Scheme(ABC, Generic[P]):
    """One family of password hashes. Stateless, so any number of threads may share it."""

    name: ClassVar[str]
    prefixes: ClassVar[tuple[str, ...]]

    def recognises(self, stored: str) -> bool:
        """Return whether `stored` is in one of this scheme's formats, by its beginning."""
        return stored.startswith(self.prefixes)

    @abstractmethod
    def hash(self, password: bytes, params: P, salt: bytes) -> str:
        """Return the self-describing string for `password`.

        Raises:
            PasswordTooLong: The scheme cannot take so many bytes.
            HashingFailed: The library gave up.
        """

    @abstractmethod
    def read(self, stored: str) -> Stored[P]:
        """Return what a stored string says, without computing a hash.

        Raises:
            MalformedHash: It breaks the rules of its format.
            UnsupportedHash: It is refused on purpose.
        """

    @abstractmethod
    def matches(self, password: bytes, stored: Stored[P]) -> bool:
        """Return whether `password` gives the stored tag, compared in constant time.

        Raises:
            HashingFailed: The library gave up.
        """


def malformed(scheme: str) -> MalformedHash:
    """Return the error for a string that breaks the rules of `scheme`."""
    return MalformedHash(f"The stored string is no well-formed {scheme} hash.", scheme=scheme)


def costing(build: Callable[..., P], scheme: str, *args: object, **fields: object) -> P:
    """Build parameters out of a stored string; what makes no sense is malformed."""
    try:
        return build(*args, **fields)
    except InvalidInput as error:
        raise malformed(scheme) from error


def from_base64(value: str, scheme: str, *, plus: str = "+", padded: bool = False) -> bytes:
    """Decode standard base64 in the one spelling that encodes those bytes.

    Args:
        value: The text.
        scheme: Whose string it is, for the error.
        plus: The character that stands for 62 (passlib writes "." for it).
        padded: Whether padding must be there or must not.

    Raises:
        MalformedHash: Another alphabet, wrong padding or stray bits.
    """
    standard = value.replace(plus, "+") if "+" not in value or plus == "+" else "!"
    try:
        data = base64.b64decode(standard + "=" * (0 if padded else -len(value) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise malformed(scheme) from error
    if to_base64(data, plus=plus, padded=padded) != value:
        raise malformed(scheme)
    return data


def to_base64(data: bytes, *, plus: str = "+", padded: bool = False) -> str:
    """Return standard base64, without padding unless asked for."""
    text = base64.b64encode(data).decode("ascii").replace("+", plus)
    return text if padded else text.rstrip("=")


def fields_of(pattern: re.Pattern[str], stored: str, scheme: str) -> tuple[str, ...]:
    """Return the groups of `pattern` in `stored`.

    Raises:
        MalformedHash: It does not match as a whole.
    """
    found = pattern.fullmatch(stored)
    if found is None:
        raise malformed(scheme)
    return tuple(found.groups(default=""))
