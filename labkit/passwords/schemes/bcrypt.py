"""bcrypt over pyca/bcrypt: makes `$2b$`, verifies `$2a$` and `$2y$` too."""

import base64
import hashlib
import re

import bcrypt

from labkit.passwords.errors import PasswordTooLong, UnsupportedHash
from labkit.passwords.parameters import BcryptParams
from labkit.passwords.schemes.base import Scheme, Stored, costing, fields_of

LONGEST_BYTES = 72
_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BCRYPT = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TO_BCRYPT = bytes.maketrans(_STANDARD, _BCRYPT)
# The last character of the salt carries 2 bits and that of the tag 4: no stray bits in either.
_MODULAR = re.compile(
    r"\$2([aby])\$([0-9]{2})\$([./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{30}[.CGKOSWaeimquy26])",
    re.ASCII,
)


class BcryptScheme(Scheme[BcryptParams]):
    """bcrypt in modular crypt strings, plain or behind Django's `bcrypt$` and `bcrypt_sha256$`.

    `$2a$`, `$2b$` and `$2y$` are computed alike. crypt_blowfish gives another result under `$2a$`
    for a few passwords beyond ASCII (its countermeasure against a collision): those answer False.

    Stateless, and the library releases the interpreter's lock while it works: any number of
    threads may share it.
    """

    name = "bcrypt"
    prefixes = ("$2", "bcrypt$", "bcrypt_sha256$")

    def hash(self, password: bytes, params: BcryptParams, salt: bytes) -> str:
        """Return `$2b$cost$salt+tag`.

        Args:
            password: At most 72 bytes.
            params: The cost.
            salt: 16 bytes.

        Raises:
            PasswordTooLong: It has more than 72 bytes.
        """
        if len(password) > LONGEST_BYTES:
            raise PasswordTooLong(
                f"bcrypt takes {LONGEST_BYTES} bytes; this password has {len(password)}.",
                remedy="Hash with Argon2id, or give the hasher a pepper: it pre-hashes with a key.",
                bytes=len(password),
                at_most=LONGEST_BYTES,
            )
        encoded = base64.b64encode(salt).translate(_TO_BCRYPT)[:22]
        return bcrypt.hashpw(password, b"$2b$%02d$%b" % (params.cost, encoded)).decode("ascii")

    def read(self, stored: str) -> Stored[BcryptParams]:
        """Return what a bcrypt string says.

        Raises:
            MalformedHash: It breaks the rules of the format.
            UnsupportedHash: It is `$2x$`.
        """
        native = stored.startswith("$2")
        modular = stored if native else stored[stored.index("$") + 1 :]
        if modular.startswith("$2x$"):
            raise UnsupportedHash(
                "$2x$ marks hashes from a faulty bcrypt: unlike passwords share one.",
                remedy="Have the owner set a new password.",
                format="$2x$",
            )
        version, cost, _, _ = fields_of(_MODULAR, modular, self.name)
        before = _hex_sha256 if stored.startswith("bcrypt_sha256$") else bytes
        params = costing(BcryptParams, self.name, cost=int(cost))
        return Stored(params, native and version == "b", encoded=modular, before=before)

    def matches(self, password: bytes, stored: Stored[BcryptParams]) -> bool:
        """Return whether `password` gives the stored tag; never for more than 72 bytes.

        The work is done for those too, so that the answer's time does not tell bcrypt from others.
        """
        secret = stored.before(password)
        same = bcrypt.checkpw(secret[:LONGEST_BYTES], stored.encoded.encode("ascii"))
        return same and len(secret) <= LONGEST_BYTES


def _hex_sha256(password: bytes) -> bytes:
    return hashlib.sha256(password).hexdigest().encode("ascii")
