"""One field of a stored string: hex, Base64 in any alphabet in use, or neither."""

import binascii
import re
from urllib.parse import unquote_to_bytes

from labkit.cracking.errors import UnreadableStored
from labkit.cracking.params import DigestName

HEX = re.compile(r"(?:[0-9a-fA-F]{2})+", re.ASCII)
BY_BYTES: dict[int, DigestName] = {16: "MD5", 20: "SHA-1", 32: "SHA-256", 64: "SHA-512"}
_SHORTEST_BINARY = 16  # a decoded field of so many bytes that is no text is no password


def readings_of(field: str) -> tuple[str, ...]:
    """Return what the field says when decoded, the deepest first, and the field itself."""
    readings = [field]
    for decode in (from_hex, from_base64):
        try:
            inner = decode(field).decode()
        except (UnreadableStored, UnicodeDecodeError):
            continue
        if inner and inner.isprintable():
            readings.insert(0, inner)
    return tuple(readings)


def digest_in(field: str) -> bytes | None:
    """Return the digest in a field of hex, or of Base64 that is no text; else None."""
    if HEX.fullmatch(field):
        return bytes.fromhex(field) if len(field) // 2 in BY_BYTES else None
    return _decoded_binary(field, sizes=frozenset(BY_BYTES))


def looks_binary(field: str) -> bool:
    """Return whether a field decodes to bytes that are no text."""
    if HEX.fullmatch(field) and len(field) >= 2 * _SHORTEST_BINARY:
        return True
    return _decoded_binary(field) is not None


def _decoded_binary(field: str, sizes: frozenset[int] | None = None) -> bytes | None:
    try:
        data = from_base64(field)
    except UnreadableStored:
        return None
    if len(data) < _SHORTEST_BINARY or (sizes is not None and len(data) not in sizes):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return data
    return None


def unquoted(field: str) -> str:
    """Return a percent-encoded field as text.

    Raises:
        UnreadableStored: It is no UTF-8.
    """
    try:
        return unquote_to_bytes(field).decode()
    except UnicodeDecodeError as error:
        raise UnreadableStored("This textbook string's derived field is no UTF-8.") from error


def from_base64(field: str) -> bytes:
    """Return the bytes of Base64 in the alphabets of PHC, passlib and URLs, padded or not.

    Raises:
        UnreadableStored: It is no Base64.
    """
    plain = field.rstrip("=").translate(str.maketrans(".-_", "++/"))
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableStored("A field of this string is no Base64.") from error


def from_hex(field: str) -> bytes:
    """Return the bytes of a field in hex.

    Raises:
        UnreadableStored: It is no hex.
    """
    if not HEX.fullmatch(field):
        raise UnreadableStored("A field of this string is no hex.")
    return bytes.fromhex(field)


def is_count(value: str) -> bool:
    """Return whether a field is a whole number of at most ten digits."""
    return value.isascii() and value.isdigit() and len(value) <= 10
