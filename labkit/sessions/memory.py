"""Sessions in one process's memory."""

import threading
from dataclasses import replace

from labkit.sessions.session import Data, Session
from labkit.sessions.store import key_taken


class MemorySessionStore:
    """A session store in one process's memory; safe for threads, gone with the process."""

    def __init__(self) -> None:
        self._sessions: dict[str, tuple[Session, float]] = {}
        self._of_user: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Session | None:
        """Return the session, or None."""
        entry = self._sessions.get(key)
        return entry[0] if entry else None

    def add(self, session: Session, *, expires_at: float, ends_at: float) -> None:  # noqa: ARG002
        """Write a new session."""
        with self._lock:
            self._add(session, expires_at)

    def rotate(
        self,
        old_key: str,
        session: Session,
        *,
        expires_at: float,
        ends_at: float,  # noqa: ARG002
    ) -> bool:
        """Remove the session under `old_key` and write `session`, both or neither."""
        with self._lock:
            if old_key not in self._sessions:
                return False
            if session.id_hash != old_key and session.id_hash in self._sessions:
                raise key_taken()
            self._remove(old_key)
            self._add(session, expires_at)
            return True

    def touch(self, key: str, seen_at: float, *, expires_at: float) -> bool:
        """Write when the session was last used; return whether it is (still) there."""
        with self._lock:
            session = self.get(key)
            if session is None:
                return False
            self._sessions[key] = (replace(session, seen_at=seen_at), expires_at)
            return True

    def set_data(self, key: str, data: Data) -> bool:
        """Replace the session's data; return whether it is (still) there."""
        with self._lock:
            if key not in self._sessions:
                return False
            session, expires_at = self._sessions[key]
            self._sessions[key] = (replace(session, data=data), expires_at)
            return True

    def remove(self, key: str) -> bool:
        """Remove the session; return whether it was there."""
        with self._lock:
            return self._remove(key)

    def of_user(self, user: str) -> list[Session]:
        """Return the user's sessions, in no order, expired ones too."""
        with self._lock:
            return [self._sessions[key][0] for key in self._of_user.get(user, ())]

    def remove_user(self, user: str, *, keep: str | None = None) -> int:
        """Remove the user's sessions but the one under the key `keep`; return how many."""
        with self._lock:
            gone = self._of_user.get(user, set()) - {keep}
            return sum(self._remove(key) for key in gone)

    def sweep(self, now: float) -> int:
        """Forget what expired at `now` or before and return how many."""
        with self._lock:
            old = [key for key, (_, end) in self._sessions.items() if end <= now]
            return sum(self._remove(key) for key in old)

    def _add(self, session: Session, expires_at: float) -> None:
        key = session.id_hash
        if key in self._sessions:
            raise key_taken()
        self._sessions[key] = (session, expires_at)
        if session.user is not None:
            self._of_user.setdefault(session.user, set()).add(key)

    def _remove(self, key: str) -> bool:
        entry = self._sessions.pop(key, None)
        if entry is None:
            return False
        user = entry[0].user
        if user is not None:
            self._of_user[user].discard(key)
            if not self._of_user[user]:
                del self._of_user[user]
        return True
