"""The memory of hashing: what may be remembered, and what must be asked each time."""

import sys

import pytest

import labkit.passwords.hashing
from labkit.errors import LabkitError
from labkit.mistakes.passwords import (
    FastUnsaltedHash,
    LowWorkFactor,
    NeverRehashed,
    StretchedByHand,
)
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher, TextbookScheme
from labkit.passwords.hashing import Hasher
from labkit.practice import Defences, Site
from labkit.practice.hashing import (
    MOST_REMEMBERED,
    Checked,
    Memory,
    PricedHasher,
    hashing_of,
    is_pure,
)
from labkit.practice.meter import Meter


class Answer(PasswordHasher):
    """A student's: made from labkit's, and asked each time."""

    asked = 0

    def verify(self, password, stored):
        type(self).asked += 1
        return super().verify(password, stored)


class FromScratch(Hasher):
    def __init__(self):
        self.asked = 0

    def hash(self, password):
        return password

    def verify(self, password, stored):
        self.asked += 1
        return self.asked % 2 == 0  # not a function of its arguments

    def needs_rehash(self, stored):
        return False


def posing(**names):
    return type("PasswordHasher", (PasswordHasher,), names)


@pytest.mark.parametrize(
    "kind", [PasswordHasher, TextbookScheme, FastUnsaltedHash, LowWorkFactor], ids=repr
)
def test_hashers_in_labkits_own_source_are_remembered(kind):
    assert is_pure(kind)


@pytest.mark.parametrize(
    "kind",
    [
        Answer,
        FromScratch,
        type("Answer", (TextbookScheme,), {}),
        posing(__module__="labkit.passwords.hashing"),
        posing(__module__="labkit.passwords.hashing", __qualname__="PasswordHasher"),
        posing(__module__="labkit.exercises.exercise"),
        posing(__module__="labkit.passwords.nowhere"),
        type("Derived", (Answer,), {"__module__": "labkit.mistakes.passwords"}),
    ],
)
def test_any_other_hasher_is_not(kind):
    assert not is_pure(kind)


def test_a_class_put_into_labkits_module_does_not_lend_its_place_to_its_base(monkeypatch):
    planted = type("Planted", (Answer,), {"__module__": "labkit.passwords.hashing"})
    monkeypatch.setattr(sys.modules["labkit.passwords.hashing"], "Planted", planted, raising=False)
    assert not is_pure(planted)


def test_an_unknown_hasher_is_asked_each_time():
    inside = FromScratch()
    priced = PricedHasher(inside, Meter(), remember=True)
    assert [priced.verify("x", "row") for _ in range(4)] == [False, True, False, True]
    assert inside.asked == 4


def test_a_students_hasher_is_asked_at_each_log_in(monkeypatch):
    monkeypatch.setattr(Answer, "asked", 0)
    site = Site(Defences().having(Answer), remember_checks=True)
    for _ in range(3):
        site.client().log_in("alice", "walrus")
    assert Answer.asked == 3


@pytest.fixture
def computed(monkeypatch):
    """How often labkit's own hasher really computed."""
    calls = []
    verify = PasswordHasher.verify

    def noting(self, password, stored):
        calls.append((password, stored))
        return verify(self, password, stored)

    monkeypatch.setattr(labkit.passwords.hashing.PasswordHasher, "verify", noting)
    return calls


def test_labkits_own_is_asked_once_and_answers_the_same(computed):
    stored = PasswordHasher(ONLY_FOR_TESTS).hash("penguin")
    priced = PricedHasher(PasswordHasher(), Meter(), remember=True)
    for _ in range(3):
        assert priced.verify("penguin", stored)
        assert not priced.verify("walrus", stored)
    assert computed == [("penguin", stored), ("walrus", stored)]
    assert priced.units == 6 * ONLY_FOR_TESTS.work


def test_without_being_told_to_nothing_is_remembered(computed):
    site = Site()
    for _ in range(2):
        site.client().log_in("alice", "walrus")
    assert len(computed) == 2


def test_a_leak_of_the_code_is_the_hasher_itself(computed):
    site = Site(remember_checks=True)
    stored = site.leak("users")["alice"]
    for _ in range(2):
        assert site.stolen_check()("penguin", stored)
    assert len(computed) == 2


def test_an_error_is_not_remembered():
    priced = PricedHasher(PasswordHasher(), Meter(), remember=True)
    for _ in range(2):
        with pytest.raises(LabkitError):
            priced.verify("penguin", "no such form")


def test_the_bytes_that_a_scheme_reads_count_at_every_check():
    meter = Meter()
    priced = PricedHasher(FastUnsaltedHash(), meter, remember=True)
    row = priced.hash("penguin")
    reads = []
    for _ in range(3):
        before = meter.read
        priced.verify("penguin", row)
        reads.append(meter.read - before)
    assert len(set(reads)) == 1


def test_the_memory_holds_no_password():
    memory = Memory()
    memory.keep(PasswordHasher, "penguin", "row", answer=Checked(True, 0))
    assert memory.recall(PasswordHasher, "penguin", "row") == Checked(True, 0)
    assert memory.recall(PasswordHasher, "penguinr", "ow") is None
    assert memory.recall(TextbookScheme, "penguin", "row") is None
    assert "penguin" not in repr(vars(memory))


def test_a_full_memory_begins_again():
    memory = Memory()
    for number in range(MOST_REMEMBERED + 1):
        memory.keep(PasswordHasher, str(number), "row", answer=Checked(False, 0))
    assert memory.recall(PasswordHasher, "0", "row") is None
    assert memory.recall(PasswordHasher, str(MOST_REMEMBERED), "row") == Checked(False, 0)


def remembering(inside=None):
    return PricedHasher(inside or PasswordHasher(ONLY_FOR_TESTS), Meter(), remember=True)


def test_a_new_run_stores_for_a_password_what_the_run_before_stored():
    hasher = remembering()
    first = [hasher.hash("penguin"), hasher.hash("walrus"), hasher.hash("penguin")]
    hasher.forget_order()
    assert [hasher.hash("penguin"), hasher.hash("walrus"), hasher.hash("penguin")] == first
    assert remembering().hash("penguin") == first[0]


def test_the_same_password_twice_in_a_run_gets_two_salts():
    hasher = remembering()
    assert len({hasher.hash("penguin") for _ in range(4)}) == 4


def test_a_hash_remembered_counts_in_full():
    hasher, again = remembering(), remembering()
    for each in (hasher, again):
        each.hash("penguin")
        assert each.units == ONLY_FOR_TESTS.work
    meters = [Meter(), Meter()]
    for meter in meters:
        PricedHasher(StretchedByHand(), meter, remember=True).hash("a stretched one")
    assert meters[0].read == meters[1].read > 1000


def test_other_parameters_are_another_hash():
    remembering().hash("penguin")
    assert not PasswordHasher().needs_rehash(remembering(PasswordHasher()).hash("penguin"))


def test_an_unknown_hasher_hashes_each_time():
    class Numbered(FromScratch):
        def hash(self, password):
            self.asked += 1
            return f"{password} {self.asked}"

    hasher = remembering(Numbered())
    first = hasher.hash("penguin")
    hasher.forget_order()
    assert hasher.hash("penguin") != first


def test_without_being_told_to_no_hash_is_remembered():
    hashers = [PricedHasher(PasswordHasher(ONLY_FOR_TESTS), Meter()) for _ in range(2)]
    assert len({hasher.hash("penguin") for hasher in hashers}) == 2


def test_a_refused_password_is_refused_again():
    for _ in range(2):
        with pytest.raises(LabkitError):
            remembering().hash("")


def test_a_site_put_back_begins_a_new_run():
    def change(site):
        erin = site.victim("erin")
        assert erin.take_password("quiet lantern over the moor")
        return site.leak("users")["erin"]

    site = Site(remember_checks=True)
    before = change(site)
    site.restore()
    assert change(site) == before
    plain = Site()
    assert change(plain) != before


def made_from(base, **names):
    return type("Made", (base,), names)


def other(*_):
    raise AssertionError


@pytest.mark.parametrize("name", ["hash", "verify", "parameters", "__init__", "__new__", "salt"])
def test_a_class_that_adds_anything_to_its_hashing_hashes_for_itself(name):
    kind = made_from(PasswordHasher, **{name: other})
    assert hashing_of(kind) is kind
    assert hashing_of(made_from(kind, needs_rehash=other)) is kind


def test_a_class_that_only_decides_when_to_hash_anew_hashes_as_its_base_does():
    for base in (PasswordHasher, TextbookScheme, FastUnsaltedHash):
        assert hashing_of(base) is base
        assert hashing_of(made_from(made_from(base, needs_rehash=other), __doc__="x")) is base
    assert hashing_of(NeverRehashed) is PasswordHasher
    mixed = type("Mixed", (PasswordHasher, FromScratch), {"needs_rehash": other})
    assert hashing_of(mixed) is mixed


def test_sites_with_the_same_hashing_begin_with_the_same_rows():
    rows = [dict(Site(Defences().having(*parts)).leak("users")) for parts in ((), (NeverRehashed,))]
    assert rows[0] == rows[1]
    assert dict(Site(Defences().having(LowWorkFactor)).leak("users")) != rows[0]


def test_who_says_that_no_row_is_old_is_not_believed_about_remembered_ones():
    remembering(NeverRehashed(ONLY_FOR_TESTS)).hash("believed")
    stored = remembering(NeverRehashed()).hash("believed")
    assert not PasswordHasher().needs_rehash(stored)
