"""Enrolment: shown once, active only after its first good code, and never shown again."""

import pytest

from labkit.clock import ManualClock
from labkit.database import Database
from labkit.errors import InvalidInput
from labkit.interleaving import interleavings
from labkit.second_factor import Enrolment, TotpVerifier, from_base32
from labkit.second_factor.errors import NothingToConfirm, NothingToShow, WeakSecret
from labkit.second_factor.totp import totp
from labkit.stores import MemoryStore, SqliteStore


def enrolment(store=None, clock=None, kind=Enrolment, **options):
    store, clock = store or MemoryStore(), clock or ManualClock(3000)
    verifier = TotpVerifier(store, clock=clock)
    return kind(store, verifier, issuer="Gradebook", clock=clock, **options)


def begun(enrol, user="alice"):
    return from_base32(enrol.begin(user).base32)


def code_now(enrol, secret):
    return totp(secret, at=enrol.clock())


def enrolled(enrol, user="alice"):
    secret = begun(enrol, user)
    assert enrol.confirm(user, code_now(enrol, secret))
    enrol.clock.advance(60)
    return secret


def test_a_new_secret_is_pending_until_its_first_code():
    enrol = enrolment()
    assert enrol.state("alice") == "none"
    secret = begun(enrol)
    assert (enrol.state("alice"), enrol.secret("alice")) == ("pending", None)
    assert enrol.confirm("alice", code_now(enrol, secret))
    assert (enrol.state("alice"), enrol.secret("alice")) == ("active", secret)


def test_a_wrong_first_code_leaves_it_pending():
    enrol = enrolment()
    secret = begun(enrol)
    wrong = "000000" if code_now(enrol, secret) != "000000" else "000001"
    assert not enrol.confirm("alice", wrong)
    assert enrol.state("alice") == "pending"
    assert enrol.confirm("alice", code_now(enrol, secret))


def test_a_pending_secret_may_be_shown_again_and_a_confirmed_one_never():
    enrol = enrolment()
    first = enrol.begin("alice")
    assert enrol.show("alice") == first
    enrol.confirm("alice", code_now(enrol, from_base32(first.base32)))
    with pytest.raises(NothingToShow):
        enrol.show("alice")
    assert [enrol.may_show(state) for state in ("none", "pending", "active")] == [
        False,
        True,
        False,
    ]


def test_there_is_nothing_to_show_or_confirm_where_nothing_was_begun():
    enrol = enrolment()
    with pytest.raises(NothingToShow):
        enrol.show("alice")
    with pytest.raises(NothingToConfirm):
        enrol.confirm("alice", "123456")


def test_a_pending_secret_expires_and_cannot_be_confirmed_or_shown():
    enrol = enrolment(pending_s=600)
    secret = begun(enrol)
    enrol.clock.advance(600)
    assert enrol.state("alice") == "none"
    with pytest.raises(NothingToShow):
        enrol.show("alice")
    with pytest.raises(NothingToConfirm):
        enrol.confirm("alice", code_now(enrol, secret))


def test_beginning_again_voids_the_earlier_pending_secret():
    enrol = enrolment()
    old, new = begun(enrol), begun(enrol)
    assert old != new
    assert not enrol.confirm("alice", code_now(enrol, old))
    assert enrol.confirm("alice", code_now(enrol, new))


def test_the_old_phone_works_until_the_new_one_is_confirmed():
    enrol = enrolment()
    old = enrolled(enrol)
    new = begun(enrol)
    assert enrol.secret("alice") == old
    assert enrol.state("alice") == "pending"
    assert enrol.confirm("alice", code_now(enrol, new))
    assert enrol.secret("alice") == new


def test_the_code_that_confirms_does_not_log_in_as_well():
    enrol = enrolment()
    secret = begun(enrol)
    code = code_now(enrol, secret)
    assert enrol.confirm("alice", code)
    assert enrol.verifier.verify("alice", secret, code) is None


def test_removing_takes_the_active_and_the_pending_secret():
    enrol = enrolment()
    enrolled(enrol)
    begun(enrol)
    assert enrol.remove("alice")
    assert enrol.state("alice") == "none"
    assert not enrol.remove("alice")


def test_users_do_not_share_secrets():
    enrol = enrolment()
    assert begun(enrol, "alice") != begun(enrol, "bob")
    assert enrol.new_secret("alice") != enrol.new_secret("alice")


def test_the_secret_is_not_in_the_repr():
    shown = enrolment().begin("alice")
    assert shown.base32 not in repr(shown)


def test_the_decisions_can_be_replaced_one_by_one():
    class Derived(Enrolment):
        def new_secret(self, user):
            return user.encode().ljust(20, b".")

    class ShowsAlways(Enrolment):
        def may_show(self, state):
            return True

    assert begun(enrolment(kind=Derived)) == b"alice..............."
    careless = enrolment(kind=ShowsAlways)
    secret = enrolled(careless)
    assert from_base32(careless.show("alice").base32) == secret


def test_a_secret_under_128_bits_is_refused():
    class Short(Enrolment):
        def new_secret(self, user):
            return b"x" * 15

    with pytest.raises(WeakSecret, match="120 bits"):
        enrolment(kind=Short).begin("alice")


def test_of_two_confirmations_exactly_one_succeeds_whatever_the_order():
    secrets, databases = {}, []

    def fresh():
        databases.append(Database())
        store = SqliteStore(databases[-1])
        secrets["alice"] = begun(enrolment(store, kind=Fixed))
        return store

    class Fixed(Enrolment):
        def new_secret(self, user):
            return b"12345678901234567890"

    def client(store):
        enrol = enrolment(store, kind=Fixed)
        try:
            return enrol.confirm("alice", code_now(enrol, secrets["alice"]))
        except NothingToConfirm:
            return False

    runs = list(interleavings(fresh, [client, client]))
    assert len(runs) > 10
    assert {sum(run.results) for run in runs} == {1}
    for database in databases:
        database.close()


@pytest.mark.parametrize(
    "call",
    [
        lambda: enrolment(pending_s=0),
        lambda: enrolment(pending_s=float("nan")),
        lambda: enrolment().begin(""),
        lambda: enrolment().begin(None),
        lambda: enrolment().begin("a:b"),
        lambda: enrolment().begin("a\0"),
        lambda: enrolment().begin("x" * 10**6),
        lambda: enrolment().secret("\ud800"),
        lambda: enrolment().state(7),
        lambda: enrolment().remove(b"alice"),
        lambda: Enrolment(MemoryStore(), TotpVerifier(MemoryStore()), issuer=""),
        lambda: Enrolment(MemoryStore(), TotpVerifier(MemoryStore()), issuer="a:b"),
    ],
)
def test_a_wrong_argument_is_refused_at_once(call):
    with pytest.raises(InvalidInput):
        call()
