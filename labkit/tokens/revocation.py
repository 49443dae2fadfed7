"""Taking tokens back before they end: one by its `jti`, or all of a user's."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from labkit.clock import Clock, system_clock
from labkit.errors import InvalidInput
from labkit.inputs import function, number, offering, text
from labkit.stores import Store
from labkit.tokens.errors import ClaimMissing

FURTHEST_S = 1e15  # a date beyond cannot be reckoned with: NaN and infinity, 10^400
MAX_LEEWAY_S = 300.0  # how long after `exp` a verifier may still accept a token


class Revocations:
    """What was taken back, kept until the tokens concerned have ended by themselves.

    All state is in the store, each step is one primitive of it: as safe for threads and processes
    as the store is. A verifier that asks here is no longer without state: two look-ups a token.

    Same-second rule: `iat` counts whole seconds, so after `revoke_user` every token with an `iat`
    in that very second is refused too, also one that was issued after it. Whoever logs in again
    gets a token that is accepted from the next second on. The other rule would let a token live
    that was stolen in that second.

    Args:
        store: Where entries are kept; `store.sweep(now)` forgets the ended ones.
        clock: The time, in seconds since the epoch.
        longest_life_s: The longest life that any token of this issuer has. An entry for a user is
            kept that long, and a token that claims a longer life counts as revoked.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> revocations = Revocations(MemoryStore(), clock=lambda: 1000.5)
        >>> claims = {"sub": "alice", "jti": "7", "iat": 900, "exp": 1800}
        >>> revocations.revoked(claims)
        False
        >>> revocations.revoke_user("alice")
        1001
        >>> revocations.revoked(claims)
        True
    """

    def __init__(
        self, store: Store, *, clock: Clock = system_clock, longest_life_s: float = 86_400.0
    ) -> None:
        self.store = offering(store, "store", "get", "put", "advance")
        self.clock = function(clock, "clock")
        self.longest_life_s = number(longest_life_s, "longest life", at_least=1)

    def revoke(self, claims: Mapping[str, Any]) -> None:
        """Take one token back, as at log-out.

        Args:
            claims: Its verified claims; `jti` and `exp` are used.

        Raises:
            ClaimMissing: It has no `jti` or no `exp`.
        """
        _refuse_no_mapping(claims)
        for name in ("jti", "exp"):
            if name not in claims:
                raise ClaimMissing(f"The token has no {name!r}, so it cannot be taken back.")
        ends = number(claims["exp"], "exp") + MAX_LEEWAY_S
        self.store.put(_token_key(text(claims["jti"], "jti")), "revoked", expires_at=ends)

    def revoke_user(self, user: str) -> int:
        """Take back every token that the user has now, as after a new password or role.

        Returns:
            The second from which tokens issued to this user are accepted again.
        """
        valid_from = math.floor(self.clock()) + 1
        ends = valid_from + self.longest_life_s + MAX_LEEWAY_S
        self.store.advance(_user_key(text(user, "user")), valid_from, expires_at=ends)
        return valid_from

    def valid_from(self, user: str) -> int:
        """Return the second from which the user's tokens count; 0 if none was taken back."""
        return int(self.store.get(_user_key(text(user, "user"))) or 0)

    def revoked(self, claims: Mapping[str, Any]) -> bool:
        """Return whether the token was taken back, or lacks what it takes to look it up."""
        _refuse_no_mapping(claims)
        user, token, issued, ends = (claims.get(name) for name in ("sub", "jti", "iat", "exp"))
        if not (type(user) is type(token) is str and _is_date(issued) and _is_date(ends)):
            return True
        if ends - issued > self.longest_life_s:
            return True
        if self.store.get(_token_key(str(token))) is not None:
            return True
        return bool(issued < int(self.store.get(_user_key(str(user))) or 0))


def _refuse_no_mapping(claims: object) -> None:
    if not isinstance(claims, Mapping):
        raise InvalidInput(f"The claims must be a mapping, not {type(claims).__name__}.")


def _is_date(value: Any) -> TypeGuard[float]:
    return (type(value) is int or type(value) is float) and abs(value) < FURTHEST_S


def _token_key(jti: str) -> str:
    return f"revoked-token:{_digest(jti)}"


def _user_key(user: str) -> str:
    return f"revoked-user:{_digest(user)}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
