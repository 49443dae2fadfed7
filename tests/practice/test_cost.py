"""What a request costs the site in hashing: counted from scheme and parameters, without a clock."""

import pytest

from labkit.exchange import Request
from labkit.passwords import (
    ONLY_FOR_TESTS,
    OWASP_2026,
    BcryptParams,
    PasswordHasher,
    Pbkdf2Params,
    ScryptParams,
    TextbookScheme,
)
from labkit.practice import Defences, Site
from labkit.practice.decisions.guessing import LogIn
from labkit.practice.hashing import work_units


def log_in(name, password="walrus"):
    return Request.of_json("POST", "/api/log-in", {"name": name, "password": password})


def test_an_unknown_name_costs_what_a_known_one_does(site):
    assert site.cost(log_in("alice")) == site.cost(log_in("nobody")) == ONLY_FOR_TESTS.work


def test_at_the_default_a_log_in_costs_the_kib_and_passes_of_argon2():
    assert Site().cost(log_in("alice")) == OWASP_2026.memory_kib * OWASP_2026.passes


def test_a_request_that_hashes_nothing_costs_nothing(site):
    assert site.cost(Request("GET", "/api/session")) == 0
    assert site.cost(log_in("alice", None)) == 0


def test_a_guess_that_has_to_wait_costs_nothing(site):
    assert [site.cost(log_in("alice")) > 0 for _ in range(6)] == [True] * 5 + [False]


def test_an_unnormalised_password_costs_two_hashes(site):
    assert site.cost(log_in("alice", "e\u0301")) == 2 * site.cost(log_in("bob", "e"))


class Early(LogIn):
    def check(self, user, password):
        return user is not None and super().check(user, password)


def test_an_answer_without_a_hash_is_seen(fast):
    site = Site(fast.having(Early))
    assert site.cost(log_in("alice")) > site.cost(log_in("nobody")) == 0


def test_a_request_is_sent_with_a_session_of_its_own_and_recorded(site):
    site.cost(log_in("alice", "penguin"))
    assert [exchange.response.status for exchange in site.exchanges] == [200, 200]


@pytest.mark.parametrize(
    ("params", "units"),
    [
        (ONLY_FOR_TESTS, 8),
        (BcryptParams(cost=4), 1600),
        (ScryptParams(n=16, r=8, p=1), 90),
        (Pbkdf2Params(iterations=1000), 250),
    ],
)
def test_the_units_are_read_off_the_stored_string(params, units):
    assert work_units("penguin", PasswordHasher(params).hash("penguin")) == units


def test_twice_the_work_costs_twice_the_units():
    rows = [PasswordHasher(BcryptParams(cost=cost)).hash("x") for cost in (4, 5)]
    less, more = (work_units("x", row) for row in rows)
    assert more == 2 * less


def test_a_slow_hash_inside_a_textbook_row_is_read_too():
    assert work_units("penguin", TextbookScheme().hash("penguin")) == OWASP_2026.work


@pytest.mark.parametrize("stored", ["", "penguin", "$textbook$$5f4dcc3b5aa765d61d8327deb882cf99"])
def test_what_tells_no_cost_counts_as_a_fast_digest_over_the_password(stored):
    assert work_units("", stored) == work_units("x" * 63, stored) == 1
    assert work_units("x" * 6400, stored) == 101
    assert work_units("\ud800", stored) == 1


def test_a_remembered_check_costs_the_same_again():
    site = Site(Defences(), remember_checks=True)
    assert site.cost(log_in("alice")) == site.cost(log_in("alice")) > 0
