"""Tokens that the issuer's key signed, whose JSON has no reading, or two."""

import base64
import json
from collections.abc import Iterator

from labkit.forging.corpus.family import Made, family
from labkit.forging.corpus.mint import Mint


@family(
    "member twice",
    "T20",
    matters="Two readers take different values: one checks the first, another uses the last.",
    signed=True,
)
def twice(mint: Mint) -> Iterator[Made]:
    """A name stands twice in one object."""
    why = "It has two readings (RFC 7519 §4, RFC 8725 §2.5)."
    later = mint.now + 10**7
    pairs = {
        "role": '"role": "admin"',
        "role, the same again": '"role": "student"',
        "role in escapes": '"r\\u006fle": "admin"',
        "sub": '"sub": "grace"',
        "exp": f'"exp": {later}',
        "aud": f'"aud": ["{mint.audience}", "forum"]',
        "iss": f'"iss": {json.dumps(mint.issuer)}',
        "jti": '"jti": "8"',
        "inside a claim": '"x": {"a": 1, "a": 2}',
        "inside a list": '"x": [{"a": 1, "a": 2}]',
        "an empty name": '"": 1, "": 2',
        "with white space": '\n "role" \t:\r\n "admin"',
        "two hundred times": ",".join(['"role": "admin"'] * 200),
    }
    body = json.dumps(mint.claims())
    for name, pair in pairs.items():
        yield f"claim twice: {name}", mint.token(None, f"{body[:-1]},{pair}}}"), why
        if name in ("role", "sub", "exp", "aud"):
            yield f"claim twice: {name}, in front", mint.token(None, f"{{{pair},{body[1:]}"), why
    first = json.dumps(mint.header())
    for name, pair in _header_pairs(mint).items():
        yield f"header twice: {name}", mint.token(f"{first[:-1]},{pair}}}"), why


def _header_pairs(mint: Mint) -> dict[str, str]:
    return {
        "alg": f'"alg": "{mint.alg}"',
        "alg in escapes": f'"a\\u006cg": "{mint.alg}"',
        "alg none": '"alg": "none"',
        "typ": '"typ": "JWT"',
        "kid": f'"kid": {json.dumps(mint.kid)}',
        "crit": '"crit": ["b64"], "crit": []',
    }


@family("no JSON", "T20", matters="What one reader forgives, another reads otherwise.", signed=True)
def no_json(mint: Mint) -> Iterator[Made]:
    """Almost JSON, or JSON in another encoding, or no object."""
    body, first = json.dumps(mint.claims()), json.dumps(mint.header())
    why = "Claims are one JSON object in UTF-8, and nothing else (RFC 7519 §7.2)."
    for name, raw in {**_encoded(body), **_misspelt(body)}.items():
        yield f"claims: {name}", mint.token(None, raw), why
    whole = {**_encoded(first), **_misspelt(first)}
    for name in (
        *("UTF-16 with a mark", "UTF-16-LE", "byte-order mark", "no UTF-8", "empty", "an array"),
        *("a string", "single quotes", "trailing comma", "comment", "something after it", "null"),
        *("half a surrogate pair", "NUL after it"),
    ):
        yield f"header: {name}", mint.token(whole[name]), "The header is one JSON object in UTF-8."
    yield "header: no JSON", mint.token(f"alg={mint.alg}"), "The header is one JSON object."
    for name, text in _characters(body).items():
        yield f"claims: {name}", mint.token(None, text), "Not every reader can hold this text."


def _encoded(text: str) -> dict[str, bytes]:
    raw = text.encode()
    cut = raw.replace(b"alice", b"al\xffce").replace(b"at+jwt", b"at+jwt\xff")
    overlong = raw.replace(b"alice", b"al\xc1\xa9ce").replace(b"at+jwt", b"\xc1\xa1t+jwt")
    return {
        "UTF-16 with a mark": text.encode("utf-16"),
        "UTF-16-LE": text.encode("utf-16-le"),
        "UTF-16-BE": text.encode("utf-16-be"),
        "UTF-32 with a mark": text.encode("utf-32"),
        "UTF-32-BE": text.encode("utf-32-be"),
        "UTF-7": text.replace('"', "+ACI-").encode(),
        "byte-order mark": b"\xef\xbb\xbf" + raw,
        "no UTF-8": cut,
        "overlong UTF-8": overlong,
        "surrogates in UTF-8": raw[:-1] + b',"x":"\xed\xa0\xbd\xed\xb8\x80"}',
        "beyond Unicode": raw[:-1] + b',"x":"\xf4\x90\x80\x80"}',
        "half a character": raw[:-1] + b',"x":"\xc3"}',
        "empty": b"",
        "a space": b" ",
        "base64 of base64": base64.b64encode(raw),
    }


def _misspelt(text: str) -> dict[str, bytes]:
    spelled = {
        "cut off": text[:-1],
        "single quotes": text.replace('"', "'"),
        "names without quotes": text.replace('"sub"', "sub").replace('"typ"', "typ"),
        "trailing comma": text[:-1] + ",}",
        "comment": text[:-1] + "/* */}",
        "comment to the end": text + "// ",
        "hash comment": text + "\n# ",
        "something after it": text + "{}",
        "a bracket after it": text + "}",
        "NUL after it": text + "\0",
        "NUL in front": "\0" + text,
        "a guard in front": ")]}'," + text,
        "vertical tab": "\v" + text,
        "no-break space": "\u00a0" + text,
        "a raw newline in a string": text[:-1] + ',"x":"a\nb"}',
        "an unknown escape": text[:-1] + ',"x":"\\x41"}',
        "Python's words": text[:-1] + ',"x":True}',
        "undefined": text[:-1] + ',"x":undefined}',
        "equals for a colon": text.replace(": ", "= "),
        "twice in a list": f"[{text},{text}]",
        "an array": f"[{text}]",
        "a string": json.dumps(text),
        "a number": "1",
        "null": "null",
        "true": "true",
        "a form": "sub=alice&role=admin",
        "XML": "<sub>alice</sub>",
        "YAML": "sub: alice\nrole: admin\n",
    }
    spelled["half a surrogate pair"] = text[:-1] + ',"x":"\\ud800"}'
    return {name: value.encode() for name, value in spelled.items()}


def _characters(body: str) -> dict[str, str]:
    return {
        "a NUL in sub": body.replace("alice", "alice\\u0000admin"),
        "a NUL in a name": body[:-1] + ',"role\\u0000x": 1}',
        "half a pair in a name": body[:-1] + ',"\\udc00": 1}',
        "halves in wrong order": body[:-1] + ',"x": "\\udc00\\ud800"}',
    }
