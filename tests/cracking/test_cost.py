from types import SimpleNamespace

import pytest

from labkit.cracking import (
    TARGETS,
    Argon2,
    Bcrypt,
    Digest,
    Guess,
    Pbkdf2,
    RateUnknown,
    Scrypt,
    UnreadableStored,
    common,
    cost_to_crack,
    costs,
    guesses_needed,
    log_ins_per_second,
    rank,
    rate,
    read,
)
from labkit.errors import InvalidInput

OWASP = Argon2(19456, 2, 1)
BCRYPT_12 = "$2b$12$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW"
SIZES = {
    "30 000 common passwords": 30_000,
    "8 lower-case letters": 208_827_064_576,
    "4 random words from 7776": 3_656_158_440_062_976,
    "12 random characters": 95**12,
}


def test_the_standing_targets_carry_their_sizes():
    assert {target.name: target.size for target in TARGETS} == SIZES
    assert all(target.source for target in TARGETS)


# From the published rates by hand: 30 000 / 9 kH/s; 7776^4 / 9 kH/s; 26^8 / 164.1 GH/s.
@pytest.mark.parametrize(
    ("params", "target", "words"),
    [
        (OWASP, TARGETS[0], "about 3.3 s"),
        (OWASP, TARGETS[2], "about 13 000 years"),
        (Digest("MD5"), TARGETS[1], "1.3 s"),
        (Bcrypt(12), TARGETS[1], "4.6 years"),
    ],
    ids=str,
)
def test_a_cost_is_told_in_words(params, target, words):
    cost = cost_to_crack(params, target)
    assert cost.time == words
    assert cost.guess.size == target.size


def test_time_and_money_follow_from_rate_and_rent():
    cost = cost_to_crack(Bcrypt(10), 5750 * 3600)
    assert cost.seconds == pytest.approx(3600)
    assert (cost.low_usd, cost.high_usd) == (pytest.approx(0.15), pytest.approx(0.60))
    assert cost.money == "$0.15 to $0.60"
    assert cost.on_average_s == pytest.approx(1800)
    assert cost.years == pytest.approx(3600 / 31_557_600)


def test_the_source_and_the_estimate_mark_travel_with_the_cost():
    exact, estimated = cost_to_crack(Bcrypt(12)), cost_to_crack(OWASP)
    assert (exact.estimate, estimated.estimate) == (False, True)
    assert "gist" in exact.source
    assert "4284" in estimated.source
    assert str(estimated).count("about") == 1


def test_a_stored_string_its_recipe_and_its_parameters_cost_the_same():
    assert cost_to_crack(BCRYPT_12) == cost_to_crack(read(BCRYPT_12)) == cost_to_crack(Bcrypt(12))


def test_a_defences_own_parameters_are_understood_by_their_names():
    owns = {
        Bcrypt(12): SimpleNamespace(scheme="bcrypt", cost=12),
        OWASP: SimpleNamespace(scheme="argon2id", memory_kib=19456, passes=2, lanes=1),
        Scrypt(1 << 17): SimpleNamespace(scheme="scrypt", n=1 << 17, r=8, p=1),
        Pbkdf2(600_000): SimpleNamespace(scheme="pbkdf2", iterations=600_000, digest="sha256"),
    }
    for ours, theirs in owns.items():
        assert rate(theirs) == rate(ours)
        assert cost_to_crack(theirs) == cost_to_crack(ours)


def test_doubling_the_guesses_or_raising_bcrypt_by_one_doubles_the_cost():
    once = cost_to_crack(Bcrypt(10), 1000).seconds
    assert cost_to_crack(Bcrypt(10), 2000).seconds == 2 * once
    assert cost_to_crack(Bcrypt(11), 1000).seconds == 2 * once


def test_costs_stand_side_by_side_with_their_source():
    table = costs(OWASP)
    assert [name for name, _, _ in table.rows()] == list(SIZES)
    assert "about 3.3 s" in repr(table)
    assert "(estimate)" in repr(table).splitlines()[-1]
    assert "<table" in table.html()


def test_where_no_rate_is_published_no_cost_is_told():
    with pytest.raises(RateUnknown):
        cost_to_crack(OWASP, gpu="RTX 5090")


def test_log_ins_per_second_is_cores_over_time():
    assert log_ins_per_second(250, cores=2) == 8
    assert log_ins_per_second(22.5) == pytest.approx(44.4, abs=0.05)


def test_a_listed_password_has_its_place_in_the_list():
    for place, word in enumerate(common(200), start=1):
        assert rank(word) == place
    assert rank("Dragon") is None
    assert rank("") is None


def test_a_listed_password_falls_at_its_place_and_another_at_zxcvbns_estimate():
    assert guesses_needed("dragon").size == rank("dragon") == 10
    better = [guesses_needed(word).size for word in ("dragon", "Dragon1987", "kV8 j#2 pQz")]
    assert better == sorted(better)
    assert better[0] < better[1] < better[2]
    assert "estimate" in guesses_needed("Dragon1987").source


def test_zxcvbns_limit_of_72_characters_is_no_limit_here():
    short, long = (guesses_needed("correct horse " * times) for times in (1, 200))
    assert long.size > short.size
    assert cost_to_crack(Digest("MD5"), guesses_needed("x9" * 2000)).seconds > 0


@pytest.mark.parametrize("bad", [None, 0, -1, 1.5, "10", True, 10**251, [], b"1"])
def test_what_is_no_number_of_guesses_is_refused(bad):
    with pytest.raises(InvalidInput):
        cost_to_crack(Bcrypt(12), bad)


@pytest.mark.parametrize(
    "bad",
    [None, 5, object(), [], SimpleNamespace(scheme="bcrypt"), SimpleNamespace(scheme=[]), Bcrypt],
)
def test_what_has_no_cost_is_refused(bad):
    with pytest.raises(InvalidInput):
        cost_to_crack(bad)


def test_a_damaged_stored_string_is_refused():
    with pytest.raises(UnreadableStored):
        cost_to_crack("$2b$12$short")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Guess("", 1, ""),
        lambda: Guess("x", 0, ""),
        lambda: Guess(None, 1, ""),
        lambda: costs(OWASP, []),
        lambda: costs(OWASP, 5),
        lambda: log_ins_per_second(0),
        lambda: log_ins_per_second("1"),
        lambda: log_ins_per_second(1, cores=0),
        lambda: rank(None),
        lambda: rank("\ud800"),
        lambda: rank("x" * 5000),
        lambda: guesses_needed(""),
        lambda: guesses_needed(b"x"),
    ],
)
def test_bad_input_is_refused(make):
    with pytest.raises(InvalidInput):
        make()
