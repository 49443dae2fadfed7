"""The protocol of a session store: each call is one indivisible step.

A store never sees an id, only its key (`Session.id_hash`). It does not judge time: a manager asks
whether a session has expired, and `expires_at` only says from when on `sweep` may forget it.
"""

from typing import Protocol

from labkit.errors import StoreError
from labkit.sessions.session import Data, Session


class SessionStore(Protocol):
    """Where sessions are kept, safe for threads."""

    def get(self, key: str) -> Session | None:
        """Return the session, or None."""

    def add(self, session: Session, *, expires_at: float, ends_at: float) -> None:
        """Write a new session.

        Args:
            session: Its `id_hash` is the key.
            expires_at: When it ends if nobody uses it, in seconds since the epoch.
            ends_at: When it ends whatever happens.

        Raises:
            StoreError: There is one under that key already.
        """

    def rotate(self, old_key: str, session: Session, *, expires_at: float, ends_at: float) -> bool:
        """Remove the session under `old_key` and write `session`, both or neither.

        Returns:
            Whether the old one was there: of several callers, exactly one hears True.
        """

    def touch(self, key: str, seen_at: float, *, expires_at: float) -> bool:
        """Write when the session was last used; return whether it is (still) there."""

    def set_data(self, key: str, data: Data) -> bool:
        """Replace the session's data; return whether it is (still) there."""

    def remove(self, key: str) -> bool:
        """Remove the session; return whether it was there."""

    def of_user(self, user: str) -> list[Session]:
        """Return the user's sessions, in no order, expired ones too."""

    def remove_user(self, user: str, *, keep: str | None = None) -> int:
        """Remove the user's sessions but the one under the key `keep`; return how many."""

    def sweep(self, now: float) -> int:
        """Forget what expired at `now` or before and return how many."""


def key_taken() -> StoreError:
    """Return the error for a new session whose key is in use."""
    return StoreError(
        "There is a session under this id already.",
        remedy="Ids of 128 random bits do not meet: look at how this one was made.",
    )
