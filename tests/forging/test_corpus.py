"""The corpus itself: large, all different, marked truly, the same for the same question."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections import Counter

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from labkit.errors import InvalidInput
from labkit.forging.corpus import ALGORITHMS, FAMILIES, KID, corpus
from labkit.forging.corpus.jwe import encrypted
from labkit.forging.corpus.mint import Mint, signer
from labkit.forging.segments import decoded

EVERY = pytest.mark.parametrize("alg", ALGORITHMS)


@EVERY
def test_there_are_at_least_250_forged_and_20_valid_tokens(alg):
    assert len(corpus(alg).forged) >= 250
    assert len(corpus(alg).valid) >= 20


@EVERY
def test_no_two_tokens_are_alike_and_no_two_share_a_name(alg):
    samples = [*corpus(alg).forged, *corpus(alg).valid]
    for values in (
        [each.token for each in samples],
        [(each.family, each.name) for each in samples],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


# With the first, the first signature that has '-' and '_' has no digit that could be respelt.
@pytest.mark.parametrize("number", [3152, *range(5)])
def test_whatever_the_secret_another_spelling_is_never_the_issuers_own(number):
    secret = b"%032d" % number
    respelt = corpus("HS256", secret=secret).family("second spelling")
    assert respelt
    for sample in respelt:
        if sample.name.startswith("signature "):
            message, _, text = sample.token.rpartition(".")
            genuine = urlsafe_b64encode(hmac.digest(secret, message.encode(), "sha256"))
            assert text != genuine.decode().rstrip("="), sample.name


@EVERY
def test_every_sample_says_in_a_sentence_why_it_must_be_refused_or_accepted(alg):
    for sample in (*corpus(alg).forged, *corpus(alg).valid):
        assert sample.name
        assert sample.why.endswith(".")


@EVERY
def test_what_is_marked_as_not_signed_by_the_issuer_fails_a_bare_check_of_the_signature(alg):
    tokens = corpus(alg)
    key = jwt.PyJWK(tokens.key.jwk).key
    for sample in tokens.forged:
        if not sample.signed:
            with pytest.raises((jwt.InvalidTokenError, UnicodeError)):
                jwt.PyJWS().decode(sample.token, key, algorithms=[alg])


@EVERY
def test_most_of_what_is_marked_as_signed_passes_a_bare_check_of_the_signature(alg):
    tokens = corpus(alg)
    key = jwt.PyJWK(tokens.key.jwk).key
    claimed = [
        sample
        for name in ("time", "issuer", "audience", "claim of another type", "member twice", "type")
        for sample in tokens.family(name)
        if not sample.name.startswith("header twice")
    ]
    for sample in claimed:
        assert jwt.PyJWS().decode(sample.token, key, algorithms=[alg])


def private_pem(own):
    return own.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def sample(alg, family, name):
    return next(each for each in corpus(alg).family(family) if each.name == name)


@pytest.mark.parametrize("alg", ["HS256", "RS256", "ES256"])
def test_what_is_encrypted_to_the_service_can_be_decrypted_with_its_key(alg):
    kinds = {"HS256": OctKey, "RS256": RSAKey, "ES256": ECKey}
    own = signer(alg, "june", b"s" * 32)
    key = kinds[alg].import_key(own.secret or private_pem(own))
    token = encrypted(Mint(own, own, 1_800_000_000, "issuer", "grades"), b"some text", {})
    found = jwe.decrypt_compact(token, key, algorithms=["dir", "RSA-OAEP", "ECDH-ES", "A256GCM"])
    assert found.plaintext == b"some text"


def test_what_is_json_and_three_segments_says_one_thing_as_json_and_another_cut_at_its_dots():
    token = sample("HS256", "wrapping", "JSON and three segments in one").token
    _, forged, _ = token.split(".")
    as_json = json.loads(token)
    assert json.loads(decoded(forged))["role"] == "admin"
    assert json.loads(decoded(as_json["payload"]))["role"] == "student"


def test_a_detached_payload_was_signed_as_it_is():
    tokens = corpus("HS256")
    first, empty, third = sample("HS256", "crit", "b64 false, the payload elsewhere").token.split(
        "."
    )
    whole = sample("HS256", "crit", "b64 false, the payload as it is").token
    assert (first, empty, third) == (whole.partition(".")[0], "", whole.rpartition(".")[2])
    signed = whole.rpartition(".")[0].encode()
    assert hmac.digest(tokens.key.secret, signed, "sha256") == decoded(third)


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_a_jwk_with_its_private_part_has_that_of_the_key_that_signed(alg):
    token = sample(alg, "key in the header", "jwk with its private part").token
    jwk = jwt.get_unverified_header(token)["jwk"]
    public = jwt.PyJWK({name: value for name, value in jwk.items() if name != "d"}).key
    assert jwt.PyJWS().decode(token, public, algorithms=[alg])
    assert jwt.PyJWK(jwk).key.public_key() == public


def test_each_family_is_met_by_some_algorithm_and_says_what_it_matters():
    met = {sample.family for alg in ALGORITHMS for sample in corpus(alg).forged}
    assert met == {each.name for each in FAMILIES}
    assert all(each.matters.endswith(".") and each.ids for each in FAMILIES)


def test_the_same_question_gets_the_same_corpus_and_another_time_another():
    assert corpus("ES256") is corpus("ES256")
    assert corpus("ES256", now=1_900_000_000).valid[0].token != corpus("ES256").valid[0].token


def test_the_keys_of_two_corpora_differ():
    assert corpus("HS256").key.secret != corpus("HS256", kid="may").key.secret


def test_names_and_the_secret_can_be_chosen():
    chosen = corpus("HS256", issuer="https://a.example", audience="lamp", kid="k", secret=b"s" * 32)
    claims = jwt.decode(
        chosen.valid[0].token,
        b"s" * 32,
        ["HS256"],
        audience="lamp",
        issuer="https://a.example",
        options={"verify_iat": False, "verify_nbf": False},
    )
    assert claims["sub"] == "alice"
    assert (chosen.key.kid, chosen.key.plain) == ("k", b"s" * 32)


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_a_public_key_comes_as_pem_jwk_and_key_set_and_holds_no_private_part(alg):
    key = corpus(alg).key
    assert key.plain == key.pem
    assert key.pem.startswith("-----BEGIN PUBLIC KEY-----")
    assert key.jwks == {"keys": [key.jwk]}
    assert key.jwk["kid"] == KID
    assert "d" not in key.jwk


def test_what_prints_a_corpus_prints_no_secret():
    tokens = corpus("HS256")
    shown = repr(tokens)
    assert tokens.key.jwk["k"] not in shown
    assert repr(tokens.key.secret) not in shown
    assert len(shown) < 500


@pytest.mark.parametrize(
    ("args", "options"),
    [
        (("none",), {}),
        ((None,), {}),
        ((["HS256"],), {}),
        (("HS256",), {"now": "today"}),
        (("HS256",), {"now": 12}),
        (("HS256",), {"issuer": ""}),
        (("HS256",), {"audience": "a\ud800bcd"}),
        (("HS256",), {"kid": "k" * 257}),
        (("HS256",), {"secret": b"short"}),
        (("HS256",), {"secret": "text, not bytes, of more than 32 characters"}),
    ],
)
def test_a_wrong_argument_is_told(args, options):
    with pytest.raises(InvalidInput):
        corpus(*args, **options)


def test_a_family_is_found_by_name_or_told():
    assert len(corpus("ES256").family("ECDSA numbers")) > 20
    with pytest.raises(InvalidInput):
        corpus("HS256").family("ECDSA numbers")
