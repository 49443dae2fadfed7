"""A set of keys over time: which one signs, which are still accepted, what is published."""

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from labkit.clock import Clock, system_clock
from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.inputs import function, number, octets, text
from labkit.tokens import errors
from labkit.tokens.keys import Key
from labkit.tokens.material import known
from labkit.tokens.strict_json import dump, parse, shown

MAX_KEYS = 100


@dataclass(frozen=True)
class Tenure:
    """A key's time in the ring, in seconds since the epoch; None for "no end yet"."""

    key: Key
    accepted_from: float
    signs_from: float
    ends_at: float | None = None


class KeyRing:
    """Signing keys with rotation and overlap; safe for threads (each change replaces the set).

    Keys live in memory. Who stores them does so in a file that only its owner can read.

    Args:
        keys: The keys to begin with; none makes the first one with `new_key`.
        algorithm: What `new_key` makes keys for.
        clock: The time, in seconds since the epoch.
        overlap_s: How long a key is still accepted after its successor signs. It must be at
            least the longest life of a token plus the leeway, or good tokens are refused.

    Examples:
        >>> ring = KeyRing(algorithm="EdDSA")
        >>> old = ring.signing_key()
        >>> new = ring.rotate()
        >>> [key.kid in (old.kid, new.kid) for key in ring.accepted()]
        [True, True]
    """

    def __init__(
        self,
        keys: Iterable[Key] = (),
        *,
        algorithm: str = "ES256",
        clock: Clock = system_clock,
        overlap_s: float = 86_400.0,
    ) -> None:
        self.algorithm = known(algorithm)
        self.clock = function(clock, "clock")
        if not isinstance(keys, Iterable):
            raise InvalidInput(f"The keys must be a list of Key, not {type(keys).__name__}.")
        self.overlap_s = number(overlap_s, "overlap")
        self._lock = threading.Lock()
        self._tenures: dict[str, Tenure] = {}
        for key in tuple(keys) or (self.new_key(),):
            self._add(key, signs_from=self.clock())

    @classmethod
    def from_jwks(
        cls,
        jwks: Mapping[str, object] | str | bytes,
        *,
        algorithm: str = "ES256",
        clock: Clock = system_clock,
    ) -> Self:
        """Take another service's public keys (RFC 7517 §5), to verify with.

        Keys of an unknown kind, curve, algorithm or use are passed over, as the RFC says. A
        secret or a private key in the set is an error: it is public now.

        Args:
            jwks: The key set, as a mapping or as JSON text; at most 100 keys.
            algorithm: What `new_key` would make keys for.
            clock: The time, in seconds since the epoch.

        Raises:
            KeyRefused: It holds no usable key, or one that is malformed, weak or private.
        """
        keys = [key for member in _key_list(jwks) if (key := _public_key(member)) is not None]
        if not keys:
            raise errors.KeyMalformed("The key set holds no public key for RS256, ES256 or EdDSA.")
        return cls(keys, algorithm=algorithm, clock=clock)

    def new_key(self) -> Key:
        """Make a key for `rotate`, from the system's generator."""
        return Key.generate(self.algorithm)

    def rotate(self, *, lead_s: float = 0.0) -> Key:
        """Add a new key; its predecessors are accepted for `overlap_s` after it signs.

        Args:
            lead_s: Seconds between publishing the key and signing with it, so that those who
                keep a copy of the key set have it in time. 0 after a theft.

        Returns:
            The new key.
        """
        starts = self.clock() + number(lead_s, "lead")
        key = self.new_key()
        self._add(key, signs_from=starts, retire_at=starts + self.overlap_s)
        return key

    def withdraw(self, kid: str) -> bool:
        """Forget a key at once, as after a theft, and return whether it was there.

        Every token that it signed is refused from now on.
        """
        with self._lock:
            rest = {name: tenure for name, tenure in self._tenures.items() if name != kid}
            found = len(rest) != len(self._tenures)
            self._tenures = rest
        return found

    def signing_key(self) -> Key:
        """Return the key to sign with now: the youngest private one whose time has come.

        Raises:
            NoSigningKey: There is none.
        """
        now = self.clock()
        ready = [t for t in self._current(now) if t.signs_from <= now and _can_sign(t.key)]
        if not ready:
            raise errors.NoSigningKey(
                "No key here can sign.", remedy="Call rotate(), or sign where the keys are."
            )
        return max(reversed(ready), key=lambda tenure: tenure.signs_from).key

    def find(self, kid: str) -> Key | None:
        """Return the key of that name if it is accepted now."""
        tenure = self._tenures.get(kid) if type(kid) is str else None
        if tenure is None or (tenure.ends_at is not None and tenure.ends_at < self.clock()):
            return None
        return tenure.key

    def accepted(self) -> tuple[Key, ...]:
        """Return every key that is accepted now, the oldest first."""
        return tuple(tenure.key for tenure in self._current(self.clock()))

    def timeline(self) -> tuple[Tenure, ...]:
        """Return each key with its times, to draw or to print."""
        return tuple(self._tenures.values())

    def shared_with(self, service: str) -> Key:
        """Return what another service needs to verify: the public half of the signing key.

        Args:
            service: Who asks.

        Raises:
            SecretNotShared: HS256: a service that can verify could sign as well.
        """
        text(service, "service")
        return self.signing_key().public()

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the public key set (RFC 7517 §5); an HMAC secret is never in it."""
        public = [key for key in self.accepted() if not isinstance(key.material, bytes)]
        return {"keys": [key.jwk() for key in public]}

    def _current(self, now: float) -> list[Tenure]:
        return [t for t in self._tenures.values() if t.ends_at is None or t.ends_at >= now]

    def _add(self, key: Key, *, signs_from: float, retire_at: float | None = None) -> None:
        if not isinstance(key, Key):
            raise InvalidInput(f"A key ring holds Key objects, not {type(key).__name__}.")
        now = self.clock()
        with self._lock:
            kept = {
                tenure.key.kid: replace(tenure, ends_at=retire_at)
                if tenure.ends_at is None
                else tenure
                for tenure in self._current(now)
            }
            if key.kid in kept:
                raise errors.DuplicateKeyId(f"There are two keys named {shown(key.kid)}.")
            if len(kept) >= MAX_KEYS:
                raise InvalidInput(f"A key ring holds at most {MAX_KEYS} keys.")
            self._tenures = {**kept, key.kid: Tenure(key, now, signs_from)}


def thumbprint(key: Key) -> str:
    """Return the SHA-256 thumbprint of a public key, a name that follows from it (RFC 7638).

    Raises:
        InvalidInput: It is no key.
        SecretNotShared: A secret's thumbprint would let anyone check guesses at it.
    """
    if not isinstance(key, Key):
        raise InvalidInput(f"The key must be a Key, not {type(key).__name__}.")
    members = key.public().public_members
    canonical = dump({name: members[name] for name in sorted(members)})
    return base64url(hashlib.sha256(canonical).digest())


def _can_sign(key: Key) -> bool:
    return key.private and key.may("sign")


def _key_list(jwks: object) -> list[Any]:
    if isinstance(jwks, str):
        jwks = text(jwks, "key set", at_most=1 << 16).encode()
    if isinstance(jwks, bytes):
        try:
            jwks = parse(octets(jwks, "key set", at_most=1 << 16))
        except errors.MalformedJson as error:
            raise errors.KeyMalformed(f"The key set cannot be read: {error}") from error
    if not isinstance(jwks, Mapping):
        raise InvalidInput(f"The key set must be a mapping or JSON, not {type(jwks).__name__}.")
    keys = jwks.get("keys")
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise errors.KeyMalformed(f"A key set has an array 'keys' of at most {MAX_KEYS} keys.")
    return keys


def _public_key(member: object) -> Key | None:
    if not isinstance(member, Mapping):
        raise errors.KeyMalformed(f"A key in the set is no object but {type(member).__name__}.")
    if member.get("kty") == "oct" or "d" in member:
        raise errors.SecretNotShared(
            "The key set publishes a secret or a private key.",
            remedy="Treat that key as stolen: its owner must replace it.",
            kid=shown(member.get("kid")),
        )
    try:
        key = Key.from_jwk(member)
    except errors.KeyUnsupported:
        return None
    return key if key.may("verify") else None
