"""The honest user's day, and that it notices when something stops working."""

import pytest

from labkit.access import Policy
from labkit.catalogue import Outcome
from labkit.practice import Site
from labkit.practice.decisions.access import Serialiser
from labkit.practice.decisions.guessing import LogIn
from labkit.practice.journey import STEPS, walk
from labkit.second_factor import TotpVerifier


def test_the_day_works_from_end_to_end(site):
    day = walk(site)
    assert (day.outcome, day.said) == (Outcome.HELD, "everything an honest user does still works")
    assert {exchange.who for exchange in day.exchanges} > {"alice", "bob", "carol", "erin", "grace"}


def test_it_works_again_after_a_restore(site):
    walk(site)
    site.restore()
    assert walk(site).outcome is Outcome.HELD


class NobodyGetsIn(LogIn):
    def check(self, user, password):
        return False


class EverybodyGetsIn(LogIn):
    def check(self, user, password):
        return user is not None


class NothingAllowed(Policy):
    def owns(self, subject, resource):
        return False


class Shortened(Serialiser):
    def grade(self, grade, roles):
        return {**grade, "points": 0}


class NoCode(TotpVerifier):
    def accept(self, user, step, store):
        return False


class Crash(Serialiser):
    def grade(self, grade, roles):
        raise KeyError("points")


@pytest.mark.parametrize(
    ("part", "step"),
    [
        (NobodyGetsIn, "Alice logs in"),
        (EverybodyGetsIn, "Alice mistypes"),
        (NothingAllowed, "Alice logs in"),
        (Shortened, "Carol enters a grade"),
        (NoCode, "Frank adds a second factor"),
        (Crash, "Alice logs in"),
    ],
)
def test_a_site_that_fails_its_users_is_broken_at_the_first_step_that_fails(fast, part, step):
    day = walk(Site(fast.having(part)))
    assert day.outcome is Outcome.BROKEN
    assert day.said.startswith(step)


def test_every_step_is_a_sentence_of_its_own():
    assert len({sentence for sentence, _ in STEPS}) == len(STEPS)
