import pytest

from labkit.exercises import quiz
from labkit.exercises.content import NoSuchExercise, Question
from labkit.exercises.quiz import PLACE, Quiz

LABS = sorted(path.stem for path in PLACE.glob("*.toml"))
WITH_A_REVIEW = ["06_tokens", "07_token_attacks"]


@pytest.mark.parametrize("name", LABS)
def test_every_lab_ends_with_three_questions_and_a_reason_for_each_option(name):
    asked = quiz(name)
    assert len([one for one in asked.questions if not one.change]) == 3
    for question in asked.questions:
        assert 0 <= question.right < len(question.options)
        assert all(text and why for text, why in question.options)
        assert len({why for _, why in question.options}) == len(question.options)


@pytest.mark.parametrize("name", WITH_A_REVIEW)
def test_the_labs_on_tokens_end_with_a_change_to_review(name):
    asked = quiz(name)
    last = asked.questions[-1]
    assert last.question.startswith("Review this change")
    signs = {line[:1] for line in last.change.splitlines()}
    assert signs == {"-", "+", " "} | ({""} & signs)
    shown = asked.html()
    assert "Four questions" in shown
    assert shown.count("lk-diff") == 1
    assert all(f"   {line}" in repr(asked) for line in last.change.splitlines())


@pytest.mark.parametrize("name", sorted({*LABS} - {*WITH_A_REVIEW}))
def test_a_lab_without_a_review_shows_no_code(name):
    assert "lk-diff" not in quiz(name).html()


def test_a_change_is_escaped_line_by_line():
    hostile = Question("?", (("a", "b"),), 0, "-<script>\n+\u202ex")
    shown = Quiz("x", [hostile]).html()
    assert "<script>" not in shown
    assert "\u202e" not in shown


def test_the_text_twin_does_not_give_the_answer_away():
    text = repr(quiz("00_start"))
    assert "Right" not in text
    assert all(question.question in text for question in quiz("00_start").questions)


def test_the_page_says_right_once_for_each_question():
    assert quiz("00_start").html().count("Right") == 3


@pytest.mark.parametrize("name", ["nothing", "../quizzes/00_start", "", "a\x00b"])
def test_a_quiz_that_is_not_there_is_refused_kindly(name):
    with pytest.raises(NoSuchExercise):
        quiz(name)
