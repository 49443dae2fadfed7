"""Code that comes to no end is ended, and nothing else is."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from labkit.exercises import content, deadline
from labkit.exercises.deadline import TimeUp, within
from labkit.exercises.exercise import examine

SOON_S = 0.05


def forever(*_):
    while True:
        pass


def stubborn(*_):
    ends = 0
    while ends < 2:
        try:
            forever()
        except BaseException:
            ends += 1
    forever()


@pytest.mark.parametrize("code", [forever, stubborn], ids=["loop", "loop that catches everything"])
def test_a_loop_is_ended(code, monkeypatch):
    monkeypatch.setattr(deadline, "AGAIN_S", SOON_S)
    with pytest.raises(TimeUp, match="no end within a minute"):
        within(code, limit_s=SOON_S)


def test_what_comes_to_an_end_is_handed_on():
    assert within(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(lambda: 1 / 0)


def test_nothing_is_raised_once_the_step_is_over():
    before = threading.active_count()
    for _ in range(200):
        with suppress(TimeUp):
            within(lambda: sum(range(2000)), limit_s=1e-5)
    assert sum(range(100_000)) == 4999950000
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(1)
    assert threading.active_count() <= before


def test_a_deadline_inside_another_ends_the_inner_one_alone():
    def outer():
        with pytest.raises(TimeUp):
            within(forever, limit_s=SOON_S)
        return "went on"

    assert within(outer) == "went on"


def test_a_lock_held_by_the_code_is_let_go(tmp_path):
    file = tmp_path / "rows.db"

    def write():
        connection = sqlite3.connect(file)
        with connection:
            connection.execute("CREATE TABLE t (n)")
            forever()

    with pytest.raises(TimeUp):
        within(write, limit_s=SOON_S)
    sqlite3.connect(file, timeout=0).execute("CREATE TABLE other (n)")


@pytest.mark.parametrize("name", ["tokens/accept", "tokens/choose_key", "guessing/wait_s"])
def test_an_answer_without_an_end_is_broken_and_no_attack_is_tried(name, monkeypatch):
    monkeypatch.setattr(deadline, "LIMIT_S", 0.5)
    exercise = content.load(name)
    report = examine(exercise, dict.fromkeys(exercise.answers, forever))
    assert "no end within a minute" in report.rows[0].said
    assert {row.said for row in report.rows[1:]} == {"runs once the honest user gets in"}
    assert not report.solved


def test_a_loop_under_attack_ends_the_check_there(monkeypatch):
    monkeypatch.setattr(deadline, "LIMIT_S", 0.5)
    exercise = content.load("tokens/accept")
    calls = []

    def accept(claims, user_valid_from, denied):
        calls.append(claims)
        fine = claims["jti"] not in denied and claims["iat"] >= user_valid_from
        return fine or forever()

    said = [row.said for row in examine(exercise, {"accept": accept}).rows]
    assert calls
    assert sum("no end within a minute" in each for each in said) == 1
    assert said[-1] == "runs once the others come to an end"


@pytest.mark.parametrize("step", ["1", "[one for one in iter(int, 1)]"])
def test_a_profiler_still_runs_afterwards(step):
    code = f"""
import cProfile
from labkit.exercises.deadline import TimeUp, within
try:
    within(lambda: {step}, limit_s=0.1)
except TimeUp:
    pass
cProfile.run("[one for one in range(1000)]")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=True)
    assert b"function calls" in done.stdout
