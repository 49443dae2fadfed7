"""For every exercise: the solution holds, what was given does not, known answers are told apart."""

import json
import textwrap
from pathlib import Path

import pytest

from labkit.catalogue import Outcome
from labkit.errors import InvalidInput, StoreError
from labkit.exercises import content, exercise, notebook, progress
from labkit.exercises.content import MalformedExercise, NoSuchExercise
from labkit.exercises.exercise import examine
from labkit.exercises.trial import HONEST
from labkit.exercises.variants import variant

ROOT = Path(__file__).parents[2] / "exercises"
ALL = [content.load(name, root=ROOT) for name in content.names(ROOT)]
STORE = content.load("passwords/store", root=ROOT)
ANSWERS = [(one, answer) for one in ALL for answer in (*one.alternatives, *one.wrong)]
# Here an answer hashes as slowly as a site does, meets a corpus, or walks through a whole site.
SLOW = {"passwords/store", "passwords/rehash", "passwords/acceptable"}
SLOW |= {"guessing/login", "guessing/source", "tokens/verify", "tokens/refresh"}


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))


@pytest.fixture
def store(monkeypatch):
    monkeypatch.chdir(ROOT)
    return exercise("passwords/store")


def functions(one, code):
    scope = {}
    exec(compile(code, one.id, "exec"), scope)
    return {name: scope[name] for name in one.answers}


def caught(one, code, own=None):
    """Which rows did not hold; the honest user's is named where it is one of them."""
    report = examine(one, functions(one, code), own)
    assert {row.id for row in report.rows[1:]} == set(one.attacks)
    return tuple(row.id for row in report.rows if row.state in (Outcome.BREACHED, Outcome.BROKEN))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_the_solution_gets_full_marks_and_the_flag_in_every_variant(one):
    """In nobody's, a slow one is run by its solved notebook."""
    answer = functions(one, one.solution)
    assert one.id in SLOW or examine(one, answer).solved
    for student in ("zoe",) if one.id in SLOW else ("zoe", "ann", "bea"):
        report = examine(one, answer, own := variant(one.id, student))
        assert report.solved, student
        assert own.flag in repr(report)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_what_the_student_is_given_works_for_the_honest_user_and_is_breached(one):
    wrong = caught(one, one.given)
    assert wrong
    assert HONEST not in wrong


@pytest.mark.parametrize(
    ("one", "answer"), ANSWERS, ids=lambda value: getattr(value, "name", getattr(value, "id", ""))
)
def test_each_known_answer_is_breached_by_exactly_the_attacks_named_for_it(one, answer):
    """In a student's variant, and in nobody's where that is quick."""
    assert caught(one, answer.code, variant(one.id, "zoe")) == answer.caught_by
    if one.id not in SLOW:
        assert caught(one, answer.code) == answer.caught_by


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_every_attack_has_feedback_and_there_are_hints_and_a_question(one):
    assert set(one.feedback) - {HONEST} == set(one.attacks)
    assert HONEST in one.feedback
    assert all("?" in question for question in one.feedback.values())
    assert len(one.hints) >= 2
    assert all(0 <= question.right < len(question.options) for question in one.quiz)
    assert one.quiz


@pytest.mark.parametrize("name", content.names(ROOT))
def test_the_notebooks_are_what_the_content_generates(name):
    one = content.load(name, root=ROOT)
    student, solved = notebook.paths(ROOT, name)
    assert student.read_text("utf-8") == notebook.dump(one)
    made = notebook.sources(notebook.dump(one, solved=True))
    assert notebook.sources(solved.read_text("utf-8")) == made


def test_the_student_notebook_does_not_hold_the_solution():
    for one in ALL:
        assert one.solution.strip() not in "\n".join(notebook.sources(notebook.dump(one)))


def test_refusing_everybody_is_broken_and_no_attack_is_tried():
    one = STORE
    answers = {"store": lambda password: "x" * 40, "check": lambda password, stored: False}
    report = examine(one, answers)
    assert report.rows[0].state == Outcome.BROKEN
    assert {row.state for row in report.rows[1:]} == {"not tried"}
    assert not report.solved


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"store": lambda password: 7, "check": lambda password, stored: True}, "returned int"),
        ({"store": lambda password: password, "check": lambda *_: 1}, "returned int"),
        ({"store": lambda password: {}["guest"], "check": lambda *_: True}, "KeyError('guest')"),
        ({"store": lambda password: "x", "check": lambda *_: 1 / 0}, "ZeroDivisionError"),
    ],
)
def test_an_answer_that_crashes_or_has_the_wrong_type_is_told_without_a_traceback(answers, said):
    report = examine(STORE, answers)
    assert report.rows[0].state == Outcome.BROKEN
    assert said in str(report.rows[0])
    assert "Traceback" not in repr(report)


def test_an_object_that_equals_everything_is_no_bool():
    class Yes:
        def __eq__(self, other):
            return True

        def __bool__(self):
            return True

        __hash__ = None

    report = examine(STORE, {"store": lambda p: p, "check": lambda *_: Yes()})
    assert "returned Yes" in str(report.rows[0])


def test_what_a_student_returns_is_escaped_where_it_is_shown():
    hostile = "<script>alert(1)</script>"

    def store(password):
        raise ValueError(hostile)

    report = examine(STORE, {"store": store, "check": lambda *_: True})
    assert hostile not in report._repr_html_()


def test_progress_survives_a_restart_and_can_be_reset(store, monkeypatch):
    store.hint()
    again = exercise("passwords/store")
    assert "1 hints so far" in again.html()
    again.reset()
    assert progress.read("passwords/store") == {"solved": False, "checks": 0, "hints": 0}


def test_a_check_is_counted_and_a_solved_exercise_stays_solved(monkeypatch):
    monkeypatch.chdir(ROOT)
    ex = exercise("guessing/wait_s")
    for code in (ex.content.solution, ex.content.given):
        ex.check(*functions(ex.content, code).values())
    assert progress.read("guessing/wait_s") == {"solved": True, "checks": 2, "hints": 0}


def test_resetting_one_exercise_leaves_the_others(monkeypatch):
    monkeypatch.chdir(ROOT)
    exercise("guessing/wait_s").hint()
    exercise("guessing/take").hint()
    exercise("guessing/take").reset()
    assert progress.read("guessing/wait_s")["hints"] == 1
    assert progress.read("guessing/take")["hints"] == 0


def test_hints_come_one_after_the_other_and_the_last_one_stays(store):
    hints = [store.hint().text for _ in range(len(store.content.hints) + 1)]
    assert hints[:-1] == list(store.content.hints)
    assert hints[-1] == hints[-2]


@pytest.mark.parametrize("number", [0, 99, "1", True, -1, 1.5, None])
def test_a_quiz_option_that_is_not_there_is_refused_kindly(store, number):
    if number is None:
        assert "1." in repr(store.quiz(1))
    elif number is True:
        with pytest.raises(InvalidInput):
            store.quiz(True)
    else:
        with pytest.raises(InvalidInput, match="They are 1 to"):
            store.quiz(1, number)


def test_every_quiz_answer_says_why(store):
    right = store.content.quiz[0].right + 1
    assert store.quiz(1, right).small == "right"
    assert {store.quiz(1, n).small for n in (1, 2, 3) if n != right} == {"not yet"}


@pytest.mark.parametrize("answers", [(), (len,), (len, "check"), (len, len, len)])
def test_check_says_what_it_takes(store, answers):
    with pytest.raises(InvalidInput, match="check takes 2 functions"):
        store.check(*answers)


def test_an_exercise_that_is_not_there_is_refused_kindly():
    with pytest.raises(NoSuchExercise, match="no exercise 'passwords/nothing'"):
        content.load("passwords/nothing", root=ROOT)


@pytest.mark.parametrize("text", ["title = ", "title = 'only'", "\x00"])
def test_a_malformed_exercise_names_its_file(tmp_path, text):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "y.toml").write_text(text)
    with pytest.raises(MalformedExercise, match="x/y"):
        content.load("x/y", root=tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "\x00", '"x"'])
def test_damaged_progress_is_told_and_left_alone(tmp_path, monkeypatch, text):
    file = tmp_path / "progress.json"
    file.write_text(text)
    with pytest.raises(StoreError, match="cannot be read"):
        progress.write("passwords/store", solved=True)
    assert file.read_text() == text


def test_progress_that_cannot_be_written_names_the_variable(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "file" / "progress.json"))
    with pytest.raises(StoreError):
        progress.write("passwords/store", solved=True)


def test_notebooks_are_written_once_and_a_solved_one_keeps_its_outputs(tmp_path):
    base = tmp_path / "exercises"
    (base / "passwords").mkdir(parents=True)
    (base / "passwords" / "store.toml").write_text(
        (ROOT / "passwords" / "store.toml").read_text("utf-8"), "utf-8"
    )
    assert len(notebook.write(base)) == 2
    solved = notebook.paths(base, "passwords/store")[1]
    marked = json.loads(solved.read_text("utf-8"))
    marked["cells"][1]["execution_count"] = 1
    solved.write_text(json.dumps(marked), "utf-8")
    assert len(notebook.write(base)) == 1
    assert json.loads(solved.read_text("utf-8"))["cells"][1]["execution_count"] == 1


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_code_is_cut_into_cells_between_its_parts_and_nothing_is_lost(one):
    for code in (one.given, one.solution):
        assert "\n\n".join(notebook.blocks(code)) == code.strip()
        assert all(
            len(block.splitlines()) <= notebook.MOST_LINES for block in notebook.blocks(code)
        )


def test_the_generated_code_is_the_code_of_the_content():
    one = STORE
    student = notebook.sources(notebook.dump(one))
    assert textwrap.dedent(one.given).strip() in student


@pytest.mark.parametrize(
    "name",
    [None, [], "", "store", "../README", "passwords/../passwords/store", "a" * 10**6, "a/\0"],
)
def test_no_exercise_has_another_kind_of_name(name):
    with pytest.raises(NoSuchExercise):
        exercise(name)
