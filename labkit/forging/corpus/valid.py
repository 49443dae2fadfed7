"""Tokens that must be accepted: whoever refuses too much locks out the honest user."""

import json
from collections.abc import Iterator

from labkit.forging.corpus.family import Made
from labkit.forging.corpus.mint import Mint, b64, ec_numbers
from labkit.forging.corpus.numbers import ORDER

FOREVER = 4_000_000_000  # the year 2096


def valid(mint: Mint) -> Iterator[Made]:
    """Yield every way in which a good token may look, by RFC 7519 and RFC 9068."""
    yield "plain", mint.token(), "It is as the issuer writes it."
    yield from _valid_headers(mint)
    yield from _valid_times(mint)
    yield from _valid_claims(mint)
    yield from _valid_spellings(mint)
    if mint.alg == "ES256":
        yield from _both_halves(mint)


def _valid_headers(mint: Mint) -> Iterator[Made]:
    for typ in ("AT+JWT", "at+JWT", "application/at+jwt", "Application/AT+JWT"):
        why = "A media type has no case, and 'application/' may be left off (RFC 7515 §4.1.9)."
        yield f"typ {typ}", mint.heading(typ=typ), why
    yield "no kid", mint.heading("kid"), "There is one key, and `kid` is optional."
    yield "cty json", mint.heading(cty="json"), "`cty` is optional (RFC 7515 §4.1.10)."
    named = mint.header(nonce="n-0S6", generation=2)
    why = "Members that are not understood are ignored (RFC 7515 §4)."
    yield "more in the header", mint.token(named), why
    turned = dict(reversed(mint.header().items()))
    yield "header in another order", mint.token(turned), "An object has no order."


def _valid_times(mint: Mint) -> Iterator[Made]:
    now = mint.now
    why = "A date may have a fraction (RFC 7519 §2)."
    fractions = mint.claims(iat=now - 10.5, nbf=now - 5.25, exp=now + 60.5)
    yield "dates with fractions", mint.token(None, fractions), why
    whole = json.dumps(mint.claims("exp"))[:-1]
    for text in (f"{now + 890}.0", f"{(now + 890) / 1e9:.9f}e9", f"{(now + 890) / 1e9:.9f}E+9"):
        yield f"exp written {text[-4:]}", mint.token(None, f'{whole},"exp":{text}}}'), why
    times = {
        "issued now": mint.claims(iat=now, nbf=now),
        "ends in 30 s": mint.claims(exp=now + 30),
        "ends late": mint.claims(exp=FOREVER),
        "issued long ago": mint.claims(iat=now - 10**8, nbf=now - 10**8),
        "issued in 1970": mint.claims(iat=0, nbf=0),
    }
    for name, claims in times.items():
        yield name, mint.token(None, claims), "It has begun and has not ended."


def _valid_claims(mint: Mint) -> Iterator[Made]:
    own = mint.audience
    claims = {
        "a list of one audience": mint.claims(aud=[own]),
        "a list of audiences": mint.claims(aud=["forum", own, "library"]),
        "minimal": {name: mint.claims()[name] for name in ("iss", "aud", "exp", "sub")},
        "no jti": mint.claims("jti"),
        "no iat": mint.claims("iat"),
        "an empty sub": mint.claims(sub=""),
        "a sub with an address": mint.claims(sub="https://people.example/alice?x=1#y"),
        "other writing": mint.claims(sub="Zoë", name="\u6f22\u5b57 \U0001f600 \u0646\u0648\u0631"),
        "nested claims": mint.claims(realm={"roles": ["student", {"in": ["7a", {"x": [1]}]}]}),
        "null and booleans": mint.claims(x=None, y=True, z=False, empty={}, none=[]),
        "numbers": mint.claims(n=-1, big=2**53 - 1, small=1e-300, zero=0, minus=-0.0),
        "names that differ by case": mint.claims(Role="x", ROLE="y"),
        "a claim without a name": mint.claims(**{"": "nothing"}),
        "RFC 9068's claims": mint.claims(
            client_id="s6BhdRkqt3",
            scope="grades.read",
            auth_time=mint.now - 60,
            acr="1",
            amr=["pwd"],
        ),
        "forty claims": mint.claims(**{f"c{number}": number for number in range(40)}),
        "a claim of 2 KiB": mint.claims(note="n" * 2_048),
        "text that looks like code": mint.claims(note="<b>' OR 1=1 -- \\ \" {{x}} ../..</b>"),
    }
    for name, value in claims.items():
        yield name, mint.token(None, value), "RFC 7519 allows it."


def _valid_spellings(mint: Mint) -> Iterator[Made]:
    why = "White space and escapes mean nothing in JSON (RFC 8259)."
    spaced = json.dumps(mint.claims(), indent=2).replace("\n", "\r\n")
    header = f" {json.dumps(mint.header())}\n"
    yield "spaced", mint.token(header, f"\t{spaced} "), why
    escapes = json.dumps(mint.claims()).replace("alice", "\\u0061l\\u0069ce")
    yield "escapes for letters", mint.token(None, escapes), why
    pair = json.dumps(mint.claims(name="\U0001f600"))
    yield "an escaped pair of surrogates", mint.token(None, pair), why
    slashes = json.dumps(mint.claims()).replace("/", "\\/")
    yield "escaped slashes", mint.token(None, slashes), why
    for left in range(3):
        raw = json.dumps(mint.claims(pad="x" * left)).encode()
        name = f"claims of 3 n + {len(raw) % 3} bytes"
        yield name, mint.signed(f"{b64(json.dumps(mint.header()))}.{b64(raw)}"), why


def _both_halves(mint: Mint) -> Iterator[Made]:
    message = mint.message()
    r, s = ec_numbers(mint.own.private, message.encode())
    low, high = sorted((s, ORDER - s))
    why = "With (r, s), (r, n - s) is right too; ES256 asks for neither (RFC 7518 §3.4)."
    for name, value in (("the lower s", low), ("the higher s", high)):
        yield name, mint.resigned(r.to_bytes(32) + value.to_bytes(32), message), why
