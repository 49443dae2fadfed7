"""Tokens signed with what was never meant as the key: public text, or a guessable word."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator

from labkit.cracking.params import HMACS
from labkit.forging.corpus.family import Made, family, spelled_out
from labkit.forging.corpus.mint import (
    ALGORITHMS,
    Mint,
    Signer,
    b64,
    ec_numbers,
    mac,
    other,
    rsa_signature,
)
from labkit.forging.public_text import public_text
from labkit.forging.segments import as_json, decoded

GUESSES = (
    *("secret", "password", "changeme", "your-256-bit-secret", "jwt", "key", "1", "test"),
    *("null", "undefined", "None", "{}", "[object Object]", "HS256"),
)
PEM_LINE = 64


@family("confusion", "T3", "T3b", matters="Whoever has the public key can sign as the issuer.")
def confusion(mint: Mint) -> Iterator[Made]:
    """A MAC with the public key as its secret, or a signature of another kind of key."""
    if mint.own.secret is None:
        yield from _public_text(mint)
    for alg in (*ALGORITHMS[1:], "PS256", "ES384"):
        if alg != mint.alg:
            key = other({"PS256": "RS256", "ES384": "ES256"}.get(alg, alg))
            token = mint.by(key, alg=alg)
            yield f"{alg}, signed by a key of one's own", token, "The pinned algorithm is another."
    for kind in ALGORITHMS[1:]:
        if kind != mint.alg:
            token = mint.by(other(kind), alg=mint.alg)
            yield f"{mint.alg} in the header, a signature of {kind}", token, "Not of that key."
    for alg, digest in HMACS.items():
        token = mint.maced(b"", mint.header(alg="RS256"), digest=digest)
        yield f"RS256 in the header, an empty {alg} MAC", token, "A MAC is no signature."


def _public_text(mint: Mint) -> Iterator[Made]:
    why = "The secret is a text that everybody can read."
    texts = public_texts(mint.own)
    for name, text in texts.items():
        yield f"public key as secret: {name}", mint.maced(text, mint.header(alg="HS256")), why
        token = mint.maced(text, mint.header())
        yield f"public key as secret, alg kept: {name}", token, why
    for alg in ("HS384", "HS512"):
        for name in ("PEM", "PEM, no newline", "JWK"):
            token = mint.maced(texts[name], mint.header(alg=alg), digest=HMACS[alg])
            yield f"public key as secret of {alg}: {name}", token, why
    bare = mint.header("kid", alg="HS256")
    yield "public key as secret, no kid", mint.maced(texts["PEM"], bare), why


def public_texts(signer: Signer) -> dict[str, bytes]:
    """Return the texts of a public key that a program may hold, by their names."""
    jwk, certificate = signer.public, b64encode(signer.certificate)
    pem, der = public_text(jwk), public_text(jwk, "der")
    lines = (certificate[at : at + PEM_LINE] for at in range(0, len(certificate), PEM_LINE))
    begin, end = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----\n"
    texts = {
        "PEM": pem,
        "PEM, no newline": pem.rstrip(b"\n"),
        "PEM, CRLF": pem.replace(b"\n", b"\r\n"),
        "PEM, CR": pem.replace(b"\n", b"\r"),
        "PEM, a space in front": b" " + pem,
        "PEM, a line in front": b"# key\n" + pem,
        "PEM, escaped": pem.replace(b"\n", b"\\n"),
        "PEM, one line": b"".join(pem.splitlines()[1:-1]),
        "OpenSSH": signer.openssh,
        "DER": der,
        "DER, hexadecimal": der.hex().encode(),
        "JWK": as_json(jwk),
        "JWK, spaced": json.dumps(jwk).encode(),
        "JWK, in order": as_json(dict(sorted(jwk.items()))),
        "key set": as_json({"keys": [jwk]}),
        "x5c": certificate,
        "x5c, PEM": b"\n".join([begin, *lines, end]),
        "numbers": b"".join(decoded(jwk[name]) for name in ("n", "x", "y") if name in jwk),
    }
    return texts | ({"PKCS #1": public_text(jwk, "pkcs1")} if signer.alg == "RS256" else {})


@family("weak secret", "T4", "T4b", matters="Whoever guesses the secret can sign as the issuer.")
def weak_secret(mint: Mint) -> Iterator[Made]:
    """A MAC under nothing, zeros, or a word that stands in many programs."""
    header, why = mint.header(alg="HS256"), "The secret is none that this service has."
    words = {repr(word): word for word in GUESSES} | {"the kid": mint.kid}
    words |= {"the issuer": mint.issuer, "the audience": mint.audience, "a space": " "}
    for name, secret in words.items():
        yield f"secret is {name}", mint.maced(secret.encode(), header), why
    blank = "HMAC fills it up with zeros, so 64 zeros are the same."
    yield "secret is blank", mint.maced(b"", header), f"{why} {blank}"
    for alg in ("HS384", "HS512"):
        token = mint.maced(b"", mint.header(alg=alg), digest=HMACS[alg])
        yield f"secret is blank, {alg}", token, why
    yield "secret is blank, no kid", mint.maced(b"", mint.header("kid", alg="HS256")), why


@family(
    "other algorithm",
    "T2",
    matters="The message chooses how it is checked; the next choice may be a weak one.",
    signed=True,
)
def other_algorithm(mint: Mint) -> Iterator[Made]:
    """The right key, but with another algorithm than the one that was agreed."""
    for name, token in _with_the_right_key(mint):
        yield name, token, "Another algorithm was agreed."
    own, lower = mint.alg, mint.alg.lower()
    names = (lower, f"{own} ", f" {own}", f"{own}\0", f"{own[:2]}-256", "SHA256")
    letters = own.replace("S", "\u0405").replace("E", "\u0395")
    address = f"http://www.w3.org/2001/04/xmldsig-more#{lower}"
    for alg in (*dict.fromkeys(names), letters, address):
        yield f"alg {alg!r}", mint.heading(alg=alg), "The pinned algorithm is written otherwise."
    for name, odd in spelled_out(None, 1, True, [own], {"alg": own}, "").items():
        yield f"alg {name}", mint.heading(alg=odd), "`alg` must be a string (RFC 7515 §4.1.1)."
    yield "no alg", mint.heading("alg"), "`alg` must be there (RFC 7515 §4.1.1)."
    for alg in ("HS256", "RS256", "ES256", "ES256K", "EdDSA", "Ed25519", "PS256", "dir", "A256GCM"):
        if alg != own and (own, alg) != ("EdDSA", "Ed25519"):
            token = mint.heading(alg=alg)
            yield f"alg {alg}, signed with {own}", token, "The header says another algorithm."


def _with_the_right_key(mint: Mint) -> Iterator[tuple[str, str]]:
    """Yield what the right key can sign too: under its name, and under the pinned one's."""
    own = mint.own.private
    if mint.alg == "HS256":
        for alg, digest in (("HS384", "sha384"), ("HS512", "sha512"), ("HS1", "sha1")):
            token = mint.maced(own, mint.header(alg=alg), mint.claims(), digest)
            yield f"{alg} with the right secret", token
            yield f"{alg} under the name HS256", mint.resigned(mac(own, mint.message(), digest))
    elif mint.alg == "RS256":
        for alg in ("RS384", "RS512", "RS1", "PS256", "PS384", "PS512"):
            digest, pss = f"SHA{alg[2:]}", alg.startswith("PS")
            text = mint.message(mint.header(alg=alg))
            right = rsa_signature(own, text.encode(), digest, pss=pss)
            yield f"{alg} with the right key", mint.resigned(right, text)
            if alg not in ("PS384", "PS512"):
                kept = rsa_signature(own, mint.message().encode(), digest, pss=pss)
                yield f"{alg} under the name RS256", mint.resigned(kept)
    elif mint.alg == "ES256":
        for alg in ("ES384", "ES512"):
            text = mint.message(mint.header(alg=alg))
            numbers = ec_numbers(own, text.encode(), f"SHA{alg[2:]}")
            token = mint.resigned(b"".join(n.to_bytes(32) for n in numbers), text)
            yield f"{alg} with the right key", token


@family("short MAC", "T1", matters="A shorter MAC is guessed sooner.", only=("HS256",))
def short_mac(mint: Mint) -> Iterator[Made]:
    """The MAC is cut, or made in a way that only looks like HMAC."""
    message, secret = mint.message(), mint.own.private
    right, text = mac(secret, message), message.encode()
    for size in (2, 8, 12, 20, 24):
        token = mint.resigned(right[:size])
        yield f"MAC of {size} bytes", token, "HS256 has 32 bytes (RFC 7518 §3.2)."
    others = {
        "SHA-512 cut to 32 bytes": mac(secret, message, "sha512")[:32],
        "the hash of secret and text": hashlib.sha256(secret + text).digest(),
        "the hash of text and secret": hashlib.sha256(text + secret).digest(),
        "under the secret's base64url": mac(b64(secret).encode(), message),
        "under the secret in hexadecimal": mac(secret.hex().encode(), message),
        "under half the secret": mac(secret[:16], message),
        "under the secret twice": mac(secret * 2, message),
        "of the MAC": mac(secret, right.hex()),
    }
    for name, octets in others.items():
        yield f"MAC: {name}", mint.resigned(octets), "It is another function of text and secret."
