import base64

import pytest

from labkit.cracking import Budget, common, crack, shown
from labkit.errors import InvalidInput

# Encoded, so that the source does not spell it out: a slur, plain, and with leet and a number.
RUDE = [base64.b64decode(each).decode() for each in ("ZmFnZ290", "RjRnZzB0MTk5OQ==")]


@pytest.mark.parametrize("word", RUDE)
def test_a_slur_is_masked_on_a_screen_plain_or_in_leet(word):
    assert shown(word) == word[0] + "•" * (len(word) - 1)


def test_a_masked_password_still_counts_as_found():
    rows = {"ann": f"$textbook$${RUDE[0]}"}
    report = crack(rows, ["x"], budget=Budget(1))
    assert report.found == {"ann": RUDE[0]}
    assert RUDE[0] not in repr(report)
    assert RUDE[0] not in report.html()


@pytest.mark.parametrize("word", ["sunshine", "letmein", "cocktail", "Dickens"])
def test_ordinary_words_are_shown(word):
    assert shown(word) == word


def test_only_a_small_part_of_the_list_is_masked():
    masked = [word for word in common(3000) if shown(word) != word]
    assert 0 < len(masked) < 150


def test_what_is_shown_is_printable_and_of_bounded_length():
    assert shown("a\x1b[31m") == "a\\u001b[31m"
    assert shown("x" * 5000) == "x" * 63 + "…"
    assert shown("") == ""


@pytest.mark.parametrize("bad", [None, b"x", 5])
def test_what_is_no_password_is_refused(bad):
    with pytest.raises(InvalidInput):
        shown(bad)


def test_a_lone_surrogate_is_spelled_out():
    assert shown("a\ud800") == "a\\ud800"
