"""Texts that are no signed token in its compact form, or that pack one into something else."""

import json
import zlib
from collections.abc import Iterator

from labkit.forging.corpus.family import Made, family
from labkit.forging.corpus.jwe import encrypted_tokens
from labkit.forging.corpus.mint import Mint, b64, spelled


@family("form", "T1", matters="What is no token at all is taken for one.")
def form(mint: Mint) -> Iterator[Made]:
    """Too few segments, too many, or none of them a segment."""
    good = mint.token()
    first, second, third = good.split(".")
    why = "A signed token has three segments and nothing around them (RFC 7515 §7.1)."
    texts = {
        "nothing": "",
        "a space": " ",
        "null": "null",
        "undefined": "undefined",
        "one word": "token",
        "a dot": ".",
        "two dots": "..",
        "three dots": "...",
        "one segment": first,
        "two segments": f"{first}.{second}",
        "four segments": f"{good}.e30",
        "six segments": f"{good}.{good}",
        "a dot at the end": f"{good}.",
        "a dot in front": f".{good}",
        "two dots for one": good.replace(".", "..", 1),
        "no header": f".{second}.{third}",
        "no claims": f"{first}..{third}",
        "only a signature": f"..{third}",
        "empty objects": "e30.e30.e30",
        "empty objects, no signature": "e30.e30.",
        "in small letters": good.lower(),
        "reversed": good[::-1],
        "a password": "correct horse battery staple",
        "markup": "<script>alert(1)</script>",
        "an opaque token": "mF_9.B5f-4.1JqM",
        "slashes for dots": good.replace(".", "/"),
        "colons for dots": good.replace(".", ":"),
        "bytes written out": repr(good.encode()),
    }
    for name, text in texts.items():
        yield name, text, why
    detached = f"{first}..{third}"
    yield "detached claims and a query", f"{detached}?claims={second}", why


@family(
    "wrapping",
    "T20",
    matters="Two texts for one token; a list of refused texts misses one.",
    signed=True,
)
def wrapping(mint: Mint) -> Iterator[Made]:
    """A good token, with something around or between its segments."""
    good = mint.token()
    first, second, third = good.split(".")
    why = "A signed token has nothing around it."
    texts = {
        "with its scheme": f"Bearer {good}",
        "with its scheme in small letters": f"bearer {good}",
        "with its header": f"Authorization: Bearer {good}",
        "as a cookie": f"token={good}",
        "in quotes": f'"{good}"',
        "in brackets": f"<{good}>",
        "with a space in front": f" {good}",
        "with a space behind": f"{good} ",
        "with a newline behind": f"{good}\n",
        "with a carriage return behind": f"{good}\r\n",
        "with a tab in front": f"\t{good}",
        "with a NUL behind": f"{good}\0",
        "with a NUL in front": f"\0{good}",
        "with a byte-order mark": f"\ufeff{good}",
        "with half a surrogate pair": f"{good}\ud800",
        "with a zero-width space behind": f"{good}\u200b",
        "folded": f"{first}.\r\n {second}.{third}",
        "with a space at a dot": f"{first} .{second}.{third}",
        "with encoded dots": good.replace(".", "%2E"),
        "percent-encoded": "".join(f"%{ord(letter):02x}" for letter in good),
        "with fullwidth dots": good.replace(".", "\uff0e"),
        "with ideographic dots": good.replace(".", "\u3002"),
        "with one-dot leaders": good.replace(".", "\u2024"),
        "in fullwidth letters": "".join(chr(0xFEE0 + ord(letter)) for letter in good),
        "with a comma and another": f"{good},{good}",
        "with a semicolon": f"{good};",
        "with a fragment": f"{good}#x",
        "with a query": f"{good}?x=1",
        "encoded once more": b64(good),
    }
    for name, text in texts.items():
        yield name, text, why
    yield from _json_form(mint, first, second, third)


def _json_form(mint: Mint, first: str, second: str, third: str) -> Iterator[Made]:
    why = "That is the JSON form of a signature (RFC 7515 §7.2)."
    one = {"protected": first, "signature": third}
    unprotected = {"header": mint.header(), "signature": third}
    forms = {
        "flattened JSON": {"payload": second, **one},
        "general JSON": {"payload": second, "signatures": [one]},
        "JSON with two signatures": {"payload": second, "signatures": [one, one]},
        "JSON with an unprotected header": {"payload": second, **unprotected},
        "JSON of an answer": {"access_token": f"{first}.{second}.{third}", "token_type": "Bearer"},
    }
    for name, value in forms.items():
        yield name, json.dumps(value), why
    # Read as JSON each is something else than cut at its dots, or needs no signature at all.
    forged = b64(spelled(mint.admin()))
    dotted = {"payload": second, "header": {"x": "a.b.c"}, **one}
    yield "JSON with two dots in it", json.dumps(dotted), why
    mixed = {f"  {first}.{forged}.": "", "payload": second, **one}
    yield "JSON and three segments in one", json.dumps(mixed), why, False
    unsigned = {"payload": forged, "signatures": []}
    yield "JSON with no signatures", json.dumps(unsigned), why, False
    yield "JSON with no signature", json.dumps({"payload": forged, "protected": first}), why, False


@family(
    "packed",
    "T13",
    matters="The server unpacks what it cannot judge before it has unpacked it.",
    signed=True,
)
def packed(mint: Mint) -> Iterator[Made]:
    """Compressed, encrypted or nested, where a plain signed token is expected."""
    inner, why = mint.token(), "The payload is not simply what is signed."
    claims = spelled(mint.claims())
    bomb = zlib.compress(b" " * 500_000 + claims, 9)[2:-4]
    for name, payload in {"deflated": zlib.compress(claims)[2:-4], "as it is": claims}.items():
        yield f"zip DEF, {name}", mint.token(mint.header(zip="DEF"), payload), why
    yield "zip DEF, a thousandfold", mint.token(mint.header(zip="DEF"), bomb), why
    for value in ("GZIP", "", None, "def"):
        yield f"zip {json.dumps(value)}", mint.heading(zip=value), why
    nested = mint.token(mint.header(cty="JWT"), inner)
    yield "a token in a token", nested, "Nested tokens are not expected here."
    yield "a token in a token, as text", mint.token(mint.header(cty="JWT"), json.dumps(inner)), why
    yield "a token in a token, no cty", mint.token(None, inner), "The payload is no JSON object."
    for name, token in encrypted_tokens(mint, claims, bomb):
        yield name, token, "It has five segments: encrypted, not signed.", False
    yield "five segments, signed in front", f"{inner}.e30.e30", "It has five segments."
