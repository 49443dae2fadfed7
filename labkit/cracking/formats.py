"""The public string forms of password hashes, one small parser each."""

import binascii
import re
from collections.abc import Callable
from typing import Literal, TypeVar
from urllib.parse import unquote_to_bytes

from labkit.cracking.errors import SecretNeeded, UnreadableStored
from labkit.cracking.params import Argon2, Bcrypt, Digest, DigestName, Params, Pbkdf2, Scrypt
from labkit.cracking.recipe import Recipe, clear
from labkit.cracking.work import Order, Work
from labkit.errors import InvalidInput

P = TypeVar("P", Argon2, Bcrypt, Pbkdf2, Scrypt)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+", re.ASCII)
_BY_BYTES: dict[int, DigestName] = {16: "MD5", 20: "SHA-1", 32: "SHA-256", 64: "SHA-512"}
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
_SHORTEST_BINARY = 16  # a decoded field of so many bytes that is no text is no password
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
    return _without_a_name(stored)


def textbook(stored: str) -> Recipe:
    """Read ``$textbook$<salt hex>$<derived, percent-encoded>``."""
    fields = stored.split("$")
    if len(fields) != 4 or not (fields[2] == "" or _HEX.fullmatch(fields[2])):
        raise UnreadableStored("This textbook string does not have a salt and a derived field.")
    salt, derived = bytes.fromhex(fields[2]), _unquoted(fields[3])
    digest = _digest_bytes(derived)
    if digest is not None:
        return salted(digest, (salt,) if salt else ())
    if derived.startswith(_NAMED) or _looks_binary(derived):
        return parse(derived)
    return clear(_readings(derived))


def salted(digest: bytes, salts: tuple[bytes, ...]) -> Recipe:
    """Return the recipe of a fast digest whose salt may have been put in anywhere, or nowhere."""
    algorithm = _BY_BYTES[len(digest)]
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
    if sorted(costs) != ["m", "p", "t"] or not all(_is_count(each) for each in costs.values()):
        raise UnreadableStored("This Argon2 string does not have the three costs m, t and p.")
    variant: Literal["argon2id", "argon2i", "argon2d"] = found[1]  # type: ignore[assignment]  # the pattern allows these three
    params = _checked(Argon2, int(costs["m"]), int(costs["t"]), int(costs["p"]), variant)
    version = int(found[2] or 16)
    if version not in (16, 19):
        raise UnreadableStored("This Argon2 string has a version that is neither 16 nor 19.")
    salt, digest = _base64(found[4]), _base64(found[5])
    if len(salt) < 8:
        raise UnreadableStored("This Argon2 string's salt is too short (RFC 9106 §3.1).")
    return _slow(params, salt, digest, version=version)


def _pbkdf2(stored: str) -> Recipe:
    if found := _PHC_PBKDF2.fullmatch(stored):
        return _pbkdf2_recipe(found[1] or "", found[2], _base64(found[3]), _base64(found[4]))
    if found := _DJANGO_PBKDF2.fullmatch(stored):
        return _pbkdf2_recipe(found[1], found[2], found[3].encode(), _base64(found[4]))
    found = _matched(_WERKZEUG_PBKDF2, stored, "PBKDF2")
    return _pbkdf2_recipe(found[1], found[2], found[3].encode(), _hex(found[4]))


def _pbkdf2_recipe(name: str, iterations: str, salt: bytes, digest: bytes) -> Recipe:
    if name not in _NAMES:
        raise UnreadableStored("This PBKDF2 string names a hash that is not known here.")
    algorithm = _NAMES[name]
    params = _checked(Pbkdf2, int(iterations), algorithm)
    # The first block alone decides; a longer field costs the owner more and the thief nothing.
    block = next(size for size, known in _BY_BYTES.items() if known == algorithm)
    return _slow(params, salt, digest[:block])


def _scrypt(stored: str) -> Recipe:
    if found := _PHC_SCRYPT.fullmatch(stored):
        n, r, p = 1 << min(int(found[1]), 63), int(found[2]), int(found[3])
        salt, digest = _base64(found[4]), _base64(found[5])
    elif found := _DJANGO_SCRYPT.fullmatch(stored):
        n, r, p = int(found[2]), int(found[3]), int(found[4])
        salt, digest = found[1].encode(), _base64(found[5])
    else:
        found = _matched(_WERKZEUG_SCRYPT, stored, "scrypt")
        n, r, p = int(found[1]), int(found[2]), int(found[3])
        salt, digest = found[4].encode(), _hex(found[5])
    return _slow(_checked(Scrypt, n, r, p), salt, digest)


def _django_digest(stored: str) -> Recipe:
    found = _matched(_DJANGO_DIGEST, stored, "Django digest")
    digest, params = _hex(found[3]), Digest(_NAMES[found[1]])
    if _BY_BYTES.get(len(digest)) != params.algorithm:
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
    digest = _digest_bytes(stored)
    if digest is not None:
        return salted(digest, ())
    fields = re.split(r"[$:|,;. ]+", stored.strip("$"))
    digests = [each for each in map(_digest_bytes, fields) if each is not None]
    if len(digests) == 1 and 2 <= len(fields) <= 3:
        return salted(digests[0], _salts(fields))
    if _may_be_clear(stored):
        return clear(_readings(stored))
    raise UnreadableStored("This string is in no form that is known here.")


def _may_be_clear(stored: str) -> bool:
    """Whether a bare string may be the password itself rather than a hash of unknown form."""
    plain = stored.isprintable() and len(stored) <= _LONGEST_CLEAR
    return plain and not re.search(r"[$:]", stored) and not _looks_binary(stored)


def _salts(fields: list[str]) -> tuple[bytes, ...]:
    """The field that is no digest and no name, as written and, where it is hex, as bytes."""
    rest = [each for each in fields if _digest_bytes(each) is None and each.lower() not in _NAMES]
    if len(rest) != 1:
        return ()
    written = rest[0].encode()
    return (bytes.fromhex(rest[0]), written) if _HEX.fullmatch(rest[0]) else (written,)


def _slow(params: Params, salt: bytes, digest: bytes, version: int = 19) -> Recipe:
    if len(digest) < _LEAST_DIGEST:
        raise UnreadableStored("This string's hash is missing or too short to tell guesses apart.")
    work = Work(params, salt, length=len(digest), version=version)
    return Recipe(params.scheme, params, salt, (work,), digest)


def _readings(field: str) -> tuple[str, ...]:
    """What the field says when decoded, the deepest first, and the field itself."""
    readings = [field]
    for decode in (_hex, _base64):
        try:
            inner = decode(field).decode()
        except (UnreadableStored, UnicodeDecodeError):
            continue
        if inner and inner.isprintable():
            readings.insert(0, inner)
    return tuple(readings)


def _digest_bytes(field: str) -> bytes | None:
    """The digest in a field of hex, or of Base64 that is no text; None for anything else."""
    if _HEX.fullmatch(field):
        return bytes.fromhex(field) if len(field) // 2 in _BY_BYTES else None
    return _decoded_binary(field, sizes=frozenset(_BY_BYTES))


def _looks_binary(field: str) -> bool:
    if _HEX.fullmatch(field) and len(field) >= 2 * _SHORTEST_BINARY:
        return True
    return _decoded_binary(field) is not None


def _decoded_binary(field: str, sizes: frozenset[int] | None = None) -> bytes | None:
    try:
        data = _base64(field)
    except UnreadableStored:
        return None
    if len(data) < _SHORTEST_BINARY or (sizes is not None and len(data) not in sizes):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return data
    return None


def _unquoted(field: str) -> str:
    try:
        return unquote_to_bytes(field).decode()
    except UnicodeDecodeError as error:
        raise UnreadableStored("This textbook string's derived field is no UTF-8.") from error


def _base64(field: str) -> bytes:
    """Base64 in the alphabets of PHC, passlib and URLs, padded or not."""
    plain = field.rstrip("=").translate(str.maketrans(".-_", "++/"))
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableStored("A field of this string is no Base64.") from error


def _hex(field: str) -> bytes:
    if not _HEX.fullmatch(field):
        raise UnreadableStored("A field of this string is no hex.")
    return bytes.fromhex(field)


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 10


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
