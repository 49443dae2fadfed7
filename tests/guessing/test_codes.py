import math

import pytest

from labkit.clock import ManualClock
from labkit.errors import InvalidInput
from labkit.guessing import CodeThrottle
from labkit.stores import MemoryStore


@pytest.fixture
def throttle():
    return CodeThrottle(MemoryStore(), clock=ManualClock())


def patient_guesses(throttle, account):
    """Return how many guesses somebody gets who waits as long as told."""
    now, guesses = throttle.clock(), 0
    for _ in range(1000):
        wait = throttle.admit(throttle.keys(account), now)
        if wait == math.inf:
            break
        guesses += wait == 0
        now += wait
    return guesses


def test_a_patient_guesser_gets_twenty_codes_and_then_none(throttle):
    assert patient_guesses(throttle, "alice") == 20


def test_a_year_of_waiting_does_not_open_it_again(throttle):
    patient_guesses(throttle, "alice")
    throttle.store.sweep(throttle.clock() + 366 * 86_400)
    assert throttle.admit(throttle.keys("alice"), throttle.clock() + 366 * 86_400) == math.inf


def test_a_right_code_forgets_the_wrong_ones_of_that_account_alone(throttle):
    for account in ("alice", "bob"):
        for _ in range(5):
            throttle.admit(throttle.keys(account), throttle.clock())
    throttle.on_success("alice")
    assert throttle.admit(throttle.keys("alice"), throttle.clock()) == 0.0
    assert throttle.admit(throttle.keys("bob"), throttle.clock()) == 30.0


def test_a_recovery_opens_it_again(throttle):
    patient_guesses(throttle, "alice")
    throttle.reopen("alice")
    assert patient_guesses(throttle, "alice") == 20


def test_codes_and_passwords_are_counted_apart(throttle):
    assert all(key.startswith("code:") for key in throttle.keys("alice"))
    assert "alice" not in "".join(throttle.keys("alice"))


@pytest.mark.parametrize("account", ["", None, 5, "\ud800", "a" * 2000])
def test_an_account_that_is_none_is_refused(throttle, account):
    with pytest.raises(InvalidInput):
        throttle.keys(account)
