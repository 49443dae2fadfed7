"""Reading a token without verifying it: what it says, as far as it can be read at all."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from labkit.encoding import printable
from labkit.errors import InvalidInput, LabkitError
from labkit.tokens.claims import DATES, malformed_date, refuse_mistyped
from labkit.tokens.compact import lenient_octets, plain, split
from labkit.tokens.errors import TooDeep, UnsignedToken
from labkit.tokens.header import (
    BORROWED_KEYS,
    borrowed_key,
    critical_names,
    key_id,
    refuse_transformed,
    refused_algorithm,
)
from labkit.tokens.strict_json import parse

MAX_CHARACTERS = 1 << 16


@dataclass(frozen=True)
class Inspection:
    """What a token says. Nothing of it is verified: anyone could have written it.

    Args:
        segments: The text between the dots.
        header: The header as JSON, or None where there is none to read.
        claims: The payload as JSON, or None.
        header_text: The decoded header, its bytes that are no text spelled out.
        payload_text: The decoded payload, likewise.
        signature: The signature's bytes.
        problems: What a strict reader refuses, in words; empty for a token without fault. Whether
            the signature is right, and the claims are for here and now, is not among them.
    """

    segments: tuple[str, ...]
    header: dict[str, Any] | None = None
    claims: dict[str, Any] | None = None
    header_text: str = ""
    payload_text: str = ""
    signature: bytes = field(default=b"", repr=False)
    problems: tuple[str, ...] = ()

    @property
    def dates(self) -> dict[str, str]:
        """The dates among the claims, as UTC."""
        found = ((name, (self.claims or {}).get(name)) for name in DATES)
        return {name: when for name, value in found if (when := _utc(value))}

    def __str__(self) -> str:
        lines = [
            f"header    {printable(self.header_text) or '(nothing)'}",
            f"payload   {printable(self.payload_text) or '(nothing)'}",
            f"signature {len(self.signature)} bytes, not verified",
            *(f"{name:9} {when}" for name, when in self.dates.items()),
            *(f"problem   {printable(problem)}" for problem in self.problems),
        ]
        return "\n".join(lines)


def inspect(token: str | bytes) -> Inspection:
    """Read a token without verifying it, however broken it is.

    Never decide anything by what this returns: that is what `TokenVerifier.verify` is for.

    Args:
        token: Anything that may be a token; of more than 64 Ki characters only the start is read.

    Returns:
        What could be read, with the problems in words.

    Raises:
        InvalidInput: `token` is neither str nor bytes.

    Examples:
        >>> found = inspect("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.")
        >>> found.claims
        {'sub': 'alice'}
        >>> found.problems[0]
        "The header says 'none': nothing is signed."
    """
    if not isinstance(token, str | bytes):
        raise InvalidInput(f"The token must be a str or bytes, not {type(token).__name__}.")
    if isinstance(token, bytes):
        token = bytes(memoryview(token)[: MAX_CHARACTERS + 1]).decode("latin-1")
    whole = plain(token)
    text = whole[:MAX_CHARACTERS]
    problems: list[str] = []
    _note(problems, lambda: split(whole))
    segments = tuple(text.strip().split(".", 5))
    octets = [lenient_octets(segment) for segment in segments]
    octets += [b""] * (3 - len(octets))
    header = _object(octets[0], "header", problems)
    claims = _object(octets[1], "payload", problems) if len(segments) != 5 else None
    _header_problems(header, problems)
    if len(segments) == 3 and not octets[2]:
        problems.append("The signature is empty.")
    _claim_problems(claims, problems)
    return Inspection(
        segments,
        header,
        claims,
        _text(octets[0]),
        _text(octets[1]) if len(segments) != 5 else "",
        octets[2] if len(segments) == 3 else b"",
        tuple(dict.fromkeys(problems)),
    )


def _note(problems: list[str], check: Callable[[], object]) -> bool:
    try:
        check()
    except LabkitError as error:
        problems.append(error.cause)
        return False
    return True


def _object(raw: bytes, name: str, problems: list[str]) -> dict[str, Any] | None:
    if not raw:
        problems.append(f"There is no {name} to read.")
        return None
    try:
        return parse(raw)
    except LabkitError as error:
        problems.append(f"In the {name}: {error.cause}")
        return None if isinstance(error, TooDeep) else _lenient_object(raw)


def _lenient_object(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)  # detects UTF-16 and UTF-32, takes the last of two members
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _header_problems(header: Mapping[str, Any] | None, problems: list[str]) -> None:
    if header is None:
        return
    error = refused_algorithm(header, "a signature algorithm")
    if not isinstance(header.get("alg"), str) or isinstance(error, UnsignedToken):
        problems.append(error.cause)
    if "crit" in header and _note(problems, lambda: critical_names(header)):
        problems.append("The header makes an extension critical.")
    if not BORROWED_KEYS.isdisjoint(header):
        problems.append(borrowed_key(header).cause)
    _note(problems, lambda: refuse_transformed(header))
    _note(problems, lambda: key_id(header))


def _claim_problems(claims: Mapping[str, Any] | None, problems: list[str]) -> None:
    if claims is None:
        return
    if "exp" not in claims:
        problems.append("The token has no 'exp': it would never end.")
    problems.extend(_date_problems(claims))
    _note(problems, lambda: refuse_mistyped(claims))


def _date_problems(claims: Mapping[str, Any]) -> Iterator[str]:
    for name in DATES:
        if name in claims and (error := malformed_date(name, claims[name])):
            yield error.cause


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _utc(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    try:
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return ""
