"""Tokens that nobody signed, that somebody else did, or whose signature was tampered with."""

import hashlib
import json
from collections.abc import Iterator

from labkit.forging.corpus.family import Made, family, spelled_out
from labkit.forging.corpus.mint import Mint, Part, b64, last, mac, spelled
from labkit.forging.segments import decoded

NONE_SPELLINGS = (
    *("none", "None", "NONE", "nOnE", "NoNe", "nonE"),
    *("none ", " none", "none\n", "none\t", "none\0", "none\u200b", "\ufeffnone"),
    *("n\u043ene", "\uff4e\uff4f\uff4e\uff45", "\u207fone", "no\u0301ne"),
    *("none.", "none,", "'none'"),
)


@family("alg none", "T2", matters="Anyone can write claims that nobody signed.")
def unsigned(mint: Mint) -> Iterator[Made]:
    """The header says that there is no signature to check."""
    for alg in NONE_SPELLINGS:
        yield f"alg {alg!r}", mint.bare(mint.header(alg=alg)), "The header asks not to be checked."
    why = "It names no algorithm at all."
    odds = spelled_out(None, "", False, 0, [], ["none"], {}, "null", "undefined", "HS256,none")
    for name, odd in odds.items():
        yield f"alg {name} and no signature", mint.bare(mint.header(alg=odd)), why
    yield "no alg and no signature", mint.bare(mint.header("alg")), why
    for name, header in _none_headers(mint).items():
        yield name, mint.bare(header), "One reader sees none, another the pinned algorithm."
    none, why = mint.bare(mint.header(alg="none")), "It asks not to be checked."
    yield "none, without the last dot", none[:-1], why
    yield "none, with the old signature", none + mint.token().rpartition(".")[2], why
    yield "none, with a byte for a signature", f"{none}AA", why
    yield "none, and the kid left out", mint.bare(mint.header("kid", alg="none")), why
    yield "none, and typ JWT", mint.bare(mint.header("kid", alg="none", typ="JWT")), why
    signed = mint.heading(alg="none")
    yield "none, signed all the same", signed, "The header does not name what is pinned.", True


def _none_headers(mint: Mint) -> dict[str, str]:
    rest = f'"kid":{json.dumps(mint.kid)},"typ":"at+jwt"'
    return {
        "none in escapes": f'{{"alg":"\\u006e\\u006f\\u006e\\u0065",{rest}}}',
        "none first, then the pinned one": f'{{"alg":"none","alg":"{mint.alg}",{rest}}}',
        "the pinned one first, then none": f'{{"alg":"{mint.alg}",{rest},"alg":"none"}}',
        "ALG none beside alg": f'{{"alg":"{mint.alg}","ALG":"none",{rest}}}',
        "alg none beside ALG": f'{{"ALG":"{mint.alg}","alg":"none",{rest}}}',
    }


@family("null signature", "T2b", matters="Anyone can write claims: an empty signature passed.")
def null_signature(mint: Mint) -> Iterator[Made]:
    """The algorithm is kept, and the signature is nothing."""
    edited, genuine = mint.message(None, mint.admin()), mint.message()
    why = "The pinned algorithm never signs with nothing."
    yield "signature taken off", f"{genuine}.", why
    yield "claims edited, signature taken off", f"{edited}.", why
    for alg in ("XX256", "HS1", "HMAC", "unsecured"):
        token = mint.bare(mint.header(alg=alg))
        yield f"alg {alg!r}, and no signature", token, "No such algorithm is known here."
    for end in ("=", "==", " ", "AA", "AA==", "bnVsbA", "null", "undefined", "e30", "0", "%00"):
        yield f"signature {end!r}", f"{edited}.{end}", why
    for size in (32, 48, 65, 255):
        yield f"signature of {size} zero bytes", f"{edited}.{b64(bytes(size))}", why


@family("edited", "T1", matters="Anyone with a token of their own can be anyone.")
def edited(mint: Mint) -> Iterator[Made]:
    """The words were changed after signing."""
    first, second, third = mint.token().split(".")
    why = "The signature is of other words."
    changed: dict[str, Part] = {
        "role": mint.admin(),
        "sub": mint.claims(sub="grace"),
        "exp": mint.claims(exp=mint.now + 10**7),
        "aud": mint.claims(aud=[mint.audience, "admin"]),
        "jti": mint.claims(jti="8"),
        "a claim more": mint.claims(admin=True),
        "exp taken out": mint.claims("exp"),
        "all claims taken out": {},
        "only white space": json.dumps(mint.claims()),
        "another order": dict(reversed(mint.claims().items())),
        "escapes for letters": json.dumps(mint.claims()).replace("alice", "\\u0061lice"),
    }
    for name, claims in changed.items():
        yield f"claims edited: {name}", f"{first}.{b64(spelled(claims))}.{third}", why
    headers = {
        "a member more": mint.header(x=1),
        "kid taken out": mint.header("kid"),
        "typ": mint.header(typ="JWT"),
        "another order": dict(reversed(mint.header().items())),
    }
    for name, header in headers.items():
        yield f"header edited: {name}", f"{b64(spelled(header))}.{second}.{third}", why
    yield "header and claims swapped", f"{second}.{first}.{third}", why
    yield "the header twice", f"{first}.{first}.{third}", why


@family("broken signature", "T1", matters="A signature is not compared in full, or not at all.")
def broken(mint: Mint) -> Iterator[Made]:
    """The signature was cut, stretched, bent or made by somebody else."""
    message, _, third = mint.token().rpartition(".")
    why = "These bytes are not the key's signature."
    for name, octets in _bent(last(third)).items():
        yield f"signature {name}", f"{message}.{b64(octets)}", why
    for name, octets in _unkeyed(mint, message).items():
        yield f"signature is {name}", f"{message}.{b64(octets)}", "It needs no key to make."
    yield "signed by another key", mint.stolen(), "The key is not a trusted one."
    elsewhere = mint.claiming(jti="9").rpartition(".")[2]
    yield "signature of another token", f"{message}.{elsewhere}", why
    for name, text in _near(message).items():
        signature = mint.own.sign(text.encode())
        yield f"signed is {name}", f"{message}.{b64(signature)}", "Signed is another text."
    flipped = third.swapcase()
    yield "signature with upper and lower case swapped", f"{message}.{flipped}", why


def _bent(signature: bytes) -> dict[str, bytes]:
    size, head = len(signature), signature[: len(signature) // 2]
    middle = bytes([signature[len(head)] ^ 16])
    return {
        "of all ones": b"\xff" * size,
        "with the first bit flipped": bytes([signature[0] ^ 128]) + signature[1:],
        "with the last bit flipped": signature[:-1] + bytes([signature[-1] ^ 1]),
        "with a bit in the middle flipped": head + middle + signature[len(head) + 1 :],
        "with another first byte": bytes([(signature[0] + 1) % 256]) + signature[1:],
        "reversed": signature[::-1] if signature[::-1] != signature else signature[1:],
        "cut to one byte": signature[:1],
        "cut to 4 bytes": signature[:4],
        "cut by one byte": signature[:-1],
        "cut in front": signature[1:],
        "halved": head,
        "with a zero in front": b"\0" + signature,
        "with a zero behind": signature + b"\0",
        "with a newline behind": signature + b"\n",
        "twice": signature * 2,
        "in hexadecimal": signature.hex().encode(),
        "in base64 twice": b64(signature).encode(),
        "and much more": signature + bytes(4000),
    }


def _unkeyed(mint: Mint, message: str) -> dict[str, bytes]:
    return {
        "the claims": spelled(mint.claims()),
        "a hash of the text": hashlib.sha256(message.encode()).digest(),
        "an MD5 of the text": hashlib.md5(message.encode(), usedforsecurity=False).digest(),
        "a MAC under the kid": mac(mint.kid.encode(), message),
    }


def _near(message: str) -> dict[str, str]:
    first, _, second = message.partition(".")
    return {
        "the claims alone": second,
        "the header alone": first,
        "the claims before the header": f"{second}.{first}",
        "the text without its dot": first + second,
        "the text and a newline": message + "\n",
        "the text and a dot": message + ".",
        "the decoded text": f"{decoded(first).decode()}.{decoded(second).decode()}",
    }
