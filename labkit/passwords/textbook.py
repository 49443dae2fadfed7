"""A whole password scheme spelled out in three steps, each of which a lesson can replace."""

import hmac
import os
import re
from typing import ClassVar
from urllib.parse import quote, unquote

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.passwords.errors import EmptyPassword, MalformedHash, PasswordTooLong
from labkit.passwords.hashing import Hasher, PasswordHasher
from labkit.passwords.parameters import OWASP_2026
from labkit.passwords.schemes import scheme_of

PREFIX = "$textbook$"
MOST_PREPARED = 16 << 20  # bytes; a step may lengthen the longest password, but not without end
# Everything that can be seen in ASCII stays, but for the separator and the escape itself.
_PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "$%")
_ROW = re.compile(r"\$textbook\$((?:[0-9a-f]{2})*)\$([!-#%-~]+)", re.ASCII)


class TextbookScheme(Hasher):
    """Prepare the password, draw a salt, derive: `$textbook$<salt in hex>$<derived>`.

    Secure as it stands: Argon2id at OWASP's profile with a random salt. Override one step and it
    is one of the mistakes that real applications ship. A string that is not its own is left to
    `PasswordHasher` and due for a rehash, as in a site that moves from one scheme to another.

    Holds no state that changes: any number of threads may share it.

    Args:
        others: Verifies strings that are not in this form.

    Examples:
        >>> import hashlib
        >>> class Md5(TextbookScheme):
        ...     salt_bytes = 0
        ...     def derive(self, password, salt):
        ...         return hashlib.md5(salt + password).hexdigest()
        >>> Md5().hash("password")
        '$textbook$$5f4dcc3b5aa765d61d8327deb882cf99'
    """

    salt_bytes: ClassVar[int] = 16
    # Argon2id's cost does not grow with the password; where a length is to be capped for another
    # reason is for the policy to say.
    longest_password_bytes: ClassVar[int] = 2 << 20

    def __init__(self, *, others: Hasher | None = None) -> None:
        self._others = others or PasswordHasher()

    def prepare(self, password: str) -> bytes:
        """Return the bytes to derive from: all of the password, in UTF-8.

        Raises:
            InvalidInput: It is no str, too long, or holds a lone surrogate.
        """
        return inputs.text(password, "password", at_most=self.longest_password_bytes).encode()

    def new_salt(self) -> bytes:
        """Return a salt for one password: 16 bytes from the system's generator."""
        return os.urandom(self.salt_bytes)

    def derive(self, password: bytes, salt: bytes) -> str:
        """Return the text to store: the same for the same password and salt.

        Args:
            password: What `prepare` returned.
            salt: What `new_salt` returned, at least 8 bytes (Argon2's least).

        Raises:
            InvalidInput: The salt is too short, or an argument is no bytes or too long.
        """
        password = inputs.octets(password, "prepared password", at_most=MOST_PREPARED)
        salt = inputs.octets(salt, "salt", at_least=8, at_most=1024)
        return scheme_of(OWASP_2026).hash(password, OWASP_2026, salt)

    def hash(self, password: str) -> str:
        """Return `$textbook$<salt in hex>$<derived>` for `password`.

        Raises:
            EmptyPassword: It is empty.
            PasswordTooLong: It has over 2 MiB.
            InvalidInput: It is no str or holds a lone surrogate, or a step returned a wrong type.
        """
        if password == "":
            raise EmptyPassword("The password is empty.")
        inputs.text(password, "password", at_most=1 << 62)
        if not self._short_enough(password):
            raise PasswordTooLong(f"The password has over {self.longest_password_bytes} bytes.")
        prepared = inputs.octets(self.prepare(password), "prepared password", at_most=1 << 62)
        salt = inputs.octets(self.new_salt(), "salt", at_most=1024)
        return f"{PREFIX}{salt.hex()}${_escaped(self.derive(prepared, salt))}"

    def verify(self, password: str, stored: str) -> bool:
        """Return whether `password` derives to what is stored, compared in constant time.

        Raises:
            StoredHashError: The stored string is malformed, refused or absurdly costly.
            InvalidInput: An argument is no str, or a step returned a wrong type.
        """
        if not self._is_own(stored):
            return self._others.verify(password, stored)
        salt, derived = self._read(stored)
        if not isinstance(password, str):
            raise InvalidInput(f"The password must be a str, not {type(password).__name__}.")
        if not self._short_enough(password) or not _is_utf8(password):
            return False
        prepared = inputs.octets(self.prepare(password), "prepared password", at_most=1 << 62)
        again = _escaped(self.derive(prepared, salt))
        return hmac.compare_digest(again.encode("ascii"), derived.encode("ascii"))

    def needs_rehash(self, stored: str) -> bool:
        """Return whether `stored` is of another scheme than this one.

        Raises:
            StoredHashError: The stored string is malformed or refused.
        """
        if self._is_own(stored):
            self._read(stored)
            return False
        self._others.needs_rehash(stored)
        return True

    def _is_own(self, stored: str) -> bool:
        if not isinstance(stored, str):
            raise InvalidInput(f"The stored string must be a str, not {type(stored).__name__}.")
        return stored.startswith(PREFIX)

    def _read(self, stored: str) -> tuple[bytes, str]:
        found = _ROW.fullmatch(stored)
        if found is None:
            raise MalformedHash("The stored string is no $textbook$<salt>$<derived>.")
        return bytes.fromhex(found[1]), found[2]

    def _short_enough(self, password: str) -> bool:
        most = self.longest_password_bytes
        return len(password) <= most and len(password.encode("utf-8", "surrogatepass")) <= most


def derived_text(stored: str) -> str:
    """Return the derived part of a `$textbook$` string as `derive` gave it.

    Raises:
        MalformedHash: It is no such string.

    Examples:
        >>> derived_text("$textbook$00$100%25")
        '100%'
    """
    found = _ROW.fullmatch(inputs.text(stored, "stored string", at_most=8 << 20))
    if found is None:
        raise MalformedHash("The stored string is no $textbook$<salt>$<derived>.")
    return unquote(found[2])


def _escaped(derived: str) -> str:
    text = inputs.text(derived, "derived text", at_least=1, at_most=1 << 62)
    return quote(text, safe=_PLAIN)


def _is_utf8(password: str) -> bool:
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True
