"""Sessions: who a browser is, kept on the server under an id that nobody can guess."""

from labkit.sessions.errors import NotLoggedIn, SessionDataRefused, SessionError, SessionNotFound
from labkit.sessions.manager import SessionManager
from labkit.sessions.memory import MemorySessionStore
from labkit.sessions.redis import RedisSessionStore
from labkit.sessions.session import ANONYMOUS, Session
from labkit.sessions.sqlite import SqliteSessionStore
from labkit.sessions.store import SessionStore

__all__ = [
    "ANONYMOUS",
    "MemorySessionStore",
    "NotLoggedIn",
    "RedisSessionStore",
    "Session",
    "SessionDataRefused",
    "SessionError",
    "SessionManager",
    "SessionNotFound",
    "SessionStore",
    "SqliteSessionStore",
]
