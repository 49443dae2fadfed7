"""Key rings: rotation with overlap, key sets in and out."""

import json

import pytest

from labkit.clock import ManualClock
from labkit.errors import InvalidInput
from labkit.tokens import Key, KeyRing, TokenIssuer, TokenVerifier, errors, thumbprint

NAMES = {"algorithm": "ES256", "issuer": "https://gradebook.example", "audience": "grades"}


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def ring(clock):
    return KeyRing(algorithm="ES256", clock=clock, overlap_s=1000)


def test_a_new_ring_has_one_key_of_its_algorithm(ring):
    assert [key.alg for key in ring.accepted()] == ["ES256"]
    assert ring.signing_key() is ring.accepted()[0]


def test_after_a_rotation_the_new_key_signs_and_the_old_one_is_accepted_for_the_overlap(
    ring, clock
):
    old = ring.signing_key()
    new = ring.rotate()
    assert ring.signing_key() is new
    clock.advance(1000)
    assert ring.find(old.kid) is old
    clock.advance(1)
    assert ring.find(old.kid) is None
    assert ring.accepted() == (new,)


def test_a_token_from_before_a_rotation_is_good_until_it_expires(ring, clock):
    issuer = TokenIssuer(ring, clock=clock, lifetime_s=900, **NAMES)
    verifier = TokenVerifier(ring, clock=clock, **NAMES)
    token = issuer.issue("alice")
    ring.rotate()
    ring.rotate()
    clock.advance(899)
    assert verifier.verify(token)["sub"] == "alice"
    assert verifier.verify(issuer.issue("bob"))["sub"] == "bob"


def test_a_key_can_be_published_before_it_signs(ring, clock):
    old = ring.signing_key()
    new = ring.rotate(lead_s=300)
    assert {jwk["kid"] for jwk in ring.jwks()["keys"]} == {old.kid, new.kid}
    assert ring.signing_key() is old
    clock.advance(300)
    assert ring.signing_key() is new
    clock.advance(1000)
    assert ring.find(old.kid) is old
    clock.advance(1)
    assert ring.find(old.kid) is None


def test_a_second_rotation_does_not_prolong_a_retiring_key(ring, clock):
    first = ring.signing_key()
    ring.rotate()
    clock.advance(900)
    ring.rotate()
    clock.advance(101)
    assert ring.find(first.kid) is None


def test_a_withdrawn_key_is_refused_at_once(ring, clock):
    token = TokenIssuer(ring, clock=clock, **NAMES).issue("alice")
    stolen = ring.signing_key()
    ring.rotate()
    assert ring.withdraw(stolen.kid)
    assert not ring.withdraw(stolen.kid)
    with pytest.raises(errors.UnknownKey):
        TokenVerifier(ring, clock=clock, **NAMES).verify(token)


def test_rotating_for_years_keeps_the_ring_small(ring, clock):
    for _ in range(250):
        ring.rotate()
        clock.advance(500)
    assert len(ring.timeline()) <= 4


def test_the_timeline_tells_each_key_and_its_times(ring, clock):
    start = clock()
    ring.rotate(lead_s=60)
    old, new = ring.timeline()
    assert (old.accepted_from, old.signs_from, old.ends_at) == (start, start, start + 1060)
    assert (new.accepted_from, new.signs_from, new.ends_at) == (start, start + 60, None)


def test_what_new_key_makes_is_what_signs(clock):
    class Fixed(KeyRing):
        def new_key(self):
            return Key.generate("ES256", kid="fixed")

    assert Fixed(clock=clock).signing_key().kid == "fixed"


# Key sets.


def test_another_service_verifies_with_the_published_set_and_cannot_sign(ring, clock):
    token = TokenIssuer(ring, clock=clock, **NAMES).issue("alice")
    for jwks in (ring.jwks(), json.dumps(ring.jwks()), json.dumps(ring.jwks()).encode()):
        theirs = KeyRing.from_jwks(jwks, clock=clock)
        assert TokenVerifier(theirs, clock=clock, **NAMES).verify(token)["sub"] == "alice"
        with pytest.raises(errors.NoSigningKey):
            theirs.signing_key()


def test_the_shared_key_is_the_public_half_of_the_signing_key(ring):
    shared = ring.shared_with("forum")
    assert shared.kid == ring.signing_key().kid
    assert not shared.private


def test_a_secret_is_neither_shared_nor_published(clock):
    ring = KeyRing(algorithm="HS256", clock=clock)
    assert ring.jwks() == {"keys": []}
    with pytest.raises(errors.SecretNotShared):
        ring.shared_with("forum")


def test_keys_that_this_library_does_not_use_are_passed_over(ring):
    good = ring.jwks()["keys"]
    others = [{"kty": "XYZ"}, {"kty": "EC", "crv": "P-521"}, good[0] | {"kid": "e", "use": "enc"}]
    assert len(KeyRing.from_jwks({"keys": [*others, *good]}).accepted()) == 1


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ([], errors.KeyMalformed),
        ({}, errors.KeyMalformed),
        (None, errors.KeyMalformed),
        (["text"], errors.KeyMalformed),
        ([{}], errors.KeyMalformed),
        ([{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}], errors.KeyMalformed),
        ([{"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}], errors.SecretNotShared),
        ([{"kty": "OKP", "crv": "Ed25519", "x": "A", "d": "A"}], errors.SecretNotShared),
        ([{"kty": "XYZ"}], errors.KeyMalformed),
        ([{"kty": "XYZ"}] * 101, errors.KeyMalformed),
    ],
    ids=str,
)
def test_a_set_without_a_trustworthy_key_is_refused(keys, error):
    with pytest.raises(error):
        KeyRing.from_jwks({"keys": keys})


@pytest.mark.parametrize("jwks", ["", "[]", "{", b"\xff", '{"keys":[],"keys":[]}', "[" * 60_000])
def test_text_that_is_no_key_set_is_refused(jwks):
    with pytest.raises(errors.KeyMalformed):
        KeyRing.from_jwks(jwks)


@pytest.mark.parametrize("jwks", [None, 7, [], "\ud800", "x" * 10**6, b"x" * 10**6])
def test_what_is_no_key_set_at_all_is_invalid_input(jwks):
    with pytest.raises(InvalidInput):
        KeyRing.from_jwks(jwks)


def test_two_keys_of_one_name_are_refused(ring):
    twice = ring.jwks()["keys"] * 2
    with pytest.raises(errors.DuplicateKeyId):
        KeyRing.from_jwks({"keys": twice})


def test_a_ring_holds_keys_and_knows_its_algorithm():
    with pytest.raises(InvalidInput):
        KeyRing([b"secret"])
    with pytest.raises(errors.KeyUnsupported):
        KeyRing(algorithm="none")
    with pytest.raises(InvalidInput):
        KeyRing(overlap_s=-1)


def test_a_thumbprint_names_the_public_key_and_only_that(ring):
    key = ring.signing_key()
    assert thumbprint(key) == thumbprint(key.public())
    assert len(thumbprint(key)) == 43
    with pytest.raises(errors.SecretNotShared):
        thumbprint(Key.generate("HS256"))
