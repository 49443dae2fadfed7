"""JSON as it is typed: laid out and packed without changing a value, faults told by their place."""

import json
import re
from typing import NoReturn

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.tokens.inspection import MAX_CHARACTERS

DEEPEST = 64
AROUND = 32
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_IN_WORDS = {
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected here",
    "Expecting ',' delimiter": "a comma, or the end of this object or array, is expected here",
    "Expecting ':' delimiter": "a colon is expected here",
    "Expecting value": "a value is expected here",
    "Extra data": "nothing may follow the end of the JSON value",
    "Illegal trailing comma before end of object": "no comma may stand before the end",
    "Illegal trailing comma before end of array": "no comma may stand before the end",
    "Invalid control character at": "a control character must be written as \\u and four digits",
    "Invalid \\escape": "there is no such escape; a backslash is written twice",
    "Invalid \\uXXXX escape": "four hexadecimal digits must follow \\u",
    "Unterminated string starting at": "this string has no end",
}


class JsonFault(InvalidInput):
    """What was typed is not JSON; it says where.

    Args:
        reason: What is wrong there.
        text: What was typed.
        at: The place, in characters from 0.
    """

    def __init__(self, reason: str, text: str, at: int) -> None:
        at = min(at, len(text))
        begins = text.rfind("\n", 0, at) + 1
        ends = text.find("\n", at)
        line = text[begins : len(text) if ends < 0 else ends]
        self.line, self.column = text.count("\n", 0, at) + 1, at - begins + 1
        self.at = len(text[:at].encode("utf-16-le", "surrogatepass")) // 2  # as browsers count
        place = self.column - 1
        self.before = visible(line[max(0, place - AROUND) : place])
        self.here = visible(line[place : place + 1])
        self.after = visible(line[place + 1 : place + AROUND])
        super().__init__(f"Line {self.line}, column {self.column}: {reason}.")

    def __str__(self) -> str:
        caret = " " * len(self.before) + "^"
        return f"{self.cause}\n{self.before}{self.here}{self.after}\n{caret}"


def check(text: str) -> None:
    """Raise a `JsonFault` at the first place where `text` is not JSON (RFC 8259).

    What a strict reader of tokens refuses beyond that (a member twice, a huge number) may stand.

    Args:
        text: At most 64 Ki characters; objects and arrays may be nested 64 levels deep.

    Examples:
        >>> check('{"sub": "alice" "role": "admin"}')
        Traceback (most recent call last):
        labkit.widgets.token_json.JsonFault: Line 1, column 17: a comma, ... is expected here.
        {"sub": "alice" "role": "admin"}
                        ^
    """
    inputs.text(text, "JSON", at_most=MAX_CHARACTERS)
    _check_depth(text)
    try:
        # Numbers stay text: how large they are is for the reader of the token to judge.
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise JsonFault(_IN_WORDS.get(error.msg, error.msg), text, error.pos) from None
    except _Constant as error:
        at = next(piece.start() for piece in _PIECE.finditer(text) if piece[0] == error.args[0])
        raise JsonFault(f"{error.args[0]} is no JSON value", text, at) from None


def is_json(text: str) -> bool:
    """Return whether `check` finds nothing wrong."""
    try:
        check(text)
    except InvalidInput:
        return False
    return True


def laid_out(text: str) -> str:
    r"""Return JSON with one member a line, all values spelled as they were.

    Examples:
        >>> print(laid_out('{"aud":["a","b"],"exp":1e3,"exp":2}'))
        {
          "aud": ["a", "b"],
          "exp": 1e3,
          "exp": 2
        }
    """
    pieces = [match[0] for match in _PIECE.finditer(text)]
    if not pieces or pieces[0] != "{" or len(pieces) == 2:
        return "".join(map(_spaced, pieces))
    depth, told = 0, []
    for piece in pieces:
        depth -= piece in "}]"
        told.append("\n" if piece == "}" and not depth else "")
        told.append(piece if depth == 1 and piece == "," else _spaced(piece))
        depth += piece in "{["
        told.append("\n  " if depth == 1 and piece in "{," else "")
    return "".join(told)


def packed(text: str) -> str:
    """Return JSON without its white space, all values spelled as they were.

    Examples:
        >>> packed('{"a": [1, 2.0],  "b": "x y"}')
        '{"a":[1,2.0],"b":"x y"}'
    """
    return "".join(match[0] for match in _PIECE.finditer(text))


def visible(text: str) -> str:
    r"""Return `text` with what cannot be seen, or turns a line round, as JSON spells it.

    Inside a JSON string that is the same character.

    Examples:
        >>> print(visible("é" + chr(0x202E)))
        é\u202e
    """
    return _UNSEEN.sub(lambda match: _escape(match[0]), text)


def spelled(token: str) -> str:
    r"""Return a token's text in printable ASCII and line breaks; `unspelled` is the way back.

    Examples:
        >>> spelled("a\u0430\t\\")
        'a\\u0430\\u0009\\u005c'
    """
    return re.sub(r"[^\n -\[\]-~]", lambda match: _escape(match[0]), token)


def unspelled(text: str) -> str:
    r"""Return the text that `spelled` wrote.

    Examples:
        >>> unspelled(spelled("a\u0430 \U0001f600")) == "a\u0430 \U0001f600"
        True
    """
    raw = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class _Constant(Exception):
    """NaN or an infinity, which Python's reader takes for JSON."""


def _constant(name: str) -> NoReturn:
    raise _Constant(name)


def _check_depth(text: str) -> None:
    depth = 0
    for match in _PIECE.finditer(text):
        depth += (match[0] in "{[") - (match[0] in "}]")
        if depth > DEEPEST:
            raise JsonFault(f"nested more than {DEEPEST} levels deep", text, match.start())


def _spaced(piece: str) -> str:
    return f"{piece} " if piece in ",:" else piece


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
