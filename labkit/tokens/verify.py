"""The verifier: everything is pinned by the caller, nothing is chosen by the token."""

from collections.abc import Mapping
from typing import Any, NoReturn, TypeGuard

from labkit.clock import Clock, system_clock
from labkit.errors import InvalidInput
from labkit.inputs import function, number, offering, text
from labkit.tokens import claims as refusals
from labkit.tokens import strict_json
from labkit.tokens.compact import split
from labkit.tokens.errors import (
    KeyIdMissing,
    TypeMissing,
    TypeRefused,
    UnknownKey,
)
from labkit.tokens.header import (
    BORROWED_KEYS,
    borrowed_key,
    critical_names,
    key_id,
    refuse_transformed,
    refused_algorithm,
    refused_critical,
)
from labkit.tokens.keyring import KeyRing
from labkit.tokens.keys import Key
from labkit.tokens.material import known
from labkit.tokens.revocation import MAX_LEEWAY_S, Revocations
from labkit.tokens.signature import p256_check, refused_signature
from labkit.tokens.strict_json import shown

MAX_HEADERS = 16  # a few keys and types are in use at a time


class TokenVerifier:
    """Verifies access tokens of one issuer for one audience, with one algorithm.

    Each step is a method that `verify` calls, in this order: the compact form, `json` of the
    header, `critical`, `key_for`, the signature, `type_ok`, `json` of the payload, `in_time`,
    `issuer_ok`, `audience_ok`, `revoked`. Threads may share it: all it keeps is how the last few
    headers read, by their exact bytes and only of tokens with a right signature; they are checked
    anew each time.

    Args:
        keys: The keys that are trusted, or a single one.
        algorithm: The only algorithm accepted: "HS256", "RS256", "ES256" or "EdDSA".
        issuer: What `iss` must be, exactly.
        audience: What `aud` must be or hold: this service's name.
        clock: The time, in seconds since the epoch.
        leeway_s: Seconds by which the issuer's clock may differ, up to 300.
        token_type: What the header's `typ` must be (RFC 9068 §2.1), with or without
            "application/", in any case.
        revocations: Where revoked tokens are kept; then `sub`, `jti` and `iat` are required.

    Examples:
        >>> from labkit.tokens import TokenIssuer
        >>> ring = KeyRing(algorithm="EdDSA")
        >>> names = dict(algorithm="EdDSA", issuer="https://a.example", audience="grades")
        >>> token = TokenIssuer(ring, **names).issue("alice")
        >>> TokenVerifier(ring, **names).verify(token)["sub"]
        'alice'
    """

    def __init__(
        self,
        keys: KeyRing | Key,
        *,
        algorithm: str,
        issuer: str,
        audience: str,
        clock: Clock = system_clock,
        leeway_s: float = 0.0,
        token_type: str = "at+jwt",
        revocations: Revocations | None = None,
    ) -> None:
        if not isinstance(keys, KeyRing | Key):
            raise InvalidInput(f"The keys must be a KeyRing or a Key, not {type(keys).__name__}.")
        self.keys = KeyRing([keys], clock=clock) if isinstance(keys, Key) else keys
        self.algorithm = known(algorithm)
        self.issuer = text(issuer, "issuer", at_least=1)
        self.audience = text(audience, "audience", at_least=1)
        self.clock = function(clock, "clock")
        self.leeway_s = number(leeway_s, "leeway", at_most=MAX_LEEWAY_S)
        self.token_type = text(token_type, "token type", at_least=1, at_most=128)
        if revocations is not None:
            offering(revocations, "revocations", "revoked")
        self.revocations = revocations
        self._headers: dict[bytes, dict[str, Any]] = {}
        lower = self.token_type.lower()
        self._types = {self.token_type, lower, f"application/{lower}"}

    def verify(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that is whole, genuine, and meant for here and now.

        Args:
            token: The compact form, at most 8192 characters.

        Raises:
            MalformedToken: It is not a token in the one form that is accepted.
            HeaderRefused: Its header asks for something else.
            SignatureRefused: The trusted key did not sign it.
            ClaimRefused: It is genuine, but not for here and now.
            InvalidInput: `token` is no str.
        """
        message, raw_header, raw_payload, signature = split(token)
        known = self._headers.get(raw_header)
        header = self.json(raw_header) if known is None else known.copy()
        if unknown := self.critical(header):
            raise refused_critical(unknown)
        if "b64" in header or "zip" in header:
            refuse_transformed(header)
        key = self.key_for(header)
        if not self.signature_ok(key, message, signature):
            raise refused_signature(signature, key.signature_bytes)
        if known is None:
            self._remember(raw_header, header)
        if not self.type_ok(header):
            self._refuse_type(header)
        claims = self.json(raw_payload)
        if not self.in_time(claims):
            raise refusals.refused_time(claims, self.clock(), self.leeway_s)
        if not self.issuer_ok(claims):
            raise refusals.refused_issuer(claims)
        if not self.audience_ok(claims):
            raise refusals.refused_audience(claims)
        if type(claims.get("sub", "")) is not str or type(claims.get("jti", "")) is not str:
            refusals.refuse_mistyped(claims)
        if self.revoked(claims):
            raise refusals.refused_revoked(claims)
        return claims

    def json(self, raw: bytes) -> dict[str, Any]:
        """Return the header or the claims: a JSON object with one reading."""
        return strict_json.parse(raw)

    def critical(self, header: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what the header calls critical and this verifier does not understand: all of it.

        Raises:
            CriticalMalformed: `crit` is no list of extensions that stand in the header.
        """
        return critical_names(header) if "crit" in header else ()

    def key_for(self, header: Mapping[str, Any]) -> Key:
        """Return the trusted key that the header names. The algorithm is the pinned one.

        Raises:
            HeaderRefused: Another algorithm, a key of the token's own, or no trusted key.
        """
        if header.get("alg") != self.algorithm:
            raise refused_algorithm(header, self.algorithm)
        if not BORROWED_KEYS.isdisjoint(header):
            raise borrowed_key(header)
        kid = key_id(header)
        key = self._only_key() if kid is None else self.keys.find(kid)
        if key is None or key.alg != self.algorithm or not key.may("verify"):
            raise UnknownKey(f"No trusted {self.algorithm} key has the id {shown(kid)}.")
        return key

    def signature_ok(self, key: Key, message: bytes, signature: bytes) -> bool:
        """Return whether the key signed the message."""
        if key.alg != "ES256":
            return key.accepts(message, signature)
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        return self.ecdsa_ok(key.public_members, message, r, s)

    def ecdsa_ok(self, jwk: Mapping[str, str], message: bytes, r: int, s: int) -> bool:
        """Return whether (r, s) is the P-256 key's signature of the message (FIPS 186-5 §6.4.2).

        With every (r, s) the pair (r, order - s) is right too, and issuers make both. So a token's
        text is no name for it: what takes tokens back must go by `jti`.

        Args:
            jwk: The public key: `x` and `y`, base64url.
            message: The signed bytes.
            r: The first half of the signature.
            s: The second half; like r it must be from 1 to the order of the group less 1.
        """
        return p256_check(jwk["x"], jwk["y"])(message, r, s)

    def type_ok(self, header: Mapping[str, Any]) -> bool:
        """Return whether the header names the expected type of token."""
        found = header.get("typ")
        return type(found) is str and (found in self._types or found.lower() in self._types)

    def in_time(self, claims: Mapping[str, Any]) -> bool:
        """Return whether now is before `exp` and not before `nbf` and `iat`, give or take leeway.

        `exp` must be there; each date must be a JSON number of seconds (RFC 7519 §4.1.4–6).
        """
        now, leeway = self.clock(), self.leeway_s
        exp = claims.get("exp")
        if not (_is_number(exp) and now - leeway < exp < refusals.MAX_DATE):
            return False
        for name in ("nbf", "iat"):
            if name in claims:
                begins = claims[name]
                if not (_is_number(begins) and begins <= now + leeway):
                    return False
        return True

    def issuer_ok(self, claims: Mapping[str, Any]) -> bool:
        """Return whether `iss` is the expected issuer, character by character."""
        return bool(claims.get("iss") == self.issuer)

    def audience_ok(self, claims: Mapping[str, Any]) -> bool:
        """Return whether `aud` is this audience, or a list of strings that holds it."""
        found = claims.get("aud")
        if type(found) is list:
            return self.audience in found and all(type(name) is str for name in found)
        return bool(found == self.audience)

    def revoked(self, claims: Mapping[str, Any]) -> bool:
        """Return whether the token was revoked, or could not be looked up."""
        return self.revocations is not None and self.revocations.revoked(claims)

    def _remember(self, raw: bytes, header: dict[str, Any]) -> None:
        if len(self._headers) >= MAX_HEADERS:
            self._headers.clear()
        self._headers[raw] = header.copy()

    def _only_key(self) -> Key:
        keys = [key for key in self.keys.accepted() if key.alg == self.algorithm]
        if len(keys) != 1:
            raise KeyIdMissing(
                f"The header names no key, and there are {len(keys)} to choose from."
            )
        return keys[0]

    def _refuse_type(self, header: Mapping[str, Any]) -> NoReturn:
        if "typ" not in header:
            raise TypeMissing(f"The header has no 'typ'; it must be {self.token_type!r}.")
        raise TypeRefused(
            f"The token's type is {shown(header['typ'])}, not {self.token_type!r}.",
            remedy="Send the access token, not a refresh, identity or reset token.",
        )


def _is_number(value: object) -> TypeGuard[float]:
    return type(value) is int or type(value) is float
