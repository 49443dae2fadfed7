"""The attacks on keys: which secrets fall, what is forged with them, and what does not fall."""

import base64

import pytest

import labkit.attacks.tokens_keys as attacks
from labkit.catalogue import Outcome
from labkit.forging import Forgery
from labkit.mistakes import tokens_keys as mistakes
from labkit.tokens import Key, KeyRing

BOBS = "Mallory read Bob's 54 as carol."


def test_the_word_is_named_and_the_tries_are_counted(site):
    where = site(mistakes.SecretFromATutorial)
    result = attacks.guess_the_secret(where)
    assert result.outcome is Outcome.BREACHED
    assert result.said == f"The secret is 'your-256-bit-secret'. {BOBS}"
    assert result.cost.endswith("words tried off line")
    assert result.attempts == 4, "the guesses are no requests"


def test_the_blank_secret_is_found_by_trying_and_by_signing_with_nothing(site):
    where = site(mistakes.BlankSecret)
    assert attacks.guess_the_secret(where).said == f"The secret is ''. {BOBS}"
    where.restore()
    assert attacks.sign_with_nothing(where).said == f"The secret was never set. {BOBS}"


@pytest.mark.parametrize("attack", [attacks.guess_the_secret, attacks.sign_with_nothing])
def test_where_the_key_signs_with_a_private_half_there_is_no_secret(secure, attack):
    secure.restore()
    result = attack(secure)
    assert result.outcome is Outcome.HELD
    assert result.said.startswith("ES256: whoever can check")
    assert "Authorization" not in secure.exchanges[-1].request.headers


class RandomSecret(KeyRing):
    def new_key(self):
        return Key.generate("HS256", kid="main")


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (attacks.guess_the_secret, "None of the words that are tried first is the secret."),
        (attacks.sign_with_nothing, "The secret was never set. 401: The token is not valid."),
    ],
)
def test_32_random_bytes_do_not_fall(site, attack, said):
    result = attack(site(RandomSecret))
    assert (result.outcome, result.said) == (Outcome.HELD, said)


def test_what_is_forged_is_carols_and_signed_with_the_secret(site):
    where = site(mistakes.SecretFromATutorial)
    attacks.guess_the_secret(where)
    sent = Forgery.of(where.exchanges[-1].request.headers["Authorization"].removeprefix("Bearer "))
    assert sent.header == {"alg": "HS256", "kid": "main", "typ": "at+jwt"}
    assert (sent.claims["sub"], sent.claims["role"]) == ("carol", "teacher")
    assert sent.sign_with_secret(b"your-256-bit-secret").signature == sent.signature


ADMIN = "With a token that the forum's key signed, Mallory is an admin and sees all 8 people."
HELD = "With what the forum holds one can verify, and sign nothing."


class HandsOutASecret(mistakes.HandsOutTheSigningKey):
    new_key = RandomSecret.new_key


class HandsOutRsa(mistakes.HandsOutTheSigningKey):
    def new_key(self):
        return Key.generate("RS256", kid="main")


class HandsOutEdDsa(mistakes.HandsOutTheSigningKey):
    def new_key(self):
        return Key.generate("EdDSA", kid="main")


@pytest.mark.parametrize(
    "ring", [mistakes.HandsOutTheSigningKey, HandsOutASecret, HandsOutRsa, HandsOutEdDsa]
)
def test_with_the_key_that_signs_the_forum_makes_an_admin(site, ring):
    result = attacks.issue_with_the_forums_key(site(ring))
    assert (result.outcome, result.said) == (Outcome.BREACHED, ADMIN)


@pytest.mark.parametrize("part", [KeyRing, RandomSecret, mistakes.SecretFromATutorial])
def test_with_a_public_key_or_none_it_makes_nothing(site, part):
    result = attacks.issue_with_the_forums_key(site(part))
    assert (result.outcome, result.said) == (Outcome.HELD, HELD)


class HandsOutAnOldKey(KeyRing):
    """A private key, and one that the gradebook never signed with."""

    def shared_with(self, service):
        return Key.generate("ES256", kid=self.signing_key().kid)


def test_a_private_key_that_the_gradebook_does_not_trust_is_worth_nothing(site):
    result = attacks.issue_with_the_forums_key(site(HandsOutAnOldKey))
    assert (result.outcome, result.said) == (Outcome.HELD, "401: The token is not valid.")


@pytest.mark.parametrize(
    "setting", ["", "é", "asks somebody", base64.b64encode(b"x" * 32).decode(), "A", "-----"]
)
def test_what_else_stands_in_settings_signs_no_es256_token(setting):
    own = Forgery.of("").edit_header(alg="ES256").edit_claims(sub="mallory")
    assert attacks._signed(own, setting) is None
