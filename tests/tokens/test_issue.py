"""Issuing: what goes into a token, what does not, and what cannot."""

import base64
import json

import pytest

from labkit.clock import ManualClock
from labkit.errors import InvalidInput
from labkit.tokens import ALGORITHMS, Key, KeyRing, TokenIssuer, TokenVerifier, errors

NAMES = {"algorithm": "HS256", "issuer": "https://gradebook.example", "audience": "grades"}
CLOCK = ManualClock(1_800_000_000.75)
RING = KeyRing(algorithm="HS256", clock=CLOCK)
ISSUER = TokenIssuer(RING, clock=CLOCK, **NAMES)
ALICE = {"name": "alice", "role": "student", "password": "$argon2id$v=19$...", "email": "a@b.c"}


def part(token: str, index: int) -> dict:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[index] + "=="))


def test_the_header_names_algorithm_key_and_type():
    assert part(ISSUER.issue("alice"), 0) == {
        "alg": "HS256",
        "kid": RING.signing_key().kid,
        "typ": "at+jwt",
    }


def test_the_claims_are_those_of_an_access_token_with_dates_in_whole_seconds():
    claims = part(ISSUER.issue("alice"), 1)
    assert claims.pop("jti")
    assert claims == {
        "iss": "https://gradebook.example",
        "sub": "alice",
        "aud": "grades",
        "iat": 1_800_000_000,
        "exp": 1_800_000_900,
    }


def test_every_token_has_its_own_name_of_128_bits():
    names = {part(ISSUER.issue("alice"), 1)["jti"] for _ in range(100)}
    assert len(names) == 100
    assert {len(base64.urlsafe_b64decode(name + "==")) for name in names} == {16}


def test_only_listed_fields_of_a_user_go_into_a_token():
    token = ISSUER.issue("alice", ALICE)
    assert part(token, 1)["role"] == "student"
    assert "argon2id" not in json.dumps(part(token, 1))
    assert ISSUER.claims_for(ALICE) == {"role": "student"}


def test_a_careless_choice_of_fields_shows_them_to_everyone():
    class Careless(TokenIssuer):
        def claims_for(self, user):
            return dict(user)

    token = Careless(RING, clock=CLOCK, **NAMES).issue("alice", ALICE)
    assert part(token, 1)["password"] == ALICE["password"]


def test_claims_header_audience_life_and_type_can_differ_for_one_token():
    token = ISSUER.issue(
        "alice",
        claims={"scope": "read"},
        header={"crit": ["ext"], "ext": 1},
        audience="forum",
        lifetime_s=60,
        token_type="rt+jwt",
    )
    assert part(token, 0)["crit"] == ["ext"]
    assert part(token, 0)["typ"] == "rt+jwt"
    claims = part(token, 1)
    assert (claims["scope"], claims["aud"], claims["exp"] - claims["iat"]) == ("read", "forum", 60)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_one_issues_the_other_verifies(alg):
    names = NAMES | {"algorithm": alg}
    key = Key.generate(alg, kid="")
    token = TokenIssuer(key, clock=CLOCK, **names).issue("Zoë \U0001f600", claims={"n": 1.5})
    claims = TokenVerifier(key, clock=CLOCK, **names).verify(token)
    assert (claims["sub"], claims["n"]) == ("Zoë \U0001f600", 1.5)


@pytest.mark.parametrize(
    "options",
    [
        {"claims": {"sub": "admin"}},
        {"claims": {"exp": 1 << 40}},
        {"claims": {"jti": "1"}},
        {"header": {"alg": "none"}},
        {"header": {"kid": "other"}},
        {"claims": {"n": float("nan")}},
        {"claims": {"n": 1 << 60}},
        {"claims": {"n": b"bytes"}},
        {"claims": {"n": "\ud800"}},
        {"claims": {"n": "\0"}},
        {"claims": {"n": [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}},
        {"claims": {"n": "x" * 9000}},
        {"claims": {"n": "x" * 100_000}},
        {"claims": ["sub"]},
        {"header": "typ"},
        {"user": "alice"},
        {"lifetime_s": -1},
        {"lifetime_s": float("inf")},
        {"lifetime_s": 1e12},
        {"audience": ""},
        {"audience": 7},
        {"token_type": None, "claims": {1: 2}},
    ],
    ids=lambda options: ascii(options)[:40],
)
def test_what_a_strict_verifier_would_not_read_is_not_issued(options):
    with pytest.raises(InvalidInput):
        ISSUER.issue("alice", **options)


@pytest.mark.parametrize("subject", ["", None, 7, b"alice", "\ud800", "x" * 5000, "a\0b"])
def test_a_subject_is_text(subject):
    with pytest.raises(InvalidInput):
        ISSUER.issue(subject)


def test_a_ring_with_keys_of_another_algorithm_signs_nothing():
    with pytest.raises(errors.KeyUnsupported):
        TokenIssuer(KeyRing(algorithm="EdDSA"), clock=CLOCK, **NAMES).issue("alice")


@pytest.mark.parametrize(
    "changed",
    [
        {"algorithm": "none"},
        {"issuer": ""},
        {"audience": None},
        {"lifetime_s": 0},
        {"lifetime_s": True},
        {"token_type": ""},
        {"fields": [7]},
        {"fields": ""},
    ],
    ids=str,
)
def test_an_issuer_is_made_whole_or_not_at_all(changed):
    if changed == {"fields": ""}:
        assert TokenIssuer(RING, **NAMES, fields="").fields == frozenset()
        return
    with pytest.raises((InvalidInput, errors.KeyUnsupported)):
        TokenIssuer(RING, **(NAMES | changed))
    with pytest.raises(InvalidInput):
        TokenIssuer("secret", **NAMES)
