"""The public string forms of password hashes and of signed tokens, one small parser each."""

import re
from collections.abc import Callable
from typing import Literal, TypeVar

from labkit.cracking.errors import SecretNeeded, UnreadableStored
from labkit.cracking.fields import (
    BY_BYTES,
    HEX,
    digest_in,
    from_base64,
    from_hex,
    is_count,
    looks_binary,
    readings_of,
    unquoted,
)
from labkit.cracking.params import Argon2, Bcrypt, Digest, DigestName, Params, Pbkdf2, Scrypt
from labkit.cracking.recipe import Recipe, clear
from labkit.cracking.signed import looks_signed, signed
from labkit.cracking.work import Order, Work
from labkit.errors import InvalidInput

P = TypeVar("P", Argon2, Bcrypt, Pbkdf2, Scrypt)
_NAMES: dict[str, DigestName] = {
    "": "SHA-1",  # passlib's $pbkdf2$ is SHA-1
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "sha512": "SHA-512",
}
_BCRYPT = re.compile(r"(?:bcrypt\$)?\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{31})")
_ARGON2 = re.compile(
    r"(?:argon2)?\$(argon2(?:id|i|d))\$(?:v=(\d{1,3})\$)?([a-z]+=[^$]*)\$([^$]*)\$([^$]+)"
)
_PHC_PBKDF2 = re.compile(
    r"\$pbkdf2(?:-(sha\d+))?\$(?:i=)?([1-9]\d{0,9})(?:,l=\d+)?\$([^$]*)\$([^$]+)"
)
_DJANGO_PBKDF2 = re.compile(r"pbkdf2_(sha\d+)\$([1-9]\d{0,9})\$([^$]*)\$([^$]+)")
_WERKZEUG_PBKDF2 = re.compile(r"pbkdf2:(sha\d+):([1-9]\d{0,9})\$([^$]*)\$([0-9a-f]+)")
_PHC_SCRYPT = re.compile(r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,9}),p=(\d{1,9})\$([^$]*)\$([^$]+)")
_DJANGO_SCRYPT = re.compile(r"scrypt\$([^$]*)\$(\d{1,19})\$(\d{1,9})\$(\d{1,9})\$([^$]+)")
_WERKZEUG_SCRYPT = re.compile(r"scrypt:(\d{1,19}):(\d{1,9}):(\d{1,9})\$([^$]*)\$([0-9a-f]+)")
_DJANGO_DIGEST = re.compile(r"(md5|sha1)\$([^$]*)\$([0-9a-f]+)")
_LONGEST_CLEAR = 256
_LEAST_DIGEST = 4
_ORDERS: tuple[tuple[bool, Order], ...] = (
    (False, "salt first"),
    (False, "password first"),
    (True, "salt is the key"),
    (True, "password is the key"),
)


def parse(stored: str) -> Recipe:
    """Return the recipe of a checked str.

    Raises:
        UnreadableStored: It is damaged, or in no known form.
    """
    for prefixes, parser in _PARSERS:
        if stored.startswith(prefixes):
            return parser(stored)
    if looks_signed(stored):
        return signed(stored)
    return _without_a_name(stored)


def textbook(stored: str) -> Recipe:
    """Read ``$textbook$<salt hex>$<derived, percent-encoded>``."""
    fields = stored.split("$")
    if len(fields) != 4 or not (fields[2] == "" or HEX.fullmatch(fields[2])):
        raise UnreadableStored("This textbook string does not have a salt and a derived field.")
    salt, derived = bytes.fromhex(fields[2]), unquoted(fields[3])
    digest = digest_in(derived)
    if digest is not None:
        return salted(digest, (salt,) if salt else ())
    if derived.startswith(_NAMED) or looks_binary(derived):
        return parse(derived)
    return clear(readings_of(derived))


def salted(digest: bytes, salts: tuple[bytes, ...]) -> Recipe:
    """Return the recipe of a fast digest whose salt may have been put in anywhere, or nowhere."""
    algorithm = BY_BYTES[len(digest)]
    bare = Work(Digest(algorithm))
    works = tuple(
        Work(Digest(algorithm, hmac=keyed), salt, order)
        for salt in salts
        for keyed, order in _ORDERS
    )
    name = f"salted {algorithm}" if salts else algorithm
    return Recipe(name, bare.params, salts[0] if salts else b"", (bare, *works), digest)


def _bcrypt(stored: str) -> Recipe:
    found = _matched(_BCRYPT, stored, "bcrypt")
    salt = found[2].encode()
    params = _checked(Bcrypt, int(found[1]))
    return Recipe("bcrypt", params, salt, (Work(params, salt),), found[3].encode())


def _argon2(stored: str) -> Recipe:
    found = _matched(_ARGON2, stored, "Argon2")
    costs = dict(part.partition("=")[::2] for part in found[3].split(","))
    if "keyid" in costs:
        raise SecretNeeded("This Argon2 string was made with a secret key beside the salt.")
    if sorted(costs) != ["m", "p", "t"] or not all(is_count(each) for each in costs.values()):
        raise UnreadableStored("This Argon2 string does not have the three costs m, t and p.")
    variant: Literal["argon2id", "argon2i", "argon2d"] = found[1]  # type: ignore[assignment]  # the pattern allows these three
    params = _checked(Argon2, int(costs["m"]), int(costs["t"]), int(costs["p"]), variant)
    version = int(found[2] or 16)
    if version not in (16, 19):
        raise UnreadableStored("This Argon2 string has a version that is neither 16 nor 19.")
    salt, digest = from_base64(found[4]), from_base64(found[5])
    if len(salt) < 8:
        raise UnreadableStored("This Argon2 string's salt is too short (RFC 9106 §3.1).")
    return _slow(params, salt, digest, version=version)


def _pbkdf2(stored: str) -> Recipe:
    if found := _PHC_PBKDF2.fullmatch(stored):
        return _pbkdf2_recipe(
            found[1] or "", found[2], from_base64(found[3]), from_base64(found[4])
        )
    if found := _DJANGO_PBKDF2.fullmatch(stored):
        return _pbkdf2_recipe(found[1], found[2], found[3].encode(), from_base64(found[4]))
    found = _matched(_WERKZEUG_PBKDF2, stored, "PBKDF2")
    return _pbkdf2_recipe(found[1], found[2], found[3].encode(), from_hex(found[4]))


def _pbkdf2_recipe(name: str, iterations: str, salt: bytes, digest: bytes) -> Recipe:
    if name not in _NAMES:
        raise UnreadableStored("This PBKDF2 string names a hash that is not known here.")
    algorithm = _NAMES[name]
    params = _checked(Pbkdf2, int(iterations), algorithm)
    # The first block alone decides; a longer field costs the owner more and the thief nothing.
    block = next(size for size, known in BY_BYTES.items() if known == algorithm)
    return _slow(params, salt, digest[:block])


def _scrypt(stored: str) -> Recipe:
    if found := _PHC_SCRYPT.fullmatch(stored):
        n, r, p = 1 << min(int(found[1]), 63), int(found[2]), int(found[3])
        salt, digest = from_base64(found[4]), from_base64(found[5])
    elif found := _DJANGO_SCRYPT.fullmatch(stored):
        n, r, p = int(found[2]), int(found[3]), int(found[4])
        salt, digest = found[1].encode(), from_base64(found[5])
    else:
        found = _matched(_WERKZEUG_SCRYPT, stored, "scrypt")
        n, r, p = int(found[1]), int(found[2]), int(found[3])
        salt, digest = found[4].encode(), from_hex(found[5])
    return _slow(_checked(Scrypt, n, r, p), salt, digest)


def _django_digest(stored: str) -> Recipe:
    found = _matched(_DJANGO_DIGEST, stored, "Django digest")
    digest, params = from_hex(found[3]), Digest(_NAMES[found[1]])
    if BY_BYTES.get(len(digest)) != params.algorithm:
        raise UnreadableStored("This Django digest has the wrong length.")
    salt = found[2].encode()
    name = f"salted {params.algorithm}" if salt else params.algorithm
    return Recipe(name, params, salt, (Work(params, salt),), digest)


def _peppered(stored: str) -> Recipe:
    raise SecretNeeded(
        "This string was mixed with a key that is not in the table.", form=stored[:12]
    )


def _unknown(stored: str) -> Recipe:
    raise UnreadableStored(
        "This string names a scheme that is not known here.", characters=len(stored)
    )


def _without_a_name(stored: str) -> Recipe:
    """A bare digest, a digest beside its salt, or no hash at all."""
    digest = digest_in(stored)
    if digest is not None:
        return salted(digest, ())
    fields = re.split(r"[$:|,;. ]+", stored.strip("$"))
    digests = [each for each in map(digest_in, fields) if each is not None]
    if len(digests) == 1 and 2 <= len(fields) <= 3:
        return salted(digests[0], _salts(fields))
    if _may_be_clear(stored):
        return clear(readings_of(stored))
    raise UnreadableStored("This string is in no form that is known here.")


def _may_be_clear(stored: str) -> bool:
    """Whether a bare string may be the password itself rather than a hash of unknown form."""
    plain = stored.isprintable() and len(stored) <= _LONGEST_CLEAR
    return plain and not re.search(r"[$:]", stored) and not looks_binary(stored)


def _salts(fields: list[str]) -> tuple[bytes, ...]:
    """The field that is no digest and no name, as written and, where it is hex, as bytes."""
    rest = [each for each in fields if digest_in(each) is None and each.lower() not in _NAMES]
    if len(rest) != 1:
        return ()
    written = rest[0].encode()
    return (bytes.fromhex(rest[0]), written) if HEX.fullmatch(rest[0]) else (written,)


def _slow(params: Params, salt: bytes, digest: bytes, version: int = 19) -> Recipe:
    if len(digest) < _LEAST_DIGEST:
        raise UnreadableStored("This string's hash is missing or too short to tell guesses apart.")
    work = Work(params, salt, length=len(digest), version=version)
    return Recipe(params.scheme, params, salt, (work,), digest)


def _matched(pattern: re.Pattern[str], stored: str, name: str) -> re.Match[str]:
    found = pattern.fullmatch(stored)
    if found is None:
        raise UnreadableStored(f"This {name} string is damaged.", characters=len(stored))
    return found


def _checked(make: Callable[..., P], *costs: object) -> P:
    try:
        return make(*costs)
    except InvalidInput as error:
        raise UnreadableStored(f"This string's cost is outside its scheme: {error.cause}") from None


_NAMED = ("$2", "bcrypt$", "$argon2", "argon2$", "$pbkdf2", "pbkdf2", "$scrypt$", "scrypt")
_PARSERS: tuple[tuple[tuple[str, ...], Callable[[str], Recipe]], ...] = (
    (("$textbook$",), textbook),
    (("$2", "bcrypt$"), _bcrypt),
    (("$argon2", "argon2$"), _argon2),
    (("$pbkdf2", "pbkdf2_", "pbkdf2:"), _pbkdf2),
    (("$scrypt$", "scrypt$", "scrypt:"), _scrypt),
    (("md5$", "sha1$"), _django_digest),
    (("$hmac-sha384$",), _peppered),
    (("$", "{", "grub.", "*0", "*1"), _unknown),
)
