"""JSON with one reading only: UTF-8, an object, each member once, bounded depth and numbers."""

import json
import math
import re
from collections import Counter
from typing import Any, NoReturn

from labkit.encoding import brief
from labkit.errors import InvalidInput
from labkit.tokens import errors

MAX_DEPTH = 16
MAX_JSON_BYTES = 1 << 16
MAX_WHOLE = (1 << 53) - 1  # RFC 7493 §2.2: beyond it, readers that use doubles see another number
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_SPACE = " \t\r\n"


def parse(raw: bytes) -> dict[str, Any]:
    """Return the JSON object in `raw`, or say what keeps it from having exactly one reading.

    Args:
        raw: The bytes, at most 64 KiB.

    Raises:
        MalformedJson: One subclass for each cause.
        InvalidInput: `raw` is no bytes.

    Examples:
        >>> parse(b'{"sub": "alice"}')
        {'sub': 'alice'}
        >>> parse(b'{"role": "student", "role": "admin"}')
        Traceback (most recent call last):
        labkit.tokens.errors.DuplicateMember: The member 'role' stands there twice. ...
    """
    if not isinstance(raw, bytes):
        raise InvalidInput(f"The JSON text must be bytes, not {type(raw).__name__}.")
    if len(raw) > MAX_JSON_BYTES:
        raise errors.NotJson(
            f"The JSON text has {len(raw)} bytes; at most {MAX_JSON_BYTES} are read."
        )
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:  # else it cannot be too deep
        _check_depth(raw)
    try:
        text = str(raw, "utf-8")
        value, end = _DECODER.raw_decode(text)
    except ValueError:
        value, text, end = _again(raw)
    if end != len(text) and text[end:].strip(_SPACE):
        raise errors.NotJson("Something stands after the end of the JSON object.", at=end)
    if not isinstance(value, dict):
        raise errors.NotAnObject(f"The JSON value is no object but {_kind(value)}.")
    if "\\u" in text:  # the only way in for these: raw ones are no UTF-8, or no JSON
        _check_characters(value)
    return value


def dump(value: object) -> bytes:
    """Return `value` as compact UTF-8 JSON that `parse` reads back to the same.

    Raises:
        InvalidInput: It is no JSON object, or `parse` would refuse it.
    """
    try:
        raw = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        again = parse(raw)
    except (TypeError, ValueError, RecursionError, errors.MalformedJson) as error:
        raise InvalidInput(
            f"This cannot be written as JSON with one reading: {error}",
            remedy="Use str, int up to 2^53, float, bool, None, lists and dicts with str keys.",
        ) from error
    if again != value:
        raise InvalidInput(
            "This would come back from JSON as something else.",
            remedy="Use lists, not tuples, and str for the keys of every dict.",
        )
    return raw


def _again(raw: bytes) -> tuple[Any, str, int]:
    """Read what the quick way refused: only white space in front is forgiven."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")) or raw[1:2] == b"\0":
        raise errors.WrongEncoding("The JSON text is UTF-16 or UTF-32.")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise errors.ByteOrderMark("The JSON text begins with a byte-order mark.")
    try:
        text = raw.decode().lstrip(_SPACE)
    except UnicodeDecodeError as error:
        raise errors.NotUtf8("The JSON text is not UTF-8.", at=error.start) from error
    try:
        value, end = _DECODER.raw_decode(text)
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "a broken number"
        # No piece of the text is shown: it may be a key's.
        raise errors.NotJson(
            f"The text is not JSON: {reason}.", at=getattr(error, "pos", 0)
        ) from error
    return value, text, end


def _check_depth(raw: bytes) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(raw):
        first = match[0][0]
        depth += (first in b"[{") - (first in b"]}")
        if depth > MAX_DEPTH:
            raise errors.TooDeep(f"The JSON text is nested more than {MAX_DEPTH} levels deep.")


def _check_characters(value: object) -> None:
    characters = "".join(_strings(value))
    if "\0" in characters:
        raise errors.NulCharacter("A string in the JSON text holds a NUL.")
    if any("\ud800" <= character <= "\udfff" for character in characters):
        raise errors.LoneSurrogate("A string in the JSON text holds half a surrogate pair.")


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = next(
            name for name, count in Counter(name for name, _ in pairs).items() if count > 1
        )
        raise errors.DuplicateMember(
            f"The member {shown(twice)} stands there twice.", member=shown(twice)
        )
    return members


def _whole(digits: str) -> int:
    if len(digits) < 16:
        return int(digits)
    value = int(digits) if len(digits) < 18 else MAX_WHOLE + 1
    if not -MAX_WHOLE <= value <= MAX_WHOLE:
        raise errors.NumberTooLarge(
            f"A whole number has {len(digits)} characters; 2^53 is the limit."
        )
    return value


def _real(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise errors.NumberTooLarge("A number is larger than a double can hold.")
    return value


def _constant(name: str) -> NoReturn:
    raise errors.NotANumber(f"{name} is not a JSON value.", value=name)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    names |= {int: "a number", float: "a number", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def shown(value: object) -> str:
    """Return a short, visible form of an untrusted value, for a message."""
    return brief(value) if isinstance(value, str | int | float) else _kind(value)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_whole, parse_float=_real, parse_constant=_constant
)
