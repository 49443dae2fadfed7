import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.errors import InvalidInput, LabkitError
from labkit.sessions import (
    MemorySessionStore,
    NotLoggedIn,
    Session,
    SessionDataRefused,
    SessionManager,
    SessionNotFound,
)
from labkit.sessions.manager import ABSOLUTE_S, IDLE_S

NOW = 1_800_000_000.0


class Counting(MemorySessionStore):
    """Counts what a manager asks of its store."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = self.touches = 0

    def get(self, key: str) -> Session | None:
        self.reads += 1
        return super().get(key)

    def touch(self, key: str, seen_at: float, *, expires_at: float) -> bool:
        self.touches += 1
        return super().touch(key, seen_at, expires_at=expires_at)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def store() -> Counting:
    return Counting()


@pytest.fixture
def manager(store: Counting, clock: ManualClock) -> SessionManager:
    return SessionManager(store, clock=clock, idle_s=1000, absolute_s=5000)


def found(manager: SessionManager, session_id: str) -> Session:
    session = manager.look_up(session_id)
    assert session is not None
    return session


def test_the_limits_are_nists_for_two_factors_unless_given() -> None:
    manager = SessionManager()
    assert (manager.idle_s, manager.absolute_s) == (IDLE_S, ABSOLUTE_S) == (3600, 86400)


def test_a_new_session_is_nobodys(manager: SessionManager) -> None:
    session = found(manager, manager.open(data={"theme": "dark"}))
    assert (session.user, session.level, session.authenticated_at) == (None, "anonymous", None)
    assert (session.created_at, session.seen_at, session.data) == (NOW, NOW, {"theme": "dark"})


class TestIds:
    def test_have_128_bits_in_22_characters_and_do_not_repeat(
        self, manager: SessionManager
    ) -> None:
        ids = {manager.open() for _ in range(500)}
        assert len(ids) == 500
        assert {len(each) for each in ids} == {22}

    def test_are_nowhere_in_the_store_nor_in_what_a_caller_sees(
        self, manager: SessionManager, store: Counting
    ) -> None:
        session_id = manager.log_in(None, "alice", level="full")
        seen = repr((store.__dict__, manager.look_up(session_id), manager.sessions_of("alice")))
        assert session_id not in seen
        assert manager.store_key(session_id) in seen

    @pytest.mark.parametrize(
        "presented",
        ["", "x" * 129, "x" * 10**6, "a b", "a\0", "a\n", "é" * 22, "\ud800", "../../etc", "a;b"],
    )
    def test_that_cannot_be_ids_are_unknown_without_a_look_at_the_store(
        self, manager: SessionManager, store: Counting, presented: str
    ) -> None:
        assert manager.look_up(presented) is None
        assert not manager.revoke(presented)
        assert store.reads == 0

    @pytest.mark.parametrize("presented", [None, 7, b"x" * 22, ["x"]])
    def test_of_another_type_are_refused(self, manager: SessionManager, presented: object) -> None:
        for ask in (manager.look_up, manager.revoke):
            with pytest.raises(InvalidInput, match="is a str"):
                ask(presented)  # type: ignore[arg-type]

    @given(st.text())
    def test_made_up_by_a_client_open_nothing(self, presented: str) -> None:
        manager = SessionManager(MemorySessionStore())
        manager.open("alice", level="full")
        assert manager.look_up(presented) is None

    def test_cannot_be_replaced_by_their_hash(self, manager: SessionManager) -> None:
        session = found(manager, manager.open("alice", level="full"))
        assert manager.look_up(session.id_hash) is None


class TestTimeouts:
    def test_an_unused_session_ends_at_the_idle_limit(
        self, manager: SessionManager, clock: ManualClock
    ) -> None:
        session_id = manager.open()
        clock.advance(999.9)
        assert not manager.expired(found(manager, manager.open()), clock())
        clock.advance(0.1)
        assert manager.look_up(session_id) is None

    def test_use_puts_the_idle_limit_off_but_not_the_absolute_one(
        self, manager: SessionManager, clock: ManualClock
    ) -> None:
        session_id = manager.open()
        for _ in range(9):
            clock.advance(500)
            assert found(manager, session_id).seen_at == clock()
        clock.advance(500)
        assert manager.look_up(session_id) is None

    def test_last_seen_is_written_only_when_older_than_a_twentieth_of_the_idle_limit(
        self, manager: SessionManager, store: Counting, clock: ManualClock
    ) -> None:
        session_id = manager.open()
        for _ in range(5):
            clock.advance(10)
            assert found(manager, session_id).seen_at == NOW
        assert store.touches == 0
        clock.advance(1)
        assert found(manager, session_id).seen_at == NOW + 51
        assert store.touches == 1

    @given(
        pauses=st.lists(st.floats(0, 1200, allow_subnormal=False), max_size=12),
        idle_s=st.floats(1, 2000),
        absolute_s=st.floats(1, 6000),
    )
    def test_a_session_never_ends_late_and_at_most_the_rounding_early(
        self, pauses: list[float], idle_s: float, absolute_s: float
    ) -> None:
        clock = ManualClock(0)
        manager = SessionManager(
            MemorySessionStore(), clock=clock, idle_s=idle_s, absolute_s=absolute_s
        )
        session_id, used_at = manager.open(), 0.0
        for pause in pauses:
            clock.advance(pause)
            unused = clock() - used_at
            if manager.look_up(session_id) is None:
                assert unused >= idle_s * 19 / 20 - 1e-6 or clock() >= absolute_s
                return
            assert unused < idle_s
            assert clock() < absolute_s
            used_at = clock()

    def test_a_step_up_does_not_prolong_the_absolute_limit(
        self, manager: SessionManager, clock: ManualClock
    ) -> None:
        session_id = manager.open("alice", level="password")
        for _ in range(5):
            clock.advance(900)
            session_id = manager.raise_level(session_id, "full")
        clock.advance(500)
        assert manager.look_up(session_id) is None

    def test_sweep_forgets_exactly_what_has_expired(
        self, manager: SessionManager, clock: ManualClock
    ) -> None:
        manager.open()
        clock.advance(600)
        young = manager.open()
        assert manager.sweep() == 0
        clock.advance(400)
        assert manager.sweep() == 1
        assert manager.look_up(young)
        clock.advance(-900)
        assert manager.sweep() == 0

    def test_a_clock_that_steps_back_ends_no_session(
        self, manager: SessionManager, clock: ManualClock
    ) -> None:
        session_id = manager.open()
        clock.advance(-10_000)
        assert found(manager, session_id).seen_at == NOW


class TestLogIn:
    def test_ends_the_old_id_so_one_noted_before_is_worthless(
        self, manager: SessionManager
    ) -> None:
        planted = manager.open()
        mine = manager.log_in(planted, "alice", level="password")
        assert manager.look_up(planted) is None
        assert (found(manager, mine).user, found(manager, mine).level) == ("alice", "password")

    def test_needs_no_session_before(self, manager: SessionManager, clock: ManualClock) -> None:
        session = found(manager, manager.log_in(None, "alice", level="full"))
        assert (session.user, session.authenticated_at) == ("alice", clock())

    def test_on_a_dead_session_is_refused(self, manager: SessionManager) -> None:
        for dead in ("never-was", "x" * 10**5, manager.log_in(None, "a", level="full") + "x"):
            with pytest.raises(SessionNotFound, match="no such session"):
                manager.log_in(dead, "alice", level="full")

    def test_counts_both_limits_afresh(self, manager: SessionManager, clock: ManualClock) -> None:
        old = manager.open()
        clock.advance(900)
        new = found(manager, manager.log_in(old, "alice", level="full"))
        assert (new.created_at, new.seen_at, new.authenticated_at) == (clock(),) * 3

    @pytest.mark.parametrize(
        ("before", "kept"), [(None, {"a": 1}), ("alice", {"a": 1}), ("bob", {})]
    )
    def test_takes_the_data_along_unless_it_is_another_users(
        self, manager: SessionManager, before: str | None, kept: dict[str, int]
    ) -> None:
        old = manager.open(before, data={"a": 1})
        assert found(manager, manager.log_in(old, "alice", level="full")).data == kept

    def test_twice_in_parallel_with_one_old_id_succeeds_once(self) -> None:
        manager = SessionManager(MemorySessionStore())
        old = manager.open()
        answers = at_once(8, lambda: manager.log_in(old, "alice", level="password"))
        won = [each for each in answers if isinstance(each, str)]
        assert len(won) == 1
        assert all(isinstance(each, SessionNotFound | str) for each in answers)
        assert [each.user for each in manager.sessions_of("alice")] == ["alice"]


class TestRaisingTheLevel:
    def test_changes_the_id_and_keeps_the_rest(
        self, manager: SessionManager, clock: ManualClock
    ) -> None:
        old = manager.open("alice", level="password", data={"a": 1})
        clock.advance(10)
        new = manager.raise_level(old, "full")
        session = found(manager, new)
        assert manager.look_up(old) is None
        assert (session.user, session.level, session.data) == ("alice", "full", {"a": 1})
        assert (session.created_at, session.authenticated_at) == (NOW, clock())

    def test_of_a_visitor_is_refused(self, manager: SessionManager) -> None:
        with pytest.raises(NotLoggedIn, match="log_in"):
            manager.raise_level(manager.open(), "full")

    def test_of_a_dead_session_is_refused(self, manager: SessionManager) -> None:
        with pytest.raises(SessionNotFound):
            manager.raise_level("gone", "full")


class TestRevoking:
    def test_one_ends_it_on_the_server_at_once(self, manager: SessionManager) -> None:
        session_id, other = manager.open("alice"), manager.open("alice")
        assert manager.revoke(session_id)
        assert manager.look_up(session_id) is None
        assert manager.look_up(other)
        assert not manager.revoke(session_id)

    def test_all_ends_every_session_of_that_user_only(self, manager: SessionManager) -> None:
        ids = [manager.open("alice") for _ in range(3)]
        others = [manager.open("bob"), manager.open()]
        assert manager.revoke_all("alice") == 3
        assert [manager.look_up(each) for each in ids] == [None] * 3
        assert all(map(manager.look_up, others))

    def test_all_others_keeps_the_one_that_asks(self, manager: SessionManager) -> None:
        mine, thief = manager.open("alice"), manager.open("alice")
        assert manager.revoke_all("alice", keep=mine) == 1
        assert manager.look_up(mine)
        assert manager.look_up(thief) is None

    @pytest.mark.parametrize("keep", ["not an id", "x" * 500, "unknown"])
    def test_all_with_a_wrong_id_to_keep_keeps_nothing(
        self, manager: SessionManager, keep: str
    ) -> None:
        manager.open("alice")
        assert manager.revoke_all("alice", keep=keep) == 1

    def test_one_from_the_list_works_for_its_owner_only(self, manager: SessionManager) -> None:
        session_id = manager.open("alice")
        (listed,) = manager.sessions_of("alice")
        assert not manager.revoke_listed("bob", listed.id_hash)
        assert manager.look_up(session_id)
        assert manager.revoke_listed("alice", listed.id_hash)
        assert manager.look_up(session_id) is None


class TestACredentialChange:
    def test_ends_every_other_session_and_reissues_the_one_that_made_it(
        self, manager: SessionManager
    ) -> None:
        mine, elsewhere, bob = manager.open("alice"), manager.open("alice"), manager.open("bob")
        new = manager.after_credential_change("alice", mine)
        assert new is not None
        assert found(manager, new).user == "alice"
        assert [manager.look_up(each) for each in (mine, elsewhere)] == [None, None]
        assert manager.look_up(bob)

    def test_ends_all_of_them_where_none_is_kept(self, manager: SessionManager) -> None:
        manager.open("alice")
        assert manager.after_credential_change("alice", None) is None
        assert manager.sessions_of("alice") == []

    @pytest.mark.parametrize("whose", ["bob", None])
    def test_keeps_no_session_that_is_not_the_users(
        self, manager: SessionManager, whose: str | None
    ) -> None:
        manager.open("alice")
        other = manager.open(whose)
        assert manager.after_credential_change("alice", other) is None
        assert manager.sessions_of("alice") == []
        assert manager.look_up(other)


def test_a_credential_change_whose_own_session_was_taken_still_ends_the_others() -> None:
    class Overtaken(MemorySessionStore):
        def rotate(self, *_: object, **__: object) -> bool:
            return False  # a parallel request was quicker

    manager = SessionManager(Overtaken())
    thief, mine = manager.open("alice"), manager.open("alice")
    assert manager.after_credential_change("alice", mine) is None
    assert [manager.look_up(each) for each in (thief, mine)] == [None, None]


def test_a_users_list_holds_the_living_sessions_last_used_first(
    manager: SessionManager, clock: ManualClock
) -> None:
    first = manager.open("alice")
    clock.advance(500)
    second = manager.open("alice")
    assert hashes(manager) == [manager.store_key(second), manager.store_key(first)]
    clock.advance(100)
    manager.look_up(first)
    assert hashes(manager) == [manager.store_key(first), manager.store_key(second)]
    clock.advance(900)
    assert hashes(manager) == [manager.store_key(first)]


class TestData:
    def test_is_replaced_whole_and_is_read_only(self, manager: SessionManager) -> None:
        session_id = manager.open(data={"a": 1})
        manager.set_data(session_id, {"b": 2})
        session = found(manager, session_id)
        assert session.data == {"b": 2}
        with pytest.raises(TypeError):
            session.data["c"] = 3  # type: ignore[index]

    def test_is_a_copy_of_what_was_given(self, manager: SessionManager) -> None:
        given_data: dict[str, str | int | float | bool | None] = {"a": 1}
        session_id = manager.open(data=given_data)
        given_data["a"] = 2
        assert found(manager, session_id).data == {"a": 1}

    def test_of_a_dead_session_cannot_be_written(self, manager: SessionManager) -> None:
        with pytest.raises(SessionNotFound):
            manager.set_data("gone", {})

    @pytest.mark.parametrize(
        "data",
        [
            [],
            "text",
            {1: "a"},
            {"": 1},
            {"a": {"nested": 1}},
            {"a": [1]},
            {"a": b"bytes"},
            {"a": float("nan")},
            {"a": 10**5000},
            {"a": "\ud800"},
            {"\ud800": 1},
            {"a": "x" * 4097},
            {str(n): n for n in range(33)},
            {"a": "☃" * 2000},
        ],
    )
    def test_that_is_no_small_flat_mapping_is_refused(
        self, manager: SessionManager, data: object
    ) -> None:
        with pytest.raises(SessionDataRefused, match="Keep at most 32"):
            manager.open(data=data)  # type: ignore[arg-type]


WRONG = [None, 7, b"alice", "", "x" * 10**6, "\ud800", ["alice"], object()]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:12])
@pytest.mark.parametrize(
    "call",
    [
        lambda manager, wrong: manager.log_in(None, wrong, level="full"),
        lambda manager, wrong: manager.log_in(None, "alice", level=wrong),
        lambda manager, wrong: manager.open("alice", level=wrong),
        lambda manager, wrong: manager.raise_level(manager.open("alice"), wrong),
        lambda manager, wrong: manager.raise_level(wrong, "full"),
        lambda manager, wrong: manager.revoke_all(wrong),
        lambda manager, wrong: manager.sessions_of(wrong),
        lambda manager, wrong: manager.after_credential_change(wrong, manager.open("a")),
        lambda manager, wrong: manager.set_data(wrong, {}),
    ],
)
def test_a_wrong_argument_is_a_labkit_error(
    manager: SessionManager, call: Callable[[SessionManager, object], object], wrong: object
) -> None:
    with pytest.raises(LabkitError):
        call(manager, wrong)


@pytest.mark.parametrize("limit", ["idle_s", "absolute_s"])
@pytest.mark.parametrize("wrong", [None, "60", True, 0, -1, 0.5, float("nan"), float("inf"), 1e12])
def test_a_limit_is_a_number_of_seconds_from_one_to_ten_years(limit: str, wrong: object) -> None:
    with pytest.raises(InvalidInput, match="limit in seconds"):
        SessionManager(**{limit: wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["sessions.db", 7, {}, object()])
def test_a_store_and_a_clock_are_ones(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="SessionStore"):
        SessionManager(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="clock"):
        SessionManager(clock=wrong)  # type: ignore[arg-type]


def hashes(manager: SessionManager) -> list[str]:
    return [each.id_hash for each in manager.sessions_of("alice")]


def at_once(clients: int, call: Callable[[], object]) -> list[object]:
    barrier, answers = threading.Barrier(clients), list[object]()

    def client() -> None:
        barrier.wait()
        try:
            answers.append(call())
        except LabkitError as error:
            answers.append(error)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
