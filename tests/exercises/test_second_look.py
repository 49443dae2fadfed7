"""Who knows the own variant by heart, or counts calls, does not pass; who understood it does."""

from pathlib import Path

import pytest

from labkit.exercises import content
from labkit.exercises.exercise import examine
from labkit.exercises.minting import now_of
from labkit.exercises.second_look import ELSEWHERE
from labkit.exercises.second_look import drawn as as_students_have_it
from labkit.exercises.variants import fixed, variant

ROOT = Path(__file__).parents[2] / "exercises"
OWN = [fixed, lambda name: variant(name, "ann")]


def solved(name):
    one = content.load(name, root=ROOT)
    scope = {}
    exec(compile(one.solution, name, "exec"), scope)
    [answer] = one.answers
    return one, answer, scope[answer]


def report(name, own, wrapped):
    one, answer, right = solved(name)
    return examine(one, {answer: wrapped(right, own)}, own)


def knows_the_time(right, own):
    return lambda claims, now, *rest: right(claims, now_of(own), *rest)


def knows_the_names(right, own):
    def answer(claims, now, issuer, audience, kind):
        return right(claims, now, own.issuer, own.audience, kind)

    return answer


def knows_the_secret(right, own):
    return lambda token, key, now: right(token, own.octets("secret"), now)


def lets_in_the_first(calls):
    def wrapped(right, own):
        left = [calls]

        def answer(*values):
            left[0] -= 1
            return right(*values) if left[0] >= 0 else None

        return answer

    return wrapped


def knows_what_was_tried(right, own):
    """Refuses just what the attacks try in the own variant, and nothing else."""
    tried = {}
    one, name, _ = solved(own.exercise)

    def noting(*values):
        tried[repr(values)] = right(*values)
        return tried[repr(values)]

    examine(one, {name: noting}, own)
    return lambda *values: tried.get(repr(values), True)


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize(
    ("name", "cheat"),
    [
        ("tokens/claims_ok", knows_the_time),
        ("tokens/claims_ok", knows_the_names),
        ("tokens/claims_ok", knows_what_was_tried),
        ("tokens/accept", knows_what_was_tried),
        ("tokens/verify", knows_the_secret),
        *[("tokens/choose_key", lets_in_the_first(calls)) for calls in (10, 40)],
        *[("tokens/second_service", lets_in_the_first(calls)) for calls in (10, 100)],
        *[("tokens/verify_rs256", lets_in_the_first(calls)) for calls in (10, 40)],
    ],
)
def test_an_answer_that_fits_one_variant_only_is_found_out(name, cheat, own):
    found = report(name, own(name), cheat)
    assert not found.solved
    assert any(ELSEWHERE in row.said or "refuse" in row.said for row in found.rows)


@pytest.mark.parametrize("own", OWN)
def test_an_answer_that_was_right_is_told_in_the_words_of_its_own_variant(own):
    for name in ("tokens/accept", "tokens/claims_ok"):
        found = report(name, own(name), lambda right, _: right)
        assert found.solved
        assert not any(ELSEWHERE in row.said for row in found.rows)


def test_each_check_draws_another_variant():
    drawn = [as_students_have_it("tokens/accept") for _ in range(3)]
    assert len({each.seed for each in drawn}) == 3
    assert len({each.issuer for each in drawn}) == 3
