"""Mistakes in looking at a token: its signature, its header, its JSON, and a date that is none."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from labkit.catalogue import mistake
from labkit.encoding import from_base64url
from labkit.mistakes import p256
from labkit.mistakes.tokens_keys import UncheckedKey
from labkit.tokens import Key, Revocations, TokenVerifier
from labkit.tokens.compact import split
from labkit.tokens.errors import NotAnObject, NotJson, TooDeep

MOST_LEVELS = 16
NOTHING_IS_VERIFIED = (
    *("T2", "T2b", "T3", "T3b", "T9", "T9b", "T10", "T10b", "T11", "T12", "T21"),
    *("T5", "T5b", "T6", "T6b", "T7", "T7b", "T8", "T13", "T15", "T20", "T22"),
)


@mistake(
    "T1",
    "claims read without verifying",
    cwe=(347,),
    asvs=("9.1.1",),
    also=dict.fromkeys(NOTHING_IS_VERIFIED, "where nothing is verified, no trick is needed"),
)
class ReadsOnly(TokenVerifier):
    """Decoding looks like verifying: out come a name and a role, and nobody asks who wrote them.

    In PyJWT it is `verify_signature=False`, in Node `jwt.decode` in place of `jwt.verify`.
    """

    def verify(self, token: str) -> dict[str, Any]:  # noqa: D102
        return read_loosely(split(token)[2])


class NothingSigned(UncheckedKey):
    """What stands in for a key where `alg` is "none": it has signed whatever is not signed."""

    signature_bytes = 0

    def accepts(self, message: bytes, signature: bytes) -> bool:  # noqa: ARG002
        """Return whether there is no signature."""
        return not signature


@mistake("T2", "unsigned tokens accepted", cwe=(347,), asvs=("9.1.2",))
class BelievesNone(TokenVerifier):
    """The header says that nothing is signed, and the verifier takes the token's word for it.

    The standard has `none` for tokens that are safe in another way (RFC 7518 §3.6).
    """

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        alg = header.get("alg")
        if isinstance(alg, str) and alg.lower() == "none":
            return NothingSigned("none", b"")
        return super().key_for(header)


@mistake("T2b", "an empty signature counts as checked", cwe=(347,), asvs=("9.1.1",))
class ChecksIfThere(TokenVerifier):
    """`if signature and not right(signature): refuse` has nothing to say where there is none."""

    def signature_ok(self, key: Key, message: bytes, signature: bytes) -> bool:  # noqa: D102
        return not signature or super().signature_ok(key, message, signature)


@mistake("T13", "critical extensions passed over", cwe=(347,), asvs=("9.1.1",))
class PassesOverCritical(TokenVerifier):
    """The issuer wrote what has to be understood, and whoever does not understand it reads on."""

    def critical(self, header: Mapping[str, Any]) -> tuple[str, ...]:  # noqa: ARG002, D102
        return ()


@mistake("T20", "of two equal members the last one counts", cwe=(74,), asvs=("9.1.1",))
class LastMemberCounts(TokenVerifier):
    """Most JSON readers keep the last of two equal names, and say nothing of the first.

    An issuer that puts claims together as text writes them twice, if a visitor wants it to.
    """

    def json(self, raw: bytes) -> dict[str, Any]:  # noqa: D102
        return read_loosely(raw)


@mistake("T21", "a signature of two zeros accepted", cwe=(347,), asvs=("9.1.1",))
class TakesZeros(TokenVerifier):
    """The equation is right, and the line before it is missing: r and s must not be zero.

    Java 15 to 18 shipped this (CVE-2022-21449).
    """

    def ecdsa_ok(  # noqa: D102
        self, jwk: Mapping[str, str], message: bytes, r: int, s: int
    ) -> bool:
        x, y = (int.from_bytes(from_base64url(jwk[name])) for name in ("x", "y"))
        return p256.accepts(x, y, message, r, s)


class LeavesDates(Revocations):
    """What was taken back is looked up; whether the dates make sense, the verifier has seen to.

    By itself it lets nothing in, so it is no mistake of the catalogue.
    """

    def revoked(self, claims: Mapping[str, Any]) -> bool:  # noqa: D102
        return super().revoked({**claims, "exp": claims.get("iat")})


@mistake(
    "T22",
    "an end that is no number never comes",
    cwe=(1287, 613),
    asvs=("9.2.1",),
    beside=(LeavesDates,),
)
class EndsIfANumber(TokenVerifier):
    """Dates are compared where they are numbers, and what is none is passed over, not refused."""

    def in_time(self, claims: Mapping[str, Any]) -> bool:  # noqa: D102
        if not isinstance(claims.get("exp"), int | float):
            claims = {**claims, "exp": self.clock() + 1}
        return super().in_time(claims)


@mistake("T23", "the depth of JSON measured by recursion", cwe=(674,))
class MeasuresByRecursion(TokenVerifier):
    """The function that keeps deep headers out goes down all their levels itself to count them.

    It runs before any signature is checked, so strangers choose how deep.
    """

    def json(self, raw: bytes) -> dict[str, Any]:  # noqa: D102
        with suppress(ValueError):  # what is no JSON, the reader below refuses
            if levels(json.loads(raw)) > MOST_LEVELS:
                raise TooDeep("The JSON text is nested too deeply.")
        return super().json(raw)


def read_loosely(raw: bytes) -> dict[str, Any]:
    """Return a JSON object as most readers take it: duplicates, NaN and all.

    Raises:
        MalformedJson: It is no JSON object.
    """
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise NotJson("The text is not JSON.") from error
    if not isinstance(value, dict):
        raise NotAnObject("The JSON value is no object.")
    return value


def levels(value: object) -> int:
    """Return how deep lists and objects are nested in a value that JSON can say."""
    if not isinstance(value, dict | list):
        return 0
    inside = value.values() if isinstance(value, dict) else value
    return 1 + max(map(levels, inside), default=0)
