"""Guessing a token's secret: defaults and sentences fall, random bytes do not."""

import secrets

import pytest

from labkit.cracking import Budget, Mask, UnreadableStored, apply, endings, joined, unchanged
from labkit.errors import InvalidInput, LabkitError
from labkit.forging import COMMON_SECRETS, Forgery, Guess, OwnKey, guess_secret, phrases
from labkit.forging.secrets import DEFAULTS


def signed(secret, alg="HS256"):
    return str(Forgery.of("").edit_claims(sub="alice").sign_with_secret(secret, alg))


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("secret", ["", "secret", "your-256-bit-secret", "changeme", "iloveyou"])
def test_a_default_falls(secret, alg):
    guess = guess_secret(signed(secret.encode(), alg))
    assert guess.secret == secret.encode()
    assert guess.found
    assert guess.tried <= COMMON_SECRETS.size


def test_a_found_secret_forges_the_next_token():
    stolen = signed(b"secret")
    forged = (
        Forgery.of(stolen).edit_claims(sub="grace").sign_with_secret(guess_secret(stolen).secret)
    )
    assert str(forged) == str(Forgery.of("").edit_claims(sub="grace").sign_with_secret(b"secret"))


def test_the_defaults_are_all_different_and_the_blank_one_comes_first():
    assert DEFAULTS[0] == ""
    assert len(set(DEFAULTS)) == len(DEFAULTS) >= 150
    assert all(word == word.strip() for word in DEFAULTS)


READABLE = "this-is-my-super-secret-jwt-key!"
SENTENCES = apply(phrases(), unchanged, endings(["!", "123"]))


def test_32_readable_characters_fall_to_phrases_and_32_random_bytes_do_not():
    assert len(READABLE) == 32
    assert READABLE not in DEFAULTS
    found = guess_secret(signed(READABLE.encode()), SENTENCES)
    assert found.secret == READABLE.encode()
    for random in (secrets.token_bytes(32), secrets.token_hex(16).encode()):
        kept = guess_secret(signed(random), COMMON_SECRETS.first(5000) + phrases().first(20_000))
        assert (kept.secret, kept.tried) == (None, 25_000)


def test_any_candidates_of_the_cracking_kit_will_do():
    assert guess_secret(signed(b"4711"), Mask("?d?d?d?d")).secret == b"4711"
    assert guess_secret(signed(b"red-fox"), joined(["red", "fox"], 2, "-")).secret == b"red-fox"
    assert guess_secret(signed(b"x"), ["a", "x"]).tried == 2


def test_the_budget_ends_it():
    guess = guess_secret(signed(b"x"), Mask("?d?d?d?d"), budget=Budget(100 / 4.2e9))
    assert (guess.secret, guess.tried) == (None, 100)
    assert "not affordable" in guess.said


def test_it_can_be_watched_and_cancelled():
    seen = []
    guess = guess_secret(
        signed(secrets.token_bytes(32)),
        Mask("?d?d?d?d?d?d?d?d?d"),
        progress=seen.append,
        cancelled=lambda: len(seen) >= 2,
    )
    assert not guess.found
    assert guess.tried == seen[-1].tried < 10**9
    assert "cancelled" in guess.said


@pytest.mark.parametrize(
    "token",
    ["", "abc", "a.b.c", "$2b$12$" + "a" * 53, str(Forgery.of("").sign(OwnKey.new("ES256")))],
)
def test_what_has_no_secret_to_guess_is_refused(token):
    with pytest.raises(LabkitError):
        guess_secret(token)


def test_a_stored_password_is_no_token():
    with pytest.raises(UnreadableStored, match="no signed token"):
        guess_secret("5f4dcc3b5aa765d61d8327deb882cf99")


@pytest.mark.parametrize("bad", [None, 1, b"a.b.c", []])
def test_a_token_is_a_str(bad):
    with pytest.raises(InvalidInput):
        guess_secret(bad)


@pytest.mark.parametrize("bad", ["secret", None, [b"secret"], [1], ["\ud800"]])
def test_candidates_are_an_iterable_of_str(bad):
    with pytest.raises(InvalidInput):
        guess_secret(signed(b"x"), bad)


@pytest.mark.parametrize("bad", ["ab", 5, [["a"]] * 9, [[1]]])
def test_phrases_need_lists_of_words(bad):
    with pytest.raises(InvalidInput):
        phrases(bad)


@pytest.mark.parametrize("bad", [None, 5, ["-" * 17], [5], ["\ud800"]])
def test_what_stands_between_their_words_is_a_list_of_str(bad):
    with pytest.raises(InvalidInput):
        phrases([["a"]], bad)


def test_phrases_say_how_many_they_are_at_most():
    some = phrases([["", "my"], ["secret", "key"]], ["-", "_"])
    made = "secret key my-secret my-key secret key my_secret my_key"
    assert list(some) == list(some) == made.split()
    assert some.size == 8


def test_a_guess_shows_itself_and_tells_no_time():
    assert repr(guess_secret(signed(b"secret"))) == "Secret found: secret (guess 2)"
    assert "empty" in repr(guess_secret(signed(b"")))
    assert repr(Guess(None, 5, 1.0, "not among 5 candidates")) == (
        "Secret not found: not among 5 candidates"
    )
    assert "<b>" not in Guess(b"<b>", 1, 0.0).html()
