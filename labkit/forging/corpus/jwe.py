"""Tokens that are encrypted (RFC 7516), where a signed one is due: by a public key anybody can."""

import secrets
from collections.abc import Iterator
from typing import Any

from labkit.forging.corpus.mint import Mint, b64, signer, spelled


def encrypted_tokens(mint: Mint, claims: bytes, bomb: bytes) -> Iterator[tuple[str, str]]:
    """Yield names and tokens: some that only look encrypted, and some that the service can read."""
    for name, members in _LOOKS.items():
        header = b64(spelled(mint.header(alg=name, **members)))
        token = f"{header}.AAAA.{b64(bytes(12))}.{b64(claims)}.{b64(bytes(16))}"
        yield f"encrypted: {'a dear PBES2' if 'p2c' in members else name}", token
    header = b64(spelled({"alg": "dir", "enc": "none"}))
    yield "encrypted with nothing", f"{header}..{b64(bytes(12))}.{b64(claims)}."
    unsigned = mint.bare({"alg": "none"}).encode()
    inside: dict[str, tuple[bytes, dict[str, str]]] = {
        "claims": (spelled(mint.admin()), {}),
        "an unsigned token": (unsigned, {"cty": "JWT"}),
        "a good token": (mint.token().encode(), {"cty": "JWT"}),
        "a thousandfold": (bomb, {"zip": "DEF"}),
    }
    for name, (text, more) in inside.items():
        yield f"encrypted to this service: {name}", encrypted(mint, text, more)


_LOOKS: dict[str, dict[str, Any]] = {
    "dir": {"enc": "A128GCM"},
    "RSA-OAEP": {"enc": "A256GCM"},
    "RSA1_5": {"enc": "A128CBC-HS256"},
    "ECDH-ES": {"enc": "A256GCM", "epk": {"kty": "EC"}},
    "PBES2-HS256+A128KW": {"enc": "A128GCM", "p2c": 10**9, "p2s": "AA"},
}


def encrypted(mint: Mint, text: bytes, more: dict[str, str]) -> str:
    """Return a text encrypted under the service's key (RFC 7516): whoever has that can read it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    alg, members, wrapped, secret = _content_key(mint)
    header = mint.header("typ", alg=alg, enc="A256GCM", **members, **more)
    first, iv = b64(spelled(header)), secrets.token_bytes(12)
    sealed = AESGCM(secret).encrypt(iv, text, first.encode())
    return ".".join([first, *map(b64, (wrapped, iv, sealed[:-16], sealed[-16:]))])


def _content_key(mint: Mint) -> tuple[str, dict[str, Any], bytes, bytes]:
    """Return how a key reaches the service: `alg`, members, the wrapped key, and the key itself.

    RSA-OAEP (RFC 7518 §4.3) and ECDH-ES (§4.6) need the public key only. "dir" (§4.5) takes the
    secret that both sides have; an Ed25519 key cannot encrypt, so there it is some key.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256
    from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

    secret = secrets.token_bytes(32)
    if mint.alg == "RS256":
        oaep = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)  # as RSA-OAEP has it
        return "RSA-OAEP", {}, mint.own.private.public_key().encrypt(secret, oaep), secret
    if mint.alg == "ES256":
        own = signer("ES256", "ephemeral")
        epk = {name: own.public[name] for name in ("kty", "crv", "x", "y")}
        shared = own.private.exchange(ec.ECDH(), mint.own.private.public_key())
        info = b"\0\0\0\7A256GCM" + bytes(8) + b"\0\0\1\0"
        return "ECDH-ES", {"epk": epk}, b"", ConcatKDFHash(SHA256(), 32, info).derive(shared)
    return "dir", {}, b"", (mint.own.secret or secret)[:32]
