"""What a header's and a payload's members say, in words, for a reader with a clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from labkit.encoding import printable
from labkit.tokens.claims import DATES, malformed_date
from labkit.tokens.strict_json import shown

MOST_CHARACTERS = 60
_UNITS = (("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))
_ALGORITHMS = {
    "HS256": "HMAC with SHA-256: who can check it can also make it",
    "RS256": "RSA with SHA-256: one private key signs, its public half checks",
    "ES256": "ECDSA on P-256: one private key signs, its public half checks",
    "EdDSA": "Ed25519: one private key signs, its public half checks",
}
_MEANINGS = {
    "typ": "the kind of token",
    "kid": "the name of a key",
    "cty": "the kind of content",
    "crit": "what a reader must understand, or refuse",
    "jwk": "a key that the token brings along",
    "jku": "where to fetch keys, says the token",
    "x5c": "a certificate that the token brings along",
    "x5u": "where to fetch a certificate, says the token",
    "zip": "the payload is compressed",
    "b64": "whether the payload is encoded before it is signed",
    "iss": "who issued it",
    "sub": "whom it is about",
    "aud": "which service it is for",
    "jti": "its own name",
}
_BEFORE = {"exp": "ends", "nbf": "begins", "iat": "was issued"}
_AFTER = {"exp": "ended", "nbf": "began", "iat": "was issued"}


@dataclass(frozen=True)
class Reading:
    """One member of the header or of the payload. Nobody vouches for it.

    Args:
        name: The member's name.
        value: Its value as JSON, cut short, what cannot be seen spelled out.
        words: What it means, where it has a meaning; dates are told from the reader's clock.
    """

    name: str
    value: str
    words: str


def readings(members: Mapping[str, Any] | None, now: float) -> tuple[Reading, ...]:
    """Return each member in words.

    Args:
        members: A header or claims, or None where there are none to read.
        now: The reader's time, in seconds since the epoch.

    Examples:
        >>> readings({"exp": 1_800_000_900}, 1_800_000_040)[0].words
        'ends at 08:15:00 UTC, 14 min 20 s from now'
    """
    return tuple(
        Reading(printable(name)[:MOST_CHARACTERS], short(value), _words(name, value, now))
        for name, value in (members or {}).items()
    )


def span(seconds: float) -> str:
    """Return a length of time in its two largest units.

    Examples:
        >>> span(860), span(7200), span(0.25), span(90_061)
        ('14 min 20 s', '2 h', '0.25 s', '1 day 1 h')
    """
    rest = abs(seconds)
    if rest < 10 and rest != int(rest):
        return f"{rest:.2g} s"
    parts: list[str] = []
    rest = round(rest)
    for unit, size in _UNITS:
        number, rest = divmod(rest, size)
        if number or (unit == "s" and not parts):
            parts.append(f"{number} {unit}{'s' * (unit == 'day' and number != 1)}")
        elif parts:
            break
    return " ".join(parts[:2])


def moment(when: float, now: float) -> str:
    """Return a time in UTC, with the day unless it is today's; "" beyond the calendar."""
    try:
        there, here = datetime.fromtimestamp(when, UTC), datetime.fromtimestamp(now, UTC)
    except (OverflowError, ValueError, OSError):
        return ""
    day = "" if there.date() == here.date() else f"{there:%Y-%m-%d} "
    return f"{day}{there:%H:%M:%S} UTC"


def apart(when: float, now: float) -> str:
    """Return how far a time is from now, in words."""
    if when == now:
        return "now"
    return f"{span(when - now)} from now" if when > now else f"{span(now - when)} ago"


def short(value: object) -> str:
    """Return a value as JSON on one line, cut short, what cannot be seen spelled out."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):  # a huge number; nested without end
        return shown(value)
    text = printable(text[: MOST_CHARACTERS + 1])
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _words(name: str, value: object, now: float) -> str:
    if name in DATES:
        return _date_words(name, value, now)
    if name == "alg" and isinstance(value, str):
        none = "nothing is signed" if value.lower() == "none" else "unknown here"
        return _ALGORITHMS.get(value, none)
    return _MEANINGS.get(name, "")


def _date_words(name: str, value: Any, now: float) -> str:
    error = malformed_date(name, value)
    if error:
        return error.cause
    if not (when := moment(value, now)):
        return "beyond the calendar"
    verb = _BEFORE if value > now else _AFTER
    return f"{verb[name]} at {when}, {apart(value, now)}"
