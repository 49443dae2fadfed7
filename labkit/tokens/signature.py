"""The signature alone, under one key: for what is signed but is no access token."""

from collections.abc import Mapping

from labkit.tokens.compact import split
from labkit.tokens.header import (
    critical_names,
    refuse_transformed,
    refused_algorithm,
    refused_critical,
    refused_signature,
)
from labkit.tokens.keys import Key
from labkit.tokens.strength import refuse_short
from labkit.tokens.strict_json import parse


class _GivenKey(Key):
    """A key whose secret is not judged beyond its length: whether it signed is the question."""

    def check(self) -> None:
        if isinstance(self.material, bytes):
            refuse_short(self.material)
        else:
            super().check()


def verify_signature(token: str, jwk: Mapping[str, object] | str) -> bytes:
    """Return the payload if this one key signed it. No claim is looked at.

    The algorithm is the JWK's `alg`, or the one that its kind is for; its `use` and `key_ops`
    must allow verifying. What the header says about keys (`jwk`, `jku`, `kid` …) is ignored. An
    HMAC secret must have 256 bits; whether it can be guessed is judged where a key is made for
    an issuer or a verifier, not here.

    Args:
        token: The compact form, at most 8192 characters.
        jwk: The key (RFC 7517), as a mapping or as JSON text; of a private one, the public half.

    Returns:
        The payload, whatever it is: not always JSON.

    Raises:
        MalformedToken: The token is not in the one form that is accepted.
        KeyRefused: The JWK is malformed, weak, or not for this.
        HeaderRefused: The header names another algorithm, or something critical.
        SignatureRefused: The key did not sign these bytes.

    Examples:
        >>> key = Key.generate("EdDSA")
        >>> message = b"eyJhbGciOiJFZERTQSJ9.aGVsbG8"
        >>> from labkit.encoding import base64url
        >>> verify_signature(f"{message.decode()}.{base64url(key.sign(message))}", key.jwk())
        b'hello'
    """
    message, raw_header, payload, signature = split(token)
    key = _GivenKey.from_jwk(jwk)
    key.require("verify")
    header = parse(raw_header)
    if "crit" in header:
        raise refused_critical(critical_names(header))
    refuse_transformed(header)
    if header.get("alg") != key.alg:
        raise refused_algorithm(header, key.alg)
    if not key.accepts(message, signature):
        raise refused_signature(signature, key.signature_bytes)
    return payload
