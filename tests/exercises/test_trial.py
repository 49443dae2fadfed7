"""What a trial makes of answers that are odd rather than wrong."""

import math
from pathlib import Path

import pytest

from labkit import attacks
from labkit.catalogue import Outcome, attacks_in
from labkit.errors import LabkitError
from labkit.exercises import content, judges
from labkit.exercises.exercise import examine
from labkit.exercises.judges import JUDGES
from labkit.exercises.trial import MOST_TOLD, raised, told
from labkit.exercises.variants import fixed

ROOT = Path(__file__).parents[2] / "exercises"


def load(name):
    return content.load(name, root=ROOT)


def test_every_exercise_has_a_judge_and_every_judge_an_exercise():
    assert sorted(JUDGES) == content.names(ROOT)


def test_the_attacks_of_an_exercise_are_all_the_catalogues_or_all_its_own():
    known = set(attacks_in(attacks))
    for name in content.names(ROOT):
        one = load(name)
        probes = set(one.attacks) - known
        assert probes in (set(), set(one.attacks)), name


ODD = [
    ("guessing/login", lambda *_: (200, "Welcome.")),
    ("guessing/login", lambda *_: 401),
    ("guessing/login", lambda *_: ("401", "No.")),
    ("guessing/source", lambda *_: None),
    ("guessing/source", lambda *_: "a" * 1000),
    ("guessing/take", lambda *_: 1),
    ("guessing/take", lambda *_: False),
    ("guessing/take", lambda cursor, *_: cursor.execute("DROP TABLE nothing")),
    ("guessing/wait_s", lambda *_: math.nan),
    ("guessing/wait_s", lambda *_: -1),
    ("guessing/wait_s", lambda *_: "0"),
    ("guessing/wait_s", lambda *_: True),
    ("guessing/wait_s", lambda *_: math.inf),
    ("passwords/acceptable", lambda *_: None),
    ("passwords/acceptable", lambda *_: False),
    ("passwords/rehash", lambda *_: (True,)),
    ("passwords/rehash", lambda *_: (1, None)),
    ("passwords/rehash", lambda *_: (False, None)),
    ("passwords/rehash", lambda *_: (True, b"bytes")),
    ("tokens/accept", lambda *_: None),
    ("tokens/accept", lambda *_: 1),
    ("tokens/choose_key", lambda *_: None),
    ("tokens/choose_key", lambda header, keys: "a key"),
    ("tokens/claims_ok", lambda *_: False),
    ("tokens/claims_ok", lambda claims, *_: claims),
    ("tokens/refresh", lambda *_: None),
    ("tokens/refresh", lambda *_: ("mallory", "t" * 40)),
    ("tokens/refresh", lambda *_: "token"),
    ("tokens/refresh", lambda cursor, *_: cursor.execute("DROP TABLE nothing")),
    ("tokens/second_service", lambda *_: True),
    ("tokens/second_service", lambda *_: {"sub": "mallory"}),
    ("tokens/verify", lambda *_: {}),
    ("tokens/verify", lambda *_: True),
    ("tokens/verify", lambda *_: None),
    ("tokens/verify_rs256", lambda *_: {"sub": "mallory"}),
    ("tokens/verify_rs256", lambda *_: []),
]


@pytest.mark.parametrize(("name", "answer"), ODD, ids=lambda value: str(value)[:20])
def test_an_answer_of_another_type_or_that_refuses_everybody_is_broken_and_told(name, answer):
    report = examine(load(name), {load(name).answers[0]: answer})
    assert report.rows[0].state == Outcome.BROKEN
    assert report.rows[0].question
    assert {row.state for row in report.rows[1:]} == {"not tried"}


@pytest.mark.parametrize("name", ["guessing/source", "guessing/take", "guessing/wait_s"])
def test_an_answer_that_raises_is_told_in_one_line(name):
    def answer(*values):
        raise KeyError("no\nsuch")

    report = examine(load(name), {load(name).answers[0]: answer})
    assert report.rows[0].state == Outcome.BROKEN
    assert "KeyError" in report.rows[0].said
    assert "\n" not in report.rows[0].said


class Unspeakable:
    """Nothing about it can be shown."""

    def __repr__(self):
        raise RuntimeError("no repr")

    def __str__(self):
        raise SystemExit("no str")


class UnspeakableError(LabkitError, Unspeakable):
    def __init__(self):
        pass

    __repr__, __str__ = Unspeakable.__repr__, Unspeakable.__str__


class OwnEnd(BaseException):
    pass


def raising(error):
    def answer(*values):
        raise error

    return answer


NAMES = content.names(ROOT)


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), OwnEnd("x")])
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_wants_to_end_the_program_is_told_and_ends_nothing(name, error):
    one = load(name)
    report = examine(one, dict.fromkeys(one.answers, raising(error)))
    assert report.rows[0].state == Outcome.BROKEN
    assert type(error).__name__ in report.rows[0].said
    assert "Traceback" not in repr(report) + report.html()


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_with_an_error_that_cannot_be_shown_is_told(name):
    one = load(name)
    report = examine(one, dict.fromkeys(one.answers, raising(UnspeakableError())))
    assert report.rows[0].state == Outcome.BROKEN
    assert repr(report)
    assert report.html()


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_with_a_value_that_cannot_be_shown_is_told(name):
    one = load(name)
    for value in (Unspeakable(), (Unspeakable(), None), [Unspeakable()]):
        report = examine(one, dict.fromkeys(one.answers, lambda *_, value=value: value))
        assert report.rows[0].state == Outcome.BROKEN
        assert repr(report)
        assert report.html()


@pytest.mark.parametrize("name", ["guessing/wait_s", "guessing/login", "tokens/accept"])
def test_an_answer_that_ends_the_program_during_an_attack_breaks_that_row_alone(name):
    one, calls = load(name), []
    scope = {}
    exec(one.solution, scope)
    solution = scope[one.answers[0]]

    def counting(*values):
        calls.append(1)
        return solution(*values)

    on_day = judges.judge(name)({one.answers[0]: counting}, fixed(name))
    on_day.day()
    limit = len(calls)
    calls.clear()

    def ends(*values):
        calls.append(1)
        if len(calls) == limit + 1:
            raise SystemExit
        return solution(*values)

    report = examine(one, {one.answers[0]: ends})
    states = [row.state for row in report.rows]
    assert states.count(Outcome.BROKEN) == 1
    assert "SystemExit" in repr(report)
    assert len(states) == 1 + len(one.attacks)


def test_an_answer_that_ends_the_program_on_the_site_is_told():
    one = load("passwords/store")

    def check(password, stored):
        raise SystemExit

    report = examine(one, {"store": lambda password: password[::-1], "check": check})
    assert report.rows[0].state == Outcome.BROKEN
    assert "SystemExit" in report.rows[0].said


@pytest.mark.parametrize("name", ["guessing/take", "tokens/refresh"])
def test_an_answer_that_destroys_its_table_is_told_in_every_row(name):
    one, calls, scope = load(name), [], {}
    exec(one.solution, scope)

    def destroying(cursor, *values):
        calls.append(1)
        if len(calls) > on_day:
            for table in ("attempts", "tokens"):
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
        return scope[one.answers[0]](cursor, *values)

    on_day = 10**9
    judges.judge(name)({one.answers[0]: destroying}, fixed(name)).day()
    on_day = len(calls)
    calls.clear()
    report = examine(one, {one.answers[0]: destroying})
    assert report.rows[0].state == Outcome.HELD
    assert {row.state for row in report.rows[1:]} == {Outcome.BROKEN}
    assert all("no such table" in row.said for row in report.rows[1:])


@pytest.mark.parametrize("key", [{}, {"alg": "HS256", "k": 7}, {"alg": []}, {"alg": "HS256"}])
def test_a_key_that_cannot_be_used_opens_nothing(key):
    report = examine(load("tokens/choose_key"), {"choose_key": lambda *_: key})
    assert report.rows[0].state == Outcome.BROKEN
    assert "refused" in report.rows[0].said


def test_who_interrupts_the_kernel_gets_through():
    for name in ("guessing/wait_s", "tokens/accept", "tokens/choose_key"):
        with pytest.raises(KeyboardInterrupt):
            examine(load(name), {load(name).answers[0]: raising(KeyboardInterrupt())})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Unspeakable(), "Unspeakable, which cannot be shown"),
        ("a\nb", "'a\\nb'"),
        ("\u202e", r"'\u202e'"),
        ("x" * 10**6, "'" + "x" * (MOST_TOLD - 2) + "…"),
        (10**5000, "int, which cannot be shown"),
    ],
    ids=["unspeakable", "lines", "bidi", "long", "huge"],
)
def test_what_an_answer_returned_is_told_in_one_bounded_line(value, said):
    assert told(value) == said


def test_an_error_with_lines_in_its_text_is_told_in_one():
    class LinesError(Exception):
        def __repr__(self):
            return "one\ntwo\u2028three\x1b[31m"

    line = raised(LinesError())
    assert line.isprintable()
    assert "one two" in line


def test_refusing_every_password_is_no_way_to_check_long_ones():
    def refuse(password):
        raise ValueError("no")

    report = examine(load("passwords/long_password"), {"store": refuse, "check": lambda *_: False})
    assert report.rows[0].state == Outcome.BROKEN


def test_an_attempt_that_leaves_the_database_locked_is_told_and_ends():
    def answer(cursor, key, now, limit):
        cursor.execute("BEGIN IMMEDIATE")
        return True

    report = examine(load("guessing/take"), {"take": answer})
    assert not report.solved
