"""What the mistakes with keys do, where the matrix does not show it."""

import pytest

from labkit.forging import COMMON_SECRETS, Forgery
from labkit.mistakes.tokens_keys import (
    BlankSecret,
    HandsOutTheSigningKey,
    SecretFromATutorial,
    UncheckedKey,
)
from labkit.tokens import Key, KeyRing, TokenIssuer, TokenVerifier
from labkit.tokens.errors import GuessableSecret, KeyRefused, KeyTooShort, SecretNotShared

NAMES = {"algorithm": "HS256", "issuer": "https://gradebook.example", "audience": "grades"}
SECRETS = {SecretFromATutorial: b"your-256-bit-secret", BlankSecret: b""}


@pytest.mark.parametrize(("ring", "secret"), SECRETS.items())
def test_the_secret_is_what_anybody_would_write(ring, secret):
    key = ring().signing_key()
    assert (key.alg, key.material) == ("HS256", secret)
    token = TokenIssuer(ring(), **NAMES).issue("alice")
    forged = Forgery.of(token).edit_claims(sub="carol").sign_with_secret(secret).token
    assert TokenVerifier(ring(), **NAMES).verify(forged)["sub"] == "carol"


@pytest.mark.parametrize("secret", SECRETS.values())
def test_it_is_among_the_words_that_are_tried_first(secret):
    first = [word for word, _ in zip(COMMON_SECRETS, range(1000), strict=False)]
    assert secret.decode() in first


@pytest.mark.parametrize("secret", SECRETS.values())
def test_labkits_own_key_refuses_it(secret):
    with pytest.raises((KeyTooShort, GuessableSecret)):
        Key.secret(secret)
    assert UncheckedKey("HS256", secret).material == secret
    with pytest.raises(KeyRefused):
        Key("HS256", secret)


@pytest.mark.parametrize("ring", SECRETS)
def test_the_ring_is_otherwise_what_it_was(ring):
    made = ring()
    assert made.jwks() == {"keys": []}
    with pytest.raises(SecretNotShared):
        made.shared_with("forum")


def test_what_the_environment_says_changes_no_mistake(monkeypatch):
    monkeypatch.setenv("JWT_SECRET", "x" * 64)
    assert BlankSecret().signing_key().material == b""


def test_who_verifies_gets_what_signs_and_the_published_set_stays_public():
    ring = HandsOutTheSigningKey()
    shared = ring.shared_with("forum")
    assert shared.private
    assert KeyRing().shared_with("forum").private is False
    assert shared.sign(b"message")
    assert all("d" not in key for key in ring.jwks()["keys"])
