"""A pepper: a key kept outside the table, mixed into each password before it is hashed."""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.passwords.errors import MalformedHash, UnknownPepper

PREFIX = "$hmac-sha384$"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_WRAPPED = re.compile(r"\$hmac-sha384\$k=([A-Za-z0-9_-]{1,32})(\$.+)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pepper:
    """Keys by id, of which one is current; a stored string says which was used.

    The pre-hash is OWASP's, base64(HMAC-SHA384(key, password)): 64 ASCII characters, so it fits
    under bcrypt's 72 bytes and holds no NUL. It is offered with a key only: a bare digest lets
    a digest from another leak stand in for the password ("shucking").

    To rotate, add a key and make it current; each log-in then moves one row over. Keep the old
    key until no row names it: who loses a key loses those passwords. Immutable, so any number of
    threads may share it.

    Args:
        keys: Key id (1 to 32 of A-Z a-z 0-9 _ -) to key (32 bytes or more, from `secrets`).
        current: The id for new hashes.

    Raises:
        InvalidInput: No key, a bad id, a short key, or a current id without a key.

    Examples:
        >>> Pepper({"2026": bytes(32)}, current="2026")
        Pepper(current='2026')
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str

    def __post_init__(self) -> None:
        known = isinstance(self.keys, Mapping) and isinstance(self.current, str)
        if not known or self.current not in self.keys:
            raise InvalidInput("The pepper's current key id has no key.")
        for key_id, key in self.keys.items():
            if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
                raise InvalidInput(
                    "A pepper's key id must be 1 to 32 characters of A-Z a-z 0-9 _ -."
                )
            inputs.octets(key, "pepper key", at_least=32, at_most=1024)
        object.__setattr__(self, "keys", dict(self.keys))

    def mix(self, password: bytes, key_id: str) -> bytes:
        """Return the 64 bytes that stand for `password` under that key.

        Raises:
            UnknownPepper: There is no key of that id.
        """
        if key_id not in self.keys:
            raise UnknownPepper("The stored string names a pepper key that is not held.", id=key_id)
        return base64.b64encode(hmac.digest(self.keys[key_id], password, "sha384"))


def wrap(inner: str, key_id: str) -> str:
    """Return the stored string `inner` marked with the key that its password was mixed with.

    Examples:
        >>> wrap("$2b$10$…", "2026")
        '$hmac-sha384$k=2026$2b$10$…'
    """
    return f"{PREFIX}k={key_id}{inner}"


def unwrap(stored: str) -> tuple[str | None, str]:
    """Return the key id that a stored string names, if any, and the string inside.

    Raises:
        MalformedHash: It begins like a peppered string and is none.
    """
    if not stored.startswith(PREFIX):
        return None, stored
    found = _WRAPPED.fullmatch(stored)
    if found is None:
        raise MalformedHash("The stored string begins as peppered and names no key.")
    return found[1], found[2]
