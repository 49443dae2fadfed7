"""Tokens that the issuer signed, for another time, place or purpose, or with odd types."""

import json
from collections.abc import Iterator
from typing import Any

from labkit.forging.corpus.family import Made, family, spelled_out
from labkit.forging.corpus.mint import Mint

HOUR_S = 3600


@family(
    "time", "T5", "T5b", matters="A stolen token works for ever, or an hour longer.", signed=True
)
def time(mint: Mint) -> Iterator[Made]:
    """The token has ended, has not begun, or never ends."""
    now = mint.now
    ended = "It has ended (RFC 7519 §4.1.4)."
    past = {"this second": 0, "half a second ago": 0.5, "a second ago": 1, "30 s ago": 30}
    past |= {"an hour ago": HOUR_S, "90 minutes ago": 1.5 * HOUR_S, "a day ago": 24 * HOUR_S}
    past |= {"a year ago": 365 * 24 * HOUR_S}
    for name, seconds in past.items():
        yield f"ended {name}", mint.claiming(exp=now - seconds), ended
    for value in (0, -1, -0.0, 1, 1e-300, -(10**12)):
        yield f"exp {value!r}", mint.claiming(exp=value), ended
    for name, number in {"kiloseconds": now // 1000 + 1, "minutes": now / 60 + 15}.items():
        yield f"exp in {name}", mint.claiming(exp=number), ended
    yield "no exp", mint.claiming("exp"), "Without `exp` it would never end."
    elsewhere: dict[str, dict[str, Any]] = {
        "Exp": {"Exp": now + 890},
        "expires": {"expires_in": 890, "expires": now + 890},
        "claims in claims": {"claims": {"exp": now + 890}},
    }
    for name, claims in elsewhere.items():
        yield f"exp only as {name}", mint.claiming("exp", **claims), "That is not `exp`."
    token = mint.token(mint.header(exp=now + 890), mint.claims("exp"))
    yield "exp only in the header", token, "That is not the claim `exp`."
    early = "It is not for now yet."
    begins = {"in 30 s": 30, "in an hour": HOUR_S, "in a year": 365 * 24 * HOUR_S}
    for name, seconds in begins.items():
        for claim in ("nbf", "iat"):
            yield f"{claim} {name}", mint.claiming(**{claim: now + seconds}), early
    later = mint.claiming(exp=now + 2 * HOUR_S, nbf=now + HOUR_S, iat=now + HOUR_S)
    yield "made in another time zone", later, "It begins in an hour."
    yield "begins after it ends", mint.claiming(nbf=now + 10**6), "Not for now."


@family(
    "date of no number",
    "T22",
    matters="A date that is no number is compared as something.",
    signed=True,
)
def dates(mint: Mint) -> Iterator[Made]:
    """`exp`, `nbf` or `iat` is no JSON number of seconds."""
    why = "A date is a number of seconds (RFC 7519 §2)."
    for claim, then in (("exp", mint.now + 890), ("nbf", mint.now - 10), ("iat", mint.now - 10)):
        for name, value in _no_dates(then).items():
            yield f"{claim} {name}", mint.claiming(**{claim: value}), why
    for claim in ("exp", "nbf", "iat"):
        token = mint.claiming(**{claim: 1000 * mint.now})
        yield f"{claim} in milliseconds", token, "As seconds it is fifty thousand years ahead."


def _no_dates(then: int) -> dict[str, Any]:
    return {
        "as text": str(then),
        "as text with spaces": f" {then} ",
        "as text with its unit": f"{then}s",
        "as text, a fraction": f"{then}.5",
        "as hexadecimal text": f"{then:#x}",
        "as a day": "2026-11-23T12:00:00Z",
        "as a word": "never",
        "as NaN in quotes": "NaN",
        "as an Arabic digit": "\u0662",
        "an empty text": "",
        "true": True,
        "false": False,
        "null": None,
        "a list": [then],
        "an empty list": [],
        "an object": {"$gt": 0},
        "an empty object": {},
    }


@family(
    "number",
    "T22",
    matters="A number that no reader can hold compares as true, or crashes.",
    signed=True,
)
def numbers(mint: Mint) -> Iterator[Made]:
    """What Python's reader takes for a number and JSON does not, or what fits no double."""
    near = str(mint.now + 890)
    spellings = {
        **{text: text for text in ("NaN", "Infinity", "-Infinity", "1e400", "1e999", "-1e400")},
        **{text: text for text in ("0x7fffffff", ".5", "1.", "+1", "--1", "1e", "1_800_000_000")},
        "a leading zero": f"0{near}",
        "fullwidth digits": "".join(chr(0xFEE0 + ord(digit)) for digit in near),
        "an expression": f"{near}+1",
        "2^53": str(1 << 53),
        "2^63": str(1 << 63),
        "2^64 and the rest": str((1 << 64) + mint.now + 890),
        "10^100": "1" + "0" * 100,
        "5000 digits": "9" * 5000,
        "an exponent of 5000 digits": "1e" + "9" * 5000,
    }
    for name, text in spellings.items():
        yield f"exp is {name}", _with(mint, "exp", text), "No number of seconds has this form."
    for claim in ("nbf", "iat"):
        for text in ("NaN", "-Infinity", "-1e400"):
            why = "NaN is neither before nor after anything."
            yield f"{claim} is {text}", _with(mint, claim, text), why
    for text in ("NaN", "Infinity", "1e400", "9" * 5000):
        name = text if len(text) < 9 else "of 5000 digits"
        yield f"a claim is {name}", _with(mint, "score", text), "Not every reader can hold it."


def _with(mint: Mint, claim: str, text: str) -> str:
    """Return a signed token with a claim whose value is this text, whether it is JSON or not."""
    return mint.token(None, f'{json.dumps(mint.claims(claim))[:-1]}, "{claim}": {text}}}')


@family("issuer", "T7", "T7b", matters="Somebody else's users come in.", signed=True)
def issuer(mint: Mint) -> Iterator[Made]:
    """`iss` is missing, or nearly right."""
    own, why = mint.issuer, "`iss` must be the issuer's name, letter by letter."
    host = own.partition("://")[2] or own
    near = {
        "another": "https://evil.example",
        "with a slash": f"{own}/",
        "with a path": f"{own}/evil",
        "as a prefix": f"{own}.evil.example",
        "as a user": f"{own}@evil.example",
        "as a suffix": f"https://evil.example/?{own}",
        "cut": own[:-1],
        "in capitals": own.upper(),
        "without its scheme": host,
        "over http": own.replace("https", "http"),
        "with a port": f"{own}:443",
        "with a space": f"{own} ",
        "with a NUL": f"{own}\0",
        "with a newline": f"{own}\n",
        "with a Cyrillic a": own.replace("a", "\u0430", 1),
        "with a Cyrillic e": own.replace("e", "\u0435"),
        "percent-encoded": own.replace("e", "%65", 1),
        "as punycode": own.replace(host, f"xn--{host}"),
    }
    odd = spelled_out(
        None, True, 0, "", "*", [], [own], {}, {"iss": own}, [own, "https://evil.example"]
    )
    for name, value in (_unlike(own, near) | odd).items():
        yield f"iss {name}", mint.claiming(iss=value), why
    yield "no iss", mint.claiming("iss"), "Nobody says who issued it."
    token = mint.token(mint.header(iss=own), mint.claims("iss"))
    yield "iss only in the header", token, "That is not the claim `iss`."


@family(
    "audience", "T6", "T6b", matters="What was meant for one service opens another.", signed=True
)
def audience(mint: Mint) -> Iterator[Made]:
    """`aud` is missing, or nearly right."""
    own, why = mint.audience, "`aud` must name this service (RFC 7519 §4.1.3)."
    near = {
        "another": "forum",
        "longer": f"{own}-admin",
        "longer in front": f"not-{own}",
        "cut": own[:-1],
        "a letter": own[0],
        "in capitals": own.upper(),
        "with a space": f"{own} ",
        "with a newline": f"{own}\n",
        "with a NUL": f"{own}\0",
        "with a Cyrillic a": own.replace("a", "\u0430"),
        "in a sentence": f"forum {own}",
        "with a comma": f"{own},forum",
        "as an address": f"https://{own}",
        "a pattern": ".*",
    }
    odd = spelled_out(None, True, 0, "", "*", [], {}, {own: True}, [f"{own}."], ["forum"], [[own]])
    odd |= spelled_out([own, 1], [None, own], [{"aud": own}], [""], [own[:3], own[3:]], list(own))
    for name, value in (_unlike(own, near) | odd).items():
        yield f"aud {name}", mint.claiming(aud=value), why
    yield "no aud", mint.claiming("aud"), "Nobody says whom it is for."
    token = mint.token(mint.header(aud=own), mint.claims("aud"))
    yield "aud only in the header", token, "That is not the claim `aud`."
    yield "Aud for aud", mint.claiming("aud", Aud=own), "Names have their case."


def _unlike(own: str, near: dict[str, str]) -> dict[str, Any]:
    """A name may have no letter to change; what came out the same is no forgery."""
    return {name: value for name, value in near.items() if value != own}


@family(
    "claim of another type",
    "T20",
    matters="`sub` is looked up: a list or an object is a query.",
    signed=True,
)
def types(mint: Mint) -> Iterator[Made]:
    """`sub` or `jti` is no string."""
    odd = spelled_out(None, True, False, 0, 1, 1.5, [], ["alice"], {}, {"$ne": ""}, {"a": 1})
    for claim in ("sub", "jti"):
        for name, value in odd.items():
            token = mint.claiming(**{claim: value})
            yield f"{claim} {name}", token, f"`{claim}` is a string (RFC 7519 §4.1)."
