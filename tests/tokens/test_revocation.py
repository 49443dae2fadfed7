"""Revocation: one token by its name, all of a user's by a time, forgotten when they have ended."""

import pytest

from labkit.clock import ManualClock
from labkit.database import Database
from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.stores import MemoryStore, SqliteStore
from labkit.tokens import KeyRing, Revocations, TokenIssuer, TokenVerifier, errors
from labkit.tokens.revocation import MAX_LEEWAY_S
from labkit.tokens.strict_json import dump

NOW = 1_800_000_000
NAMES = {"algorithm": "HS256", "issuer": "https://gradebook.example", "audience": "grades"}
RING = KeyRing(algorithm="HS256", clock=ManualClock(NOW))


@pytest.fixture(params=["memory", "sqlite"])
def store(request):
    return MemoryStore() if request.param == "memory" else SqliteStore(Database())


@pytest.fixture
def clock():
    return ManualClock(NOW)


@pytest.fixture
def revocations(store, clock):
    return Revocations(store, clock=clock)


@pytest.fixture
def issuer(clock):
    return TokenIssuer(RING, clock=clock, **NAMES)


@pytest.fixture
def verifier(clock, revocations):
    return TokenVerifier(RING, clock=clock, revocations=revocations, **NAMES)


def refused(verifier: TokenVerifier, token: str) -> bool:
    try:
        verifier.verify(token)
    except errors.Revoked:
        return True
    return False


def test_logging_out_ends_that_token_and_no_other(verifier, revocations, issuer):
    mine, phone, bobs = issuer.issue("alice"), issuer.issue("alice"), issuer.issue("bob")
    revocations.revoke(verifier.verify(mine))
    assert [refused(verifier, token) for token in (mine, phone, bobs)] == [True, False, False]


def test_banning_a_user_ends_every_token_of_that_user(verifier, revocations, issuer, clock):
    tokens = [issuer.issue("alice"), issuer.issue("alice"), issuer.issue("bob")]
    clock.advance(5)
    revocations.revoke_user("alice")
    assert [refused(verifier, token) for token in tokens] == [True, True, False]


@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.999])
def test_a_token_of_the_same_second_is_refused_and_of_the_next_accepted(
    verifier, revocations, issuer, clock, fraction
):
    clock.advance(fraction)
    assert revocations.revoke_user("alice") == NOW + 1
    clock.now = NOW + 0.999
    assert refused(verifier, issuer.issue("alice"))
    clock.now = NOW + 1
    assert not refused(verifier, issuer.issue("alice"))


def test_a_later_revocation_is_not_undone_by_an_earlier_clock(revocations, clock):
    revocations.revoke_user("alice")
    clock.advance(-60)
    revocations.revoke_user("alice")
    assert revocations.valid_from("alice") == NOW + 1
    assert revocations.valid_from("bob") == 0


def test_an_entry_is_forgotten_only_after_every_verifier_refuses_the_token(
    verifier, revocations, issuer, clock, store
):
    token = issuer.issue("alice")
    revocations.revoke(verifier.verify(token))
    patient = TokenVerifier(
        RING, clock=clock, leeway_s=MAX_LEEWAY_S, revocations=revocations, **NAMES
    )
    clock.advance(900 + MAX_LEEWAY_S - 1)
    assert store.sweep(clock()) == 0
    assert refused(patient, token)
    clock.advance(2)
    assert store.sweep(clock()) == 1
    with pytest.raises(errors.Expired):
        patient.verify(token)


def test_a_users_entry_is_kept_as_long_as_the_longest_token(revocations, clock, store):
    revocations.revoke_user("alice")
    clock.advance(86_400)
    assert store.sweep(clock()) == 0
    clock.advance(2 + MAX_LEEWAY_S)
    assert store.sweep(clock()) == 1


def test_a_token_that_would_outlive_the_memory_counts_as_revoked(verifier, issuer):
    assert not refused(verifier, issuer.issue("alice", lifetime_s=86_400))
    assert refused(verifier, issuer.issue("alice", lifetime_s=86_401))


@pytest.mark.parametrize("missing", ["sub", "jti", "iat", "exp"])
def test_claims_that_cannot_be_looked_up_count_as_revoked(revocations, missing):
    claims = {"sub": "alice", "jti": "7", "iat": NOW, "exp": NOW + 9}
    assert not revocations.revoked(claims)
    assert revocations.revoked({k: v for k, v in claims.items() if k != missing})
    for odd in (None, True, [], {}, "7" if missing in ("iat", "exp") else 7):
        assert revocations.revoked(claims | {missing: odd})


def test_the_verifier_names_what_is_missing_for_a_look_up(verifier, issuer):
    header = issuer.issue("alice").split(".")[0]
    claims = {"iss": NAMES["issuer"], "aud": "grades", "exp": NOW + 9, "sub": "alice", "iat": NOW}
    message = f"{header}.{base64url(dump(claims))}"
    signature = RING.signing_key().sign(message.encode())
    with pytest.raises(errors.ClaimMissing, match="jti"):
        verifier.verify(f"{message}.{base64url(signature)}")


def test_only_a_token_with_a_name_and_an_end_can_be_taken_back(revocations):
    for claims in ({}, {"jti": "7"}, {"exp": NOW}):
        with pytest.raises(errors.ClaimMissing):
            revocations.revoke(claims)
    for claims in (None, "token", {"jti": 7, "exp": NOW}, {"jti": "7", "exp": "soon"}):
        with pytest.raises(InvalidInput):
            revocations.revoke(claims)
    for user in (None, 7, b"alice", "\ud800", "x" * 5000):
        with pytest.raises(InvalidInput):
            revocations.revoke_user(user)
