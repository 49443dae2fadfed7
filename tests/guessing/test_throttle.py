"""What both throttles promise; each test runs over every store."""

import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.database import Database
from labkit.errors import InvalidInput
from labkit.guessing import (
    CodeThrottle,
    DamagedTally,
    LogInThrottle,
    NothingToCount,
    backoff_s,
)
from labkit.guessing.throttle import Tally
from labkit.interleaving import interleavings
from labkit.stores import MemoryStore, SqliteStore

NOW = 1_800_000_000.0
KINDS = [LogInThrottle, CodeThrottle]


@pytest.fixture(params=["memory", "sqlite", "sqlite file"])
def store(request, tmp_path):
    if request.param == "memory":
        yield MemoryStore()
        return
    database = Database(":memory:" if request.param == "sqlite" else tmp_path / "store.db")
    yield SqliteStore(database)
    database.close()


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def throttle(kind, store):
    return kind(store, clock=lambda: NOW)


def once(kind):
    """Return a throttle's class with a limit of one attempt."""

    def wait_s(self, failures):
        return math.inf if failures else 0.0

    return type("Once", (kind,), {"wait_s": wait_s})


class CheckThenAct(LogInThrottle):
    """A limit of one that looks first and counts afterwards."""

    def admit(self, keys, now):
        (key,) = keys
        if self.store.get(key) is not None:
            return math.inf
        self.store.put(key, Tally(1, now).dump())
        return 0.0


def test_neither_throttle_stands_in_for_the_other():
    assert not issubclass(LogInThrottle, CodeThrottle)
    assert not issubclass(CodeThrottle, LogInThrottle)


class TestAdmit:
    def test_lets_five_attempts_through_and_then_asks_to_wait(self, throttle):
        waits = [throttle.admit(["k"], NOW) for _ in range(7)]
        assert waits == [0.0] * 5 + [30.0, 30.0]

    def test_the_wait_runs_down_and_doubles_with_each_further_attempt(self, throttle):
        for _ in range(5):
            throttle.admit(["k"], NOW)
        assert throttle.admit(["k"], NOW + 10) == 20.0
        assert throttle.admit(["k"], NOW + 30) == 0.0
        assert throttle.admit(["k"], NOW + 30) == 60.0

    def test_a_refused_attempt_is_not_counted(self, throttle):
        for _ in range(5):
            throttle.admit(["k"], NOW)
        for _ in range(100):
            assert throttle.admit(["k"], NOW) == 30.0
        assert throttle.admit(["k"], NOW + 30) == 0.0

    def test_keys_are_counted_apart(self, throttle):
        for _ in range(5):
            throttle.admit(["k"], NOW)
        assert throttle.admit(["other"], NOW) == 0.0

    def test_a_refusal_by_one_key_leaves_the_counts_of_the_others_as_they_were(self, throttle):
        throttle.admit(["free"], NOW)
        for _ in range(5):
            throttle.admit(["full"], NOW)
        before = throttle.store.get("free")
        for _ in range(20):
            assert throttle.admit(["free", "full"], NOW + 7) == 23.0
            assert throttle.admit(["new", "full"], NOW + 7) == 23.0
        assert throttle.store.get("free") == before
        assert throttle.store.get("new") is None

    def test_a_clock_set_back_makes_nobody_wait_longer_than_the_full_wait(self, throttle):
        for _ in range(5):
            throttle.admit(["k"], NOW)
        assert throttle.admit(["k"], NOW - 1_000_000) == 30.0

    @pytest.mark.parametrize("keys", [(), [], "account:alice", None, 5])
    def test_an_attempt_that_would_not_be_counted_is_refused(self, throttle, keys):
        with pytest.raises(NothingToCount):
            throttle.admit(keys, NOW)

    @pytest.mark.parametrize("key", ["", None, 5, b"k", "\ud800", "k" * 300])
    def test_a_key_that_is_none_is_refused(self, throttle, key):
        with pytest.raises(InvalidInput):
            throttle.admit([key], NOW)

    @pytest.mark.parametrize("now", [None, "now", float("nan"), float("inf"), -1, True])
    def test_a_time_that_is_none_is_refused_and_nothing_is_counted(self, throttle, now):
        with pytest.raises(InvalidInput):
            throttle.admit(["k"], now)
        assert throttle.store.keys("") == []

    @pytest.mark.parametrize(
        "raw",
        ["", "x", "5", "-5 1.0", "5 nan", "5 inf", "5 1.0 2.0", "٣ 1.0", "5\n1.0", "9" * 5000],
    )
    def test_a_damaged_count_lets_nobody_through(self, throttle, raw):
        throttle.store.put("k", raw)
        with pytest.raises(DamagedTally):
            throttle.admit(["k"], NOW)


class TestManyAtOnce:
    def test_of_sixteen_parallel_attempts_one_passes_a_limit_of_one(self, kind, store):
        throttle, gate, waits = once(kind)(store), threading.Barrier(16), []

        def attempt():
            gate.wait()
            waits.append(throttle.admit(["source", "account"], NOW))

        threads = [threading.Thread(target=attempt) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert waits.count(0.0) == 1
        assert len(waits) == 16

    @pytest.mark.parametrize("make_store", [MemoryStore, lambda: SqliteStore(Database())])
    def test_in_every_order_of_two_attempts_one_passes_a_limit_of_one(self, kind, make_store):
        def attempt(store):
            return once(kind)(store).admit(["k"], NOW) == 0.0

        runs = list(interleavings(make_store, [attempt, attempt]))
        # Who finds the limit reached takes one step, who loses the swap looks once more.
        orders = ["AAB", "ABABB", "ABBAA", "BAABB", "BABAA", "BBA"]
        assert {run.order: sum(run.results) for run in runs} == dict.fromkeys(orders, 1)

    def test_in_every_order_two_attempts_with_two_keys_never_both_pass(self, kind):
        def attempt(store):
            return once(kind)(store).admit(["source", "account"], NOW) == 0.0

        runs = list(interleavings(MemoryStore, [attempt, attempt]))
        assert len(runs) > 20
        assert {sum(run.results) for run in runs} == {1}

    def test_looking_before_counting_lets_two_pass_in_a_named_order(self):
        def attempt(store):
            return CheckThenAct(store).admit(["k"], NOW) == 0.0

        passed = {
            run.order: sum(run.results) for run in interleavings(MemoryStore, [attempt, attempt])
        }
        assert passed == {"AAB": 1, "ABAB": 2, "ABBA": 2, "BAAB": 2, "BABA": 2, "BBA": 1}

    def test_in_every_order_an_attempt_and_a_pardon_leave_an_exact_count(self, kind):
        ends = []

        def attempt(store):
            return kind(store).admit(["k"], NOW)

        def pardon(store):
            return kind(store).forgive("k")

        def counted_once():
            ends.append(MemoryStore())
            kind(ends[-1]).admit(["k"], NOW)
            return ends[-1]

        runs = list(interleavings(counted_once, [attempt, pardon]))
        assert len(runs) == len(ends) > 2
        assert {Tally.load(store.get("k")).failures for store in ends} == {1}


class TestForgive:
    def test_takes_one_attempt_back_and_no_more(self, throttle):
        for _ in range(3):
            throttle.admit(["k"], NOW)
        throttle.forgive("k")
        assert Tally.load(throttle.store.get("k")) == Tally(2, NOW)

    def test_the_last_one_leaves_no_row(self, throttle):
        throttle.admit(["k"], NOW)
        throttle.forgive("k")
        throttle.forgive("k")
        assert throttle.store.get("k") is None


class TestBackoff:
    def test_nothing_is_shorter_after_more_failures(self, throttle):
        waits = [throttle.wait_s(failures) for failures in range(120)]
        assert waits == sorted(waits)

    def test_starts_at_half_a_minute_and_ends_at_an_hour_before_it_closes(self, throttle):
        finite = [wait for n in range(120) if 0 < (wait := throttle.wait_s(n)) < math.inf]
        assert (finite[0], finite[-1]) == (30.0, 3600.0)

    def test_no_number_of_failures_is_too_large(self):
        assert backoff_s(10**30, free=5) == 3600.0


@given(st.integers(0, 10**8), st.floats(0, 1e15))
def test_a_tally_comes_back_to_the_microsecond(failures, last):
    back = Tally.load(Tally(failures, last).dump())
    assert back.failures == failures
    assert back.last == pytest.approx(last, abs=1e-6)
