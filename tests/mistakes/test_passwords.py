"""What the mistakes with passwords do, where the matrix does not show it."""

import hashlib

import pytest

from labkit.cracking import read
from labkit.mistakes.passwords import (
    AnyLength,
    BareMd5Before,
    CutAt72Bytes,
    NeverRehashed,
    PasswordInTheLog,
    StretchedByHand,
)
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher, TextbookScheme
from labkit.passwords.textbook import derived_text
from labkit.practice import Defences, Site
from labkit.practice.decisions.passwords import LogLine
from labkit.practice.meter import Meter, WatchedHasher

SEVENTY_TWO_BYTES = ["a" * 72, "é" * 36, "€" * 24, "🦉" * 18]


@pytest.mark.parametrize("beginning", SEVENTY_TWO_BYTES)
def test_behind_72_bytes_nothing_counts_whatever_the_characters(beginning):
    assert len(beginning.encode()) == 72
    for scheme, opens in ((CutAt72Bytes(), True), (TextbookScheme(), False)):
        stored = scheme.hash(f"{beginning}one end")
        assert scheme.verify(f"{beginning}another", stored) is opens
        assert scheme.verify(beginning, stored) is opens


def test_a_cut_through_a_character_is_no_error():
    scheme = CutAt72Bytes()
    stored = scheme.hash("a" + "€" * 24)
    assert scheme.verify("a" + "€" * 24 + "…", stored)
    assert not scheme.verify("b" + "€" * 24, stored)


def test_the_71st_byte_counts_still():
    scheme = CutAt72Bytes()
    assert not scheme.verify("a" * 70 + "bc", scheme.hash("a" * 70 + "cc"))


def test_the_slow_hash_was_given_an_md5_in_hex():
    stored = derived_text(BareMd5Before().hash("penguin"))
    assert read(stored).check(hashlib.md5(b"penguin").hexdigest())
    assert not read(stored).check("penguin")


def test_an_old_row_stays_under_the_mistake_and_goes_without_it():
    for hasher, stays in ((NeverRehashed, True), (PasswordHasher, False)):
        site = Site(Defences().having(hasher))
        site.legacy_row("erin")
        before = site.leak("users")["erin"]
        assert before.startswith("$pbkdf2-sha256$1000$")
        assert site.client().log_in("erin", "wrong").status == 401
        assert site.leak("users")["erin"] == before  # a wrong password changes nothing
        assert site.client().log_in("erin", "butterfly").ok
        assert (site.leak("users")["erin"] == before) is stays


def test_home_made_stretching_costs_by_the_length_and_argon2_does_not():
    read_for = {}
    for scheme in (StretchedByHand(), TextbookScheme(), PasswordHasher(ONLY_FOR_TESTS)):
        meter = Meter()
        for length in (8, 80):
            meter.reset()
            WatchedHasher(scheme, meter).hash("x" * length)
            read_for[type(scheme), length] = meter.read
    assert read_for == {
        (StretchedByHand, 8): 8_000,
        (StretchedByHand, 80): 80_000,
        (TextbookScheme, 8): 0,
        (TextbookScheme, 80): 0,
        (PasswordHasher, 8): 0,
        (PasswordHasher, 80): 0,
    }


def test_any_length_is_admitted_and_still_normalised():
    assert AnyLength().admit("e\u0301" * 100_000) == "é" * 100_000


def test_the_log_of_the_mistake_holds_the_password_beside_what_is_safe():
    event = {"event": "log-in", "name": "alice", "password": "penguin"}
    assert PasswordInTheLog().render(event) == f"{LogLine().render(event)} password=penguin"
