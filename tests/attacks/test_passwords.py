"""The attacks on stored passwords against variants of the mistakes, and what they say."""

import base64
import codecs
import hashlib
import hmac
import re

import pytest

from labkit.attacks.passwords import decode_rows, guess_old_row
from labkit.attacks.passwords_beside import find_hash_in_answer, read_key_off_the_clock, read_log
from labkit.attacks.passwords_prepared import VERSE, end_otherwise, send_endless_password, shuck
from labkit.catalogue import Outcome
from labkit.mistakes.passwords import (
    AnyLength,
    BareMd5Before,
    ComparedWithEquals,
    NeverRehashed,
    StretchedByHand,
)
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher, PasswordPolicy, TextbookScheme
from labkit.passwords.errors import PasswordTooLong
from labkit.practice import Defences, Site
from labkit.practice.decisions.access import Serialiser
from labkit.practice.decisions.passwords import FeedKey, LogLine


class Quick(PasswordHasher):
    """As secure as nothing, for attacks on other parts."""

    def __init__(self):
        super().__init__(ONLY_FOR_TESTS)


def site(*parts):
    return Site(Defences().having(Quick, *parts))


def made(base, **methods):
    """A student's answer: the secure part with a method replaced."""
    return type("Answer", (base,), methods)


def encoding(encode):
    return made(TextbookScheme, derive=lambda self, password, salt: encode(password))


def preparing(prepare):
    return made(TextbookScheme, prepare=lambda self, password: prepare(password.encode()))


def masked(password):
    return bytes(byte ^ mask for byte, mask in zip(password, b"k3y!k3y!k3y!k3y!", strict=False))


@pytest.mark.parametrize(
    "encode",
    [
        lambda password: base64.b64encode(password).decode(),
        lambda password: base64.b32encode(password).decode(),
        lambda password: base64.b85encode(password).decode(),
        lambda password: password.hex(),
        lambda password: codecs.encode(password.decode(), "rot13"),
        lambda password: password.decode()[::-1],
        lambda password: masked(password).hex(),
        lambda password: base64.b64encode(masked(password)).decode(),
    ],
)
def test_an_encoding_without_a_secret_is_decoded(encode):
    result = decode_rows(site(encoding(encode)))
    assert result.outcome is Outcome.BREACHED
    assert result.said == "Mallory logged in as alice with the password 'penguin'."


@pytest.mark.parametrize(
    "derive",
    [
        lambda password: hashlib.sha256(password).hexdigest(),
        lambda password: base64.b64encode(hashlib.sha512(password).digest()[:8]).decode(),
    ],
)
def test_a_digest_is_not_decoded_not_even_one_as_long_as_the_password(derive):
    assert decode_rows(site(encoding(derive))).outcome is Outcome.HELD


def test_a_cut_by_characters_is_found_too():
    assert end_otherwise(site(preparing(lambda password: password[:64]))).outcome is (
        Outcome.BREACHED
    )
    cut = made(TextbookScheme, prepare=lambda self, password: password[:72].encode())
    result = end_otherwise(site(cut))
    assert VERSE in result.said


def test_who_refuses_a_long_password_aloud_is_safe():
    def refuses(self, password):
        if len(password.encode()) > 72:
            raise PasswordTooLong("bcrypt takes 72 bytes.")
        return password.encode()

    result = end_otherwise(site(made(TextbookScheme, prepare=refuses)))
    assert (result.outcome, "says so" in result.said) == (Outcome.HELD, True)


def test_a_password_that_is_taken_and_then_refused_is_no_defence():
    short = made(Quick, verify=lambda self, p, s: len(p) <= 72 and Quick.verify(self, p, s))
    result = end_otherwise(site(short))
    assert result.outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    "prepare",
    [
        lambda password: hashlib.md5(password).digest(),
        lambda password: base64.b64encode(hashlib.md5(password).digest()),
    ],
)
def test_an_md5_in_another_spelling_is_shucked_too(prepare):
    assert shuck(site(preparing(prepare))).outcome is Outcome.BREACHED


@pytest.mark.parametrize(
    "prepare",
    [
        lambda password: hashlib.sha256(password).hexdigest().encode(),
        lambda password: hmac.digest(b"a pepper", password, "md5").hex().encode(),
    ],
)
def test_what_is_no_bare_md5_is_not_shucked(prepare):
    assert shuck(site(preparing(prepare))).outcome is Outcome.HELD


def test_shucking_tells_whose_digest_it_is_and_what_a_guess_costs_from_then_on():
    result = shuck(site(BareMd5Before))
    digest = hashlib.md5(b"vocal tundra mosaic elbow").hexdigest()
    assert result.said == (
        f"Without a guess Mallory knows that the MD5 {digest[:8]}… stands behind grace's hash."
    )
    # 7776^4 / 2 guesses at 164.1e9 a second are 3.1 hours.
    assert re.fullmatch(
        r"four random words on one RTX 4090: 3\.1 h instead of [\d ]+ years", result.cost
    )


def test_the_old_row_is_guessed_with_the_published_price():
    result = guess_old_row(Site(Defences().having(NeverRehashed)))
    assert result.said == "Mallory logged in as erin with the password 'butterfly'."
    assert "RTX 4090" in result.cost


def test_a_comparison_by_hand_leaks_as_equality_does():
    def by_hand(self, presented, expected):
        return len(presented) == len(expected) and all(
            a == b for a, b in zip(presented, expected, strict=True)
        )

    for part in (made(FeedKey, matches=by_hand), ComparedWithEquals):
        result = read_key_off_the_clock(site(part))
        assert result.said == "Mallory reads Carol's calendar: 'Algebra test\\\\, class 7A'."
        assert re.fullmatch(r"(49[7-9]|50\d|51[012]) keys tried, of 16\^32", result.cost)


def test_comparing_digests_with_equality_tells_nothing():
    def by_digest(self, presented, expected):
        return hashlib.sha256(presented).digest() == hashlib.sha256(expected).digest()

    result = read_key_off_the_clock(site(made(FeedKey, matches=by_digest)))
    assert result.outcome is Outcome.HELD
    assert result.attempts < 25


def test_the_own_hash_alone_is_not_somebody_elses():
    def own(self, user, viewer):
        seen = Serialiser.user(self, user, viewer)
        return dict(user) if viewer == user["name"] else seen

    assert find_hash_in_answer(site(made(Serialiser, user=own))).outcome is Outcome.HELD


def test_a_hash_in_an_answer_is_found_under_any_name():
    def renamed(self, user, viewer):
        return {"name": user["name"], "x": user["password_hash"]}

    result = find_hash_in_answer(site(made(Serialiser, user=renamed)))
    assert result.said == "The list of the class holds the x of alice, bob, carol."


@pytest.mark.parametrize(
    "shown", [lambda event: event["password"], lambda event: f'"{event["password"]}"']
)
def test_a_password_in_the_log_is_found_quoted_or_not(shown):
    line = made(LogLine, render=lambda self, e: f"login name={e['name']} typed={shown(e)}")
    result = read_log(site(line))
    assert result.said == "Mallory logged in as alice with the password 'penguin'."


def test_a_hash_in_the_log_is_found_and_stays_off_line():
    def render(self, event):
        row = event["user"]
        return f"name={event['name']} row={row['password_hash'] if row else ''}"

    result = read_log(site(made(LogLine, render=render)))
    assert result.said == "The log holds the stored password of alice."


@pytest.mark.parametrize("most", [256, 4096])
def test_any_limit_that_is_no_megabyte_ends_the_cost(most):
    policy = made(
        PasswordPolicy, __init__=lambda self, **k: PasswordPolicy.__init__(self, most=most)
    )
    assert send_endless_password(site(StretchedByHand, policy)).outcome is Outcome.HELD


def test_a_hash_that_reads_a_long_password_once_needs_no_limit_for_this():
    once = preparing(lambda password: hashlib.sha256(password).digest())
    assert send_endless_password(site(once, AnyLength)).outcome is Outcome.HELD


def test_an_endless_password_costs_as_much_as_a_thousand_others():
    result = send_endless_password(site(StretchedByHand, AnyLength))
    assert result.said == "One request costs as much as 1 024 others."
