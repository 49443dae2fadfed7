"""PBKDF2 over pyca/cryptography, in every spelling that Django and passlib have for it."""

import hmac
import re
from collections.abc import Callable, Mapping
from typing import Final

from labkit.passwords.parameters import Pbkdf2Params
from labkit.passwords.schemes.base import (
    NUMBER,
    Scheme,
    Stored,
    costing,
    fields_of,
    from_base64,
    to_base64,
)

_NAME = "pbkdf2"
_ADAPTED = "[A-Za-z0-9./]"  # passlib's base64: "." where the standard has "+", no padding
_URLSAFE = "[A-Za-z0-9_-]"


class Pbkdf2Scheme(Scheme[Pbkdf2Params]):
    """PBKDF2-HMAC (RFC 8018 §5.2) in passlib's strings; verifies those of others too.

    Stateless, and the library releases the interpreter's lock while it works: any number of
    threads may share it.
    """

    name = _NAME
    prefixes = ("$pbkdf2", "pbkdf2_sha", "$p5k2$", "{PKCS5S2}", "grub.pbkdf2.")

    def hash(self, password: bytes, params: Pbkdf2Params, salt: bytes) -> str:
        """Return `$pbkdf2-sha256$iterations$salt$tag` (`$pbkdf2$` for SHA-1)."""
        tag = derive(password, params, salt)
        ident = "pbkdf2" if params.digest == "sha1" else f"pbkdf2-{params.digest}"
        salt64, tag64 = to_base64(salt, plus="."), to_base64(tag, plus=".")
        return f"${ident}${params.iterations}${salt64}${tag64}"

    def read(self, stored: str) -> Stored[Pbkdf2Params]:
        """Return what a PBKDF2 string says.

        Raises:
            MalformedHash: It breaks the rules of its format.
        """
        for prefix, reader in _READERS.items():
            if stored.startswith(prefix):
                return reader(stored)
        return _passlib(stored)

    def matches(self, password: bytes, stored: Stored[Pbkdf2Params]) -> bool:
        """Return whether `password` gives the stored tag."""
        return hmac.compare_digest(derive(password, stored.params, stored.salt), stored.tag)


def derive(password: bytes, params: Pbkdf2Params, salt: bytes) -> bytes:
    """Return the raw tag of `params.tag_bytes` bytes."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    digests: Mapping[str, hashes.HashAlgorithm] = {
        "sha1": hashes.SHA1(),
        "sha256": hashes.SHA256(),
        "sha512": hashes.SHA512(),
    }
    digest = digests[params.digest]
    return PBKDF2HMAC(digest, params.tag_bytes, salt, params.iterations).derive(password)


_PASSLIB = re.compile(
    rf"\$pbkdf2(|-sha256|-sha512)\${NUMBER}\$({_ADAPTED}*)\$({_ADAPTED}+)", re.ASCII
)
_DJANGO = re.compile(
    rf"pbkdf2_(sha1|sha256|sha512)\${NUMBER}\$([!-#%-~]+)\$([A-Za-z0-9+/]+={{0,2}})", re.ASCII
)
_P5K2 = re.compile(
    rf"(\$p5k2\$([0-9a-f]{{0,15}})\$([./A-Za-z0-9_=-]*))\$({_ADAPTED}{{32}}|{_URLSAFE}{{27}}=)",
    re.ASCII,
)
_ATLASSIAN = re.compile(r"\{PKCS5S2\}([A-Za-z0-9+/]{64})", re.ASCII)
_GRUB = re.compile(
    rf"grub\.pbkdf2\.sha512\.{NUMBER}\.((?:[0-9A-F]{{2}})+)\.([0-9A-F]{{128}})", re.ASCII
)


def _passlib(stored: str) -> Stored[Pbkdf2Params]:
    digest, iterations, salt64, tag64 = fields_of(_PASSLIB, stored, _NAME)
    salt, tag = from_base64(salt64, _NAME, plus="."), from_base64(tag64, _NAME, plus=".")
    return _stored(digest[1:] or "sha1", int(iterations), salt, tag, native=True)


def _django(stored: str) -> Stored[Pbkdf2Params]:
    digest, iterations, salt, tag64 = fields_of(_DJANGO, stored, _NAME)
    tag = from_base64(tag64, _NAME, padded=True)
    return _stored(digest, int(iterations), salt.encode("ascii"), tag)


def _p5k2(stored: str) -> Stored[Pbkdf2Params]:
    """Read passlib's two `$p5k2$` dialects; the padded one is Cryptacular's.

    In Dwayne Litzenberger's the whole setting is the salt, and no number means 400 iterations.
    """
    setting, hexadecimal, salt, tag64 = fields_of(_P5K2, stored, _NAME)
    iterations = int(hexadecimal, 16) if hexadecimal else 400
    if not tag64.endswith("="):
        tag = from_base64(tag64, _NAME, plus=".")
        return _stored("sha1", iterations, setting.encode("ascii"), tag)
    salt, tag64 = (_standard(part) for part in (salt, tag64))
    raw, tag = from_base64(salt, _NAME, padded=True), from_base64(tag64, _NAME, padded=True)
    return _stored("sha1", iterations, raw, tag)


def _atlassian(stored: str) -> Stored[Pbkdf2Params]:
    (both64,) = fields_of(_ATLASSIAN, stored, _NAME)
    both = from_base64(both64, _NAME)
    return _stored("sha1", 10_000, both[:16], both[16:])


def _grub(stored: str) -> Stored[Pbkdf2Params]:
    iterations, salt, tag = fields_of(_GRUB, stored, _NAME)
    return _stored("sha512", int(iterations), bytes.fromhex(salt), bytes.fromhex(tag))


def _standard(urlsafe: str) -> str:
    return urlsafe.replace("-", "+").replace("_", "/")


def _stored(
    digest: str, iterations: int, salt: bytes, tag: bytes, *, native: bool = False
) -> Stored[Pbkdf2Params]:
    lengths = {"salt_bytes": len(salt), "tag_bytes": len(tag)}
    return Stored(costing(Pbkdf2Params, _NAME, iterations, digest, **lengths), native, salt, tag)


_READERS: Final[Mapping[str, Callable[[str], Stored[Pbkdf2Params]]]] = {
    "pbkdf2_sha": _django,
    "$p5k2$": _p5k2,
    "{PKCS5S2}": _atlassian,
    "grub.": _grub,
}
