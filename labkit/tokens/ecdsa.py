"""The check of a P-256 signature from plain values: the key as x and y, then r and s."""

from collections.abc import Callable
from functools import lru_cache

from labkit.tokens.keys import Key


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
