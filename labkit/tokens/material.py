"""What stands behind the four algorithms: PyJWT's layer, and what material each one takes."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from labkit.tokens import errors
from labkit.tokens.strength import refuse_guessable
from labkit.tokens.strict_json import shown

if TYPE_CHECKING:
    from jwt.algorithms import Algorithm

ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")
MIN_RSA_BITS = 2048  # RFC 7518 §3.3
MAX_RSA_BITS = 8192  # checking one signature stays far under a millisecond
MAX_SECRET_BYTES = 4096
_SMALL_PRIMES = [n for n in range(3, 168, 2) if all(n % d for d in range(3, n, 2))]


def known(algorithm: object) -> str:
    """Return the name if it is one of the four; one too long for a name may be a secret."""
    if isinstance(algorithm, str) and algorithm in ALGORITHMS:
        return algorithm
    named = isinstance(algorithm, str) and len(algorithm) <= 16
    raise errors.KeyUnsupported(
        f"There is no algorithm {shown(algorithm) if named else 'like that'} here."
    )


def algorithm_layer(alg: str) -> "Algorithm":
    """Return PyJWT's implementation of one of the four algorithms."""
    from jwt import algorithms as layer  # 100 ms to import with what it stands on

    if not _LAYER:
        _LAYER.update(
            HS256=layer.HMACAlgorithm(layer.HMACAlgorithm.SHA256),
            RS256=layer.RSAAlgorithm(layer.RSAAlgorithm.SHA256),
            ES256=layer.ECAlgorithm(layer.ECAlgorithm.SHA256),
            EdDSA=layer.OKPAlgorithm(),
        )
    return _LAYER[alg]


def _check_secret(material: object) -> None:
    if not isinstance(material, bytes):
        raise errors.KeyConfusion(f"An HS256 secret is bytes, not {type(material).__name__}.")
    if len(material) > MAX_SECRET_BYTES:
        raise errors.KeyTooLong(f"The secret has {len(material)} bytes; 32 are enough.")
    from jwt.exceptions import InvalidKeyError

    if material:
        try:
            algorithm_layer("HS256").prepare_key(material)
        except InvalidKeyError as error:
            raise errors.KeyConfusion(
                "The secret is a public key, a certificate or a JWK."
            ) from error
    refuse_guessable(material)


def _check_rsa(material: object) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not isinstance(material, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        raise errors.KeyUnsupported(f"RS256 needs an RSA key, not {type(material).__name__}.")
    if material.key_size < MIN_RSA_BITS:
        raise errors.KeyTooShort(
            f"The RSA key has {material.key_size} bits; RS256 needs {MIN_RSA_BITS}.",
            remedy="Make a new one: Key.generate('RS256').",
            bits=material.key_size,
        )
    if material.key_size > MAX_RSA_BITS:
        raise errors.KeyTooLong(
            f"The RSA key has {material.key_size} bits; {MAX_RSA_BITS} is the limit."
        )
    public = material.public_key() if isinstance(material, rsa.RSAPrivateKey) else material
    if _is_roca(public.public_numbers().n):
        raise errors.KeyFactorable(
            "The RSA key has the mark of a generator whose keys can be factored (CVE-2017-15361)."
        )


def _is_roca(modulus: int) -> bool:
    """Return whether the modulus is a power of 65537 modulo every small prime.

    That is the mark of the generator in Nemec et al., "The Return of Coppersmith's Attack"
    (CCS 2017); another modulus has it less than once in 10^8.
    """
    return all(
        any(pow(65537, power, prime) == modulus % prime for power in range(prime))
        for prime in _SMALL_PRIMES
    )


def _check_p256(material: object) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    if not isinstance(material, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        raise errors.KeyUnsupported(f"ES256 needs a P-256 key, not {type(material).__name__}.")
    if not isinstance(material.curve, ec.SECP256R1):
        raise errors.KeyUnsupported(f"ES256 needs the curve P-256, not {material.curve.name}.")


def _check_ed25519(material: object) -> None:
    from cryptography.hazmat.primitives.asymmetric import ed25519

    if not isinstance(material, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey):
        raise errors.KeyUnsupported(f"EdDSA needs an Ed25519 key, not {type(material).__name__}.")


def _new_rsa() -> object:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=MIN_RSA_BITS)


def _new_p256() -> object:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _new_ed25519() -> object:
    from cryptography.hazmat.primitives.asymmetric import ed25519

    return ed25519.Ed25519PrivateKey.generate()


def load_pem(data: bytes) -> object:
    """Read a private or public key in PEM."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        if b"PRIVATE KEY-----" in data:
            return serialization.load_pem_private_key(data, password=None)
        return serialization.load_pem_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise errors.KeyMalformed(
            "The PEM cannot be read.",
            remedy="Give an unencrypted PKCS #8 private key or a SubjectPublicKeyInfo.",
        ) from error


_LAYER: dict[str, "Algorithm"] = {}
CHECKS: dict[str, Callable[[object], None]] = {
    "HS256": _check_secret,
    "RS256": _check_rsa,
    "ES256": _check_p256,
    "EdDSA": _check_ed25519,
}
GENERATE: dict[str, Callable[[], object]] = {
    "HS256": lambda: secrets.token_bytes(32),
    "RS256": _new_rsa,
    "ES256": _new_p256,
    "EdDSA": _new_ed25519,
}
