import pytest

from labkit.exercises import quiz
from labkit.exercises.content import NoSuchExercise
from labkit.exercises.quiz import PLACE


@pytest.mark.parametrize("name", sorted(path.stem for path in PLACE.glob("*.toml")))
def test_every_lab_ends_with_three_questions_and_a_reason_for_each_option(name):
    asked = quiz(name)
    assert len(asked.questions) == 3
    for question in asked.questions:
        assert 0 <= question.right < len(question.options)
        assert all(text and why for text, why in question.options)


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
