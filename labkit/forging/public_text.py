"""A public key spelled out as bytes: what a confused verifier takes for an HMAC secret."""

from collections.abc import Mapping
from typing import Any, Literal

from labkit.errors import InvalidInput
from labkit.forging.errors import UnusableKey
from labkit.forging.segments import as_json, decoded

Form = Literal["pem", "pem without newline", "der", "pkcs1", "jwk"]
FORMS: tuple[Form, ...] = ("pem", "pem without newline", "der", "pkcs1", "jwk")


def public_text(jwk: Mapping[str, Any], form: Form = "pem") -> bytes:
    """Return the bytes that a public key has in a form that programs keep it in.

    Args:
        jwk: The public key as a JWK: RSA, P-256 or Ed25519.
        form: "pem" (SubjectPublicKeyInfo, with the last newline that tools write), the same
            "pem without newline", "der", "pkcs1" (the older PEM of RSA), or "jwk" (compact JSON,
            its members in the order given).

    Raises:
        InvalidInput: No such form, or `jwk` is no mapping.
        UnusableKey: It is no public key that can be read, or has no such form.
    """
    if not isinstance(jwk, Mapping):
        raise InvalidInput(f"The public key must be a JWK (a dict), not {type(jwk).__name__}.")
    if form not in FORMS:
        raise InvalidInput("No such form of a key.", remedy=f"Take one of {', '.join(FORMS)}.")
    if form == "jwk":
        return as_json(dict(jwk))
    return _spelled(_loaded(jwk), form)


def _spelled(public: Any, form: Form) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    kind = PublicFormat.PKCS1 if form == "pkcs1" else PublicFormat.SubjectPublicKeyInfo
    try:
        data = bytes(public.public_bytes(Encoding.DER if form == "der" else Encoding.PEM, kind))
    except (ValueError, TypeError) as error:
        raise UnusableKey("Only an RSA key has the form 'pkcs1'.") from error
    return data.strip() if form == "pem without newline" else data


def _loaded(jwk: Mapping[str, Any]) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    try:
        match jwk.get("kty"), jwk.get("crv"):
            case "RSA", _:
                return rsa.RSAPublicNumbers(_int(jwk["e"]), _int(jwk["n"])).public_key()
            case "EC", "P-256":
                numbers = ec.EllipticCurvePublicNumbers(
                    _int(jwk["x"]), _int(jwk["y"]), ec.SECP256R1()
                )
                return numbers.public_key()
            case "OKP", "Ed25519":
                return ed25519.Ed25519PublicKey.from_public_bytes(decoded(jwk["x"]))
    except Exception as error:  # the library's errors have no common root
        raise UnusableKey("This JWK holds no public key that can be read.") from error
    raise UnusableKey("This JWK is of a kind that is not known here: RSA, P-256 or Ed25519.")


def _int(member: str) -> int:
    return int.from_bytes(decoded(member), "big")
