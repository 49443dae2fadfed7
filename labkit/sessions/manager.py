"""The life of a session: opened, rotated at each change of privilege, ended."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from labkit.clock import Clock, system_clock
from labkit.errors import InvalidInput
from labkit.inputs import number, text
from labkit.sessions.errors import NotLoggedIn, SessionNotFound
from labkit.sessions.rules import SessionRules
from labkit.sessions.session import ANONYMOUS, NO_DATA, Scalar, Session, checked_data
from labkit.sessions.sqlite import SqliteSessionStore
from labkit.sessions.store import SessionStore

IDLE_S = 3600.0  # NIST SP 800-63B-4, AAL2: an inactivity timeout of 1 hour (SHOULD)
ABSOLUTE_S = 24 * 3600.0  # NIST SP 800-63B-4, AAL2: an overall timeout of 24 hours (SHOULD)


class SessionManager(SessionRules):
    """Opens sessions, finds them by the id that a browser presents, rotates and ends them.

    The id is a bearer secret: it goes to the browser and is kept nowhere, the store has its hash.
    A session ends after `absolute_s`, or when nobody has used it for `idle_s`. Since "last seen" is
    written only when it is older than a twentieth of `idle_s`, an idle session can end up to that
    much early and never late. Safe for threads as far as its store is.

    Args:
        store: Where sessions are kept; SQLite in memory unless given.
        clock: Returns the time in seconds since the epoch.
        idle_s: Longest time without use, in seconds (ASVS 7.3.1).
        absolute_s: Longest time since the session was opened or logged in, in seconds, however busy
            it is (ASVS 7.3.2).

    Examples:
        >>> manager = SessionManager()
        >>> before = manager.open()
        >>> after = manager.log_in(before, "alice", level="password")
        >>> manager.look_up(after).user
        'alice'
        >>> print(manager.look_up(before))
        None
    """

    def __init__(
        self,
        store: SessionStore | None = None,
        *,
        clock: Clock = system_clock,
        idle_s: float = IDLE_S,
        absolute_s: float = ABSOLUTE_S,
    ) -> None:
        super().__init__(idle_s=idle_s, absolute_s=absolute_s)
        if not callable(clock) or not (store is None or hasattr(store, "rotate")):
            raise InvalidInput("The store is a SessionStore, and the clock a function.")
        self._store = SqliteSessionStore() if store is None else store
        self._clock = clock

    def open(
        self,
        user: str | None = None,
        *,
        level: str = ANONYMOUS,
        data: Mapping[str, Scalar] | None = None,
    ) -> str:
        """Open a session and return its id.

        Args:
            user: Whose it is; None for a visitor.
            level: How far the user has come.
            data: A small flat mapping of str to str, int, float, bool or None.

        Raises:
            InvalidInput: An argument has the wrong type or size.
        """
        new = self.new_id()
        session = self._fresh(new, user if user is None else _user(user), _level(level))
        self._add(replace(session, data=checked_data(data)))
        return new

    def look_up(self, session_id: str) -> Session | None:
        """Return the session that the id opens, or None if there is none (any more).

        An id that could not be one (huge, another alphabet) costs no look at the store.

        Raises:
            InvalidInput: The id is no str.
        """
        key = self._key(session_id)
        session = None if key is None else self._store.get(key)
        if session is None:
            return None
        now = self._clock()  # `expired` refuses a time that is none
        if self.expired(session, now):
            return None
        if now - session.seen_at > self._rounding_s:
            return self._touched(session, now)
        return session

    def log_in(self, old_id: str | None, user: str, *, level: str) -> str:
        """Put the user into a new session, end the old one, and return the new id.

        The old session's data goes along if it was nobody's or the user's own. Of several log-ins
        with one old id exactly one succeeds.

        Args:
            old_id: The id that the browser presented; None if it presented none that is alive.
            user: Who has just proved to be it.
            level: What they have proved, such as "password" or "full".

        Raises:
            SessionNotFound: The old session has ended, or another request took it.
            InvalidInput: An argument has the wrong type or size.

        Source: ASVS 7.2.4.
        """
        user, level = _user(user), _level(level)
        old = None if old_id is None else self._alive(old_id)
        new = self.id_after_log_in(old_id)
        session = self._fresh(new, user, level)
        if old is None:
            self._add(session)
        else:
            kept = old.data if old.user in (None, user) else NO_DATA
            self._rotate(old, replace(session, data=kept))
        return new

    def raise_level(self, session_id: str, level: str) -> str:
        """Give a logged-in session another level, under a new id, and return that.

        The absolute limit still counts from the log-in: a step-up does not prolong it.

        Raises:
            SessionNotFound: The session has ended, or another request took it.
            NotLoggedIn: It has no user.
            InvalidInput: An argument has the wrong type or size.
        """
        level, old = _level(level), self._alive(session_id)
        if old.user is None:
            raise NotLoggedIn("The session has no user.")
        now = self._now()
        return self._renewed(old, replace(old, level=level, seen_at=now, authenticated_at=now))

    def set_data(self, session_id: str, data: Mapping[str, Scalar]) -> None:
        """Replace the session's data; of two writers the later wins.

        Raises:
            SessionNotFound: The session has ended.
            InvalidInput: The data is no small flat mapping.
        """
        checked = checked_data(data)
        if not self._store.set_data(self._alive(session_id).id_hash, checked):
            raise _gone()

    def revoke(self, session_id: str) -> bool:
        """End the session and return whether there was one: log-out (ASVS 7.4.1).

        A rotation under way in another request can finish first; its new id then lives on.
        """
        key = self._key(session_id)
        return key is not None and self._store.remove(key)

    def revoke_listed(self, user: str, id_hash: str) -> bool:
        """End one session out of `sessions_of(user)`, and only if it is that user's."""
        session = self._store.get(text(id_hash, "hash of the id", at_most=128))
        if session is None or session.user != _user(user):
            return False
        return self._store.remove(session.id_hash)

    def revoke_all(self, user: str, *, keep: str | None = None) -> int:
        """End all sessions of the user, but the one with the id `keep`, and return how many.

        What had expired and was not swept yet may count.
        """
        key = None if keep is None else self._key(keep)
        return self._store.remove_user(_user(user), keep=key)

    def after_credential_change(self, user: str, keep: str | None) -> str | None:
        """End the user's sessions after a change of password or factor (ASVS 7.4.3).

        The one that made the change goes on under a new id, since a thief may hold that very one.

        Args:
            user: Whose credential changed.
            keep: The id of the session that made the change; None to end all of them.

        Returns:
            The new id for that session's browser, or None if nothing is kept.
        """
        session = None if keep is None else self.look_up(keep)
        kept = None
        if session is not None and session.user == _user(user):
            # If another request has just taken the session, it ends with the others.
            with suppress(SessionNotFound):
                kept = self._renewed(session, replace(session, seen_at=self._now()))
        self.revoke_all(user, keep=kept)
        return kept

    def sessions_of(self, user: str) -> list[Session]:
        """Return the user's living sessions, the last used first."""
        now = self._now()
        alive = [each for each in self._store.of_user(_user(user)) if not self.expired(each, now)]
        return sorted(alive, key=lambda each: each.seen_at, reverse=True)

    def sweep(self) -> int:
        """Forget expired sessions and return how many; call it now and then, such as hourly."""
        return self._store.sweep(self._now())

    def _now(self) -> float:
        return number(self._clock(), "time that the clock tells", at_least=-1e15)

    def _alive(self, session_id: str) -> Session:
        session = self.look_up(session_id)
        if session is None:
            raise _gone()
        return session

    def _touched(self, session: Session, now: float) -> Session | None:
        session = replace(session, seen_at=now)
        expires_at = self._limits(session)["expires_at"]
        return session if self._store.touch(session.id_hash, now, expires_at=expires_at) else None

    def _fresh(self, new_id: str, user: str | None, level: str) -> Session:
        now = self._now()
        proved_at = None if user is None else now
        return Session(self.store_key(new_id), user, level, now, now, proved_at)

    def _add(self, session: Session) -> None:
        self._store.add(session, **self._limits(session))

    def _renewed(self, old: Session, session: Session) -> str:
        new = self.new_id()
        self._rotate(old, replace(session, id_hash=self.store_key(new)))
        return new

    def _rotate(self, old: Session, session: Session) -> None:
        if not self._store.rotate(old.id_hash, session, **self._limits(session)):
            raise _gone()


def _user(user: object) -> str:
    return text(user, "user", at_least=1, at_most=256)


def _level(level: object) -> str:
    return text(level, "level", at_least=1, at_most=64)


def _gone() -> SessionNotFound:
    return SessionNotFound("There is no such session (any more).")
