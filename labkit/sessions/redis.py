"""Sessions in Redis, for sites that run on more than one machine."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from labkit.errors import InvalidInput, StoreError
from labkit.inputs import text
from labkit.sessions.session import Data, Session, damaged, dump_data, load_data
from labkit.sessions.store import key_taken

if TYPE_CHECKING:
    import redis

T = TypeVar("T")
MOST_ATTEMPTS = 16

_from_hex = float.fromhex


class RedisSessionStore:
    """A session store in one Redis server, 7.0 or later; safe for threads and processes.

    Each session is one string that Redis forgets by itself, and each user has a sorted set of the
    keys of their sessions. Reading a session is one GET; nothing walks the key space.

    The server needs `maxmemory-policy noeviction`: a user's set that was evicted would hide their
    sessions from `remove_user`. It must not be a cluster, since a step spans several keys.

    Args:
        client: A `redis.Redis`, with or without `decode_responses`.
        prefix: What the keys begin with, for a server that is shared.
    """

    def __init__(self, client: "redis.Redis", *, prefix: str = "labkit:session:") -> None:
        import redis  # an optional extra: asked for only by who has a client of it

        if not isinstance(client, redis.Redis):
            raise InvalidInput(f"The client is a redis.Redis, not {type(client).__name__}.")
        prefix = text(prefix, "prefix", at_most=256)
        self._client: Any = client
        self._error = redis.RedisError
        self._disturbed = redis.WatchError
        self._id_prefix = f"{prefix}id:"
        self._user_prefix = f"{prefix}user:"

    def get(self, key: str) -> Session | None:
        """Return the session, or None: one round trip."""
        try:
            blob = self._client.get(self._id_prefix + key)
        except self._error as error:
            raise _refused(error) from error
        return None if blob is None else _load(key, blob)

    def add(self, session: Session, *, expires_at: float, ends_at: float) -> None:
        """Write a new session: one round trip, and one more for the user's set.

        A crash between the two leaves a session whose id was never handed out.
        """
        with self._errors():
            if not self._set(self._client, session, expires_at, nx=True):
                raise key_taken()
            if session.user is not None:
                with self._client.pipeline(transaction=True) as pipe:
                    self._list(pipe, session.user, session, ends_at)
                    pipe.execute()

    def rotate(self, old_key: str, session: Session, *, expires_at: float, ends_at: float) -> bool:
        """Remove the session under `old_key` and write `session`, both or neither."""

        def change(pipe: Any, old: Session) -> None:
            pipe.delete(self._id_prefix + old_key)
            if old.user is not None:
                pipe.zrem(self._user_prefix + old.user, old_key)
            self._set(pipe, session, expires_at)
            if session.user is not None:
                self._list(pipe, session.user, session, ends_at)

        return self._if_there(old_key, change, new_key=session.id_hash)

    def touch(self, key: str, seen_at: float, *, expires_at: float) -> bool:
        """Write when the session was last used; return whether it is (still) there."""

        def change(pipe: Any, old: Session) -> None:
            self._set(pipe, replace(old, seen_at=seen_at), expires_at)

        return self._if_there(key, change)

    def set_data(self, key: str, data: Data) -> bool:
        """Replace the session's data; return whether it is (still) there."""

        def change(pipe: Any, old: Session) -> None:
            pipe.set(self._id_prefix + key, _dump(replace(old, data=data)), keepttl=True)

        return self._if_there(key, change)

    def remove(self, key: str) -> bool:
        """Remove the session; return whether it was there.

        A crash between the two commands leaves a key in the user's set that leads nowhere.
        """
        with self._errors():
            blob = self._client.getdel(self._id_prefix + key)
            if blob is None:
                return False
            user = _load(key, blob).user
            if user is not None:
                self._client.zrem(self._user_prefix + user, key)
            return True

    def of_user(self, user: str) -> list[Session]:
        """Return the user's sessions, in no order, expired ones too: two round trips."""
        with self._errors():
            keys = [_text(key) for key in self._client.zrange(self._user_prefix + user, 0, -1)]
            blobs = self._client.mget([self._id_prefix + key for key in keys]) if keys else []
        return [_load(key, blob) for key, blob in zip(keys, blobs, strict=True) if blob is not None]

    def remove_user(self, user: str, *, keep: str | None = None) -> int:
        """Remove the user's sessions but the one under the key `keep`; return how many."""
        index = self._user_prefix + user

        def attempt(pipe: Any) -> int:
            pipe.watch(index)
            keys = [key for key in map(_text, pipe.zrange(index, 0, -1)) if key != keep]
            if not keys:
                return 0
            pipe.multi()
            pipe.delete(*(self._id_prefix + key for key in keys))
            pipe.zrem(index, *keys)
            return int(pipe.execute()[0])

        return self._until_undisturbed(attempt)

    def sweep(self, now: float) -> int:  # noqa: ARG002
        """Return 0: Redis forgets what expired by itself, by its own clock."""
        return 0

    def _if_there(
        self, key: str, change: Callable[[Any, Session], None], *, new_key: str | None = None
    ) -> bool:
        names = [self._id_prefix + name for name in (key, new_key) if name is not None]

        def attempt(pipe: Any) -> bool:
            pipe.watch(*names)
            blob, *other = pipe.mget(names)
            if blob is None:
                return False
            if new_key != key and any(other):
                raise key_taken()
            pipe.multi()
            change(pipe, _load(key, blob))
            pipe.execute()
            return True

        return self._until_undisturbed(attempt)

    def _until_undisturbed(self, attempt: Callable[[Any], T]) -> T:
        with self._errors():
            for _ in range(MOST_ATTEMPTS):
                with self._client.pipeline(transaction=True) as pipe:
                    try:
                        return attempt(pipe)
                    except self._disturbed:
                        continue  # somebody else's step came first, so the whole is moving
        raise StoreError(f"Other requests changed the session {MOST_ATTEMPTS} times in a row.")

    def _set(self, client: Any, session: Session, expires_at: float, *, nx: bool = False) -> Any:
        life = _milliseconds(expires_at - session.seen_at)
        return client.set(self._id_prefix + session.id_hash, _dump(session), px=life, nx=nx)

    def _list(self, pipe: Any, user: str, session: Session, ends_at: float) -> None:
        index, life = self._user_prefix + user, _milliseconds(ends_at - session.seen_at)
        pipe.zadd(index, {session.id_hash: ends_at})
        pipe.zremrangebyscore(index, "-inf", session.seen_at)
        pipe.pexpire(index, life, nx=True)  # together: it lives as long as its longest member
        pipe.pexpire(index, life, gt=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise _refused(error) from error


def _dump(session: Session) -> str:
    # Hexadecimal floats, and lengths before texts: read in a third of the time that JSON takes.
    proved_at = "-" if session.authenticated_at is None else _hex(session.authenticated_at)
    lengths = f"{len(session.level)} {'-' if session.user is None else len(session.user)}"
    texts = f"{session.level}{session.user or ''}{dump_data(session.data)}"
    return f"{_hex(session.created_at)} {_hex(session.seen_at)} {proved_at} {lengths} {texts}"


def _load(key: str, blob: str | bytes) -> Session:
    try:
        created_at, seen_at, proved_at, level, user, texts = _text(blob).split(" ", 5)
        level_end = int(level)
        user_end = level_end if user == "-" else level_end + int(user)
        return Session(
            key,
            None if user == "-" else texts[level_end:user_end],
            texts[:level_end],
            _from_hex(created_at),
            _from_hex(seen_at),
            None if proved_at == "-" else _from_hex(proved_at),
            load_data(texts[user_end:]),
        )
    except (ValueError, OverflowError) as error:
        raise damaged() from error


def _hex(seconds: float) -> str:
    return float(seconds).hex()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _milliseconds(seconds: float) -> int:
    return max(1, math.ceil(seconds * 1000))


def _refused(error: Exception) -> StoreError:
    return StoreError(
        f"Redis refused: {error}.", remedy="Look whether the server runs and can be reached."
    )
