"""One contract, run over every session store."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import fakeredis
import pytest
import redis

from labkit.database import Database
from labkit.errors import StoreError
from labkit.sessions import (
    MemorySessionStore,
    RedisSessionStore,
    Session,
    SessionStore,
    SqliteSessionStore,
)

NOW = 1_800_000_000.0
KINDS = ["memory", "sqlite in memory", "sqlite file", "fake redis", "real redis"]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SessionStore]:
    match request.param:
        case "memory":
            yield MemorySessionStore()
        case "sqlite in memory":
            yield SqliteSessionStore(Database())
        case "sqlite file":
            database = Database(tmp_path / "sessions.db")
            yield SqliteSessionStore(database)
            database.close()
        case "fake redis":
            yield RedisSessionStore(fakeredis.FakeRedis(version=(7, 0)))
        case _:
            with redis.Redis(unix_socket_path=request.getfixturevalue("redis_socket")) as client:
                client.flushall()
                yield RedisSessionStore(client)


def session(key: str, user: str | None = "alice", **changes: object) -> Session:
    fields = {
        "level": "password",
        "created_at": NOW,
        "seen_at": NOW,
        "authenticated_at": NOW,
        "data": {},
    }
    return Session(key, user, **{**fields, **changes})  # type: ignore[arg-type]


def add(store: SessionStore, *sessions: Session) -> None:
    for each in sessions:
        store.add(each, expires_at=NOW + 100, ends_at=NOW + 1000)


def rotate(store: SessionStore, old_key: str, new: Session) -> bool:
    return store.rotate(old_key, new, expires_at=NOW + 100, ends_at=NOW + 1000)


def keys_of(store: SessionStore, user: str) -> list[str]:
    return sorted(each.id_hash for each in store.of_user(user))


@pytest.mark.parametrize(
    "written",
    [
        session("k"),
        session("k", None, level="anonymous", authenticated_at=None),
        session("k", data={"name": "Zoë ☃", "n": 2**60, "x": 0.1, "b": True, "none": None}),
        session("k", "a'; DROP TABLE sessions --\0\n*?[", level="full", created_at=NOW - 0.125),
    ],
    ids=["plain", "anonymous", "with data", "with a hostile name"],
)
def test_what_is_added_is_read_back_whole(store: SessionStore, written: Session) -> None:
    add(store, written)
    assert store.get("k") == written
    assert written.user is None or store.of_user(written.user) == [written]


def test_an_unknown_key_is_none_everywhere(store: SessionStore) -> None:
    assert store.get("absent") is None
    assert store.of_user("nobody") == []
    assert not store.touch("absent", NOW, expires_at=NOW + 1)
    assert not store.set_data("absent", {})
    assert not store.remove("absent")
    assert not rotate(store, "absent", session("new"))
    assert store.get("absent") is None
    assert store.get("new") is None


def test_a_key_in_use_is_refused_and_the_session_under_it_stays(store: SessionStore) -> None:
    add(store, session("k"), session("old", None))
    with pytest.raises(StoreError, match="already"):
        add(store, session("k", "mallory"))
    with pytest.raises(StoreError, match="already"):
        rotate(store, "old", session("k", "mallory"))
    assert store.get("k") == session("k")
    assert store.get("old") == session("old", None)
    assert store.of_user("mallory") == []


def test_rotating_ends_the_old_key_and_lists_only_the_new(store: SessionStore) -> None:
    add(store, session("old"))
    assert rotate(store, "old", session("new", level="full"))
    assert store.get("old") is None
    assert store.get("new") == session("new", level="full")
    assert keys_of(store, "alice") == ["new"]
    assert not rotate(store, "old", session("newer"))


def test_rotating_onto_the_same_key_replaces_the_session(store: SessionStore) -> None:
    add(store, session("k", None, level="anonymous"))
    assert rotate(store, "k", session("k"))
    assert store.get("k") == session("k")
    assert keys_of(store, "alice") == ["k"]


def test_rotating_to_another_user_moves_the_session_between_lists(store: SessionStore) -> None:
    add(store, session("old", "alice"))
    assert rotate(store, "old", session("new", "bob"))
    assert keys_of(store, "alice") == []
    assert keys_of(store, "bob") == ["new"]


def test_touching_changes_when_it_was_seen_and_nothing_else(store: SessionStore) -> None:
    add(store, session("k", data={"a": 1}))
    assert store.touch("k", NOW + 50, expires_at=NOW + 150)
    assert store.get("k") == session("k", data={"a": 1}, seen_at=NOW + 50)


def test_data_is_replaced_and_nothing_else(store: SessionStore) -> None:
    add(store, session("k", data={"a": 1}))
    assert store.set_data("k", {"b": 2})
    assert store.get("k") == session("k", data={"b": 2})


def test_removing_forgets_the_session_in_every_place(store: SessionStore) -> None:
    add(store, session("k"), session("other"))
    assert store.remove("k")
    assert store.get("k") is None
    assert keys_of(store, "alice") == ["other"]
    assert not store.remove("k")


def test_removing_a_users_sessions_spares_the_kept_one_and_other_users(store: SessionStore) -> None:
    add(store, session("a"), session("b"), session("c"), session("d", "bob"), session("e", None))
    assert store.remove_user("alice", keep="b") == 2
    assert [key for key in "abcde" if store.get(key)] == ["b", "d", "e"]
    assert store.remove_user("alice", keep="d") == 1
    assert store.remove_user("alice") == 0
    assert [key for key in "abcde" if store.get(key)] == ["d", "e"]


def test_sixteen_rotations_of_one_key_have_exactly_one_winner(store: SessionStore) -> None:
    for turn in range(3):
        add(store, session(f"old{turn}", None))
        won = at_once(16, lambda n, turn=turn: rotate(store, f"old{turn}", session(f"{turn}-{n}")))
        assert Counter(won) == {True: 1, False: 15}
    assert len(store.of_user("alice")) == 3


def test_a_rotation_that_meets_a_revocation_of_all_leaves_one_or_none(store: SessionStore) -> None:
    for turn in range(10):
        add(store, session(f"old{turn}"))

        def step(n: int, turn: int = turn) -> bool:
            if n == 0:
                return bool(store.remove_user("alice"))
            return rotate(store, f"old{turn}", session(f"new{turn}"))

        revoked, rotated = at_once(2, step)
        assert revoked  # it found the old one or the new one, so neither lives
        assert store.of_user("alice") == []
        assert store.get(f"old{turn}") is None
        assert store.get(f"new{turn}") is None
        assert rotated in (True, False)


def test_a_touch_never_brings_a_removed_session_back(store: SessionStore) -> None:
    for turn in range(10):
        key = f"k{turn}"
        add(store, session(key))

        def step(n: int, key: str = key) -> bool:
            if n == 0:
                return store.remove(key)
            return store.touch(key, NOW + 1, expires_at=NOW + 101)

        assert at_once(2, step)[0]
        assert store.get(key) is None


def at_once(clients: int, step: object) -> list[bool]:
    barrier, answers = threading.Barrier(clients), [False] * clients

    def client(n: int) -> None:
        barrier.wait()
        answers[n] = step(n)  # type: ignore[operator]

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads change places within a step, not only between steps
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    return answers
