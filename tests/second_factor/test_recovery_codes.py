"""Recovery codes: strong, hashed, single use, replaced as a whole."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.database import Database
from labkit.errors import InvalidInput, LabkitError
from labkit.interleaving import interleavings
from labkit.second_factor import RecoveryCodes
from labkit.second_factor.errors import MalformedCode
from labkit.second_factor.recovery_codes import plain_code
from labkit.stores import MemoryStore, SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request):
    if request.param == "memory":
        yield MemoryStore()
    else:
        database = Database()
        yield SqliteStore(database)
        database.close()


@pytest.fixture
def codes(store):
    return RecoveryCodes(store)


def test_a_code_has_120_bits_in_groups_that_can_be_read_aloud(codes):
    drawn = [codes.new_code() for _ in range(300)]
    assert len(set(drawn)) == 300
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}", c) for c in drawn)
    letters = "".join(drawn).replace("-", "")
    assert len(set(letters)) == 32, "every letter of the alphabet is drawn"


def test_each_code_works_once(codes):
    given_out = codes.replace("alice")
    assert len(given_out) == codes.left("alice") == 10
    for used, code in enumerate(given_out, start=1):
        assert codes.consume("alice", code)
        assert not codes.consume("alice", code)
        assert codes.left("alice") == 10 - used


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.lower()} ",
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: code.replace("0", "O").replace("1", "I"),
    ],
)
def test_case_dashes_spaces_and_lookalikes_do_not_matter(codes, typed):
    for code in codes.replace("alice"):
        assert codes.consume("alice", typed(code))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA",
        "A" * 10**5,
        "U" * 24,
        "\u0410" * 24,
        "A\0A",
        "AAAA\n",
    ],
    ids=lambda typed: repr(typed)[:30],
)
def test_what_is_no_code_or_another_is_a_wrong_code(codes, typed):
    codes.replace("alice")
    assert not codes.consume("alice", typed)
    assert codes.left("alice") == 10


def test_a_code_belongs_to_its_user(codes):
    code = codes.replace("alice")[0]
    codes.replace("bob")
    for other in ("bob", "Alice", "alice:", "nobody"):
        assert not codes.consume(other, code)
    assert codes.consume("alice", code)


def test_a_user_whose_name_begins_like_anothers_keys_has_their_own(codes, monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda _size: "batch")
    longer, shorter = codes.replace("a:batch"), codes.replace("a")
    assert (codes.left("a"), codes.left("a:batch")) == (10, 10)
    assert not codes.consume("a", longer[0])
    assert codes.consume("a:batch", longer[0])
    assert codes.consume("a", shorter[0])


def test_new_codes_void_all_old_ones(codes, store):
    old, new = codes.replace("alice"), codes.replace("alice", count=3)
    assert not any(codes.consume("alice", code) for code in old)
    assert codes.left("alice") == 3
    assert len(store.keys("recovery:")) == 3, "and nothing of the old ones is kept"
    assert all(codes.consume("alice", code) for code in new)


def test_the_store_holds_no_code(codes, store):
    given_out = codes.replace("alice")
    kept = " ".join(f"{key} {store.get(key)}" for key in store.keys("")).upper()
    for code in given_out:
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_with_a_key_the_hash_is_another_and_only_that_key_finds_it(store):
    keyed = RecoveryCodes(store, key=b"pepper")
    code = keyed.replace("alice")[0]
    assert keyed.stored("X") != RecoveryCodes(store).stored("X")
    assert not RecoveryCodes(store).consume("alice", code)
    assert keyed.consume("alice", code)


def test_the_decisions_can_be_replaced_one_by_one(store):
    class Reusable(RecoveryCodes):
        def consume(self, user, code):
            return self.store.get(self.key_for(user, code)) is not None

    class InClear(RecoveryCodes):
        def stored(self, code):
            return code

    class Short(RecoveryCodes):
        def new_code(self):
            return "1234"

    reusable = Reusable(store)
    code = reusable.replace("alice")[0]
    assert reusable.consume("alice", code)
    assert reusable.consume("alice", code)
    clear = InClear(store)
    code = clear.replace("bob")[0]
    assert any(code.replace("-", "") in key for key in store.keys(""))
    assert clear.consume("bob", code)
    short = Short(store)
    short.replace("erin", count=1)
    assert short.consume("erin", "1234")


# Two clients


class ChecksThenActs(RecoveryCodes):
    """The mistake: it looks whether the code is there, and removes it afterwards."""

    def consume(self, user, code):
        key = self.key_for(user, code)
        found = key is not None and self.store.get(key) is not None
        if found:
            self.store.take(key)
        return found


class Foreseeable(RecoveryCodes):
    def new_code(self):
        return "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"


def winners(kind):
    """How many of two clients with one code succeed, in each order of their steps."""
    databases = []

    def fresh():
        databases.append(Database())
        store = SqliteStore(databases[-1])
        Foreseeable(store).replace("alice", count=1)
        return store

    def client(store):
        return kind(store).consume("alice", "aaaa bbbb cccc dddd eeee ffff")

    counts = {run.order: sum(run.results) for run in interleavings(fresh, [client, client])}
    for database in databases:
        database.close()
    return counts


def test_of_two_clients_with_one_code_exactly_one_succeeds_whatever_the_order():
    counts = winners(RecoveryCodes)
    assert len(counts) == 6
    assert set(counts.values()) == {1}


def test_looking_and_then_removing_lets_both_succeed_in_some_orders():
    assert set(winners(ChecksThenActs).values()) == {1, 2}


def test_two_replacements_at_once_leave_one_whole_set(monkeypatch):
    batches = iter(range(10**6))
    monkeypatch.setattr("secrets.token_hex", lambda _size: f"{next(batches):016x}")
    stores = []

    def fresh():
        stores.append(MemoryStore())
        return stores[-1]

    def client(store):
        return RecoveryCodes(store).replace("alice", count=2)

    for run in interleavings(fresh, [client, client]):
        codes = RecoveryCodes(stores[-1])
        valid = [
            all(codes.key_for("alice", code) in stores[-1].keys("") for code in given_out)
            for given_out in run.results
        ]
        assert sorted(valid) == [False, True], run.order
        assert codes.left("alice") == 2


# Arguments


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_one_plain_form_or_is_refused(typed):
    try:
        plain = plain_code(typed)
    except MalformedCode:
        return
    except LabkitError:
        return
    assert plain_code(plain) == plain


@pytest.mark.parametrize(
    "call",
    [
        lambda codes: codes.replace(""),
        lambda codes: codes.replace(None),
        lambda codes: codes.replace("a\0b"),
        lambda codes: codes.replace("alice", count=0),
        lambda codes: codes.replace("alice", count=51),
        lambda codes: codes.replace("alice", count=True),
        lambda codes: codes.left("\ud800"),
        lambda codes: codes.left("x" * 10**6),
        lambda codes: codes.consume(None, "AAAA"),
        lambda codes: codes.consume("alice", None),
        lambda codes: codes.consume("alice", b"AAAA"),
        lambda codes: codes.consume("alice", "\ud800"),
        lambda codes: codes.consume("alice", "A" * 10**7),
        lambda codes: RecoveryCodes(codes.store, key="text"),
        lambda codes: RecoveryCodes(codes.store, key=b"x" * 10**6),
    ],
)
def test_a_wrong_argument_is_refused_at_once(codes, call):
    with pytest.raises(InvalidInput):
        call(codes)
