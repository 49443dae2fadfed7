"""Passwords hashed and verified: the default is Argon2id at OWASP's profile."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.passwords import schemes
from labkit.passwords.ceilings import Ceilings
from labkit.passwords.errors import EmptyPassword, PasswordRefused, PasswordTooLong, UnknownPepper
from labkit.passwords.parameters import OWASP_2026, Params
from labkit.passwords.pepper import Pepper, unwrap, wrap
from labkit.passwords.schemes.base import Scheme, Stored


class Hasher(ABC):
    """Turns a password into a string for the table, and checks one against it."""

    @abstractmethod
    def hash(self, password: str) -> str:
        """Return a new self-describing string for `password`.

        Raises:
            PasswordRefused: The scheme cannot take this password.
            InvalidInput: It is no str, or holds a lone surrogate.
        """

    @abstractmethod
    def verify(self, password: str, stored: str) -> bool:
        """Return whether `password` is the one that `stored` was made from.

        Raises:
            StoredHashError: The stored string is malformed, refused or absurdly costly.
            InvalidInput: An argument is no str.
        """

    @abstractmethod
    def needs_rehash(self, stored: str) -> bool:
        """Return whether `hash` would make another kind of string today.

        Raises:
            StoredHashError: The stored string is malformed or refused.
        """

    def verify_and_update(self, password: str, stored: str) -> tuple[bool, str | None]:
        """Verify, and return beside it a new string to store where one is due.

        A wrong password never gets a new string. Nor does a right one that the scheme of today
        cannot take (73 bytes under bcrypt): it stays as it is, and its owner gets in.

        Returns:
            Whether it matched; a string that should replace `stored`, or None.

        Raises:
            StoredHashError: The stored string is malformed, refused or absurdly costly.
            InvalidInput: An argument is no str.
        """
        if not self.verify(password, stored):
            return False, None
        if not self.needs_rehash(stored):
            return True, None
        try:
            return True, self.hash(password)
        except PasswordRefused:
            return True, None


class PasswordHasher(Hasher):
    """Hashes with one set of parameters; verifies every supported string, old or made by others.

    Holds no state that changes, and the four libraries release the interpreter's lock while they
    work: share one hasher among all threads.

    Args:
        params: What new hashes cost; `OWASP_2026` without it.
        pepper: Keys mixed into the password before hashing (see `Pepper`).
        ceilings: What one call will spend at most, whatever a stored string asks for.
        random_bytes: Where salts come from; another source only where a lesson must repeat.

    Examples:
        >>> from labkit.passwords import ONLY_FOR_TESTS
        >>> hasher = PasswordHasher(ONLY_FOR_TESTS)
        >>> stored = hasher.hash("correct horse")
        >>> hasher.verify("correct horse", stored), hasher.verify("Correct horse", stored)
        (True, False)
        >>> PasswordHasher().needs_rehash(stored)
        True
    """

    def __init__(
        self,
        params: Params | None = None,
        *,
        pepper: Pepper | None = None,
        ceilings: Ceilings | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        if not isinstance(pepper, Pepper | None) or not isinstance(ceilings, Ceilings | None):
            raise InvalidInput("The pepper must be a Pepper and the ceilings Ceilings, or None.")
        self._params = OWASP_2026 if params is None else params
        self._pepper = pepper
        self._ceilings = ceilings or Ceilings()
        self._random_bytes = random_bytes
        schemes.scheme_of(self._params)
        self._ceilings.check(self._params)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.parameters()!r}, pepper={self._pepper!r})"

    def parameters(self) -> Params:
        """Return what new hashes cost."""
        return self._params

    def hash(self, password: str) -> str:
        """Return a new self-describing string for `password`, with a salt of its own.

        Args:
            password: 1 character to `Ceilings.password_bytes` bytes (72 under bcrypt without
                a pepper).

        Raises:
            EmptyPassword: It is empty.
            PasswordTooLong: It has more bytes than the scheme or the ceiling allows.
            HashTooCostly: The parameters are over a ceiling.
            InvalidInput: It is no str, or holds a lone surrogate.
        """
        params = self.parameters()
        scheme = schemes.scheme_of(params)
        self._ceilings.check(params)
        secret = self._acceptable(password)
        salt = self._random_bytes(params.salt_bytes)
        if self._pepper is None:
            return scheme.hash(secret, params, salt)
        key_id = self._pepper.current
        return wrap(scheme.hash(self._pepper.mix(secret, key_id), params, salt), key_id)

    def verify(self, password: str, stored: str) -> bool:
        """Return whether `password` is the one that `stored` was made from.

        False, and no error, for a password that can never have been stored: over 72 bytes under
        bcrypt, over the ceiling, or with a lone surrogate.

        Args:
            password: What was typed.
            stored: The string from the table.

        Raises:
            MalformedHash: The stored string is empty, cut off or in no known format.
            UnsupportedHash: It is of a format refused on purpose (`$2x$`, fast digests).
            HashTooCostly: It asks for more than the ceilings allow.
            UnknownPepper: It names a pepper key that is not held.
            InvalidInput: An argument is no str.
        """
        _check_type(password, "password")
        key_id, scheme, found = self._read(stored)
        self._ceilings.check(found.params)
        pepper = self._pepper_for(key_id)
        secret = self._possible(password)
        if secret is None:
            return False
        if pepper is not None and key_id is not None:
            secret = pepper.mix(secret, key_id)
        return scheme.matches(secret, found)

    def needs_rehash(self, stored: str) -> bool:
        """Return whether `hash` would make another kind of string today.

        True for another scheme, other parameters (lower or higher), another length of salt or
        tag, a foreign spelling, a retired pepper key, or none where there should be one.

        Raises:
            MalformedHash: The stored string is empty, cut off or in no known format.
            UnsupportedHash: It is of a format refused on purpose.
            InvalidInput: It is no str.
        """
        key_id, _, found = self._read(stored)
        current = self._pepper.current if self._pepper else None
        return not found.native or found.params != self.parameters() or key_id != current

    def _read(self, stored: str) -> tuple[str | None, Scheme[Any], Stored[Any]]:
        _check_type(stored, "stored string")
        key_id, inner = unwrap(stored)
        return key_id, *schemes.read(inner)

    def _pepper_for(self, key_id: str | None) -> Pepper | None:
        if key_id is not None and (self._pepper is None or key_id not in self._pepper.keys):
            raise UnknownPepper("The stored string names a pepper key that is not held.", id=key_id)
        return self._pepper

    def _acceptable(self, password: str) -> bytes:
        most = self._ceilings.password_bytes
        if password == "":
            raise EmptyPassword("The password is empty.")
        _check_type(password, "password")
        if len(password) > most or len(password.encode("utf-8", "surrogatepass")) > most:
            raise PasswordTooLong(
                f"The password has more than {most} bytes.",
                remedy="Choose a shorter one; the ceiling is Ceilings.password_bytes.",
                at_most=most,
            )
        return inputs.text(password, "password", at_most=most).encode()

    def _possible(self, password: str) -> bytes | None:
        try:
            return b"" if password == "" else self._acceptable(password)
        except InvalidInput:
            return None


def parameters_of(stored: str) -> Params:
    """Return the parameters that a stored string names, peppered or not; nothing is computed.

    Raises:
        StoredHashError: It is malformed or refused.
        InvalidInput: It is no str.

    Examples:
        >>> parameters_of("$2b$12$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui").work
        4096
    """
    _check_type(stored, "stored string")
    params: Params = schemes.read(unwrap(stored)[1])[1].params
    return params


def _check_type(value: object, what: str) -> None:
    if not isinstance(value, str):
        inputs.text(value, what)
