"""The verifier: one contract over four algorithms, the past attacks by name, and its seams."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.tokens import (
    ALGORITHMS,
    Key,
    KeyRing,
    TokenIssuer,
    TokenVerifier,
    errors,
    verify_signature,
)
from labkit.tokens.verify import MAX_HEADERS

NOW = 1_800_000_000
NAMES = {"issuer": "https://gradebook.example", "audience": "grades"}
every_algorithm = pytest.mark.parametrize("alg", ALGORITHMS)


class Site:
    """An issuer and a verifier that share a key ring and a clock."""

    def __init__(self, alg: str, verifier: type[TokenVerifier] = TokenVerifier, **options):
        self.clock = ManualClock(NOW)
        self.ring = KeyRing([KEYS[alg]], algorithm=alg, clock=self.clock)
        names = NAMES | {"algorithm": alg, "clock": self.clock}
        self.issuer = TokenIssuer(self.ring, **names)
        self.verifier = verifier(self.ring, **names | options)

    def issue(self, **options) -> str:
        return self.issuer.issue("alice", {"role": "student"}, **options)

    def verify(self, token: str) -> dict:
        return self.verifier.verify(token)


KEYS = {alg: Key.generate(alg, kid="june") for alg in ALGORITHMS}
THIEF = {alg: Key.generate(alg, kid="mine") for alg in ALGORITHMS}


def segment(value) -> str:
    return base64url(json.dumps(value).encode())


def signed(key: Key, header: dict, claims: dict) -> str:
    message = f"{segment(header)}.{segment(claims)}"
    return f"{message}.{base64url(key.sign(message.encode()))}"


@every_algorithm
def test_what_was_issued_is_verified(alg):
    site = Site(alg)
    claims = site.verify(site.issue())
    assert claims["sub"] == "alice"
    assert claims["role"] == "student"
    assert (claims["iss"], claims["aud"]) == (NAMES["issuer"], NAMES["audience"])
    assert (claims["iat"], claims["exp"]) == (NOW, NOW + 900)


@every_algorithm
def test_a_token_is_accepted_until_the_second_before_it_expires(alg):
    site = Site(alg)
    token = site.issue()
    site.clock.advance(899.9)
    assert site.verify(token)
    site.clock.advance(0.1)
    with pytest.raises(errors.Expired):
        site.verify(token)


@every_algorithm
def test_leeway_lets_a_token_live_that_much_longer_and_begin_that_much_earlier(alg):
    site = Site(alg, leeway_s=30)
    token = site.issue()
    site.clock.advance(929)
    assert site.verify(token)
    site.clock.advance(1)
    with pytest.raises(errors.Expired):
        site.verify(token)
    site.clock.advance(-960)
    assert site.verify(token)
    site.clock.advance(-1)
    with pytest.raises(errors.IssuedInFuture):
        site.verify(token)


@every_algorithm
def test_the_public_half_is_enough_to_verify_with(alg):
    site = Site(alg)
    if alg == "HS256":
        with pytest.raises(errors.SecretNotShared):
            site.ring.shared_with("second service")
        return
    key = site.ring.shared_with("second service")
    names = NAMES | {"algorithm": alg, "clock": site.clock}
    assert TokenVerifier(key, **names).verify(site.issue())["sub"] == "alice"
    with pytest.raises(errors.NoSigningKey):
        TokenIssuer(key, **names).issue("mallory")


@every_algorithm
def test_one_key_and_its_algorithm_verify_a_bare_signature(alg):
    site = Site(alg)
    key = KEYS[alg]
    jwk = {"kty": "oct", "k": base64url(key.material)} if alg == "HS256" else key.jwk()
    payload = verify_signature(site.issue(), jwk)
    assert json.loads(payload)["sub"] == "alice"
    assert verify_signature(site.issue(), json.dumps(jwk)).startswith(b"{")


@every_algorithm
def test_every_single_changed_character_is_refused(alg):
    site = Site(alg)
    token = site.issue()
    for place in range(0, len(token), 7):
        other = "B" if token[place] == "A" else "A"
        with pytest.raises(errors.TokenError):
            site.verify(token[:place] + other + token[place + 1 :])


@every_algorithm
@given(text=st.text(max_size=40) | st.text("eyJ.0A-_= \n", max_size=60))
def test_no_text_raises_anything_but_a_token_error(alg, text):
    with pytest.raises(errors.TokenError):
        SITES[alg].verify(text)


@every_algorithm
@given(
    header=st.dictionaries(
        st.sampled_from(["alg", "typ", "kid", "crit", "b64", "zip", "jwk", "x"]),
        st.sampled_from(
            [*ALGORITHMS, "at+jwt", "june", "none", None, 1, 1.5, True, [], ["x"], {}, "\ud800"]
        ),
    ),
    claims=st.dictionaries(
        st.sampled_from(["exp", "nbf", "iat", "iss", "aud", "sub", "jti", "x"]),
        st.sampled_from([*NAMES.values(), NOW, NOW + 9, 1e300, None, True, [], ["grades"], {}, ""]),
    ),
)
def test_no_signed_json_raises_anything_but_a_token_error(alg, header, claims):
    try:
        found = SITES[alg].verify(signed(KEYS[alg], header, claims))
    except errors.TokenError:
        return
    assert found["exp"] > NOW
    assert found["iss"] == NAMES["issuer"]
    assert header["alg"] == alg


@pytest.mark.parametrize("token", [None, b"e30.e30.e30", 7, ["a"], object()])
def test_what_is_no_text_is_invalid_input(token):
    with pytest.raises(InvalidInput):
        SITES["HS256"].verify(token)


# The past attacks, by name.


def test_alg_none_is_refused_in_every_case():
    for none in ("none", "None", "NONE", "nOnE"):
        token = f"{segment({'alg': none, 'typ': 'at+jwt'})}.{segment({'sub': 'admin'})}."
        with pytest.raises(errors.UnsignedToken):
            SITES["RS256"].verify(token)


def test_a_null_signature_is_refused():
    token = SITES["HS256"].issue()
    with pytest.raises(errors.SignatureMissing):
        SITES["HS256"].verify(token[: token.rindex(".") + 1])


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_key_confusion_the_public_key_is_no_hmac_secret(alg):
    pem = KEYS[alg].verifying.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    message = f"{segment({'alg': 'HS256', 'kid': 'june', 'typ': 'at+jwt'})}.{segment({'sub': 'a'})}"
    token = f"{message}.{base64url(hmac.digest(pem, message.encode(), hashlib.sha256))}"
    with pytest.raises(errors.AlgorithmRefused):
        SITES[alg].verify(token)
    with pytest.raises(errors.KeyConfusion):
        Key.secret(pem)


def test_key_confusion_even_a_verifier_pinned_to_hs256_takes_no_other_key_of_the_ring():
    clock = ManualClock(NOW)
    ring = KeyRing([KEYS["RS256"]], clock=clock)
    token = SITES["RS256"].issue()
    with pytest.raises(errors.AlgorithmRefused):
        TokenVerifier(ring, algorithm="HS256", clock=clock, **NAMES).verify(token)


def test_cve_2018_0114_an_embedded_key_is_not_trusted():
    header = {"alg": "ES256", "typ": "at+jwt", "jwk": THIEF["ES256"].jwk()}
    with pytest.raises(errors.KeyInHeader):
        SITES["ES256"].verify(signed(THIEF["ES256"], header, {"sub": "admin"}))


def test_cve_2022_21449_the_psychic_signature_is_refused():
    header, payload, _ = SITES["ES256"].issue().split(".")
    with pytest.raises(errors.SignatureWrong):
        SITES["ES256"].verify(f"{header}.{payload}.{base64url(bytes(64))}")


def test_a_token_of_another_kind_is_no_access_token():
    for kind in ("rt+jwt", "JWT", "secevent+jwt"):
        with pytest.raises(errors.TypeRefused):
            SITES["HS256"].verify(SITES["HS256"].issue(token_type=kind))


def test_a_token_for_another_service_is_refused():
    with pytest.raises(errors.AudienceRefused):
        SITES["HS256"].verify(SITES["HS256"].issue(audience="forum"))


def test_a_kid_that_is_a_path_finds_no_key():
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "../../../dev/null"}
    message = f"{segment(header)}.{segment({'sub': 'admin'})}"
    token = f"{message}.{base64url(hmac.digest(b'', message.encode(), hashlib.sha256))}"
    with pytest.raises(errors.UnknownKey):
        SITES["HS256"].verify(token)


def test_without_a_kid_two_keys_leave_no_choice():
    site = Site("HS256")
    token = signed(
        KEYS["HS256"], {"alg": "HS256", "typ": "at+jwt"}, {"exp": NOW + 9} | claims_now()
    )
    assert site.verify(token)
    site.ring.rotate()
    with pytest.raises(errors.KeyIdMissing):
        site.verify(token)


def claims_now() -> dict:
    return {"iss": NAMES["issuer"], "aud": NAMES["audience"], "sub": "alice"}


def test_a_header_that_was_read_before_is_checked_anew_each_time():
    site = Site("HS256")
    token = site.issue()
    for _ in range(3):
        assert site.verify(token)
    site.ring.withdraw("june")
    with pytest.raises(errors.UnknownKey):
        site.verify(token)


def test_forged_headers_are_not_kept_and_genuine_ones_only_a_few():
    site = Site("HS256")
    for number in range(50):
        site.verify(site.issue(header={"n": number}))
        with pytest.raises(errors.SignatureWrong):
            site.verify(signed(THIEF["HS256"], {"alg": "HS256", "kid": "june", "m": number}, {}))
    assert 0 < len(site.verifier._headers) <= MAX_HEADERS
    assert not any(b'"m"' in header for header in site.verifier._headers)


def test_a_step_that_changes_its_header_does_not_change_the_next_token():
    class Meddling(TokenVerifier):
        def type_ok(self, header):
            header["typ"] = "spoilt"
            return True

    site = Site("HS256", Meddling)
    token = site.issue()
    for _ in range(3):
        site.verify(token)
    assert all(header["typ"] == "at+jwt" for header in site.verifier._headers.values())


def test_a_stricter_rule_for_times_has_an_error_too():
    class OfficeHours(TokenVerifier):
        def in_time(self, _):
            return False

    with pytest.raises(errors.TimeRefused):
        Site("HS256", OfficeHours).verify(SITES["HS256"].issue())


@pytest.mark.parametrize(
    "changed",
    [
        {"algorithm": "none"},
        {"algorithm": "HS384"},
        {"algorithm": None},
        {"issuer": ""},
        {"issuer": None},
        {"audience": b"grades"},
        {"audience": ["grades"]},
        {"leeway_s": -1},
        {"leeway_s": 3600},
        {"leeway_s": float("nan")},
        {"token_type": ""},
        {"token_type": None},
    ],
    ids=str,
)
def test_a_verifier_that_would_check_nothing_is_not_made(changed):
    names = NAMES | {"algorithm": "ES256"} | changed
    with pytest.raises((InvalidInput, errors.KeyUnsupported)):
        TokenVerifier(KeyRing(), **names)


@pytest.mark.parametrize("keys", [None, "secret", b"secret", [], {"keys": []}])
def test_keys_are_key_objects_not_bytes(keys):
    with pytest.raises(InvalidInput):
        TokenVerifier(keys, algorithm="HS256", **NAMES)


SITES = {alg: Site(alg) for alg in ALGORITHMS}
