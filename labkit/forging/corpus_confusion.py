"""Tokens signed with what was never meant as the key: public text, or a guessable word."""

import base64
import json
from collections.abc import Iterator

from labkit.cracking.params import HMACS
from labkit.forging.corpus_family import Made, families_in, family
from labkit.forging.corpus_mint import (
    ALGORITHMS,
    Mint,
    Signer,
    b64,
    ec_numbers,
    mac,
    other,
    rsa_signature,
    unb64,
)

ASYMMETRIC = ("RS256", "ES256", "EdDSA")
GUESSES = (
    *("secret", "password", "changeme", "your-256-bit-secret", "jwt", "key", "1", "test"),
    *("null", "undefined", "None", "{}", "[object Object]", "HS256"),
)


@family("confusion", "T3", "T3b", matters="Whoever has the public key can sign as the issuer.")
def confusion(mint: Mint) -> Iterator[Made]:
    """A MAC with the public key as its secret, or a signature of another kind of key."""
    if mint.own.secret is None:
        yield from _public_text(mint)
    for alg in (*ALGORITHMS, "PS256", "ES384"):
        if alg != mint.alg and alg != "HS256":
            kind = {"PS256": "RS256", "ES384": "ES256"}.get(alg, alg)
            message = mint.message(mint.header(alg=alg), mint.admin())
            yield (
                f"{alg}, signed by a key of one's own",
                mint.signed(message, other(kind)),
                "The pinned algorithm is another.",
            )
    message = mint.message(mint.header(), mint.admin())
    for kind in ASYMMETRIC:
        if kind != mint.alg:
            token = mint.signed(message, other(kind))
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
    pem, der, jwk = signer.form("PEM"), signer.form("DER"), signer.public
    ordered = dict(sorted(jwk.items()))
    texts = {
        "PEM": pem,
        "PEM, no newline": pem.rstrip(b"\n"),
        "PEM, CRLF": pem.replace(b"\n", b"\r\n"),
        "PEM, escaped": pem.replace(b"\n", b"\\n"),
        "PEM, one line": b"".join(pem.splitlines()[1:-1]),
        "DER": der,
        "DER, hexadecimal": der.hex().encode(),
        "JWK": json.dumps(jwk, separators=(",", ":")).encode(),
        "JWK, spaced": json.dumps(jwk).encode(),
        "JWK, in order": json.dumps(ordered, separators=(",", ":")).encode(),
        "key set": json.dumps({"keys": [jwk]}, separators=(",", ":")).encode(),
        "x5c": certificate(signer),
        "x5c, PEM": _armoured(certificate(signer)),
        "numbers": b"".join(unb64(jwk[name]) for name in ("n", "x", "y") if name in jwk),
    }
    if signer.alg == "RS256":
        texts["PKCS #1"] = signer.form("PEM", "PKCS1")
    return texts


def certificate(signer: Signer) -> bytes:
    """Return a self-signed certificate as `x5c` has it: base64 of its DER."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    key = signer.private
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=3650))
        .sign(key, None if signer.alg == "EdDSA" else hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER))


def _armoured(line: bytes) -> bytes:
    lines = [line[at : at + 64] for at in range(0, len(line), 64)]
    begin, end = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----\n"
    return b"\n".join([begin, *lines, end])


@family("weak secret", "T4", "T4b", matters="Whoever guesses the secret can sign as the issuer.")
def weak_secret(mint: Mint) -> Iterator[Made]:
    """A MAC under nothing, zeros, or a word that stands in many programs."""
    header, why = mint.header(alg="HS256"), "The secret is none that this service has."
    words = {repr(word): word.encode() for word in GUESSES}
    words |= {"the kid": mint.kid.encode(), "the issuer": mint.issuer.encode()}
    words |= {"the audience": mint.audience.encode(), "a space": b" "}
    for name, secret in words.items():
        yield f"secret is {name}", mint.maced(secret, header), why
    blank = "HMAC fills it up with zeros, so 64 zeros are the same."
    yield "secret is blank", mint.maced(b"", header), f"{why} {blank}"
    for alg, digest in (("HS384", "sha384"), ("HS512", "sha512")):
        token = mint.maced(b"", mint.header(alg=alg), digest=digest)
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
    yield from _with_the_right_key(mint)
    why = "The pinned algorithm is written otherwise."
    lower = mint.alg.lower()
    names = (
        lower,
        f"{mint.alg} ",
        f" {mint.alg}",
        f"{mint.alg}\0",
        f"{mint.alg[:2]}-256",
        "SHA256",
    )
    unicode = mint.alg.replace("S", "\u0405").replace("E", "\u0395")
    for alg in (*dict.fromkeys(names), unicode, f"http://www.w3.org/2001/04/xmldsig-more#{lower}"):
        yield f"alg {alg!r}", mint.token(mint.header(alg=alg)), why
    for odd in (None, 1, True, [mint.alg], {"alg": mint.alg}, ""):
        token = mint.token(mint.header(alg=odd))
        yield f"alg {json.dumps(odd)}", token, "`alg` must be a string (RFC 7515 §4.1.1)."
    yield "no alg", mint.token(mint.header("alg")), "`alg` must be there (RFC 7515 §4.1.1)."
    for alg in ("HS256", "RS256", "ES256", "ES256K", "EdDSA", "Ed25519", "PS256", "dir", "A256GCM"):
        if alg != mint.alg and not (mint.alg == "EdDSA" and alg == "Ed25519"):
            token = mint.token(mint.header(alg=alg))
            yield f"alg {alg}, signed with {mint.alg}", token, "The header says another algorithm."


def _with_the_right_key(mint: Mint) -> Iterator[Made]:
    own, why = mint.own.private, "Another algorithm was agreed."
    if mint.alg == "HS256":
        for alg, digest in (("HS384", "sha384"), ("HS512", "sha512"), ("HS1", "sha1")):
            token = mint.maced(own, mint.header(alg=alg), mint.claims(), digest)
            yield f"{alg} with the right secret", token, why
            kept = mint.maced(own, mint.header(), mint.claims(), digest)
            yield f"{alg} under the name HS256", kept, why
    if mint.alg == "RS256":
        yield from _other_rsa(mint)
    if mint.alg == "ES256":
        for alg, digest in (("ES384", "SHA384"), ("ES512", "SHA512")):
            message = mint.message(mint.header(alg=alg))
            numbers = ec_numbers(own, message.encode(), digest)
            token = mint.resigned(b"".join(n.to_bytes(32) for n in numbers), message)
            yield f"{alg} with the right key", token, why


def _other_rsa(mint: Mint) -> Iterator[Made]:
    own, why = mint.own.private, "Another algorithm was agreed."
    for alg, digest in (("RS384", "SHA384"), ("RS512", "SHA512"), ("RS1", "SHA1")):
        message = mint.message(mint.header(alg=alg))
        signature = rsa_signature(own, message.encode(), digest)
        yield f"{alg} with the right key", mint.resigned(signature, message), why
        kept = rsa_signature(own, mint.message().encode(), digest)
        yield f"{alg} under the name RS256", mint.resigned(kept), why
    for alg, digest in (("PS256", "SHA256"), ("PS384", "SHA384"), ("PS512", "SHA512")):
        message = mint.message(mint.header(alg=alg))
        signature = rsa_signature(own, message.encode(), digest, pss=True)
        yield f"{alg} with the right key", mint.resigned(signature, message), why
    kept = rsa_signature(own, mint.message().encode(), pss=True)
    yield "PS256 under the name RS256", mint.resigned(kept), why


@family("short MAC", "T1", matters="A shorter MAC is guessed sooner.", only=("HS256",))
def short_mac(mint: Mint) -> Iterator[Made]:
    """The MAC is cut, or made in a way that only looks like HMAC."""
    import hashlib

    message = mint.message()
    secret, right = mint.own.private, mac(mint.own.private, message)
    for size in (2, 8, 12, 20, 24):
        token = mint.resigned(right[:size])
        yield f"MAC of {size} bytes", token, "HS256 has 32 bytes (RFC 7518 §3.2)."
    text = message.encode()
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


FAMILIES = families_in(globals())
