"""The count of bytes that stands in for a clock."""

import hmac
from concurrent.futures import ThreadPoolExecutor

import pytest

from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher, TextbookScheme
from labkit.practice import Site
from labkit.practice.meter import Meter, WatchedBytes, WatchedHasher, WatchedText

SECRET = b"sesame"


@pytest.fixture
def meter():
    return Meter()


@pytest.fixture
def watched(meter):
    return WatchedBytes(SECRET).watched_by(meter)


@pytest.mark.parametrize(
    ("other", "read"),
    [(b"sesame", 6), (b"sesamE", 6), (b"seSame", 3), (b"Sesame", 1), (b"sesam", 0), (b"", 0)],
)
def test_an_equality_reads_as_far_as_the_first_difference(watched, meter, other, read):
    for compare in (lambda: watched == other, lambda: other == watched):
        meter.reset()
        assert compare() is (other == SECRET)
        assert meter.read == read
    assert (watched != other) is (other != SECRET)


def test_a_comparison_in_constant_time_reads_nothing_that_counts(watched, meter):
    assert not hmac.compare_digest(b"seSame", watched)
    assert hmac.compare_digest(b"sesame", watched)
    assert meter.read == 0


@pytest.mark.parametrize(
    ("use", "read"),
    [
        (lambda secret: b"--" + secret, 6),
        (lambda secret: secret + b"--", 6),
        (list, 6),
        (lambda secret: secret[0], 1),
        (lambda secret: secret[1:4], 3),
        (lambda secret: all(a == b for a, b in zip(secret, b"seSame", strict=True)), 3),
    ],
)
def test_joining_and_stepping_through_counts_too(watched, meter, use, read):
    assert use(watched) == use(SECRET)
    assert meter.read == read


def test_watched_bytes_are_the_bytes_that_they_were(watched):
    assert {watched: 1}[SECRET] == 1
    assert watched != "sesame"
    assert WatchedBytes(SECRET) == SECRET  # on no meter


def test_a_text_is_watched_in_its_encoded_form(meter):
    assert WatchedText("é").watched_by(meter).encode() == "é".encode()
    assert WatchedText("é").encode() == "é".encode()
    assert meter.read == 2


@pytest.mark.parametrize("inside", [PasswordHasher(ONLY_FOR_TESTS), TextbookScheme()])
def test_a_watched_hasher_answers_as_the_one_inside(meter, inside):
    watched = WatchedHasher(inside, meter)
    stored = watched.hash("penguin")
    assert watched.verify("penguin", stored)
    assert not watched.verify("walrus", stored)
    assert not watched.needs_rehash(stored)


def test_what_a_step_of_a_textbook_scheme_reads_is_counted(meter):
    class Joining(TextbookScheme):
        def derive(self, password, salt):
            return (salt + password).hex()

    WatchedHasher(Joining(), meter).hash("penguin")
    assert meter.read == len("penguin")


def test_threads_lose_no_count(meter):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: meter.add(2), range(800)))
    assert meter.read == 1600


def test_the_site_counts_what_a_request_makes_its_own_code_read(fast):
    class Joining(TextbookScheme):
        def derive(self, password, salt):
            return (salt + password).hex()

    site = Site(fast.having(Joining))
    before = site.bytes_read
    site.client().log_in("alice", "walrus")
    assert site.bytes_read - before == len("walrus")
    site.restore()
    assert site.bytes_read == 0
