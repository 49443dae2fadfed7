"""A guess before the answer: committed, revealed, compared; with no browser too."""

import pytest

from labkit.errors import InvalidInput
from labkit.widgets import Estimate, Prediction

OPTIONS = ["Alice and Bob", "nobody"]


def test_a_right_prediction_is_told_so():
    guess = Prediction("Which two?", OPTIONS)
    guess.guess = "nobody"
    assert repr(guess.reveal("nobody")).endswith("You saw it coming.")


def test_a_wrong_prediction_stands_beside_the_answer_and_asks_on():
    guess = Prediction("Which two?", OPTIONS)
    guess.guess = "nobody"
    shown = guess.reveal("Alice and Bob")
    assert "You guessed: nobody. The answer is: Alice and Bob." in repr(shown)
    assert "why?" in shown.html()


@pytest.mark.parametrize(
    ("guess", "truth"), [(Prediction("Which?", OPTIONS), "nobody"), (Estimate("Long?", 1, 9), 3)]
)
def test_without_a_guess_the_answer_comes_all_the_same(guess, truth):
    shown = guess.reveal(truth)
    assert "You did not guess. The answer is: " in repr(shown)
    assert "You did not guess." in shown._repr_html_()


@pytest.mark.parametrize(
    ("guess", "word"),
    [
        (60, "Too much by a factor of 2.9."),
        (21, "Close: within a factor of two."),
        (1, "Too little by a factor of 21."),
        (1e9, "Too much by a factor of 48 000 000."),
    ],
)
def test_an_estimate_is_compared_by_its_factor(guess, word):
    asked = Estimate("How long?", 1e-6, 1e9)
    asked.guess = float(guess)
    assert word in repr(asked.reveal(21))


def test_guess_and_truth_stand_on_one_axis_which_grows_to_hold_both():
    asked = Estimate("How long?", 1, 100)
    asked.guess = 10.0
    html = asked.reveal(10_000).html()
    assert 'class="guess" style="left:25.0%"' in html
    assert 'class="truth" style="left:100.0%"' in html


def test_the_view_is_told_the_answer_and_so_is_one_that_opens_late(listen, tell):
    asked = Estimate("How long?", 1, 100, "rows")
    heard = listen(asked)
    tell(asked, "ready")
    assert heard == []
    asked.reveal(10)
    tell(asked, "ready")
    assert [("10 rows" in each["html"]) for each in heard] == [True, True]
    assert asked.revealed


def test_the_sliders_steps_are_even_on_a_log_scale_and_have_their_texts():
    asked = Estimate("How long?", 1e-3, 1e3)
    assert (asked.texts[0], asked.texts[-1]) == ("1 ms", "17 min")
    ratios = [b / a for a, b in zip(asked.values, asked.values[1:], strict=False)]
    assert max(ratios) < 1.25
    assert len(asked.values) == len(asked.texts) == len(set(asked.values))


def test_the_text_twin_shows_question_and_options():
    assert (
        repr(Prediction("Which two?", OPTIONS)) == "Which two?\n  ( ) Alice and Bob\n  ( ) nobody"
    )
    assert repr(Estimate("How long?", 1, 3600)) == "How long?\n  1 s ----o---- 1 h"


def test_questions_and_answers_are_escaped_where_they_become_html():
    evil = "<script>alert(1)</script>"
    guess = Prediction(evil, [evil, "b"])
    guess.guess = evil
    assert "<script>" not in guess.reveal(evil).html()
    assert "<script>" not in Estimate(evil, 1, 2, "<b>").reveal(1).html()


@pytest.mark.parametrize("options", ["ab", [], ["one"], ["same", "same"], [1, 2], None, ["a", ""]])
def test_options_must_be_two_different_texts_or_more(options):
    with pytest.raises(InvalidInput):
        Prediction("Which?", options)


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (2, 1), (1, 1), (-1, 1), ("1", 2), (1, float("inf"))]
)
def test_the_ends_of_an_estimate_must_be_above_zero_and_in_order(low, high):
    with pytest.raises(InvalidInput):
        Estimate("How long?", low, high)


@pytest.mark.parametrize("truth", ["neither", None, 7])
def test_the_answer_must_be_one_of_the_options(truth):
    with pytest.raises(InvalidInput):
        Prediction("Which?", OPTIONS).reveal(truth)


@pytest.mark.parametrize("truth", [0, -1, None, "x", float("nan")])
def test_the_truth_of_an_estimate_must_be_a_number_above_zero(truth):
    with pytest.raises(InvalidInput):
        Estimate("How long?", 1, 9).reveal(truth)


def test_a_guess_that_is_none_of_the_options_is_an_error_in_the_widget(listen):
    guess = Prediction("Which?", OPTIONS)
    heard = listen(guess)
    guess.set_state({"guess": "somebody"})
    assert guess.guess is None
    assert len(heard.errors()) == 1
