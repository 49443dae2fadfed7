"""What a trial makes of answers that are odd rather than wrong."""

import math
from pathlib import Path

import pytest

from labkit import attacks
from labkit.catalogue import Outcome, attacks_in
from labkit.exercises import content
from labkit.exercises.exercise import examine
from labkit.exercises.judges import JUDGES

ROOT = Path(__file__).parents[2] / "exercises"


def load(name):
    return content.load(name, root=ROOT)


def test_every_exercise_has_a_judge_and_every_judge_an_exercise():
    assert sorted(JUDGES) == content.names(ROOT)


def test_no_probe_has_an_id_of_the_catalogue_and_each_has_a_title_of_its_own():
    known = set(attacks_in(attacks))
    for name in content.names(ROOT):
        one = load(name)
        probes = set(one.attacks) - known
        assert probes == set() or set(one.attacks) == probes


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
