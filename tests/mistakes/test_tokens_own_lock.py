"""What the mistakes in choosing a key do, where the matrix does not show it."""

import json

import pytest
from cryptography.hazmat.primitives import serialization

from labkit.clock import ManualClock
from labkit.encoding import base64url
from labkit.errors import LabkitError
from labkit.forging import Forgery, OwnKey, serve_keys
from labkit.mistakes import tokens_own_lock
from labkit.mistakes.tokens_keys import UncheckedKey
from labkit.mistakes.tokens_own_lock import (
    CertificateFromAnywhere,
    CertificateFromTheHeader,
    KeyFromTheHeader,
    KeyNamedByPath,
    KeyNamedInSql,
    KeySetFromAnywhere,
    OneHiddenKeyForEveryAlgorithm,
    OneKeyForEveryAlgorithm,
    ShowsNoKeys,
)
from labkit.practice.fetching import NotFetched
from labkit.tokens import Key, TokenError, TokenIssuer, TokenVerifier
from labkit.tokens.errors import KeyRefused, SignatureRefused, UnknownKey

NOW = 1_800_000_000
NAMES = {"algorithm": "ES256", "issuer": "https://gradebook.example", "audience": "grades"}
KEYS = {alg: Key.generate(alg, kid="june") for alg in ("ES256", "RS256")}
OWN = OwnKey.new("ES256", kid="june")
EVERY = (
    *(OneKeyForEveryAlgorithm, OneHiddenKeyForEveryAlgorithm, KeyFromTheHeader),
    *(CertificateFromTheHeader, KeySetFromAnywhere, CertificateFromAnywhere),
    *(KeyNamedByPath, KeyNamedInSql),
)


def site(verifier: type[TokenVerifier], alg: str = "ES256") -> TokenVerifier:
    return verifier(KEYS[alg], clock=ManualClock(NOW), **(NAMES | {"algorithm": alg}))


def token(alg: str = "ES256") -> Forgery:
    names = NAMES | {"algorithm": alg}
    return Forgery.of(TokenIssuer(KEYS[alg], clock=ManualClock(NOW), **names).issue("alice"))


@pytest.mark.parametrize("alg", KEYS)
@pytest.mark.parametrize("mistake", EVERY)
def test_a_good_token_is_still_accepted(mistake, alg):
    assert site(mistake, alg).verify(token(alg).token)["sub"] == "alice"


@pytest.mark.parametrize("mistake", EVERY)
def test_an_own_key_with_the_name_of_the_right_one_is_still_refused(mistake):
    with pytest.raises(SignatureRefused):
        site(mistake).verify(token().sign(OWN).token)


@pytest.mark.parametrize("mistake", EVERY)
@pytest.mark.parametrize("member", ["alg", "kid", "jwk", "jku", "x5c", "x5u"])
def test_a_hostile_header_is_refused_and_crashes_nothing(mistake, member):
    good, verifier = token(), site(mistake)
    for value in ("", 7, None, [], {}, [7], "\0", "é", "x" * 5000, ["AAAA"]):
        for alg in ({}, {"alg": "HS256"}):
            header = good.header | {member: value} | alg
            odd = good.raw_header(json.dumps(header).encode())
            with pytest.raises(LabkitError):
                verifier.verify(odd.token)


@pytest.mark.parametrize("alg", KEYS)
def test_the_public_key_is_a_secret_in_pem_and_in_no_other_form(alg):
    jwk = KEYS[alg].jwk()
    for mistake in (OneKeyForEveryAlgorithm, OneHiddenKeyForEveryAlgorithm):
        assert site(mistake, alg).verify(token(alg).confuse(jwk, "pem").token)["sub"] == "alice"
        for form in ("pem without newline", "der", "jwk"):
            with pytest.raises(SignatureRefused):
                site(mistake, alg).verify(token(alg).confuse(jwk, form).token)


def test_a_secret_stays_the_secret_that_it_is_under_key_confusion():
    secret = Key.generate("HS256", kid="june")
    verifier = OneKeyForEveryAlgorithm(
        secret, clock=ManualClock(NOW), **(NAMES | {"algorithm": "HS256"})
    )
    good = token().sign_with_secret(secret.material)
    assert verifier.verify(good.token)["sub"] == "alice"


def test_the_hidden_key_set_is_empty_and_its_keys_work():
    ring = ShowsNoKeys()
    assert ring.jwks() == {"keys": []}
    assert ring.accepted() == (ring.signing_key(),)
    assert not ring.shared_with("forum").private


def test_the_key_in_the_header_is_believed_of_every_kind():
    for kind in ("ES256", "RS256", "EdDSA"):
        forged = token().embed_key(OwnKey.new(kind))
        assert site(KeyFromTheHeader).verify(forged.token)["sub"] == "alice"


def test_the_key_in_the_header_must_fit_the_signature():
    other = token().embed_key(OWN).edit_header(jwk=OwnKey.new("ES256").jwk)
    with pytest.raises(SignatureRefused):
        site(KeyFromTheHeader).verify(other.token)


@pytest.mark.parametrize("kind", ["ES256", "RS256"])
def test_a_certificate_that_the_sender_issued_is_believed_if_it_is_of_the_sites_kind(kind):
    forged = token(kind).embed_certificate(OwnKey.new(kind))
    assert site(CertificateFromTheHeader, kind).verify(forged.token)["sub"] == "alice"
    other = token().embed_certificate(OwnKey.new("EdDSA"))
    with pytest.raises(KeyRefused):
        site(CertificateFromTheHeader).verify(other.token)


def test_a_key_set_and_a_certificate_are_fetched_from_where_the_header_says():
    for mistake, member in ((KeySetFromAnywhere, "jku"), (CertificateFromAnywhere, "x5u")):
        with serve_keys(OWN) as server:
            forged = token().point_to(server, member)
            assert site(mistake).verify(forged.token)["sub"] == "alice"
            assert server.hits == 1


def test_of_a_fetched_key_set_only_the_named_key_counts():
    with serve_keys(OWN) as server:
        forged = token().edit_header(jku=server.jku, kid="july").sign(OWN)
        with pytest.raises(UnknownKey):
            site(KeySetFromAnywhere).verify(forged.token)
        nameless = token().edit_header(jku=server.jku, kid=None).sign(OWN)
        with pytest.raises(UnknownKey):
            site(KeySetFromAnywhere).verify(nameless.token)


@pytest.mark.parametrize("url", ["http://192.0.2.1/jwks.json", "file:///etc/passwd", "https://a.b"])
def test_nothing_is_fetched_from_another_machine(url):
    for mistake, member in ((KeySetFromAnywhere, "jku"), (CertificateFromAnywhere, "x5u")):
        with pytest.raises(NotFetched):
            site(mistake).verify(token().edit_header(**{member: url}).sign(OWN).token)


def test_what_is_at_the_address_must_be_what_was_looked_for():
    with serve_keys(OWN) as server:
        for mistake, member, address in (
            (KeySetFromAnywhere, "jku", server.x5u),
            (CertificateFromAnywhere, "x5u", server.jku),
        ):
            with pytest.raises(KeyRefused):
                site(mistake).verify(token().edit_header(**{member: address}).sign(OWN).token)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of keys with one in it, beside a public file and an empty one."""
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "planner").write_bytes(b"the planner's secret")
    (tmp_path / "style.css").write_bytes(b"body {}\r\n")
    (tmp_path / "empty").touch()
    monkeypatch.setattr(tokens_own_lock, "KEY_FOLDER", keys)
    return keys


def test_a_path_leads_to_keys_and_out_of_their_folder(folder):
    for kid, secret in {
        "planner": b"the planner's secret",
        "../style.css": b"body {}\r\n",
        "nowhere/../../style.css": b"body {}\r\n",
        "../empty": b"",
        str(folder.parent / "style.css"): b"body {}\r\n",
    }.items():
        forged = token().edit_header(kid=kid).sign_with_secret(secret)
        assert site(KeyNamedByPath).verify(forged.token)["sub"] == "alice"


@pytest.mark.parametrize("kid", ["", "nobody", "..", ".", "../keys", "\0", "a\0b", "x" * 256])
def test_where_no_file_is_there_is_no_key(folder, kid):
    forged = token().edit_header(kid=kid).sign_with_secret(b"")
    with pytest.raises(TokenError):
        site(KeyNamedByPath).verify(forged.token)


@pytest.mark.parametrize(
    "kid",
    [
        "nobody",
        "planner-2019",  # its secret is random
        "'",
        "' --",
        "' UNION SELECT 'k', 'k' --",
        "'; DROP TABLE keys --",
        "' UNION SELECT load_extension('x') --",
        "' UNION SELECT NULL --",
    ],
)
def test_an_injection_that_does_not_fit_is_refused(kid):
    forged = token().edit_header(kid=kid).sign_with_secret(b"k")
    with pytest.raises(TokenError):
        site(KeyNamedInSql).verify(forged.token)


def test_a_row_of_ones_own_is_the_secret():
    for kid in ("' UNION SELECT 'k' --", "x' UNION SELECT 'k", "' UNION VALUES ('k') --"):
        forged = token().edit_header(kid=kid).sign_with_secret(b"k")
        assert site(KeyNamedInSql).verify(forged.token)["sub"] == "alice"


def test_an_old_key_is_found_by_its_name_and_is_never_the_same_twice():
    secrets = set()
    for _ in range(2):
        with tokens_own_lock._old_keys() as table:
            secrets |= set(table.execute("SELECT secret FROM keys").fetchall())
        table.close()
    assert len(secrets) == 2
    assert all(len(secret) == 64 for (secret,) in secrets)


EC_KEY = bytes.fromhex("2a8648ce3d0201")  # id-ecPublicKey in DER, RFC 5480 §2.1.1


def test_a_key_in_a_certificate_is_read_from_der_and_from_pem():
    for data in (OWN.certificate, OWN.certificate_pem):
        key = tokens_own_lock._certified(data, "ES256")
        assert key.public_members["x"] == OWN.jwk["x"]
        assert not isinstance(key, UncheckedKey)
    unknown_kind = OWN.certificate.replace(EC_KEY, EC_KEY[:-1] + b"\x7f")
    for data in (b"", b"-----BEGIN", OWN.pem, unknown_kind):
        with pytest.raises(ValueError, match=r"."):
            tokens_own_lock._certified(data, "ES256")


def test_the_secret_is_the_pem_as_other_programs_write_it():
    pem = KEYS["ES256"].verifying.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    secret = tokens_own_lock._same_text(KEYS["ES256"], {"alg": "HS256"})
    assert secret.material == pem
    assert base64url(pem) not in repr(secret)
