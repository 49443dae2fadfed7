"""Each decision of a manager can be replaced alone, and only what it decides changes."""

from collections.abc import Callable
from itertools import count

import fakeredis
import pytest

from labkit.clock import ManualClock
from labkit.sessions import (
    MemorySessionStore,
    RedisSessionStore,
    Session,
    SessionManager,
    SessionStore,
    SqliteSessionStore,
)

STORES = [
    MemorySessionStore,
    SqliteSessionStore,
    lambda: RedisSessionStore(fakeredis.FakeRedis(version=(7, 0))),
]


@pytest.fixture(params=STORES, ids=["memory", "sqlite", "redis"])
def store(request: pytest.FixtureRequest) -> SessionStore:
    new_store: Callable[[], SessionStore] = request.param
    return new_store()


def test_new_id(store: SessionStore) -> None:
    class Counted(SessionManager):
        numbers = count(1001)

        def new_id(self) -> str:
            return str(next(self.numbers))

    manager = Counted(store)
    assert [manager.open(), manager.open("alice")] == ["1001", "1002"]
    assert manager.log_in("1001", "bob", level="full") == "1003"
    assert user_of(manager, "1002") == "alice"
    assert manager.look_up("1001") is None


def test_id_after_log_in(store: SessionStore) -> None:
    class Kept(SessionManager):
        def id_after_log_in(self, old: str | None) -> str:
            return old or self.new_id()

    manager = Kept(store)
    planted = manager.open()
    assert manager.log_in(planted, "alice", level="full") == planted
    assert user_of(manager, planted) == "alice"
    assert user_of(manager, manager.log_in(None, "bob", level="full")) == "bob"
    assert manager.raise_level(planted, "full") != planted


def test_revoke(store: SessionStore) -> None:
    class Forgetful(SessionManager):
        def revoke(self, session_id: str) -> bool:
            return True

    manager = Forgetful(store)
    session_id = manager.open("alice")
    manager.revoke(session_id)
    assert user_of(manager, session_id) == "alice"
    assert manager.revoke_all("alice") == 1


def test_expired(store: SessionStore) -> None:
    class Endless(SessionManager):
        def expired(self, record: Session, now: float) -> bool:
            return False

    clock = ManualClock()
    manager = Endless(store, clock=clock)
    session_id = manager.open("alice")
    clock.advance(7200)
    assert user_of(manager, session_id) == "alice"
    assert manager.revoke(session_id)
    assert manager.look_up(session_id) is None


def test_after_credential_change(store: SessionStore) -> None:
    class Indifferent(SessionManager):
        def after_credential_change(self, user: str, keep: str | None) -> str | None:
            return keep

    manager = Indifferent(store)
    mine, stolen = manager.open("alice"), manager.open("alice")
    assert manager.after_credential_change("alice", mine) == mine
    assert user_of(manager, stolen) == "alice"


def test_store_key(store: SessionStore) -> None:
    class Clear(SessionManager):
        def store_key(self, session_id: str) -> str:
            return session_id

    manager = Clear(store)
    session_id = manager.open("alice")
    (leaked,) = store.of_user("alice")
    assert leaked.id_hash == session_id
    assert user_of(manager, leaked.id_hash) == "alice"


def user_of(manager: SessionManager, session_id: str) -> str | None:
    session = manager.look_up(session_id)
    assert session is not None
    return session.user
