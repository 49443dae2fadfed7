import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.cracking import count, dollars, duration
from labkit.cracking.words import YEAR_S
from labkit.errors import InvalidInput

DURATIONS = [
    (0, "0 s"),
    (1e-12, "under 1 ns"),
    (1e-9, "1 ns"),
    (6.1e-12 * 30_000, "180 ns"),
    (0.0042, "4.2 ms"),
    (0.9999, "1 s"),
    (1, "1 s"),
    (3.34, "3.3 s"),
    (59.97, "1 min"),
    (90, "1.5 min"),
    (3600, "1 h"),
    (86_400, "1 day"),
    (10 * 86_400, "10 days"),
    (YEAR_S, "1 year"),
    (1.5 * YEAR_S, "1.5 years"),
    (13_000 * YEAR_S, "13 000 years"),
    (2.5e6 * YEAR_S, "2.5 million years"),
    (3e9 * YEAR_S, "3 billion years"),
    (5e20 * YEAR_S, "5 × 10²⁰ years"),
    (10**290, "3.2 × 10²⁸² years"),
]
SIZE = {
    "ns": 1e-9,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "day": 86_400.0,
    "year": YEAR_S,
    "million year": 1e6 * YEAR_S,
    "billion year": 1e9 * YEAR_S,
}


@pytest.mark.parametrize(("seconds", "words"), DURATIONS)
def test_a_duration_is_two_figures_and_a_unit(seconds, words):
    assert duration(seconds) == words


def in_seconds(words: str) -> float:
    if words == "under 1 ns":
        return 0.0
    plain = words.replace(" × 10", "e").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    head, unit = re.fullmatch(r"([\d. e]+?) ?([a-zµ ]+)", plain).groups()
    head = head.replace(" ", "")
    return float(head) * (SIZE.get(unit) or SIZE[unit.removesuffix("s")])


positive = st.floats(min_value=0, max_value=1e280)


@settings(max_examples=150)
@given(positive, positive)
def test_a_longer_time_never_reads_as_a_shorter_one(one, other):
    short, long = sorted((one, other))
    assert in_seconds(duration(short)) <= in_seconds(duration(long)) * (1 + 1e-9)


@settings(max_examples=150)
@given(st.floats(min_value=1e-9, max_value=1e280))
def test_the_words_are_within_a_twentieth_of_the_time(seconds):
    assert in_seconds(duration(seconds)) == pytest.approx(seconds, rel=0.051)


def test_counts_are_grouped_and_huge_ones_are_powers_of_ten():
    assert [count(n) for n in (0, 999, 1000, 14_344_391, 10**15, 95**12, 10**300)] == [
        "0",
        "999",
        "1 000",
        "14 344 391",
        "1 × 10¹⁵",
        "5.4 × 10²³",
        "1 × 10³⁰⁰",
    ]


def test_sums_of_money_read_as_a_range():
    assert dollars(0, 0) == "$0"
    assert dollars(0, 0.004) == "under $0.01"
    assert dollars(0.004, 0.02) == "$0 to $0.02"
    assert dollars(2, 2) == "$2.00"
    assert dollars(1234, 5678) == "$1 200 to $5 700"


@pytest.mark.parametrize("bad", [-1, math.nan, math.inf, -math.inf, None, "1", True, b"1", 10**400])
def test_what_is_no_amount_is_refused(bad):
    for words in (count, duration, lambda value: dollars(value, value)):
        with pytest.raises(InvalidInput):
            words(bad)


def test_a_range_the_wrong_way_round_is_refused():
    with pytest.raises(InvalidInput):
        dollars(2, 1)
