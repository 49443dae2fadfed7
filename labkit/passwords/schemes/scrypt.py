"""scrypt over pyca/cryptography."""

import hmac
import re
import sys

from labkit.passwords.errors import HashingFailed
from labkit.passwords.parameters import ScryptParams
from labkit.passwords.schemes.base import (
    NUMBER,
    Scheme,
    Stored,
    costing,
    fields_of,
    from_base64,
    to_base64,
)

_PHC = re.compile(
    rf"\$scrypt\$ln=([1-9]|[1-5][0-9]),r={NUMBER},p={NUMBER}"
    r"\$([A-Za-z0-9+/]*)\$([A-Za-z0-9+/]+)",
    re.ASCII,
)
_DJANGO = re.compile(
    rf"scrypt\${NUMBER}\$([!-#%-~]+)\${NUMBER}\${NUMBER}\$([A-Za-z0-9+/]+={{0,2}})", re.ASCII
)


class ScryptScheme(Scheme[ScryptParams]):
    """scrypt (RFC 7914) in PHC strings as passlib spells them; verifies Django's `scrypt$` too.

    Stateless, and the library releases the interpreter's lock while it works: any number of
    threads may share it.
    """

    name = "scrypt"
    prefixes = ("$scrypt$", "scrypt$")

    def hash(self, password: bytes, params: ScryptParams, salt: bytes) -> str:
        """Return `$scrypt$ln=…,r=…,p=…$salt$tag`, where ln is the binary logarithm of N.

        Raises:
            HashingFailed: As a rule for want of memory.
        """
        tag = derive(password, params, salt)
        cost = f"ln={params.n.bit_length() - 1},r={params.r},p={params.p}"
        return f"$scrypt${cost}${to_base64(salt)}${to_base64(tag)}"

    def read(self, stored: str) -> Stored[ScryptParams]:
        """Return what a scrypt string says.

        Raises:
            MalformedHash: It breaks the rules of its format.
        """
        if native := stored.startswith("$"):
            log_n, r, p, salt64, tag64 = fields_of(_PHC, stored, self.name)
            n, salt = 1 << int(log_n), from_base64(salt64, self.name)
        else:
            count, text, r, p, tag64 = fields_of(_DJANGO, stored, self.name)
            n, salt = int(count), text.encode("ascii")
        tag = from_base64(tag64, self.name, padded=not native)
        lengths = {"salt_bytes": len(salt), "tag_bytes": len(tag)}
        params = costing(ScryptParams, self.name, n, int(r), int(p), **lengths)
        return Stored(params, native, salt, tag)

    def matches(self, password: bytes, stored: Stored[ScryptParams]) -> bool:
        """Return whether `password` gives the stored tag.

        Raises:
            HashingFailed: As a rule for want of memory.
        """
        return hmac.compare_digest(derive(password, stored.params, stored.salt), stored.tag)


def derive(password: bytes, params: ScryptParams, salt: bytes) -> bytes:
    """Return the raw tag of `params.tag_bytes` bytes.

    Raises:
        HashingFailed: As a rule for want of memory.
    """
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    try:
        # The library's own check multiplies first, and past 64 bits it panics instead of raising.
        if params.memory_bytes > sys.maxsize // 2:
            raise MemoryError
        return Scrypt(salt, params.tag_bytes, params.n, params.r, params.p).derive(password)
    except (MemoryError, OverflowError, ValueError) as error:
        raise HashingFailed("scrypt could not hash with these parameters.") from error
