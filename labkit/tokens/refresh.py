"""Refresh tokens: each is used once, and a second use ends the whole family (RFC 9700 §4.14)."""

import secrets
from dataclasses import replace
from typing import NamedTuple

from labkit.clock import Clock, system_clock
from labkit.encoding import base64url
from labkit.inputs import function, number, offering, text
from labkit.stores import Store
from labkit.tokens import errors
from labkit.tokens.refresh_record import (
    FAMILY_BYTES,
    REVOKED,
    SECRET_BYTES,
    RefreshRecord,
    derived,
    digest,
    dump,
    epoch_key,
    is_token,
    load,
    store_key,
    with_secret,
)


class Exchange(NamedTuple):
    """What a refresh token was exchanged for: whose it was, and its successor."""

    user: str
    token: str

    def __repr__(self) -> str:
        return f"Exchange(user={self.user!r})"


class RefreshTokens:
    """Issues and exchanges refresh tokens, one family for each log-in.

    All state is in the store and changes by one `swap`, so of several parallel exchanges of one
    token exactly one wins: as safe for threads and processes as the store is. Only hashes of
    tokens are stored. A token is the family's name and a secret, so anyone who presents a wrong
    secret for a known family holds an older token of it: that is a reuse, and ends the family.

    What is left: who steals a token and uses it first has access until the owner comes next.

    Args:
        store: Where families are kept; `store.sweep(now)` forgets the ended ones.
        clock: The time, in seconds since the epoch.
        lifetime_s: Seconds from the log-in to the end of the family; an exchange adds nothing.
        grace_s: Seconds in which the token just exchanged may be presented once more, for a
            response that was lost: it gets the very same successor, unless that was used already.
            0 is off. With a grace the leaks are: a thief with the old token gets the successor
            in silence for so long (found out at the next exchange), and who holds an old token
            and can read the store can derive its successor.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> refresh = RefreshTokens(MemoryStore())
        >>> first = refresh.issue("alice", "browser")
        >>> user, second = refresh.exchange(first, "browser")
        >>> user
        'alice'
        >>> refresh.exchange(first, "browser")
        Traceback (most recent call last):
        labkit.tokens.errors.RefreshReused: The refresh token was used before. Log in again.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock = system_clock,
        lifetime_s: float = 30 * 86_400.0,
        grace_s: float = 0.0,
    ) -> None:
        self.store = offering(store, "store", "get", "put", "swap")
        self.clock = function(clock, "clock")
        self.lifetime_s = number(lifetime_s, "lifetime", at_least=1)
        self.grace_s = number(grace_s, "grace", at_most=300)

    def issue(self, user: str, client: str) -> str:
        """Begin a family, as at log-in, and return its first token.

        Args:
            user: Whose it is.
            client: The application that it is for.
        """
        now = self.clock()
        token = base64url(secrets.token_bytes(FAMILY_BYTES + SECRET_BYTES))
        record = RefreshRecord(
            user=text(user, "user", at_least=1),
            client=text(client, "client", at_least=1),
            expires_at=now + self.lifetime_s,
            epoch=self._epoch(user),
            current=digest(token),
            salt=secrets.token_hex(SECRET_BYTES),
            rotated_at=now,
        )
        self.store.put(store_key(token), dump(record), expires_at=record.expires_at)
        return token

    def exchange(self, token: str, client: str) -> Exchange:
        """Use a token up: return whose it is, and the token to use next.

        Args:
            token: The refresh token.
            client: Who presents it.

        Raises:
            RefreshUnknown: It was never issued here, or its family has been forgotten.
            WrongClient: It was issued to another client; the family lives on.
            RefreshExpired: The family has ended.
            FamilyRevoked: The family, or every family of the user, was revoked.
            RefreshReused: It was used before; the family is revoked now.
            InvalidInput: An argument is no str.
        """
        text(client, "client")
        key, stored, record = self._read(token)
        if not self.belongs_to(record, client):
            raise errors.WrongClient("The refresh token was issued to another client.")
        self._refuse_ended(record)
        if is_token(record.current, token):
            if (successor := self._rotate(key, stored, record)) is not None:
                return Exchange(record.user, successor)
            key, stored, record = self._read(token)  # somebody was quicker
        if (repeated := self._within_grace(record)) is not None:
            return Exchange(record.user, repeated)
        self.on_reuse(record)
        raise errors.RefreshReused("The refresh token was used before.", user=record.user)

    def successor(self, record: RefreshRecord) -> str:
        """Return the token that replaces `record.presented`: of the same family, never the same."""
        if self.grace_s:
            return derived(record.presented, record.salt)
        return with_secret(record.presented, secrets.token_bytes(SECRET_BYTES))

    def on_reuse(self, record: RefreshRecord) -> None:
        """Revoke the family: one of its two holders is a thief, and nobody knows which."""
        self.store.put(store_key(record.presented), REVOKED, expires_at=record.expires_at)

    def belongs_to(self, record: RefreshRecord, client: str) -> bool:
        """Return whether the family was issued to this client (RFC 6749 §6)."""
        return record.client == client

    def revoke(self, token: str) -> bool:
        """End the family of a token, as at log-out, and return whether there was one."""
        try:
            _, _, record = self._read(token)
        except (errors.RefreshUnknown, errors.FamilyRevoked):
            return False
        self.store.put(store_key(token), REVOKED, expires_at=record.expires_at)
        return True

    def revoke_user(self, user: str) -> None:
        """End every family that the user has now, as after a new password.

        What is stored for it, one count for each user, is never forgotten.
        """
        while True:  # another caller may raise the count at the same time: then it is raised twice
            epoch = self._epoch(text(user, "user"))
            if self.store.advance(epoch_key(user), epoch + 1):
                return

    def _rotate(self, key: str, stored: str, record: RefreshRecord) -> str | None:
        token = self.successor(record)
        after = replace(
            record,
            current=digest(token),
            salt=secrets.token_hex(SECRET_BYTES),
            previous=record.current,
            previous_salt=record.salt,
            rotated_at=self.clock(),
        )
        won = self.store.swap(key, stored, dump(after), expires_at=record.expires_at)
        return token if won else None

    def _within_grace(self, record: RefreshRecord) -> str | None:
        late = self.clock() - record.rotated_at
        if (
            not self.grace_s
            or late > self.grace_s
            or not is_token(record.previous, record.presented)
        ):
            return None
        token = derived(record.presented, record.previous_salt)
        return token if is_token(record.current, token) else None

    def _read(self, token: str) -> tuple[str, str, RefreshRecord]:
        key = store_key(token)
        stored = self.store.get(key)
        if stored is None:
            raise errors.RefreshUnknown("No such refresh token is known here.")
        if stored == REVOKED:
            raise errors.FamilyRevoked("The family of this refresh token was revoked.")
        return key, stored, load(stored, token)

    def _refuse_ended(self, record: RefreshRecord) -> None:
        if self.clock() >= record.expires_at:
            raise errors.RefreshExpired("The log-in behind this refresh token has reached its end.")
        if record.epoch != self._epoch(record.user):
            raise errors.FamilyRevoked("All refresh tokens of this user were revoked.")

    def _epoch(self, user: str) -> int:
        return int(self.store.get(epoch_key(user)) or 0)
