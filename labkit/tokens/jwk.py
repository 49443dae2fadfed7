"""A JSON Web Key, read strictly (RFC 7517, RFC 7518 §6, RFC 8037 §2)."""

from collections.abc import Mapping
from typing import Any, TypedDict

from labkit.encoding import from_base64url
from labkit.errors import InvalidInput
from labkit.tokens.errors import KeyMalformed, KeyTooLong, KeyUnsupported, MalformedJson
from labkit.tokens.material import MAX_RSA_BITS, algorithm_layer
from labkit.tokens.strict_json import parse, shown

_MAX_MEMBER = 2 * MAX_RSA_BITS // 8
_MAX_OPERATIONS = 16  # RFC 7517 §4.3 names eight
_KINDS = {"oct": "HS256", "RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_PUBLIC = {"oct": ("k",), "RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",)}
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi")
_SIZES = {"EC": 32, "OKP": 32}


class Members(TypedDict):
    """What a `Key` is made of."""

    alg: str
    material: Any
    kid: str
    use: str
    key_ops: tuple[str, ...]


def members(jwk: Mapping[str, object] | str) -> Members:
    """Return the parts of a `Key` that the JWK describes; its strength is not judged here.

    Raises:
        KeyMalformed: A member is missing, misspelt, or does not fit the others.
        KeyUnsupported: Another kind, curve or algorithm than the four.
    """
    found = _mapping(jwk)
    kind = _string(found, "kty")
    if kind not in _KINDS:
        raise KeyUnsupported(f"A key of kind {shown(kind)} is not used here.")
    alg = _string(found, "alg", _KINDS[kind])
    if alg != _KINDS[kind]:
        raise KeyUnsupported(f"The JWK is for {shown(alg)}; a {kind} key serves {_KINDS[kind]}.")
    return Members(
        alg=alg,
        material=_material(found, kind),
        kid=_string(found, "kid", ""),
        use=_string(found, "use", "sig"),
        key_ops=_operations(found),
    )


def _mapping(jwk: object) -> Mapping[str, object]:
    if isinstance(jwk, str):
        try:
            return parse(jwk.encode())
        except (MalformedJson, UnicodeEncodeError) as error:
            raise KeyMalformed(f"The JWK cannot be read: {error}") from error
    if not isinstance(jwk, Mapping):
        raise InvalidInput(f"The JWK must be a mapping or JSON text, not {type(jwk).__name__}.")
    return jwk


def _string(jwk: Mapping[str, object], name: str, otherwise: str | None = None) -> str:
    value = jwk.get(name, otherwise)
    if not isinstance(value, str) or len(value) > _MAX_MEMBER or (value == "" and name != "kid"):
        raise KeyMalformed(
            f"The JWK's {name!r} must be a string of 1 to {_MAX_MEMBER} characters.", member=name
        )
    return value


def _operations(jwk: Mapping[str, object]) -> tuple[str, ...]:
    value = jwk.get("key_ops")
    if value is None and "key_ops" not in jwk:
        return ()
    if (
        not isinstance(value, list | tuple)
        or not 0 < len(value) <= _MAX_OPERATIONS
        or not all(isinstance(name, str) for name in value)
        or len(set(value)) != len(value)
    ):
        raise KeyMalformed("The JWK's 'key_ops' must be an array of a few different strings.")
    return tuple(value)


def _material(jwk: Mapping[str, object], kind: str) -> Any:
    if kind in _CURVES and _string(jwk, "crv") != _CURVES[kind]:
        raise KeyUnsupported(f"The curve {shown(jwk.get('crv'))} is not used here.")
    octets = {name: _octets(jwk, name, kind) for name in _PUBLIC[kind]}
    if kind == "oct":
        return octets["k"]
    private = [name for name in _PRIVATE if name in jwk]
    if kind == "RSA" and private and len(private) < len(_PRIVATE):
        raise KeyMalformed("A private RSA key needs all of d, p, q, dp, dq and qi.")
    for name in private:
        _octets(jwk, name, kind)
    checked = {name: jwk[name] for name in ("kty", "crv", *octets, *private) if name in jwk}
    return _built(checked, _KINDS[kind])


def _octets(jwk: Mapping[str, object], name: str, kind: str) -> bytes:
    value = _string(jwk, name)
    try:
        data = from_base64url(value)
    except InvalidInput as error:
        raise KeyMalformed(f"The JWK's {name!r} is not base64url.", member=name) from error
    if kind in _SIZES and len(data) != _SIZES[kind]:
        raise KeyMalformed(f"The JWK's {name!r} must have {_SIZES[kind]} bytes.", member=name)
    if name == "e" and len(data) > 8:
        raise KeyTooLong("The JWK's exponent 'e' has more than 64 bits.")
    if kind == "RSA" and data[0] == 0:
        raise KeyMalformed(f"The JWK's {name!r} begins with a zero byte.", member=name)
    return data


def _built(jwk: Mapping[str, object], alg: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from jwt.exceptions import PyJWTError

    layer = algorithm_layer(alg)
    try:
        material = layer.from_jwk(dict(jwk))
        public = material.public_key() if "d" in jwk else material
        again = layer.to_jwk(public, as_dict=True)
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, PyJWTError) as error:
        raise KeyMalformed("The JWK's members do not make a key.") from error
    if any(again[name] != jwk[name] for name in ("n", "e", "x", "y") if name in jwk):
        raise KeyMalformed("The JWK's private and public members belong to two keys.")
    return material
