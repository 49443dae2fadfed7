"""Strict encodings: one accepted form for each value, so that nothing has two spellings."""

import base64
import binascii
import html
import re

from labkit.errors import InvalidInput

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
# Control characters and the bidirectional overrides can rewrite the line that they stand in.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2).

    Raises:
        InvalidInput: The data are no bytes.

    Examples:
        >>> base64url(bytes([251, 255]))
        '-_8'
    """
    try:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
    except TypeError as error:
        raise InvalidInput(
            f"base64url is made of bytes, not of {brief(data)}.",
            remedy="Encode a str with .encode('utf-8') first." if isinstance(data, str) else "",
        ) from error


def from_base64url(value: str) -> bytes:
    """Decode base64url without padding, and only the one spelling that encodes those bytes.

    Raises:
        InvalidInput: Padding, another alphabet, an impossible length, or stray low bits.

    Examples:
        >>> from_base64url("-_8").hex()
        'fbff'
    """
    if not isinstance(value, str) or not _BASE64URL.fullmatch(value):
        raise InvalidInput("This is not base64url: only A-Z a-z 0-9 - _ and no padding.")
    try:
        data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error as error:
        raise InvalidInput("This is not base64url: its length is impossible.") from error
    if base64url(data) != value:
        raise InvalidInput("This is not base64url: its last character has stray bits.")
    return data


def printable(value: object) -> str:
    r"""Return the text of `value` with what cannot be seen spelled out.

    Examples:
        >>> print(printable("a" + chr(0x202E) + "b"))
        a\u202eb
    """
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", _visible(str(value)))


def escaped(value: object) -> str:
    """Return `value` as text that is safe inside an HTML element or a quoted attribute.

    Everything that an attacker can influence passes through here before it is shown.

    Examples:
        >>> escaped("<b onclick='x'>")
        '&lt;b onclick=&#x27;x&#x27;&gt;'
    """
    return html.escape(printable(value), quote=True)


def brief(value: object) -> str:
    """Return a short, visible form of any value, for a message, at a cost that is bounded too.

    Examples:
        >>> brief("x" * 50), brief(10**5000), brief([1, 2])
        ("'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'", 'a huge number', 'a list')
    """
    if isinstance(value, str):
        return printable(repr(value[:40]))
    if isinstance(value, int) and value.bit_length() > 128:  # Python refuses to spell large ones
        return "a huge number"
    if value is None or isinstance(value, int | float):
        return repr(value)
    return f"a {type(value).__name__}"


def _visible(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode()
