"""Tokens that are too large or dear to read, and the same bytes spelled in other letters."""

import json
from collections.abc import Iterator

from labkit.forging.corpus.family import Made, family
from labkit.forging.corpus.mint import Mint, b64, until


@family(
    "size and depth",
    "T23",
    matters="One request keeps the server busy, or ends it.",
    signed=True,
)
def size(mint: Mint) -> Iterator[Made]:
    """A token that is too deep, too long, or dear to read."""
    body = json.dumps(mint.claims())
    why = "Nested deeper than any claim, and dear to read."
    # Between these, readers differ: some Pythons give up at 1000 levels, some at 10000.
    deep = {f"{n} lists deep": "[" * n + "]" * n + "}" for n in (100, 400, 50_000)}
    deep |= {f"{n} objects deep": '{"a":' * n + "1" + "}" * n + "}" for n in (100, 400, 50_000)}
    deep |= {f"{n} open brackets": "[" * n for n in (800, 50_000)}
    for name, value in deep.items():
        yield name, mint.token(None, f'{body[:-1]},"x":{value}'), why
    header, lists = json.dumps(mint.header()), "[" * 400 + "]" * 400
    yield "400 lists deep in the header", mint.token(f'{header[:-1]},"x":{lists}}}'), why
    open_ = mint.stolen('{"alg":' + "[" * 800)
    yield "800 open brackets in the header", open_, why, False
    long = "No server takes a header line as long as this."
    for kilobytes in (16, 64, 512):
        yield f"a claim of {kilobytes} KiB", mint.claiming(x="x" * 1024 * kilobytes), long
    yield "20000 claims", mint.claiming(**{f"n{n}": n for n in range(20_000)}), long
    yield "a list of 50000", mint.claiming(x=[0] * 50_000), long
    yield "a header of 64 KiB", mint.heading(x="x" * 65_536), long
    yield from _unsigned_bulk(mint)


def _unsigned_bulk(mint: Mint) -> Iterator[Made]:
    good, why = mint.token(), "It is no token; reading it must cost next to nothing."
    many, more = 1_000_000, 100_000
    bulk = {
        "a million letters behind": good + "A" * many,
        "a million dots": "." * many,
        "a hundred thousand spaces": " " * more,
        "a hundred thousand newlines": "\n" * more,
        "a hundred thousand equals signs": "=" * more,
        "a hundred thousand brackets": "{" * more,
        "a hundred thousand umlauts": "\u00fc" * more,
        "a hundred thousand surrogates": "\ud800" * more,
        "8000 dots": "." * 8_000,
        "8000 equals signs behind": good + "=" * 7_000,
        "8000 spaces": " " * 8_000,
        "8000 letters": "A" * 8_000,
        "8000 brackets, encoded": b64("{" * 4_000) + "." + b64("{" * 1_900) + ".AA",
        "8000 quotes, encoded": b64('"' * 5_000) + ".e30.AA",
        "8000 backslashes, encoded": b64('{"a":"' + "\\\\" * 2_500) + ".e30.AA",
        "8000 digits, encoded": b64('{"a":' + "9" * 5_000 + "}") + ".e30.AA",
    }
    for name, token in bulk.items():
        yield name, token, why, token.startswith(good)
    payloads = {
        "500 names": json.dumps({str(n): 0 for n in range(500)})[:-1] + ',"0":1}',
        "800 escapes": '{"a":"' + "\\u0000" * 800 + '"}',
        "2000 backslashes": '{"a":"' + "\\\\" * 2_000 + '"}',
        "5000 digits after a point": '{"a":0.' + "9" * 5_000 + "}",
        "5000 spaces": " " * 5_000,
        "1200 audiences": json.dumps({"exp": 1, "aud": [""] * 1_200}),
    }
    for name, payload in payloads.items():
        yield f"dear to read: {name}", mint.token(None, payload), "No claims, and dear to read."


@family(
    "second spelling",
    "T20",
    matters="One signature has many texts, so a list of refused texts catches none.",
    signed=True,
)
def base64url(mint: Mint) -> Iterator[Made]:
    """The same bytes, with other letters than the one way that base64url has."""
    why = "Base64url without padding has one spelling (RFC 7515 §2)."
    message, _, third = _with_both_signs(mint).rpartition(".")
    for name, text in _spellings(third).items():
        yield f"signature {name}", f"{message}.{text}", why
    first, _, second = message.partition(".")
    for place, segment in (("header", first), ("claims", second)):
        for name, text in _spellings(_openly(mint, place) or segment).items():
            pair = f"{text}.{second}" if place == "header" else f"{first}.{text}"
            yield f"{place} {name}", mint.signed(pair), why


def _with_both_signs(mint: Mint) -> str:
    def made(number: int) -> str:
        return mint.claiming(jti=str(number))

    return until(made, lambda token: _can_be_respelt(token.rpartition(".")[2]))


def _openly(mint: Mint, place: str) -> str:
    """A segment that has '-' and '_' in it, and bits to spare in its last letter."""
    part = mint.header if place == "header" else mint.claims
    text = part(name="\u00fe\u00bf\u00fb\u00ef??>>~~\u00ff\u00fe")
    return until(
        lambda n: b64(json.dumps({**text, "pad": "?>~" * 2 + "x" * n}, ensure_ascii=False)),
        lambda segment: _can_be_respelt(segment) and len(segment) % 4 == 2,
    )


def _can_be_respelt(segment: str) -> bool:
    """Return whether every spelling below differs from the text: it has '-', '_' and a digit."""
    return {"-", "_"} <= set(segment) and any(map(str.isdigit, segment))


def _spellings(text: str) -> dict[str, str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    after = letters[letters.index(text[-1]) + 1]
    middle = len(text) // 2
    head, tail = text[:middle], text[middle:]
    return {
        "padded": text + "=" * (-len(text) % 4 or 4),
        "padded too much": text + "====",
        "with padding and more": text + "==AAAA",
        "in the standard alphabet": text.replace("-", "+").replace("_", "/"),
        "half in the standard alphabet": text.replace("-", "+"),
        "with a newline": f"{head}\n{tail}",
        "with a carriage return": f"{head}\r\n{tail}",
        "with a space": f"{head} {tail}",
        "with a tab": f"{head}\t{tail}",
        "with an exclamation mark": f"{head}!{tail}",
        "with a hash": f"{head}#{tail}",
        "with spare bits set": text[:-1] + after,
        "of an impossible length": text + "A" * ((1 - len(text)) % 4),
        "percent-encoded": f"%{ord(text[0]):02X}{text[1:]}",
        "in quotes": f'"{text}"',
        "with a NUL": text + "\0",
        "with a fullwidth letter": chr(0xFEE0 + ord("A")) + text[1:],
        "with a zero-width space": f"{head}\u200b{tail}",
        "with a soft hyphen": f"{head}\u00ad{tail}",
        "with Arabic digits": "".join(
            chr(0x660 + int(letter)) if letter.isdecimal() else letter for letter in text
        ),
    }
