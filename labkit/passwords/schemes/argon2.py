"""Argon2 over argon2-cffi: makes Argon2id, verifies Argon2i and Argon2d too."""

import re

from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError
from argon2.low_level import Type, hash_secret, verify_secret

from labkit.passwords.errors import HashingFailed
from labkit.passwords.parameters import Argon2idParams
from labkit.passwords.schemes.base import (
    NUMBER,
    Scheme,
    Stored,
    costing,
    fields_of,
    from_base64,
)

_TYPES = {"argon2id": Type.ID, "argon2i": Type.I, "argon2d": Type.D}
_PHC = re.compile(
    rf"\$(argon2id|argon2i|argon2d)(?:\$v=(16|19))?\$m={NUMBER},t={NUMBER},p={NUMBER}"
    r"\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)",
    re.ASCII,
)


class Argon2Scheme(Scheme[Argon2idParams]):
    """Argon2 (RFC 9106) in PHC strings; Django's are the same behind the word `argon2`.

    Stateless, and the library releases the interpreter's lock while it works: any number of
    threads may share it.
    """

    name = "argon2id"
    prefixes = ("$argon2", "argon2$")

    def hash(self, password: bytes, params: Argon2idParams, salt: bytes) -> str:
        """Return `$argon2id$v=19$m=…,t=…,p=…$salt$tag`.

        Raises:
            HashingFailed: As a rule for want of memory.
        """
        try:
            return hash_secret(
                password,
                salt,
                time_cost=params.passes,
                memory_cost=params.memory_kib,
                parallelism=params.lanes,
                hash_len=params.tag_bytes,
                type=Type.ID,
            ).decode("ascii")
        except (HashingError, OverflowError) as error:
            raise HashingFailed(f"Argon2 could not hash: {error}.") from error

    def read(self, stored: str) -> Stored[Argon2idParams]:
        """Return what an Argon2 string says; one without a version is of version 16 (1.0).

        Raises:
            MalformedHash: It breaks the rules of the format.
        """
        phc = stored.removeprefix("argon2")
        kind, version, memory, passes, lanes, salt64, tag64 = fields_of(_PHC, phc, self.name)
        salt, tag = from_base64(salt64, self.name), from_base64(tag64, self.name)
        params = costing(
            Argon2idParams,
            self.name,
            memory_kib=int(memory),
            passes=int(passes),
            lanes=int(lanes),
            salt_bytes=len(salt),
            tag_bytes=len(tag),
        )
        native = phc == stored and (kind, version) == ("argon2id", "19")
        return Stored(params, native, salt, tag, phc)

    def matches(self, password: bytes, stored: Stored[Argon2idParams]) -> bool:
        """Return whether `password` gives the stored tag.

        Raises:
            HashingFailed: As a rule for want of memory.
        """
        kind = _TYPES[stored.encoded.split("$", 2)[1]]
        try:
            return verify_secret(stored.encoded.encode("ascii"), password, kind)
        except VerifyMismatchError:
            return False
        except (VerificationError, OverflowError) as error:
            raise HashingFailed(f"Argon2 could not verify: {error}.") from error
