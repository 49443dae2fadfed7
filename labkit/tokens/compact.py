"""The compact form of a signed token, read strictly: `header.payload.signature` (RFC 7515 §7.1).

A token has exactly one spelling here. The quick way decodes; only a token that fails it is looked
at again, to name the cause.
"""

import re
from binascii import Error, a2b_base64
from functools import lru_cache

from labkit.errors import InvalidInput, LabkitError
from labkit.tokens import errors

MAX_TOKEN_BYTES = 8192  # what servers commonly allow for one header line
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# To the alphabet of base64; what only base64 has becomes something that it refuses too.
_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_LENIENT = bytes.maketrans(b"-_", b"+/")
_NOT_BASE64 = bytes(set(range(256)) - set(_LETTERS + b"+/"))
_NAMES = ("header", "payload", "signature")


def _ends(letters: bytes) -> frozenset[bytes]:
    return frozenset(bytes([letter]) for letter in letters)


# By the length of a segment modulo 4: what it may end with, and the padding that was left off.
# The last character of a group of two carries 4 unused bits, of a group of three 2 (RFC 4648
# §3.5); they must be zero.
_ENDINGS = (
    (_ends(_LETTERS + b"+/") | {b""}, b""),
    (_ends(b""), b""),
    (_ends(b"AQgw"), b"=="),
    (_ends(b"AEIMQUYcgkosw048"), b"="),
)


def split(token: str) -> tuple[bytes, bytes, bytes, bytes]:
    r"""Take a token apart. Nothing is verified, and the JSON is not read yet.

    An empty payload or signature is passed on, for what reads them to refuse.

    Args:
        token: The compact form, at most 8192 characters.

    Returns:
        The signed bytes, and the decoded header, payload and signature.

    Raises:
        MalformedToken: One subclass for each cause.
        InvalidInput: `token` is no str.

    Examples:
        >>> split("e30.e30.AAEC")
        (b'e30.e30', b'{}', b'{}', b'\x00\x01\x02')
    """
    if type(token) is not str:
        token = plain(token)
    if len(token) <= MAX_TOKEN_BYTES and token.isascii():
        message, _, signature = token.encode().rpartition(b".")
        header, dot, payload = message.partition(b".")
        if header and dot:
            try:
                return message, _header_octets(header), _octets(payload), _octets(signature)
            except Error:
                pass
    raise _refusal(token)


def lenient_octets(segment: str) -> bytes:
    """Decode a segment as far as it goes, for a reader who only wants to look.

    Other characters than those of base64 and base64url are passed over.
    """
    letters = segment.encode("ascii", "ignore").translate(_LENIENT).translate(None, _NOT_BASE64)
    return a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")


def _octets(segment: bytes) -> bytes:
    ends, padding = _ENDINGS[len(segment) & 3]
    letters = segment.translate(_STANDARD)
    if letters[-1:] not in ends:
        raise Error
    return a2b_base64(letters + padding, strict_mode=True)


_header_octets = lru_cache(maxsize=32)(_octets)  # the tokens of one key share their header


def plain(token: object) -> str:
    """Return a token as a plain str: a subclass's own methods decide nothing.

    Raises:
        InvalidInput: It is no str.
    """
    if isinstance(token, str):
        return str.__str__(token)
    raise InvalidInput(
        f"The token must be a str, not {type(token).__name__}.",
        remedy="Decode bytes with .decode('ascii') first." if isinstance(token, bytes) else "",
    )


def _refusal(token: str) -> LabkitError:
    if len(token) > MAX_TOKEN_BYTES:
        return errors.TokenTooLong(
            f"The token has {len(token)} characters; at most {MAX_TOKEN_BYTES} are read.",
            remedy="Put less into it: an identifier, and look the rest up.",
        )
    if not token.isascii():
        return errors.NotAscii("The token holds a character outside ASCII.")
    if token.lstrip().startswith("{"):
        return errors.JsonSerialized("This is the JSON form of a signature, not the compact one.")
    if re.search(r"\s", token):
        return errors.Whitespace("The token holds white space.")
    return _segments_refusal(token.split("."))


def _segments_refusal(segments: list[str]) -> LabkitError:
    if len(segments) == 5:
        return errors.EncryptedToken("The token has five segments: it is encrypted, not signed.")
    if len(segments) != 3:
        return errors.SegmentCount(
            f"The token has {len(segments)} segments; a signed one has three."
        )
    if not segments[0]:
        return errors.EmptySegment("The header is empty.")
    for name, segment in zip(_NAMES, segments, strict=True):
        if segment.endswith("="):
            return errors.Padded(f"The {name} is padded with '='.")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", segment):
            return errors.WrongAlphabet(f"The {name} holds another character than A-Z a-z 0-9 - _.")
    for name, segment in zip(_NAMES, segments, strict=True):
        if len(segment) % 4 == 1:
            return errors.ImpossibleLength(
                f"No bytes encode to the {len(segment)} characters of the {name}."
            )
    return errors.StrayBits("The last character of a segment has unused bits set.")
