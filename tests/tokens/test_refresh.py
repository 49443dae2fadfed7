"""Refresh tokens: rotation, reuse, families, races, and the grace for a lost response."""

import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from labkit.clock import ManualClock
from labkit.database import Database
from labkit.errors import InvalidInput, StoreError
from labkit.interleaving import interleavings
from labkit.stores import MemoryStore, SqliteStore
from labkit.tokens import Exchange, RefreshTokens, errors


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    if request.param == "memory":
        return MemoryStore()
    return SqliteStore(Database(tmp_path / "refresh.db"))


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def refresh(store, clock):
    return RefreshTokens(store, clock=clock, lifetime_s=1000)


@pytest.fixture
def patient(store, clock):
    return RefreshTokens(store, clock=clock, lifetime_s=1000, grace_s=10)


def everything(store: MemoryStore | SqliteStore) -> str:
    return " ".join(f"{key} {store.get(key)}" for key in store.keys(""))


def test_an_exchange_names_the_user_and_gives_another_token(refresh):
    first = refresh.issue("alice", "browser")
    user, second = refresh.exchange(first, "browser")
    assert user == "alice"
    assert second != first
    assert refresh.exchange(second, "browser").user == "alice"


def test_a_second_use_ends_the_family_for_thief_and_owner(refresh):
    stolen = refresh.issue("alice", "browser")
    thiefs = refresh.exchange(stolen, "browser").token
    with pytest.raises(errors.RefreshReused):
        refresh.exchange(stolen, "browser")
    for token in (thiefs, stolen):
        with pytest.raises(errors.FamilyRevoked):
            refresh.exchange(token, "browser")


def test_a_much_older_token_is_a_reuse_too(refresh):
    first = token = refresh.issue("alice", "browser")
    for _ in range(5):
        token = refresh.exchange(token, "browser").token
    with pytest.raises(errors.RefreshReused):
        refresh.exchange(first, "browser")
    with pytest.raises(errors.FamilyRevoked):
        refresh.exchange(token, "browser")


def test_another_log_in_is_another_family(refresh):
    phone, laptop = refresh.issue("alice", "app"), refresh.issue("alice", "browser")
    refresh.exchange(phone, "app")
    with pytest.raises(errors.RefreshReused):
        refresh.exchange(phone, "app")
    assert refresh.exchange(laptop, "browser").user == "alice"


def test_a_token_of_another_client_is_refused_and_stays_good_for_its_own(refresh):
    token = refresh.issue("alice", "browser")
    with pytest.raises(errors.WrongClient):
        refresh.exchange(token, "app")
    assert refresh.exchange(token, "browser").user == "alice"


def test_a_family_ends_at_its_time_however_often_it_is_exchanged(refresh, clock, store):
    token = refresh.issue("alice", "browser")
    for _ in range(9):
        clock.advance(110)
        token = refresh.exchange(token, "browser").token
    clock.advance(10)
    with pytest.raises(errors.RefreshExpired):
        refresh.exchange(token, "browser")
    clock.advance(1)
    assert store.sweep(clock()) == 1
    with pytest.raises(errors.RefreshUnknown):
        refresh.exchange(token, "browser")


def test_logging_out_ends_one_family(refresh):
    phone, laptop = refresh.issue("alice", "app"), refresh.issue("alice", "browser")
    assert refresh.revoke(phone)
    assert not refresh.revoke(phone)
    with pytest.raises(errors.FamilyRevoked):
        refresh.exchange(phone, "app")
    assert refresh.exchange(laptop, "browser").user == "alice"


def test_a_new_password_ends_every_family_of_the_user_also_of_the_same_instant(refresh):
    old = [refresh.issue("alice", "app"), refresh.issue("alice", "browser")]
    bobs = refresh.issue("bob", "app")
    refresh.revoke_user("alice")
    new = refresh.issue("alice", "browser")
    for token, client in zip(old, ("app", "browser"), strict=True):
        with pytest.raises(errors.FamilyRevoked):
            refresh.exchange(token, client)
    assert refresh.exchange(new, "browser").user == "alice"
    assert refresh.exchange(bobs, "app").user == "bob"


def test_the_store_holds_no_token_only_hashes(refresh, patient, store):
    for tokens in (refresh, patient):
        first = tokens.issue("alice", "browser")
        second = tokens.exchange(first, "browser").token
        for token in (first, second):
            for piece in (token, token[:22], token[22:], token[:21], token[23:]):
                assert piece not in everything(store)


def test_a_record_does_not_show_its_secrets(refresh):
    seen = []

    class Watching(RefreshTokens):
        def belongs_to(self, record, client):
            seen.append(repr(record))
            return super().belongs_to(record, client)

    token = refresh.issue("alice", "browser")
    Watching(refresh.store, clock=refresh.clock).exchange(token, "browser")
    assert "alice" in seen[0]
    assert token not in seen[0]
    assert "current" not in seen[0]


# The grace for a lost response.


def test_without_a_grace_a_repeated_exchange_is_a_reuse(refresh):
    token = refresh.issue("alice", "browser")
    refresh.exchange(token, "browser")
    with pytest.raises(errors.RefreshReused):
        refresh.exchange(token, "browser")


def test_within_the_grace_the_very_same_successor_is_given_again(patient, clock):
    token = patient.issue("alice", "browser")
    first = patient.exchange(token, "browser")
    clock.advance(10)
    assert patient.exchange(token, "browser") == first
    assert patient.exchange(first.token, "browser").user == "alice"


def test_after_the_grace_it_is_a_reuse(patient, clock):
    token = patient.issue("alice", "browser")
    patient.exchange(token, "browser")
    clock.advance(10.5)
    with pytest.raises(errors.RefreshReused):
        patient.exchange(token, "browser")


def test_once_the_successor_was_used_the_grace_is_over(patient):
    token = patient.issue("alice", "browser")
    second = patient.exchange(token, "browser").token
    third = patient.exchange(second, "browser").token
    with pytest.raises(errors.RefreshReused):
        patient.exchange(token, "browser")
    with pytest.raises(errors.FamilyRevoked):
        patient.exchange(third, "browser")


def test_what_the_grace_leaks_a_thief_gets_the_successor_and_is_found_out_one_exchange_later(
    patient,
):
    stolen = patient.issue("alice", "browser")
    owners = patient.exchange(stolen, "browser").token
    thiefs = patient.exchange(stolen, "browser").token
    assert thiefs == owners
    patient.exchange(thiefs, "browser")
    patient.clock.advance(11)
    with pytest.raises(errors.RefreshReused):
        patient.exchange(owners, "browser")


# Races.


def winners(run) -> int:
    return sum(isinstance(result, Exchange) for result in run.results)


def race(grace_s: float = 0.0):
    """Every order in which two clients can exchange one token, and the store after it."""
    clock = ManualClock()
    origin = MemoryStore()
    token = RefreshTokens(origin, clock=clock).issue("alice", "browser")
    stores = []

    def make_store():
        stores.append(MemoryStore())
        for key in origin.keys(""):
            stores[-1].put(key, origin.get(key))
        return stores[-1]

    def client(store):
        return RefreshTokens(store, clock=clock, grace_s=grace_s).exchange(token, "browser")

    for run in interleavings(make_store, [client, client]):
        yield run, RefreshTokens(stores[-1], clock=clock)


def test_in_every_order_of_two_exchanges_one_wins_and_the_family_ends():
    orders = 0
    for run, refresh in race():
        orders += 1
        assert winners(run) == 1, run.order
        (error,) = (error for error in run.errors if error)
        assert isinstance(error, errors.RefreshReused), run.order
        won = next(result for result in run.results if result)
        with pytest.raises(errors.FamilyRevoked):
            refresh.exchange(won.token, "browser")
    assert orders > 10


def test_with_a_grace_both_get_the_same_successor_in_every_order():
    for run, _ in race(grace_s=10):
        assert winners(run) == 2, run.order
        assert run.results[0] == run.results[1]


def test_of_sixteen_threads_with_one_token_at_most_one_wins(refresh):
    token = refresh.issue("alice", "browser")
    won, refused = [], []
    gate = threading.Barrier(16)

    def exchange():
        gate.wait()
        try:
            won.append(refresh.exchange(token, "browser"))
        except errors.RefreshRefused as error:
            refused.append(type(error))

    threads = [threading.Thread(target=exchange) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert errors.RefreshReused in refused
    with pytest.raises(errors.FamilyRevoked):
        refresh.exchange(won[0].token, "browser")


# The seams.


def test_without_rotation_a_token_works_for_ever_and_reuse_is_never_seen(store, clock):
    class Constant(RefreshTokens):
        def successor(self, record):
            return record.presented

    refresh = Constant(store, clock=clock)
    token = refresh.issue("alice", "browser")
    assert [refresh.exchange(token, "browser") for _ in range(3)] == [("alice", token)] * 3


def test_without_family_revocation_the_thief_lives_on(store, clock):
    class Forgiving(RefreshTokens):
        def on_reuse(self, record):
            pass

    refresh = Forgiving(store, clock=clock)
    stolen = refresh.issue("alice", "browser")
    thiefs = refresh.exchange(stolen, "browser").token
    with pytest.raises(errors.RefreshReused):
        refresh.exchange(stolen, "browser")
    assert refresh.exchange(thiefs, "browser").user == "alice"


def test_without_binding_another_client_can_use_the_token(store, clock):
    class Unbound(RefreshTokens):
        def belongs_to(self, record, client):
            return True

    refresh = Unbound(store, clock=clock)
    assert refresh.exchange(refresh.issue("alice", "browser"), "app").user == "alice"


# Bad input.


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 63, "A" * 64, "A" * 65, "=" * 64, "é" * 64, "\ud800" * 64, "A" * 10**6]
)
def test_text_that_was_never_issued_is_unknown(refresh, token):
    with pytest.raises(errors.RefreshUnknown):
        refresh.exchange(token, "browser")
    assert not refresh.revoke(token)


@pytest.mark.parametrize("token", [None, 7, b"A" * 64, ["A"]])
def test_what_is_no_text_is_invalid_input(refresh, token):
    with pytest.raises(InvalidInput):
        refresh.exchange(token, "browser")
    with pytest.raises(InvalidInput):
        refresh.revoke(token)


@pytest.mark.parametrize("name", ["", None, 7, b"alice", "\ud800", "x" * 5000])
def test_users_and_clients_are_text(refresh, name):
    with pytest.raises(InvalidInput):
        refresh.issue(name, "browser")
    with pytest.raises(InvalidInput):
        refresh.issue("alice", name)


@pytest.mark.parametrize("options", [{"lifetime_s": 0}, {"grace_s": -1}, {"grace_s": 301}], ids=str)
def test_times_are_in_range(store, options):
    with pytest.raises(InvalidInput):
        RefreshTokens(store, **options)


@pytest.mark.parametrize("stored", ["", "{}", "[]", "null", '{"user": 1}', "garbage"])
def test_a_store_that_holds_something_else_is_said_so(refresh, store, stored):
    token = refresh.issue("alice", "browser")
    store.put(store.keys("refresh:")[0], stored)
    with pytest.raises(StoreError):
        refresh.exchange(token, "browser")


class Families(RuleBasedStateMachine):
    """In whatever order: the newest token of a family works, until an older one is presented."""

    families = Bundle("families")

    def __init__(self):
        super().__init__()
        self.refresh = RefreshTokens(MemoryStore(), clock=ManualClock())
        self.tokens: list[list[str]] = []  # of each family, the oldest first
        self.ended: set[int] = set()

    @rule(target=families)
    def log_in(self):
        self.tokens.append([self.refresh.issue("alice", "browser")])
        return len(self.tokens) - 1

    @rule(family=families)
    def exchange_the_newest(self, family):
        newest = self.tokens[family][-1]
        if family in self.ended:
            with pytest.raises(errors.FamilyRevoked):
                self.refresh.exchange(newest, "browser")
        else:
            self.tokens[family].append(self.refresh.exchange(newest, "browser").token)

    @rule(family=families, place=st.integers(0, 9))
    def replay_an_older_one(self, family, place):
        older = self.tokens[family][:-1]
        if older:
            kind = errors.FamilyRevoked if family in self.ended else errors.RefreshReused
            with pytest.raises(kind):
                self.refresh.exchange(older[place % len(older)], "browser")
            self.ended.add(family)

    @rule(family=families)
    def log_out(self, family):
        assert self.refresh.revoke(self.tokens[family][-1]) == (family not in self.ended)
        self.ended.add(family)

    @invariant()
    def all_tokens_differ_and_none_is_stored(self):
        tokens = [token for family in self.tokens for token in family]
        assert len(set(tokens)) == len(tokens)
        assert not any(token in everything(self.refresh.store) for token in tokens)


TestFamilies = Families.TestCase
TestFamilies.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


def test_what_is_shown_of_an_exchange_holds_no_token():
    refresh = RefreshTokens(MemoryStore())
    found = refresh.exchange(refresh.issue("alice", "browser"), "browser")
    assert repr(found) == "Exchange(user='alice')"
    assert found.token not in str([found])
