"""What the token exercises are made of: a variant's keys, tokens by them, and how answers refuse.

The issuer's own tokens come from the forging kit too: a token is the same whoever makes it.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from labkit.catalogue import SiteBroken
from labkit.exercises.trial import WrongType, exactly, raised
from labkit.exercises.variants import Variant
from labkit.forging import Forgery, OwnKey
from labkit.forging.scoreboard.answering import ACCIDENTS

NOW = 1_800_000_000.0
TYPE = "at+jwt"  # of access tokens, RFC 9068 §2.1
Claims = dict[str, Any]


def now_of(own: Variant) -> float:
    """Return the time in the variant, a whole second; nobody's is always `NOW`."""
    return NOW + own.number("now", 10**8) if own.student else NOW


def claims_of(own: Variant, **changes: Any) -> Claims:
    """Return the claims of an honest token of the variant; a change to None removes a claim."""
    now = int(now_of(own))
    claims = {
        "iss": own.issuer,
        "aud": own.audience,
        "sub": own.user,
        "role": "student",
        "iat": now - 60,
        "exp": now + 840,
        "jti": own.octets("jti", 8).hex(),
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def token(key: OwnKey | bytes, claims: Mapping[str, Any] | bytes, **header: Any) -> str:
    """Return a token signed with the key, or with a secret; `alg` is what signs unless given.

    Args:
        key: The key that signs.
        claims: The claims, or the payload's bytes as they are.
        header: What else the header says; None removes a member.
    """
    alg = "HS256" if isinstance(key, bytes) else key.kind
    members = {"alg": alg, "typ": TYPE} | header
    plain = {name: value for name, value in members.items() if value is not None}
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    forged = Forgery.of("").raw_header(json.dumps(plain).encode()).payload(payload)
    if isinstance(key, bytes):
        return forged.sign_with_secret(key, as_is=True).token
    return forged.sign(key, as_is=True).token


@lru_cache(maxsize=64)
def ec_key(own: Variant, kid: str) -> OwnKey:
    """Return the variant's P-256 key of that name."""
    from cryptography.hazmat.primitives.asymmetric import ec

    curve = ec.SECP256R1()
    scalar = 1 + own.number(f"key {kid}", curve.group_order - 1)
    return OwnKey("ES256", kid, ec.derive_private_key(scalar, curve))


def rsa_key(kid: str, place: int) -> OwnKey:
    """Return an RSA key, the same for each place in this program.

    It is drawn, not derived: no library makes RSA keys from a seed, and no answer shows one.
    """
    return OwnKey("RS256", kid, _rsa(place).private)


@lru_cache(maxsize=8)
def _rsa(place: int) -> OwnKey:
    return OwnKey.new("RS256", kid=str(place))


def public(key: OwnKey, **changes: Any) -> dict[str, Any]:
    """Return the key as a key set publishes it; a change to None removes a member."""
    members = dict(key.jwk) | changes
    return {name: value for name, value in members.items() if value is not None}


def let_in(function: Callable[..., Any], *values: object) -> Claims | None:
    """Return the claims that an answer gives back, or None if it refuses.

    It refuses by raising ValueError or an error of PyJWT or of its own, or by returning None.

    Raises:
        SiteBroken: It stumbled instead, or returned something else.
    """
    found = not_refused(function, *values)
    if found is None:
        return None
    try:
        return exactly(dict, found, getattr(function, "__name__", "Your function"))
    except WrongType as error:
        raise SiteBroken(str(error)) from error


def says(found: object, claims: Mapping[str, Any]) -> bool:
    """Return whether an answer gave back these claims: as JSON, since an object may equal all."""
    try:
        return type(found) is dict and _canonical(found) == _canonical(claims)
    except (TypeError, ValueError, RecursionError):
        return False


def _canonical(claims: Mapping[str, Any]) -> str:
    return json.dumps(claims, sort_keys=True)


def not_refused(
    function: Callable[..., Any], *values: object, refusing: tuple[type[Exception], ...] = ()
) -> Any:
    """Return what an answer returns, or None if it raised an error that refuses.

    Args:
        function: The answer.
        values: Its arguments.
        refusing: Errors that count as refusing here and elsewhere as stumbling.

    Raises:
        SiteBroken: The answer stumbled.
    """
    try:
        return function(*values)
    except KeyboardInterrupt:  # the student has seen enough
        raise
    except BaseException as error:
        if isinstance(error, refusing):
            return None
        if isinstance(error, ACCIDENTS) or not isinstance(error, Exception):
            raise SiteBroken(raised(error)) from error
        return None
