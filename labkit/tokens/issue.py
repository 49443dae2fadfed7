"""Issuing tokens: short-lived, named, typed, and with as little in them as will do."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from labkit.clock import Clock, system_clock
from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.inputs import function, number, text
from labkit.tokens.compact import MAX_TOKEN_BYTES
from labkit.tokens.errors import KeyUnsupported
from labkit.tokens.keyring import KeyRing
from labkit.tokens.keys import Key
from labkit.tokens.material import known
from labkit.tokens.strict_json import dump

MAX_LIFETIME_S = 10 * 366 * 86_400.0
_SET_HERE = frozenset({"sub", "iss", "aud", "iat", "exp", "nbf", "jti"})
_HEADER_SET_HERE = frozenset({"alg", "kid", "typ"})


class TokenIssuer:
    """Issues access tokens (RFC 9068). Holds no state of its own, so threads may share it.

    Args:
        keys: The ring whose youngest key signs, or a single key.
        algorithm: "HS256", "RS256", "ES256" or "EdDSA"; the keys must be for it.
        issuer: What goes into `iss`.
        audience: What goes into `aud`: the service that the tokens are for.
        clock: The time, in seconds since the epoch.
        lifetime_s: Seconds from `iat` to `exp`; until then only a revocation stops the token.
        token_type: What goes into the header's `typ`.
        fields: Which of a user's fields `claims_for` puts into the token. Everyone who sees a
            token can read them: base64url is no encryption.

    Examples:
        >>> ring = KeyRing(algorithm="EdDSA")
        >>> issuer = TokenIssuer(ring, algorithm="EdDSA", issuer="https://a", audience="grades")
        >>> issuer.issue("alice").count(".")
        2
        >>> issuer.claims_for({"name": "alice", "role": "student", "password": "$argon2id$…"})
        {'role': 'student'}
    """

    def __init__(
        self,
        keys: KeyRing | Key,
        *,
        algorithm: str,
        issuer: str,
        audience: str,
        clock: Clock = system_clock,
        lifetime_s: float = 900.0,
        token_type: str = "at+jwt",
        fields: Iterable[str] = ("role",),
    ) -> None:
        if not isinstance(keys, KeyRing | Key):
            raise InvalidInput(f"The keys must be a KeyRing or a Key, not {type(keys).__name__}.")
        self.algorithm = known(algorithm)
        self.keys = (
            KeyRing([keys], algorithm=algorithm, clock=clock) if isinstance(keys, Key) else keys
        )
        self.issuer = text(issuer, "issuer", at_least=1)
        self.audience = text(audience, "audience", at_least=1)
        self.clock = function(clock, "clock")
        self.lifetime_s = number(lifetime_s, "lifetime", at_least=1, at_most=MAX_LIFETIME_S)
        self.token_type = text(token_type, "token type", at_least=1, at_most=128)
        if not isinstance(fields, Iterable):
            raise InvalidInput(f"The fields must be a list of str, not {type(fields).__name__}.")
        self.fields = frozenset(text(name, "field", at_least=1) for name in fields)

    def claims_for(self, user: Mapping[str, Any]) -> dict[str, Any]:
        """Return which of a user's fields go into the token, for everyone to read."""
        return {name: value for name, value in user.items() if name in self.fields}

    def issue(
        self,
        subject: str,
        user: Mapping[str, Any] | None = None,
        *,
        claims: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
        audience: str | None = None,
        lifetime_s: float | None = None,
        token_type: str | None = None,
    ) -> str:
        """Return a signed token.

        Args:
            subject: Who it is about: `sub`.
            user: The user's fields; `claims_for` says which of them go in.
            claims: More claims, beside those that the issuer sets itself.
            header: More header members, beside `alg`, `kid` and `typ`.
            audience: Another audience than the usual one.
            lifetime_s: Another life than the usual one, in seconds.
            token_type: Another type than the usual one.

        Raises:
            InvalidInput: The claims name a member that the issuer sets, cannot be written as
                JSON with one reading, or make the token longer than 8192 bytes.
            NoSigningKey: The ring has no private key.
        """
        key = self._signing_key()
        now = int(self.clock())
        life = self.lifetime_s if lifetime_s is None else lifetime_s
        payload = {
            "iss": self.issuer,
            "sub": text(subject, "subject", at_least=1),
            "aud": self.audience if audience is None else text(audience, "audience", at_least=1),
            "iat": now,
            "exp": int(now + number(life, "lifetime", at_most=MAX_LIFETIME_S)),
            "jti": secrets.token_urlsafe(16),
            **_members(self.claims_for(_members(user, "user")), "user's claims", _SET_HERE),
            **_members(claims, "claims", _SET_HERE),
        }
        kind = self.token_type if token_type is None else text(token_type, "token type")
        first = {"alg": self.algorithm, "kid": key.kid, "typ": kind}
        return _signed(key, first | _members(header, "header", _HEADER_SET_HERE), payload)

    def _signing_key(self) -> Key:
        key = self.keys.signing_key()
        if key.alg != self.algorithm:
            raise KeyUnsupported(f"The ring signs with {key.alg}; {self.algorithm} is pinned.")
        return key


def _members(
    members: Mapping[str, Any] | None, what: str, taken: frozenset[str] = frozenset()
) -> dict[str, Any]:
    if members is None:
        return {}
    if not isinstance(members, Mapping):
        raise InvalidInput(f"The {what} must be a mapping, not {type(members).__name__}.")
    if twice := sorted(taken.intersection(members)):
        raise InvalidInput(
            f"The {what} name {', '.join(twice)}, which the issuer sets itself.",
            remedy="Use the argument of that name, or another member.",
        )
    return dict(members)


def _signed(key: Key, header: dict[str, Any], payload: dict[str, Any]) -> str:
    if not header["kid"]:
        del header["kid"]
    message = f"{base64url(dump(header))}.{base64url(dump(payload))}"
    token = f"{message}.{base64url(key.sign(message.encode()))}"
    if len(token) > MAX_TOKEN_BYTES:
        raise InvalidInput(
            f"The token would have {len(token)} bytes; verifiers read {MAX_TOKEN_BYTES}.",
            remedy="Put less into it: an identifier, and look the rest up.",
        )
    return token
