"""One contract over every store, and what only the store in a file has to withstand."""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from labkit.database import Database
from labkit.errors import InvalidInput, LabkitError, StoreError
from labkit.stores import MOST_KEY, MOST_NUMBER, MOST_VALUE, MemoryStore, SqliteStore

KINDS = ["memory", "sqlite in memory", "sqlite in a file"]
THREADS = 16


@contextlib.contextmanager
def opened(kind, folder):
    if kind == "memory":
        yield MemoryStore()
        return
    path = ":memory:" if kind == "sqlite in memory" else Path(folder) / "store.db"
    database = Database(path)
    try:
        yield SqliteStore(database)
    finally:
        database.close()


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with opened(request.param, tmp_path) as made:
        yield made


class TestReadingAndWriting:
    def test_what_was_never_written_is_none(self, store):
        assert store.get("a") is None

    def test_put_overwrites(self, store):
        store.put("a", "1")
        store.put("a", "2")
        assert store.get("a") == "2"

    def test_an_empty_value_is_not_an_absent_one(self, store):
        store.put("a", "")
        assert store.get("a") == ""
        assert not store.swap("a", None, "x")

    @pytest.mark.parametrize("text", ["a\0b", "ſ", "\U0001f600", "A", "a ", "'; DROP TABLE store"])
    def test_keys_and_values_come_back_as_they_were(self, store, text):
        store.put("a", "other")
        store.put(text, text)
        assert store.get(text) == text
        assert store.keys(text) == [text]

    def test_keys_are_found_by_prefix_and_sorted(self, store):
        for key in ["b:2", "a:10", "a:9", "a", "a:", "A:1", "a%", "a;"]:
            store.put(key, "x")
        assert store.keys("a:") == ["a:", "a:10", "a:9"]
        assert store.keys("") == ["A:1", "a", "a%", "a:", "a:10", "a:9", "a;", "b:2"]
        assert store.keys("c") == []

    @pytest.mark.parametrize("last", ["\ud7ff", "\U0010ffff", "\x7f", "\uffff"])
    def test_a_prefix_may_end_in_the_last_character_of_a_block(self, store, last):
        for key in ["a", f"a{last}", f"a{last}z", f"a{last}{last}", "b"]:
            store.put(key, "x")
        assert store.keys(f"a{last}") == sorted([f"a{last}", f"a{last}z", f"a{last}{last}"])
        assert store.keys(last) == []


class TestSwap:
    def test_writes_where_the_value_is_still_the_old_one(self, store):
        store.put("a", "1")
        assert store.swap("a", "1", "2")
        assert not store.swap("a", "1", "3")
        assert store.get("a") == "2"

    def test_none_stands_for_absent_on_both_sides(self, store):
        assert store.swap("a", None, "1")
        assert not store.swap("a", None, "2")
        assert not store.swap("a", "other", None)
        assert store.swap("a", "1", None)
        assert store.get("a") is None
        assert store.swap("a", None, None)

    def test_absent_for_absent_is_refused_where_there_is_a_value(self, store):
        store.put("a", "1")
        assert not store.swap("a", None, None)
        assert store.get("a") == "1"


class TestAdvance:
    def test_moves_only_up(self, store):
        assert [store.advance("a", step) for step in (5, 5, 4, 6)] == [True, False, False, True]
        assert store.get("a") == "6"

    def test_compares_numbers_not_text(self, store):
        assert store.advance("a", 9)
        assert store.advance("a", 10)
        assert store.advance("b", -3)
        assert not store.advance("b", -20)

    def test_goes_as_far_as_63_bits(self, store):
        assert store.advance("a", MOST_NUMBER - 1)
        assert store.advance("a", MOST_NUMBER)
        assert not store.advance("a", MOST_NUMBER)

    @pytest.mark.parametrize("value", ["", "abc", "7 apples", "1.5", "007", "-0", "٣", "9" * 30])
    def test_refuses_to_overwrite_what_is_no_number(self, store, value):
        store.put("a", value)
        with pytest.raises(StoreError, match="no whole number"):
            store.advance("a", 10)
        assert store.get("a") == value

    def test_goes_on_from_a_number_that_was_put(self, store):
        store.put("a", "41")
        assert store.advance("a", 42)


class TestTake:
    def test_removes_and_returns(self, store):
        store.put("a", "1")
        assert store.take("a") == "1"
        assert store.take("a") is None
        assert store.get("a") is None


class TestSweep:
    def test_forgets_what_expired_before_now_and_says_how_many(self, store):
        store.put("old", "x", expires_at=99)
        store.put("due", "x", expires_at=100)
        store.put("never", "x")
        assert store.sweep(100) == 1
        assert store.keys("") == ["due", "never"]

    def test_reading_never_looks_at_expiry(self, store):
        store.put("old", "x", expires_at=1)
        assert store.get("old") == "x"

    def test_every_write_sets_the_expiry_anew(self, store):
        for key in "abc":
            store.put(key, "1", expires_at=10)
        store.put("a", "2")
        store.swap("b", "1", "2")
        store.advance("c", 2)
        assert store.sweep(1000) == 0

    def test_a_write_that_did_not_happen_leaves_the_expiry(self, store):
        store.put("a", "5", expires_at=10)
        store.swap("a", "4", "6")
        store.advance("a", 3)
        assert store.sweep(1000) == 1


WRONG_KEYS = [None, 5, b"a", "", "\ud800", "k" * (MOST_KEY + 1), ["a"]]
WRONG_VALUES = [5, b"a", "\udfff", "v" * (MOST_VALUE + 1), {"a": 1}]
WRONG_NUMBERS = [None, "5", 1.0, True, MOST_NUMBER + 1, -MOST_NUMBER - 1, 10**400]
WRONG_TIMES = ["5", True, float("nan"), float("inf"), 1e300]


class TestBadInput:
    @pytest.mark.parametrize("key", WRONG_KEYS, ids=lambda key: repr(key)[:12])
    def test_a_key_that_is_none_is_refused_by_every_primitive(self, store, key):
        calls = [
            lambda: store.get(key),
            lambda: store.put(key, "x"),
            lambda: store.swap(key, None, "x"),
            lambda: store.advance(key, 1),
            lambda: store.take(key),
        ]
        for call in calls:
            with pytest.raises(InvalidInput):
                call()
        assert store.keys("") == []

    @pytest.mark.parametrize("value", WRONG_VALUES, ids=lambda value: repr(value)[:12])
    def test_a_value_that_is_none_is_refused_before_anything_is_written(self, store, value):
        calls = [
            lambda: store.put("a", value),
            lambda: store.swap("a", None, value),
            lambda: store.swap("a", value, "x"),
        ]
        for call in calls:
            with pytest.raises(InvalidInput):
                call()
        assert store.get("a") is None

    @pytest.mark.parametrize("number", WRONG_NUMBERS, ids=lambda number: repr(number)[:12])
    def test_a_number_that_is_none_is_refused(self, store, number):
        with pytest.raises(InvalidInput):
            store.advance("a", number)
        assert store.get("a") is None

    @pytest.mark.parametrize("time", WRONG_TIMES, ids=repr)
    def test_a_time_that_is_none_is_refused(self, store, time):
        calls = [
            lambda: store.put("a", "1", expires_at=time),
            lambda: store.swap("a", None, "1", expires_at=time),
            lambda: store.advance("a", 1, expires_at=time),
            lambda: store.sweep(time),
        ]
        for call in calls:
            with pytest.raises(InvalidInput):
                call()
        assert store.get("a") is None

    def test_sweeping_needs_a_time_and_listing_a_prefix(self, store):
        for call in (lambda: store.sweep(None), lambda: store.keys(None)):
            with pytest.raises(InvalidInput):
                call()


def in_threads(work):
    """Run `work(number)` in 16 threads that start together, and return what each returned."""
    gate = threading.Barrier(THREADS)
    results = [None] * THREADS

    def client(number):
        gate.wait()
        results[number] = work(number)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestSixteenThreads:
    ROUNDS = range(12)

    def test_exactly_one_advances(self, store):
        wins = in_threads(lambda _: [store.advance(f"a{n}", 1) for n in self.ROUNDS])
        assert [sum(column) for column in zip(*wins, strict=True)] == [1] * len(self.ROUNDS)

    def test_exactly_one_takes(self, store):
        for round_ in self.ROUNDS:
            store.put(f"a{round_}", "prize")
        found = in_threads(lambda _: [store.take(f"a{round_}") for round_ in self.ROUNDS])
        for column in zip(*found, strict=True):
            assert sorted(column, key=str) == [None] * (THREADS - 1) + ["prize"]

    def test_exactly_one_swaps(self, store):
        wins = in_threads(
            lambda number: [store.swap(f"a{n}", None, str(number)) for n in self.ROUNDS]
        )
        for round_, column in zip(self.ROUNDS, zip(*wins, strict=True), strict=True):
            assert sum(column) == 1
            assert store.get(f"a{round_}") == str(column.index(True))

    def test_no_increment_by_swap_is_lost(self, store):
        def increment(_):
            for _ in range(5):
                while not store.swap("n", old := store.get("n"), str(int(old or 0) + 1)):
                    pass

        in_threads(increment)
        assert store.get("n") == str(THREADS * 5)


# Waits for a line, so that all processes begin together, and prints what it won.
CONTENDER = """
import json, sys
from labkit.database import Database
from labkit.stores import SqliteStore
store = SqliteStore(Database(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
rounds = range(100)
print(json.dumps({
    "advance": [store.advance(f"step{n}", 1) for n in rounds],
    "take": [store.take(f"prize{n}") is not None for n in rounds],
    "swap": [store.swap(f"lock{n}", None, sys.argv[2]) for n in rounds],
}))
"""

WRITER = """
import sys
from labkit.database import Database
from labkit.stores import SqliteStore
store = SqliteStore(Database(sys.argv[1]))
for number in range(10**9):
    store.put(f"n{number}", str(number))
    store.advance("last", number)
    print(number, flush=True)
"""


def start(script, *arguments):
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


def test_four_processes_have_exactly_one_winner_for_advance_take_and_swap(tmp_path):
    path = tmp_path / "store.db"
    with opened("sqlite in a file", tmp_path) as store:
        for number in range(100):
            store.put(f"prize{number}", "x")
    processes = [start(CONTENDER, path, name) for name in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    wins = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    for primitive in ("advance", "take", "swap"):
        winners = [sum(column) for column in zip(*(won[primitive] for won in wins), strict=True)]
        assert winners == [1] * 100, primitive


def test_what_was_committed_survives_the_kill_of_its_writer(tmp_path):
    path = tmp_path / "store.db"
    writer = start(WRITER, path)
    acknowledged = [int(writer.stdout.readline()) for _ in range(200)]
    writer.kill()
    writer.communicate(timeout=60)
    with opened("sqlite in a file", tmp_path) as store:
        assert all(store.get(f"n{number}") == str(number) for number in acknowledged)
        assert int(store.get("last")) >= acknowledged[-1]
        assert store.advance("last", 10**9)
    database = Database(path)
    assert database.row("PRAGMA integrity_check") == ("ok",)
    database.close()


def test_two_stores_on_one_file_see_each_other(tmp_path):
    with opened("sqlite in a file", tmp_path) as one, opened("sqlite in a file", tmp_path) as two:
        one.put("a", "1")
        assert two.swap("a", "1", "2")
        assert one.get("a") == "2"


# A few texts, so that rules meet on the same key; NUL and an astral character among them.
KEYS = st.sampled_from(["a", "a:1", "a:10", "a\0", "A", "\U0001f600", "é"])
VALUES = st.sampled_from(["", "0", "7", "-5", "x", "a\0b", "\U0001f600"])
TIMES = st.none() | st.integers(0, 20)


class StoreMachine(RuleBasedStateMachine):
    """Does the same to every store and to a dict, and expects the same answers."""

    def __init__(self):
        super().__init__()
        self.model = {}
        self.stack = contextlib.ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        self.stores = [self.stack.enter_context(opened(kind, folder)) for kind in KINDS]

    def teardown(self):
        self.stack.close()

    def everywhere(self, name, *arguments, **options):
        answers = []
        for store in self.stores:
            try:
                answers.append(getattr(store, name)(*arguments, **options))
            except LabkitError as error:
                answers.append(type(error))
        assert all(answer == answers[0] for answer in answers), answers
        return answers[0]

    @rule(key=KEYS, value=VALUES, end=TIMES)
    def put(self, key, value, end):
        self.everywhere("put", key, value, expires_at=end)
        self.model[key] = value, end

    @rule(key=KEYS, old=st.none() | VALUES, new=st.none() | VALUES, end=TIMES)
    def swap(self, key, old, new, end):
        expected = self.model.get(key, (None,))[0] == old
        assert self.everywhere("swap", key, old, new, expires_at=end) is expected
        if expected:
            self.model.pop(key, None)
            if new is not None:
                self.model[key] = new, end

    @rule(key=KEYS, new=st.none() | VALUES, end=TIMES)
    def swap_what_is_there(self, key, new, end):
        self.swap(key, self.model.get(key, (None,))[0], new, end)

    @rule(key=KEYS, to=st.integers(-10, 10), end=TIMES)
    def advance(self, key, to, end):
        value = self.model.get(key, (None,))[0]
        if value is not None and not value.lstrip("-").isdecimal():
            assert self.everywhere("advance", key, to, expires_at=end) is StoreError
            return
        expected = value is None or int(value) < to
        assert self.everywhere("advance", key, to, expires_at=end) is expected
        if expected:
            self.model[key] = str(to), end

    @rule(key=KEYS)
    def take(self, key):
        assert self.everywhere("take", key) == self.model.pop(key, (None,))[0]

    @rule(now=st.integers(0, 21))
    def sweep(self, now):
        old = [key for key, (_, end) in self.model.items() if end is not None and end < now]
        assert self.everywhere("sweep", now) == len(old)
        for key in old:
            del self.model[key]

    @rule(prefix=st.sampled_from(["", "a", "a:", "a\0", "\U0001f600", "z"]))
    def keys(self, prefix):
        found = sorted(key for key in self.model if key.startswith(prefix))
        assert self.everywhere("keys", prefix) == found

    @invariant()
    def all_values_agree(self):
        for key, (value, _) in self.model.items():
            assert self.everywhere("get", key) == value


TestEveryStoreIsADictWithAtomicSteps = StoreMachine.TestCase
TestEveryStoreIsADictWithAtomicSteps.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None
)
