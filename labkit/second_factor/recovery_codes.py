"""Recovery codes: a printed way in for the day the phone is lost."""

import hmac
import re
import secrets

from labkit.inputs import octets, offering, text, whole
from labkit.second_factor.errors import MalformedCode
from labkit.second_factor.users import checked_user
from labkit.stores import Store

CODE_BYTES = 15  # 120 bits: from 112 on a fast hash is enough, ASVS 5.0 6.5.2
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
_GROUP = 4
_LOOKALIKE = str.maketrans("OIL", "011")


class RecoveryCodes:
    """A user's single-use recovery codes, of which the store holds only hashes.

    Safe for threads and processes as far as its store is: using a code is one `Store.take`, and
    a new set replaces the old by one `Store.swap`.

    Args:
        store: Keeps the hashes, one key for each code.
        key: A key for the hash (HMAC-SHA256), kept apart from the store; optional, since a code
            of 120 random bits cannot be guessed from its hash.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> codes = RecoveryCodes(MemoryStore())
        >>> first, *others = codes.replace("alice")
        >>> codes.consume("alice", first.lower()), codes.consume("alice", first)
        (True, False)
        >>> codes.left("alice")
        9
    """

    def __init__(self, store: Store, *, key: bytes = b"") -> None:
        self.store = offering(store, "store", "get", "put", "swap", "take", "keys")
        self._key = octets(key, "key", at_most=1024)

    def new_code(self) -> str:
        """Return one code: 120 bits in six groups of four, without I, L, O and U."""
        number = int.from_bytes(secrets.token_bytes(CODE_BYTES))
        letters = [_ALPHABET[number >> shift & 31] for shift in range(0, CODE_BYTES * 8, 5)]
        groups = ["".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP)]
        return "-".join(groups)

    def stored(self, code: str) -> str:
        """Return what the store keeps of a code: a keyed hash of its plain form."""
        return hmac.digest(self._key, text(code, "recovery code").encode(), "sha256").hex()

    def consume(self, user: str, code: str) -> bool:
        """Use a code up: of several callers with one code, exactly one hears True.

        Args:
            user: Whose code it is.
            code: As typed: case, spaces and dashes do not matter, O is read as 0, I and L as 1.
                Anything that is no code is a wrong code.

        Raises:
            InvalidInput: An argument of the wrong type, or an empty or huge user.
        """
        key = self.key_for(user, code)
        return key is not None and self.store.take(key) is not None

    def replace(self, user: str, *, count: int = 10) -> tuple[str, ...]:
        """Return new codes, to be shown once; the old ones are void from here on.

        Args:
            user: Whose codes they are.
            count: How many, 1 to 50.
        """
        whole(count, "number of codes", at_least=1, at_most=50)
        codes = tuple(self.new_code() for _ in range(count))
        batch = secrets.token_hex(8)
        for code in codes:
            self.store.put(f"{_prefix(user)}{batch}:{self.stored(plain_code(code))}", "unused")
        self._forget(user, self._make_current(user, batch))
        return codes

    def left(self, user: str) -> int:
        """Return how many codes are unused."""
        batch = self.store.get(_batch_key(user))
        return 0 if batch is None else len(self.store.keys(f"{_prefix(user)}{batch}:"))

    def key_for(self, user: str, code: str) -> str | None:
        """Return the key under which this code would be kept, or None if none can be."""
        batch = self.store.get(_batch_key(user))
        try:
            plain = plain_code(code)
        except MalformedCode:
            return None
        return None if batch is None else f"{_prefix(user)}{batch}:{self.stored(plain)}"

    def _make_current(self, user: str, batch: str) -> str | None:
        while True:
            before = self.store.get(_batch_key(user))
            if self.store.swap(_batch_key(user), before, batch):
                return before

    def _forget(self, user: str, batch: str | None) -> None:
        if batch is not None:
            for key in self.store.keys(f"{_prefix(user)}{batch}:"):
                self.store.take(key)


def plain_code(typed: str) -> str:
    """Return the one form of a typed code that is hashed.

    Raises:
        MalformedCode: It is empty, too long, or holds another character.

    Examples:
        >>> plain_code("o1l2-abcd")
        '0112ABCD'
    """
    code = text(typed, "recovery code", at_most=1 << 20)
    plain = re.sub("[ -]", "", code).upper() if len(code) <= 128 and code.isascii() else ""
    plain = plain.translate(_LOOKALIKE)
    if not plain or not set(plain) <= set(_ALPHABET):
        raise MalformedCode(
            "This is not a recovery code.", remedy="Type the letters and digits of one code."
        )
    return plain


def _prefix(user: str) -> str:
    return f"recovery:{len(checked_user(user))}:{user}:"  # the length keeps "a" and "a:b" apart


def _batch_key(user: str) -> str:
    return f"recovery-batch:{checked_user(user)}"
