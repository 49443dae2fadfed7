"""The compact form of a signed token, read strictly: `header.payload.signature` (RFC 7515 §7.1).

A token has exactly one spelling here. The quick way is one pass over the characters; only a token
that fails it is looked at again, to name the cause.
"""

import re
from binascii import a2b_base64
from typing import NamedTuple

from labkit.errors import InvalidInput, LabkitError
from labkit.tokens.errors import (
    EmptySegment,
    EncryptedToken,
    ImpossibleLength,
    JsonSerialized,
    NotAscii,
    Padded,
    SegmentCount,
    StrayBits,
    TokenTooLong,
    Whitespace,
    WrongAlphabet,
)

MAX_TOKEN_BYTES = 8192  # what servers commonly allow for one header line
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ALPHABET = _LETTERS + b"-_"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_NOT_STANDARD = bytes(set(range(256)) - set(_LETTERS + b"+/"))
# The last character of a group of two carries 4 unused bits, of a group of three 2 (RFC 4648 §3.5).
_LAST_OF_TWO = frozenset(b"AQgw")
_LAST_OF_THREE = frozenset(b"AEIMQUYcgkosw048")
_NAMES = ("header", "payload", "signature")


class Compact(NamedTuple):
    """A token taken apart: the signed bytes, and what the three segments decode to."""

    message: bytes
    header: bytes
    payload: bytes
    signature: bytes


def split(token: str) -> Compact:
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
        >>> split("e30.e30.AAEC").signature
        b'\x00\x01\x02'
    """
    if isinstance(token, str) and len(token) <= MAX_TOKEN_BYTES and token.isascii():
        raw = token.encode()
        if raw.translate(None, _ALPHABET) == b"..":
            header, payload, signature = raw.translate(_STANDARD).split(b".")
            if header:
                return Compact(
                    raw[: len(header) + len(payload) + 1],
                    _octets(header, 0),
                    _octets(payload, 1),
                    _octets(signature, 2),
                )
    raise _refusal(token)


def lenient_octets(segment: str) -> bytes:
    """Decode a segment as far as it goes, for a reader who only wants to look.

    Other characters than those of base64 and base64url are passed over.
    """
    letters = segment.encode("ascii", "ignore").translate(_STANDARD)
    letters = letters.translate(None, _NOT_STANDARD)
    return a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")


def _octets(segment: bytes, index: int) -> bytes:
    rest = len(segment) & 3
    if not rest:
        return a2b_base64(segment)
    if rest == 3 and segment[-1] in _LAST_OF_THREE:
        return a2b_base64(segment + b"=")
    if rest == 2 and segment[-1] in _LAST_OF_TWO:
        return a2b_base64(segment + b"==")
    if rest == 1:
        raise ImpossibleLength(
            f"No bytes encode to the {len(segment)} characters of the {_NAMES[index]}."
        )
    raise StrayBits(f"The last character of the {_NAMES[index]} has unused bits set.")


def _refusal(token: object) -> LabkitError:
    if not isinstance(token, str):
        return InvalidInput(
            f"The token must be a str, not {type(token).__name__}.",
            remedy="Decode bytes with .decode('ascii') first." if isinstance(token, bytes) else "",
        )
    if len(token) > MAX_TOKEN_BYTES:
        return TokenTooLong(
            f"The token has {len(token)} characters; at most {MAX_TOKEN_BYTES} are read.",
            remedy="Put less into it: an identifier, and look the rest up.",
        )
    if not token.isascii():
        return NotAscii("The token holds a character outside ASCII.")
    if token.lstrip().startswith("{"):
        return JsonSerialized("This is the JSON form of a signature, not the compact one.")
    if re.search(r"\s", token):
        return Whitespace("The token holds white space.")
    return _segments_refusal(token.split("."))


def _segments_refusal(segments: list[str]) -> LabkitError:
    if len(segments) == 5:
        return EncryptedToken("The token has five segments: it is encrypted, not signed.")
    if len(segments) != 3:
        return SegmentCount(f"The token has {len(segments)} segments; a signed one has three.")
    if not segments[0]:
        return EmptySegment("The header is empty.")
    for index, segment in enumerate(segments):
        if segment.endswith("="):
            return Padded(f"The {_NAMES[index]} is padded with '='.")
    return WrongAlphabet("A segment holds another character than A-Z a-z 0-9 - _.")
