"""Random lives of sessions against a model that is too simple to be wrong."""

from dataclasses import dataclass

import fakeredis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run

from labkit.clock import ManualClock
from labkit.sessions import (
    MemorySessionStore,
    NotLoggedIn,
    RedisSessionStore,
    SessionManager,
    SessionNotFound,
    SessionStore,
    SqliteSessionStore,
)

IDLE_S, ABSOLUTE_S = 1000, 3000
USERS = st.sampled_from(["alice", "bob"])


@dataclass
class Known:
    """What the model remembers of one session."""

    user: str | None
    level: str
    created_at: float
    seen_at: float

    def alive(self, now: float) -> bool:
        return now - self.seen_at < IDLE_S and now - self.created_at < ABSOLUTE_S


class Life(RuleBasedStateMachine):
    """Visitors come, log in, step up and leave, and time goes by."""

    ids = Bundle("ids")

    def __init__(self, store: SessionStore) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.manager = SessionManager(store, clock=self.clock, idle_s=IDLE_S, absolute_s=ABSOLUTE_S)
        self.known: dict[str, Known] = {}
        self.dead: list[str] = []

    @rule(target=ids)
    def visit(self) -> str:
        session_id = self.manager.open()
        self.known[session_id] = Known(None, "anonymous", self.clock(), self.clock())
        return session_id

    @rule(target=ids, old=ids, user=USERS)
    def log_in(self, old: str, user: str) -> str:
        if not self.living(old):
            with pytest.raises(SessionNotFound):
                self.manager.log_in(old, user, level="password")
            return old
        new = self.manager.log_in(old, user, level="password")
        self.end(old)
        self.known[new] = Known(user, "password", self.clock(), self.clock())
        return new

    @rule(target=ids, old=consumes(ids))
    def step_up(self, old: str) -> str:
        before = self.living(old)
        if before is None or before.user is None:
            with pytest.raises(NotLoggedIn if before else SessionNotFound):
                self.manager.raise_level(old, "full")
            self.use(old)  # it was looked up, which counts as use
            return old
        new = self.manager.raise_level(old, "full")
        self.end(old)
        self.known[new] = Known(before.user, "full", before.created_at, self.clock())
        return new

    @rule(session_id=ids)
    def use(self, session_id: str) -> None:
        known, session = self.living(session_id), self.manager.look_up(session_id)
        if known is None:
            assert session is None
            return
        if self.clock() - known.seen_at > IDLE_S / 20:
            known.seen_at = self.clock()
        assert session is not None
        assert (session.user, session.level) == (known.user, known.level)
        assert (session.created_at, session.seen_at) == (known.created_at, known.seen_at)

    @rule(session_id=ids)
    def log_out(self, session_id: str) -> None:
        was_alive = self.living(session_id) is not None
        assert self.manager.revoke(session_id) >= was_alive
        self.end(session_id)

    @rule(user=USERS, keep=st.none() | ids)
    def end_others(self, user: str, keep: str | None) -> None:
        self.manager.revoke_all(user, keep=keep)
        self.end_all(user, keep)

    @rule(target=ids, user=USERS, mine=ids)
    def change_password(self, user: str, mine: str) -> object:
        before = self.living(mine)
        new = self.manager.after_credential_change(user, mine)
        self.end_all(user, None)
        if before is None or before.user != user:
            assert new is None
            self.use(mine)
            return multiple()
        assert new is not None
        self.known[new] = Known(user, before.level, before.created_at, self.clock())
        return new

    @rule(seconds=st.sampled_from([1, 49, 50, 51, 500, 999, 1000]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def sweep(self) -> None:
        self.manager.sweep()

    @invariant()
    def every_list_holds_the_living(self) -> None:
        for user in ("alice", "bob"):
            living = [key for key, each in self.known.items() if each.user == user]
            expected = {self.manager.store_key(key) for key in living if self.living(key)}
            assert {each.id_hash for each in self.manager.sessions_of(user)} == expected

    @invariant()
    def the_dead_stay_dead(self) -> None:
        assert not any(map(self.manager.look_up, self.dead))

    def living(self, session_id: str) -> Known | None:
        known = self.known.get(session_id)
        return known if known and known.alive(self.clock()) else None

    def end(self, session_id: str) -> None:
        if self.known.pop(session_id, None):
            self.dead.append(session_id)

    def end_all(self, user: str, keep: str | None) -> None:
        for each in [key for key, known in self.known.items() if known.user == user]:
            if each != keep:
                self.end(each)


@pytest.mark.parametrize(
    "new_store",
    [
        MemorySessionStore,
        SqliteSessionStore,
        lambda: RedisSessionStore(fakeredis.FakeRedis(version=(7, 0))),
    ],
    ids=["memory", "sqlite", "redis"],
)
def test_every_store_lives_as_the_model_says(new_store: object) -> None:
    limits = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run(lambda: Life(new_store()), settings=limits)  # type: ignore[operator]
