"""The signature: P-256 from plain values, why one was refused, and one checked by itself."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from labkit.tokens import errors
from labkit.tokens.compact import split
from labkit.tokens.header import (
    critical_names,
    refuse_transformed,
    refused_algorithm,
    refused_critical,
)
from labkit.tokens.keys import Key
from labkit.tokens.strength import refuse_short
from labkit.tokens.strict_json import parse


@lru_cache(maxsize=64)
def p256_check(x: str, y: str) -> Callable[[bytes, int, int], bool]:
    """Return the check of one public key; parsing it takes longer than checking."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    verify = Key.from_jwk({"kty": "EC", "crv": "P-256", "x": x, "y": y}).material.verify
    encode, scheme = utils.encode_dss_signature, ec.ECDSA(hashes.SHA256())

    def check(message: bytes, r: int, s: int) -> bool:
        try:
            verify(encode(r, s), message, scheme)
        except (InvalidSignature, ValueError):
            return False
        return True

    return check


def refused_signature(signature: bytes, expected_bytes: int) -> errors.SignatureRefused:
    """Return the error for a signature that the key does not accept."""
    if not signature:
        return errors.SignatureMissing("The signature is empty.")
    if len(signature) != expected_bytes:
        return errors.SignatureLength(
            f"The signature has {len(signature)} bytes, not {expected_bytes}."
        )
    return errors.SignatureWrong("The signature does not fit the key and the bytes.")


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
