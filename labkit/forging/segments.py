"""The attacker's own reading and writing of tokens: lenient, and by the standard library alone.

It shares no code with any defence. A forger who used the verifier's own parser would only ever
write what that parser already allows.
"""

import json
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from typing import Any

from labkit.errors import InvalidInput

MOST_READ = 1 << 20
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_PLAIN = bytes.maketrans(b"-_", b"+/")
_OTHERS = bytes(set(range(256)) - set(_LETTERS))


def encoded(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2).

    Examples:
        >>> encoded(b"{}")
        'e30'
    """
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decoded(segment: str) -> bytes:
    r"""Decode a segment as far as it goes; what is no base64 is passed over.

    Examples:
        >>> decoded("e30"), decoded("e-3 0="), decoded("!")
        (b'{}', b'{\xed\xf4', b'')
    """
    if len(segment) > MOST_READ:
        return b""
    octets = segment.encode("ascii", "ignore").translate(_TO_PLAIN).translate(None, _OTHERS)
    return a2b_base64(octets[: len(octets) - (len(octets) % 4 == 1)] + b"==")


def split(token: str) -> tuple[str, str, str]:
    """Cut any text at its first two dots; what is missing is empty.

    Examples:
        >>> split("a.b.c"), split("a"), split("a.b.c.d")
        (('a', 'b', 'c'), ('a', '', ''), ('a', 'b', 'c.d'))
    """
    header, payload, signature, *_ = [*token.split(".", 2), "", ""]
    return header, payload, signature


def as_object(raw: bytes) -> dict[str, Any]:
    """Read a JSON object, or nothing: what cannot be read is an empty one.

    Examples:
        >>> as_object(b'{"a": 1, "a": 2}'), as_object(b"[1]"), as_object(b"{")
        ({'a': 2}, {}, {})
    """
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def as_json(value: object) -> bytes:
    """Write compact JSON, in the order that the members have.

    Raises:
        InvalidInput: JSON cannot say it.
    """
    try:
        return json.dumps(value, separators=(",", ":")).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(
            "This value cannot be written as JSON.",
            remedy="Pass the raw bytes with payload(...) or raw_header(...).",
        ) from error


def changed(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return the members with these changes; None removes one."""
    after = before | changes
    return {
        name: value for name, value in after.items() if name not in changes or value is not None
    }
