"""What can go wrong with a session; looking one up is a question and raises none of these."""

from typing import ClassVar

from labkit.errors import InvalidInput, LabkitError


class SessionError(LabkitError):
    """The root of the errors of this topic."""


class SessionNotFound(SessionError):
    """The session has ended, never was, or another request took its id a moment ago."""

    default_remedy: ClassVar[str] = "Let the user log in again, on a new session."


class NotLoggedIn(SessionError):
    """The session belongs to nobody yet, so there is no privilege to raise."""

    default_remedy: ClassVar[str] = "Call log_in first."


class SessionDataRefused(SessionError, InvalidInput):
    """The session's data is not a small flat mapping."""

    default_remedy: ClassVar[str] = (
        "Keep at most 32 short values (str, int, float, bool, None); keep the rest in a table."
    )
