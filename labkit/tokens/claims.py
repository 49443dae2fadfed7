"""Why a claim was refused: the errors behind the verifier's yes-or-no questions."""

import math
from collections.abc import Mapping
from typing import Any

from labkit.tokens import errors
from labkit.tokens.strict_json import shown

# A date beyond this is milliseconds: as seconds it is the year 5138.
MAX_DATE = 100_000_000_000
DATES = ("exp", "nbf", "iat")
_STRINGS = ("sub", "jti")


def refused_time(claims: Mapping[str, Any], now: float, leeway_s: float) -> errors.ClaimRefused:
    """Return the error for claims that are not in time."""
    if "exp" not in claims:
        return errors.ClaimMissing("The token has no 'exp': it would never end.", claim="exp")
    for name in DATES:
        if name in claims and (error := malformed_date(name, claims[name])):
            return error
    if claims["exp"] <= now - leeway_s:
        late = now - claims["exp"]
        return errors.Expired(f"The token expired {late:.0f} s ago.", exp=claims["exp"], now=now)
    for name, kind in (("nbf", errors.NotYetValid), ("iat", errors.IssuedInFuture)):
        if name in claims and claims[name] > now + leeway_s:
            early = claims[name] - now
            return kind(f"The token's {name!r} is {early:.0f} s ahead.", now=now)
    return errors.TimeRefused("The token is not for this time.", now=now)


def refused_issuer(claims: Mapping[str, Any]) -> errors.ClaimRefused:
    """Return the error for claims of another issuer."""
    return _refused_name("iss", claims, errors.IssuerRefused, "another issuer")


def refused_audience(claims: Mapping[str, Any]) -> errors.ClaimRefused:
    """Return the error for claims meant for another audience."""
    return _refused_name("aud", claims, errors.AudienceRefused, "another audience")


def refused_revoked(claims: Mapping[str, Any]) -> errors.ClaimRefused:
    """Return the error for claims that were revoked, or that lack what revoking needs."""
    for name in ("sub", "jti", "iat"):
        if name not in claims:
            return errors.ClaimMissing(f"The token has no {name!r}, so it could not be revoked.")
    return errors.Revoked("The token was revoked.", remedy="Log in again.")


def refuse_mistyped(claims: Mapping[str, Any]) -> None:
    """Raise if `sub` or `jti` is there and is no string (RFC 7519 §4.1.2, §4.1.7)."""
    for name in _STRINGS:
        if name in claims and type(claims[name]) is not str:
            raise errors.ClaimMalformed(
                f"The token's {name!r} is no string but {shown(claims[name])}.", claim=name
            )


def malformed_date(name: str, date: object) -> errors.DateMalformed | None:
    """Return the error for a date that is no JSON number of seconds, or None."""
    if isinstance(date, str):
        return errors.DateIsText(f"The token's {name!r} is the string {shown(date)}.", claim=name)
    if isinstance(date, bool):
        return errors.DateIsBoolean(f"The token's {name!r} is {date}.", claim=name)
    if not isinstance(date, int | float):
        return errors.DateMalformed(
            f"The token's {name!r} is no number but {shown(date)}.", claim=name
        )
    if isinstance(date, float) and not math.isfinite(date):  # a lenient reader's NaN, Infinity
        return errors.DateMalformed(
            f"The token's {name!r} is {date}, which is no moment.", claim=name
        )
    if date >= MAX_DATE:
        return errors.DateInMilliseconds(f"The token's {name!r} is in milliseconds.", claim=name)
    return None


def _refused_name(
    name: str, claims: Mapping[str, Any], kind: type[errors.ClaimRefused], other: str
) -> errors.ClaimRefused:
    if name not in claims:
        return errors.ClaimMissing(f"The token has no {name!r}.", claim=name)
    return kind(f"The token's {name!r} is {shown(claims[name])}: {other}.", claim=name)
