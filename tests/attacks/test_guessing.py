"""The attacks on the log-in: how much they may send, and what they do not fall for."""

import pytest

import labkit.attacks
import labkit.attacks.guessing as attacks
from labkit.catalogue import Outcome, attacks_in
from labkit.guessing import LogInThrottle
from labkit.mistakes import guessing as mistakes
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher
from labkit.practice import Defences, Site
from labkit.practice.decisions.guessing import LogIn
from labkit.practice.refusal import Refusal

MOST_EXCHANGES = {"G1": 110, "G2": 110, "G3": 80, "G4": 70, "G5": 3, "G6": 70, "G7": 14, "G8": 14}


class FastHasher(PasswordHasher):
    """As secure as nothing, and quick."""

    def __init__(self):
        super().__init__(ONLY_FOR_TESTS)


def against(attack, *parts):
    return attack(Site(Defences().having(FastHasher, *parts)))


@pytest.fixture(scope="module")
def book():
    return {name: each for name, each in attacks_in(labkit.attacks).items() if name[0] == "G"}


def test_there_is_an_attack_for_each_mistake(book):
    assert sorted(book) == sorted(f"G{number}" for number in range(1, 11))


@pytest.mark.parametrize("name", MOST_EXCHANGES)
def test_an_attack_keeps_to_its_budget_even_where_nothing_stops_it(book, name):
    result = against(book[name], mistakes.NoThrottle)
    assert result.attempts <= MOST_EXCHANGES[name]


def test_the_guesses_are_common_passwords_and_no_seeded_one_is_among_the_first_five():
    likely = attacks._likely()
    assert len(set(likely)) == attacks.GUESSES
    assert all(len(word) >= 8 for word in likely)
    assert not {"sunshine", "elephant", "mountain"} & set(likely[: attacks.FREE])


class SilentlyRefusing(LogInThrottle):
    """Holds, and never says so: every attempt after the fifth looks like a wrong password."""

    def admit(self, keys, now):
        if super().admit(keys, now) > 0:
            raise Refusal("The name or the password is wrong.", status=401)
        return 0.0


@pytest.mark.parametrize("attack", [attacks.guess_one_account, attacks.rotate_header])
def test_a_throttle_that_does_not_tell_holds_too(attack):
    result = against(attack, SilentlyRefusing)
    assert result.outcome is Outcome.HELD
    assert f"{attacks.GUESSES} guesses" in result.said


class SaysYes(LogIn):
    """Answers 200 to whoever asks and logs nobody in: nothing was gained."""

    def refusal(self, known):
        return 200, "Welcome."


def test_a_friendly_status_is_no_break_in():
    for attack in (attacks.guess_one_account, attacks.send_a_batch, attacks.guess_a_new_password):
        assert against(attack, SaysYes).outcome is Outcome.HELD


class OtherText(LogIn):
    def refusal(self, known):
        return 401, "Wrong password." if known else "Wrong name."


class OtherForNobody(LogIn):
    """Tells mallory apart from everyone else, and nobody by it."""

    def check(self, user, password):
        return user is not None and user["name"] == "mallory" and super().check(user, password)


def test_the_same_status_with_another_text_still_tells(book):
    result = against(book["G7"], OtherText)
    assert result.outcome is Outcome.BREACHED
    assert result.said.startswith("carol, dave have accounts")


def test_a_difference_that_tells_nobody_gains_nothing(book):
    result = against(book["G8"], OtherForNobody)
    assert result.outcome is Outcome.HELD
    assert "nobody could be told" in result.said


def test_the_race_names_an_order_and_says_in_how_many(book):
    said = against(book["G10"], mistakes.LooksThenCounts).said
    assert "in 4 of 6 orders" in said
    assert "ABAB" in said


def test_a_count_by_address_is_raced_for_from_one_address(book):
    assert against(book["G10"], mistakes.CountsByClaimedAddress).outcome is Outcome.HELD


class Both(mistakes.LooksThenCounts):
    keys = mistakes.CountsByClaimedAddress.keys


def test_and_is_passed_where_it_looks_before_it_counts(book):
    result = against(book["G10"], Both)
    assert result.outcome is Outcome.BREACHED
    assert "4 of 6" in result.said


def test_locking_out_takes_waiting_not_many_requests(book):
    result = against(book["G6"], mistakes.OneBucketForAll)
    assert result.outcome is Outcome.BREACHED
    assert result.cost == "15 wrong passwords in 4.1 hours"
