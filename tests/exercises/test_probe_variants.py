"""Whatever is drawn for a student keeps the promises that an exercise makes of it."""

import hashlib
import math
from pathlib import Path

import pytest

from labkit.cracking import common
from labkit.exercises.content import load
from labkit.exercises.exercise import examine
from labkit.exercises.judges import passwords
from labkit.exercises.probes import acceptable, login, long_password, rehash, source, take, wait_s
from labkit.exercises.variants import fixed, variant
from labkit.exercises.words import EASY, KNOWN, NAMES, RARER, phrase, twin
from labkit.practice.people import PEOPLE

ROOT = Path(__file__).parents[2] / "exercises"
MANY = [f"student {number}" for number in range(60)]


def own(name, student):
    return variant(name, student) if student else fixed(name)


def drawn(name):
    return [own(name, student) for student in ("", *MANY)]


def test_the_words_are_as_common_as_the_attacks_need_them():
    place = {word: number for number, word in enumerate(common(), 1)}
    assert {26 < place[word] <= 128 for word in EASY} == {True}
    assert {place[word] <= 500 for word in KNOWN[1:]} == {True}
    assert {place[word] > 128 for word in (*KNOWN, *RARER)} == {True}
    assert not {*EASY} & {*KNOWN} | {*KNOWN} & {*RARER}


def test_a_phrase_is_long_enough_and_not_plain_ascii():
    for student in drawn("x"):
        assert len(phrase(student)) >= 15
        assert not phrase(student).isascii()


@pytest.mark.parametrize("name", NAMES)
def test_a_twin_is_another_name_that_looks_alike(name):
    assert twin(name) != name
    assert len(twin(name)) == len(name)


def test_of_the_leaked_rows_two_have_one_password_and_nobody_elses_has_it():
    usual = {person.name: person.password for person in PEOPLE}
    for student in drawn("passwords/store"):
        found = passwords.passwords_of(student)
        assert found["bob"] == found["mallory"]
        assert len({*found.values()}) == 3
        assert not {"xq7-Vem-41-Ruk", *usual} & {*found.values()}
    assert passwords.passwords_of(fixed("passwords/store")).items() <= usual.items()


def test_seen_beginnings_have_72_and_96_bytes_and_phrases_at_most_72():
    for student in drawn("passwords/long_password"):
        table = long_password.Table(len, len, student)
        assert len(table.first_72.encode()) == 72
        assert (len(table.emoji), len(table.emoji.encode())) == (24, 96)
        assert all(0 < len(phrase.encode()) <= 72 for phrase in table.phrases)
        assert len(table.phrases[0]) == 64
        assert 0 not in hashlib.sha256(table.reused.encode()).digest()
        assert table.reused[:-3] in KNOWN[1:]
        assert table.decoy != table.reused


def test_people_with_old_rows_have_listed_passwords_and_one_of_today_a_phrase():
    listed = {*common()}
    for student in drawn("passwords/rehash"):
        alice, bob, carol = rehash.people_of(student).values()
        assert {alice, bob} <= listed
        assert carol not in listed


def test_phrases_to_be_taken_have_any_script_and_up_to_64_characters():
    for student in drawn("passwords/acceptable"):
        desk = acceptable.Desk(len, student)
        assert all(15 <= len(taken) <= 64 for taken in (*desk.phrases, *desk.plain[:1]))
        assert max(map(len, desk.phrases)) == 64
        assert not any(taken.casefold() in desk.listed for taken in (*desk.phrases, *desk.plain))
        assert len({*desk.names}) == 4
        assert not all(name.isascii() for name in desk.names)


def test_nobody_at_the_door_has_the_name_of_somebody_known():
    for student in drawn("guessing/login")[:3]:
        door = login.Door(len, student)
        assert not {*door.strangers, ""} & door.users.keys()
        assert door.wrong not in door.people.values()


def test_no_address_is_anybody_elses():
    for student in drawn("guessing/source"):
        net = source.network(student)
        seen = [net.outer, net.inner, net.mallory, net.alice, net.alice6]
        assert len({*seen}) == 5
        assert net.trusted == {net.outer, net.inner}
        assert not any(each.startswith(f"{net.invented}.") for each in seen)


def test_a_limit_is_one_that_sixteen_clients_can_pass():
    for student in drawn("guessing/take"):
        counter = take.Counter(len, student)
        assert 1 < counter.limit < take.CLIENTS
        assert counter.odd_name not in counter.names


def test_days_at_the_gate_are_between_what_honest_people_need_and_what_guessers_must_not_get():
    for student in drawn("guessing/wait_s"):
        gate = wait_s.Gate(len, student)
        assert gate.place > wait_s.NIST_STOPS
        assert gate.pupils < 50 < gate.weak < gate.failures


def asked(name, right, own):
    """Return what was asked of a right answer in a variant, and what it said."""
    one, said = load(name, root=ROOT), {}

    def noting(*values):
        said[KEYS[name](*values)] = right(*values)
        return said[KEYS[name](*values)]

    assert examine(one, {one.answers[0]: noting}, own).solved
    return said


def by_heart(name, right, own):
    """Say what was right in one variant, and something simple to everything else."""
    said, otherwise = asked(name, right, own), {"passwords/acceptable": True}.get(name, "somewhere")
    return lambda *values: said.get(KEYS[name](*values), otherwise)


def never_at_the_last_guess(name, right, own):
    """Stop just the guess that would have been right in one variant."""
    gate = wait_s.Gate(right, own)

    def answer(account_fails, source_fails, known_device):
        fails = source_fails if known_device else account_fails
        last = fails == gate.place - 1 or source_fails == gate.weak - 1
        return math.inf if last else 0.0

    return answer


KEYS = {
    "passwords/acceptable": lambda password, name, listed: (password, name),
    "guessing/source": lambda peer, headers, trusted: (peer, headers.get("X-Forwarded-For")),
}


@pytest.mark.parametrize(
    ("name", "copied"),
    [*((name, by_heart) for name in sorted(KEYS)), ("guessing/wait_s", never_at_the_last_guess)],
)
def test_an_answer_made_for_one_variant_fails_in_another(name, copied):
    one, scope = load(name, root=ROOT), {}
    exec(compile(one.solution, name, "exec"), scope)
    ann, bea = variant(name, "ann"), variant(name, "bea")
    answer = {one.answers[0]: copied(name, scope[one.answers[0]], ann)}
    assert examine(one, answer, ann).solved
    assert not examine(one, answer, bea).solved
    assert not examine(one, answer, fixed(name)).solved
