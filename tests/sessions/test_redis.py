"""What Redis adds to the contract: commands, expiry, and a server that is not there."""

import fakeredis
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from labkit.clock import ManualClock
from labkit.errors import InvalidInput, StoreError
from labkit.sessions import RedisSessionStore, SessionManager

NOW = 1_800_000_000.0
PREFIX = "labkit:session:"
COMMANDS = {"GET", "SET", "GETDEL", "MGET", "DEL", "WATCH", "UNWATCH", "MULTI", "EXEC"}
COMMANDS |= {"ZADD", "ZREM", "ZRANGE", "ZREMRANGEBYSCORE", "PEXPIRE"}


@pytest.fixture
def client() -> fakeredis.FakeRedis:
    return fakeredis.FakeRedis(version=(7, 0))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def manager(client: fakeredis.FakeRedis, clock: ManualClock) -> SessionManager:
    return SessionManager(RedisSessionStore(client), clock=clock, idle_s=1000, absolute_s=5000)


def life_s(client: fakeredis.FakeRedis, key: str) -> float:
    return client.pttl(PREFIX + key) / 1000


def test_a_life_needs_no_command_that_walks_the_keys(redis_socket: str, clock: ManualClock) -> None:
    with redis.Redis(unix_socket_path=redis_socket) as client:
        client.flushall()
        manager = SessionManager(RedisSessionStore(client), clock=clock)
        client.config_resetstat()
        session_id = manager.log_in(manager.open(), "alice", level="password")
        session_id = manager.raise_level(session_id, "full")
        clock.advance(600)
        manager.look_up(session_id)
        manager.set_data(session_id, {"a": 1})
        manager.sessions_of("alice")
        manager.after_credential_change("alice", session_id)
        manager.revoke_all("alice")
        manager.sweep()
        used = {name.removeprefix("cmdstat_").upper() for name in client.info("commandstats")}
    assert used - {"CONFIG|RESETSTAT", "CLIENT|SETINFO", "HELLO"} <= COMMANDS
    assert {"GET", "SET", "WATCH", "ZADD"} <= used


def test_a_look_up_is_one_get(redis_socket: str) -> None:
    with redis.Redis(unix_socket_path=redis_socket) as client:
        manager = SessionManager(RedisSessionStore(client))
        session_id = manager.open("alice", level="full")
        client.config_resetstat()
        assert manager.look_up(session_id)
        stats = client.info("commandstats")
    assert stats["cmdstat_get"]["calls"] == 1
    assert set(stats) == {"cmdstat_get", "cmdstat_config|resetstat"}


def test_redis_forgets_a_session_at_the_idle_limit_and_the_list_at_the_absolute_one(
    client: fakeredis.FakeRedis, manager: SessionManager
) -> None:
    key = manager.store_key(manager.open("alice", level="full"))
    assert 990 < life_s(client, f"id:{key}") <= 1000
    assert 4990 < life_s(client, "user:alice") <= 5000


def test_use_puts_the_end_off_up_to_the_absolute_limit(
    client: fakeredis.FakeRedis, manager: SessionManager, clock: ManualClock
) -> None:
    session_id = manager.open("alice", level="full")
    for _ in range(5):
        clock.advance(900)
        manager.look_up(session_id)
    assert 490 < life_s(client, f"id:{manager.store_key(session_id)}") <= 500


def test_writing_data_does_not_put_the_end_off(
    client: fakeredis.FakeRedis, manager: SessionManager
) -> None:
    session_id = manager.open()
    name = f"{PREFIX}id:{manager.store_key(session_id)}"
    client.pexpire(name, 5000)
    manager.set_data(session_id, {"a": 1})
    assert 0 < client.pttl(name) <= 5000


def test_a_step_up_in_an_old_session_does_not_hide_a_young_one_from_the_list(
    client: fakeredis.FakeRedis, manager: SessionManager, clock: ManualClock
) -> None:
    old = manager.open("alice", level="password")
    for _ in range(5):
        clock.advance(900)
        manager.look_up(old)
    manager.open("alice", level="password")
    manager.raise_level(old, "full")
    assert life_s(client, "user:alice") > 4990


def test_a_list_lives_as_long_as_its_youngest_session(
    client: fakeredis.FakeRedis, manager: SessionManager
) -> None:
    manager.open("alice", level="full")
    client.pexpire(f"{PREFIX}user:alice", 1000)  # what is left of the first one's time
    manager.open("alice", level="full")
    assert life_s(client, "user:alice") > 4990


def test_a_list_forgets_keys_whose_session_cannot_live_any_more(
    client: fakeredis.FakeRedis, manager: SessionManager, clock: ManualClock
) -> None:
    manager.open("alice", level="full")
    clock.advance(5001)
    manager.open("alice", level="full")
    assert client.zcard(f"{PREFIX}user:alice") == 1


def test_redis_holds_no_id(client: fakeredis.FakeRedis, manager: SessionManager) -> None:
    session_id = manager.open("alice", level="full")
    assert session_id not in repr(client.keys("*"))
    stored = client.get(f"{PREFIX}id:{manager.store_key(session_id)}")
    assert b"alice" in stored
    assert session_id.encode() not in stored


def test_a_client_that_decodes_answers_works_too(clock: ManualClock) -> None:
    client = fakeredis.FakeRedis(version=(7, 0), decode_responses=True)
    manager = SessionManager(RedisSessionStore(client), clock=clock)
    session_id = manager.log_in(manager.open(data={"a": "☃"}), "Zoë", level="full")
    session = manager.look_up(session_id)
    assert session is not None
    assert (session.user, session.data) == ("Zoë", {"a": "☃"})
    assert manager.revoke_all("Zoë") == 1


def test_two_sites_share_a_server_under_two_prefixes(client: fakeredis.FakeRedis) -> None:
    one = SessionManager(RedisSessionStore(client, prefix="one:"))
    two = SessionManager(RedisSessionStore(client, prefix="two:"))
    session_id = one.open("alice", level="full")
    assert two.look_up(session_id) is None
    assert two.revoke_all("alice") == 0
    assert one.look_up(session_id)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"text",
        b"\xff",
        b"{}",
        b"1 1 - 1 -",
        b"1 1 - 1 - x",
        b"1 1 - 1 x{}",
        b"g 1 - 1 - x{}",
        b"0x1p9999 1 - 1 - x{}",
        b"1 1 - - - x{}",
        b"1 1 - 1 - x[1]",
        b"1 1 - 2 - x{}",
        b"1 1 - 1 9 xabc{}",
        b"1 1 - -1 - x{}",
    ],
)
def test_a_session_that_something_else_wrote_over_is_a_store_error(
    client: fakeredis.FakeRedis, manager: SessionManager, blob: bytes
) -> None:
    session_id = manager.open()
    client.set(f"{PREFIX}id:{manager.store_key(session_id)}", blob)
    with pytest.raises(StoreError, match="damaged"):
        manager.look_up(session_id)


def test_a_server_that_is_not_there_is_a_store_error(clock: ManualClock) -> None:
    client = redis.Redis(unix_socket_path="/nowhere/redis", retry=Retry(NoBackoff(), 0))
    manager = SessionManager(RedisSessionStore(client), clock=clock)
    for call in (
        manager.open,
        lambda: manager.look_up("x" * 22),
        lambda: manager.revoke("x" * 22),
        lambda: manager.revoke_all("alice"),
        lambda: manager.sessions_of("alice"),
    ):
        with pytest.raises(StoreError, match="Look whether the server runs"):
            call()


@pytest.mark.parametrize("wrong", [None, "redis://localhost", 7, object()])
def test_a_store_takes_a_client_of_redis(wrong: object) -> None:
    with pytest.raises(InvalidInput, match=r"is a redis\.Redis"):
        RedisSessionStore(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [None, 7, b"a", "\ud800", "x" * 257])
def test_a_prefix_is_a_short_text(client: fakeredis.FakeRedis, wrong: object) -> None:
    with pytest.raises(InvalidInput, match="prefix"):
        RedisSessionStore(client, prefix=wrong)  # type: ignore[arg-type]


def test_a_step_that_is_disturbed_again_and_again_gives_up_in_bounded_time(
    manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = manager.open()

    def disturbed(self: object, raise_on_error: bool = True) -> None:
        raise redis.WatchError

    monkeypatch.setattr(redis.client.Pipeline, "execute", disturbed)
    with pytest.raises(StoreError, match="16 times"):
        manager.log_in(session_id, "alice", level="full")
    assert manager.look_up(session_id)
