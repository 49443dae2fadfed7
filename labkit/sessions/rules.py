"""What is decided about a session without looking at a store: its id, its key, its end."""

import re
import secrets
from hashlib import sha256

from labkit.errors import InvalidInput
from labkit.inputs import number, text
from labkit.sessions.session import Session

ID_BYTES = 16  # ASVS 7.2.3: at least 128 bits from the system's generator
ROUNDING = 20  # "last seen" is written when it is older than 1/20 of the idle limit
LONGEST_S = 10 * 365 * 86400.0

_id_shape = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII).fullmatch


class SessionRules:
    """The pure decisions of a `SessionManager`, each of which a lesson can replace.

    Holds no state that changes: any number of threads may share it.

    Args:
        idle_s: Longest time without use, in seconds (ASVS 7.3.1).
        absolute_s: Longest time since the session was opened or logged in, in seconds (ASVS 7.3.2).
    """

    def __init__(self, *, idle_s: float, absolute_s: float) -> None:
        self.idle_s = number(idle_s, "idle limit in seconds", at_least=1, at_most=LONGEST_S)
        self.absolute_s = number(
            absolute_s, "absolute limit in seconds", at_least=1, at_most=LONGEST_S
        )
        self._rounding_s = self.idle_s / ROUNDING

    def new_id(self) -> str:
        """Return a new id: 128 bits from the system's generator, as base64url (ASVS 7.2.3)."""
        return secrets.token_urlsafe(ID_BYTES)

    def id_after_log_in(self, old: str | None) -> str:  # noqa: ARG002
        """Return the id for the session after log-in: never the old one (ASVS 7.2.4)."""
        return self.new_id()

    def expired(self, record: Session, now: float) -> bool:
        """Return whether the session is over at `now`, by either limit (ASVS 7.3.1, 7.3.2).

        Raises:
            InvalidInput: The record is no session, or a time is no finite number.
        """
        now = number(now, "time", at_least=-1e15)
        try:
            # so written that a time which compares with nothing (NaN) ends the session
            alive = now - record.seen_at < self.idle_s and now - record.created_at < self.absolute_s
        except (AttributeError, TypeError, OverflowError) as error:
            raise InvalidInput(
                f"The record must be a Session with its times, not {type(record).__name__}."
            ) from error
        return not alive

    def store_key(self, session_id: str) -> str:
        """Return what stands for the id in the store: its SHA-256, as hex.

        A fast hash is enough: nobody can guess 128 random bits.

        Raises:
            InvalidInput: The id is no str, huge, or holds a lone surrogate.
        """
        return sha256(text(session_id, "session id").encode()).hexdigest()

    def _key(self, session_id: str) -> str | None:
        if not isinstance(session_id, str):
            raise InvalidInput(f"A session id is a str, not {type(session_id).__name__}.")
        return self.store_key(session_id) if _id_shape(session_id) else None

    def _limits(self, session: Session) -> dict[str, float]:
        ends_at = session.created_at + self.absolute_s
        return {"expires_at": min(session.seen_at + self.idle_s, ends_at), "ends_at": ends_at}
