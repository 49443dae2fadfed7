"""Every student has an own variant, the same each time, and the course key stays a secret."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import InvalidInput
from labkit.exercises import content, exercise, judges
from labkit.exercises.exercise import examine
from labkit.exercises.judges.tokens import SAMPLES
from labkit.exercises.minting import ec_key
from labkit.exercises.variants import (
    COURSE_KEY,
    FILE,
    STUDENT,
    MalformedStudent,
    fixed,
    student_file,
    student_key,
    variant,
)

ROOT = Path(__file__).parents[2] / "exercises"
KEY = b"a course key of thirty-one bytes"
STUDENTS = st.text(min_size=1, max_size=40).filter(lambda name: name.strip() and _is_utf8(name))
RANDOM = random.Random("twenty students")
TWENTY = [f"{RANDOM.getrandbits(64):x}" for _ in range(20)]


def _is_utf8(name):
    return name == name.encode("utf-8", "replace").decode()


@pytest.fixture(autouse=True)
def nobody_in_particular(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.delenv(STUDENT, raising=False)
    monkeypatch.delenv(COURSE_KEY, raising=False)
    monkeypatch.chdir(ROOT)
    return tmp_path


def everything(own):
    """All that a variant gives out, and what is made of it."""
    values = (own.issuer, own.audience, own.user, own.flag, own.sign, own.kid(0), own.kid(1))
    return (*values, own.octets("secret"), own.number("n", 10**9), ec_key(own, "june").jwk["x"])


def functions(one, code):
    scope = {}
    exec(compile(code, one.id, "exec"), scope)
    return {name: scope[name] for name in one.answers}


@given(STUDENTS, STUDENTS)
def test_two_students_differ_and_one_student_does_not(one, other):
    mine, again, theirs = (
        variant("tokens/verify", student, course_key=KEY) for student in (one, f" {one}\n", other)
    )
    assert everything(mine) == everything(again)
    if one.strip() != other.strip():
        assert mine.octets("secret") != theirs.octets("secret")
        assert (mine.issuer, mine.flag, mine.sign) != (theirs.issuer, theirs.flag, theirs.sign)


def test_exercises_courses_and_names_of_values_differ_too():
    made = [
        variant(name, "ann", course_key=key).octets(what, 40)
        for name in ("tokens/verify", "tokens/refresh")
        for key in (KEY, KEY + b"!")
        for what in ("secret", "other")
    ]
    assert len(set(made)) == len(made)
    assert {len(value) for value in made} == {40}


def test_students_whose_ids_run_together_do_not_meet():
    odd = ("ab", "a\0b", 'a","b', "a b", "A", "a", "ä", "a\u0308")
    made = {variant("x", student, course_key=KEY).octets("secret") for student in odd}
    assert len(made) == len(odd)


def test_variants_stay_what_they_are_from_version_to_version():
    own = variant("tokens/verify", "ann", course_key=KEY)
    assert own.sign == "d2e7ed96"
    assert fixed("tokens/verify").sign == "003f5086"


def test_keys_have_names_of_their_own_and_numbers_stay_in_range():
    for student in TWENTY:
        own = variant("tokens/verify", student)
        assert len({own.kid(place) for place in range(8)}) == 8
        assert 0 <= own.number("some", 7) < 7
        assert own.choice("some", "abc") in "abc"
    for place in (-1, 8, "0", True):
        with pytest.raises(InvalidInput):
            own.kid(place)


def test_nothing_that_is_shown_holds_the_course_key_or_a_key_of_a_student(monkeypatch):
    monkeypatch.setenv(COURSE_KEY, KEY.decode())
    ex = exercise("tokens/accept", student="ann")
    solved = ex.check(*functions(ex.content, ex.content.solution).values())
    shown = [repr(ex.variant), ex.variant.html(), repr(ex), ex.html(), repr(solved), solved.html()]
    shown += [student_file("ann"), repr(ex.sample()), repr(vars(ex))]
    secrets = [KEY, ex.variant.seed, variant("tokens/accept", "bea").seed]
    for text in shown:
        for secret in secrets:
            assert secret.hex() not in text
            assert repr(secret)[2:-1] not in text
    for text in shown[:-3]:
        assert student_key("ann").hex() not in text


def test_the_file_of_a_student_gives_the_same_variant_without_the_course_key(tmp_path):
    (tmp_path / FILE).write_text(student_file(" zoë\n", course_key=KEY), "utf-8")
    found = variant("tokens/verify")
    assert found == variant("tokens/verify", "zoë", course_key=KEY)
    assert found.student == "zoë"


def test_an_argument_comes_before_the_environment_and_that_before_the_file(tmp_path, monkeypatch):
    (tmp_path / FILE).write_text(student_file("cem"), "utf-8")
    assert variant("x").student == "cem"
    monkeypatch.setenv(STUDENT, "bea")
    assert variant("x").student == "bea"
    assert variant("x", "ann").student == "ann"


def test_without_a_student_the_variant_is_the_same_everywhere(monkeypatch):
    before = variant("tokens/verify")
    monkeypatch.setenv(COURSE_KEY, KEY.decode())
    assert variant("tokens/verify") == before == fixed("tokens/verify")
    assert before.flag == ""
    assert "nobody in particular" in repr(before)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", '{"student": "ann"}', '{"student": "ann", "key": "zz"}', "[" * 10**5]
    + [json.dumps({"student": name, "key": key}) for name, key in [(1, "00" * 32), ("a", "00")]]
    + [json.dumps({"student": " ", "key": "00" * 32}), json.dumps({"student": "a", "key": None})],
)
def test_a_damaged_file_is_told_and_never_taken_for_nobody(tmp_path, text):
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(MalformedStudent, match="cannot be read"):
        exercise("tokens/verify")


@pytest.mark.parametrize("student", ["", "  ", 7, b"ann", "\ud800", "a" * 201])
def test_a_student_without_a_usable_id_is_refused_kindly(student):
    with pytest.raises(InvalidInput):
        exercise("tokens/verify", student=student)


def test_a_course_key_that_can_be_guessed_is_refused(monkeypatch):
    with pytest.raises(InvalidInput, match="course key"):
        variant("x", "ann", course_key=b"secret")
    monkeypatch.setenv(COURSE_KEY, "secret")
    with pytest.raises(InvalidInput, match="course key"):
        exercise("tokens/verify", student="ann")


def test_nobody_in_particular_gets_what_comes_first_and_students_an_order_of_their_own():
    assert fixed("x").ordered("some", range(5)) == (0, 1, 2, 3, 4)
    orders = {variant("x", student).ordered("some", range(5)) for student in TWENTY}
    assert len(orders) > 10
    assert all(sorted(order) == list(range(5)) for order in orders)
    assert variant("x", "ann").usual("some", "abc") == variant("x", "ann").ordered("some", "abc")[0]


def test_an_exercise_says_whose_variant_it_is_where_it_is_somebodys():
    ex = exercise("tokens/accept", student="ann")
    assert f"ann's variant, {ex.variant.sign}" in ex.html()
    assert "variant" not in exercise("tokens/accept").html()


def test_what_a_student_calls_herself_is_escaped():
    name = "<script>\u202e"
    shown = variant("x", name).html() + exercise("tokens/accept", student=name).html()
    assert "<script>" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_is_an_honest_call_of_the_own_variant(name):
    one = content.load(name, root=ROOT)
    [function] = functions(one, one.solution).values()
    for student in TWENTY[:3]:
        assert function(*judges.sample(name, variant(name, student)))
    assert exercise(name).sample()


@pytest.mark.parametrize("name", sorted(judges.JUDGES.keys() - SAMPLES.keys()))
def test_an_exercise_with_plain_arguments_has_no_sample(name):
    with pytest.raises(InvalidInput, match="no sample"):
        exercise(name).sample()


def test_a_flag_is_shown_to_who_has_solved_it_and_differs_from_student_to_student():
    one = content.load("tokens/accept", root=ROOT)
    flags = set()
    for student in ("ann", "bea"):
        own = variant(one.id, student)
        solved = examine(one, functions(one, one.solution), own)
        given = examine(one, functions(one, one.given), own)
        assert own.flag in repr(solved)
        assert own.flag in solved.html()
        assert own.flag not in repr(given) + given.html()
        flags.add(own.flag)
    assert len(flags) == 2
    assert "flag" not in repr(examine(one, functions(one, one.solution)))
