"""Keys: typed, checked when made, hidden when shown; JWKs read strictly."""

import base64
import hashlib
import json
import secrets
import traceback

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa
from hypothesis import given
from hypothesis import strategies as st

from labkit.encoding import base64url
from labkit.errors import InvalidInput, LabkitError
from labkit.tokens import ALGORITHMS, Key, KeyRing, TokenError, errors, verify_signature

KEYS = {alg: Key.generate(alg, kid="june") for alg in ALGORITHMS}
PUBLIC = ("RS256", "ES256", "EdDSA")
every_algorithm = pytest.mark.parametrize("alg", ALGORITHMS)
every_public_one = pytest.mark.parametrize("alg", PUBLIC)

GUESSABLE = {
    "all zero": bytes(32),
    "one byte repeated": b"k" * 64,
    "counting up": bytes(range(32)),
    "counting down in threes": bytes(range(192, 96, -3)),
    "two bytes in turn": b"\x5a\xa5" * 16,
    "a short word, NULs behind": b"secret".ljust(32, b"\0"),
    "a password repeated": b"password1" * 4,
    "a phrase": b"correct horse battery staple for me",
    "the tutorial's constant": b"your-secret-key-keep-this-secure",
    "a name with underscores": b"my_super_secret_key_that_is_long_enough_2024",
    "letters swapped for digits": b"Th1sIsMyV3ryS3cretK3yForSigningTokens!!",
    "a placeholder": b"your-256-bit-secret-your-256-bit-secret",
    "a quotation": b"It was the best of times, it was the worst of times",
    "a line from the keyboard": b"qwertyuiopasdfghjklzxcvbnm1234567890",
    "another language": "mein sehr geheimer Schlüssel für die Anwendung".encode(),
    "a hash of 128 bits in hexadecimal": b"0cc175b9c0f1b6a831c399e269772661",
}


def pem(key: Key, *, private: bool) -> bytes:
    if private:
        return key.material.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    return key.verifying.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@every_algorithm
def test_a_key_accepts_what_it_signed_and_nothing_else(alg):
    key, other = KEYS[alg], Key.generate(alg)
    signature = key.sign(b"message")
    assert len(signature) == key.signature_bytes
    assert key.accepts(b"message", signature)
    assert not key.accepts(b"massage", signature)
    assert not key.accepts(b"message", b"")
    assert not other.accepts(b"message", signature)


@every_algorithm
def test_generated_keys_differ_in_material_and_name(alg):
    first, second = Key.generate(alg), Key.generate(alg)
    assert first.kid != second.kid
    assert not second.accepts(b"m", first.sign(b"m"))


@every_algorithm
def test_a_key_does_not_show_its_material(alg):
    shown = f"{KEYS[alg]!r} {KEYS[alg]} {[KEYS[alg]]}"
    assert "june" in shown
    assert "material" not in shown
    if alg == "HS256":
        assert repr(KEYS[alg].material) not in shown


@every_public_one
def test_the_public_half_verifies_and_cannot_sign(alg):
    public = KEYS[alg].public()
    assert public.accepts(b"m", KEYS[alg].sign(b"m"))
    assert not public.private
    with pytest.raises(errors.KeyUseRefused):
        public.sign(b"m")


def test_an_hmac_secret_has_no_public_half():
    with pytest.raises(errors.SecretNotShared):
        KEYS["HS256"].public()
    with pytest.raises(errors.SecretNotShared):
        KEYS["HS256"].jwk()


@every_public_one
def test_pem_and_jwk_bring_the_same_key_back(alg):
    key = KEYS[alg]
    signature = key.sign(b"m")
    for again in (
        Key.from_pem(pem(key, private=True), algorithm=alg),
        Key.from_pem(pem(key, private=False).decode(), algorithm=alg),
        Key.from_jwk(key.jwk()),
        Key.from_jwk(json.dumps(key.jwk()), algorithm=alg),
    ):
        assert again.accepts(b"m", signature)


@every_public_one
def test_a_published_key_holds_no_private_member(alg):
    jwk = KEYS[alg].jwk()
    assert set(jwk) & {"d", "p", "q", "dp", "dq", "qi", "k"} == set()
    assert (jwk["alg"], jwk["kid"], jwk["use"]) == (alg, "june", "sig")


# What is refused as a secret.


@pytest.mark.parametrize("size", [0, 1, 16, 31])
def test_a_secret_under_256_bits_is_refused(size):
    with pytest.raises(errors.KeyTooShort):
        Key.secret(secrets.token_bytes(size)) if size else Key("HS256", b"")


@pytest.mark.parametrize("secret", GUESSABLE.values(), ids=GUESSABLE)
def test_a_secret_that_is_long_but_not_random_is_refused(secret):
    with pytest.raises((errors.GuessableSecret, errors.KeyTooShort)) as caught:
        Key.secret(secret)
    assert len(secret) < 32 or type(caught.value) is errors.GuessableSecret
    assert secret.decode("latin-1")[:12] not in str(caught.value)


@pytest.mark.parametrize("size", [32, 48, 64, 256])
def test_random_bytes_are_taken_raw_and_as_hexadecimal_or_base64_text(size):
    raw = hashlib.shake_256(b"stands for random bytes").digest(size)
    for secret in (raw, raw.hex().encode(), base64.b64encode(raw), base64url(raw).encode()):
        key = Key.secret(secret)
        assert key.accepts(b"m", key.sign(b"m"))


@every_public_one
def test_a_public_key_is_no_secret_however_it_is_spelt(alg):
    key = KEYS[alg]
    der = key.verifying.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    jwk = json.dumps(key.jwk()).encode()
    for spelling in (pem(key, private=False), pem(key, private=True), der, jwk):
        with pytest.raises(errors.KeyConfusion):
            Key.secret(spelling)
    with pytest.raises(errors.KeyConfusion):
        Key("HS256", key.verifying)


def test_one_key_is_for_one_algorithm():
    for alg in ALGORITHMS:
        for other in set(PUBLIC) - {alg}:
            with pytest.raises(errors.KeyUnsupported):
                Key(other, KEYS[alg].material)


def test_keys_of_other_kinds_and_sizes_are_refused():
    with pytest.raises(errors.KeyTooShort):
        Key("RS256", rsa.generate_private_key(65537, 1024))
    with pytest.raises(errors.KeyUnsupported):
        Key("ES256", ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(errors.KeyUnsupported):
        Key("EdDSA", ed448.Ed448PrivateKey.generate())
    with pytest.raises(errors.KeyUnsupported):
        Key("RS256", dsa.generate_private_key(1024))
    for alg in ("none", "HS384", "rs256", "", None, ["ES256"], 7):
        with pytest.raises(errors.KeyUnsupported):
            Key(alg, b"x" * 32)
        with pytest.raises(errors.KeyUnsupported):
            Key.generate(alg)


def test_an_rsa_key_with_the_mark_of_a_factorable_generator_is_refused():
    primes = [n for n in range(3, 168, 2) if all(n % d for d in range(3, n, 2))]
    product = 1
    for prime in primes:
        product *= prime
    modulus = pow(65537, 77, product) + product * ((1 << 2047) // product + 1)
    numbers = rsa.RSAPublicNumbers(65537, modulus + product * (modulus % 2 == 0))
    with pytest.raises(errors.KeyFactorable):
        Key("RS256", numbers.public_key())


# JWKs.


def jwk_of(alg: str) -> dict[str, str]:
    if alg == "HS256":
        return {"kty": "oct", "k": base64url(KEYS[alg].material)}
    return KEYS[alg].jwk()


def token(alg: str) -> str:
    message = f"{base64url(json.dumps({'alg': alg}).encode())}.e30"
    return f"{message}.{base64url(KEYS[alg].sign(message.encode()))}"


@every_algorithm
@pytest.mark.parametrize(
    "members",
    [
        {"use": "enc"},
        {"use": "SIG"},
        {"use": "sig", "key_ops": ["sign"]},
        {"key_ops": ["encrypt", "decrypt"]},
        {"key_ops": ["deriveKey"]},
    ],
    ids=str,
)
def test_a_key_for_something_else_verifies_nothing(alg, members):
    with pytest.raises(errors.KeyUseRefused):
        verify_signature(token(alg), jwk_of(alg) | members)


@every_algorithm
@pytest.mark.parametrize(
    "members", [{}, {"use": "sig"}, {"key_ops": ["verify"]}, {"x5t": 1}], ids=str
)
def test_a_key_for_signatures_verifies(alg, members):
    assert verify_signature(token(alg), jwk_of(alg) | members) == b"{}"


@every_algorithm
def test_the_algorithm_of_the_jwk_binds(alg):
    for other in (*(set(ALGORITHMS) - {alg}), "HS512", "PS256", "none", "RSA-OAEP"):
        with pytest.raises(errors.KeyUnsupported):
            verify_signature(token(alg), jwk_of(alg) | {"alg": other})


@every_public_one
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"kty": "oct"}, errors.KeyUnsupported),
        ({"kty": "XYZ"}, errors.KeyUnsupported),
        ({"kty": None}, errors.KeyMalformed),
        ({"kty": ""}, errors.KeyMalformed),
        ({"kid": 7}, errors.KeyMalformed),
        ({"kid": "k" * 300}, InvalidInput),
        ({"use": 7}, errors.KeyMalformed),
        ({"key_ops": "verify"}, errors.KeyMalformed),
        ({"key_ops": []}, errors.KeyMalformed),
        ({"key_ops": None}, errors.KeyMalformed),
        ({"key_ops": ["verify", "verify"]}, errors.KeyMalformed),
        ({"key_ops": [1]}, errors.KeyMalformed),
        ({"alg": 256}, errors.KeyMalformed),
    ],
    ids=str,
)
def test_a_malformed_jwk_is_refused(alg, changed, error):
    with pytest.raises(error):
        Key.from_jwk(KEYS[alg].jwk() | changed)


@pytest.mark.parametrize(
    ("alg", "changed", "error"),
    [
        ("RS256", {"n": None}, errors.KeyMalformed),
        ("RS256", {"e": "AQ"}, errors.KeyMalformed),
        ("RS256", {"e": "Ag"}, errors.KeyMalformed),
        ("RS256", {"e": "AAEAAQ"}, errors.KeyMalformed),
        ("RS256", {"e": "AQAB="}, errors.KeyMalformed),
        ("RS256", {"e": base64url(b"\x01" * 9)}, errors.KeyTooLong),
        ("RS256", {"n": base64url(b"\xff" * 128)}, errors.KeyTooShort),
        ("RS256", {"n": base64url(b"\xff" * 1500)}, errors.KeyTooLong),
        ("RS256", {"n": "A" * 100_000}, errors.KeyMalformed),
        ("RS256", {"d": "AQAB"}, errors.KeyMalformed),
        ("ES256", {"crv": "P-384"}, errors.KeyUnsupported),
        ("ES256", {"crv": "secp256k1"}, errors.KeyUnsupported),
        ("ES256", {"crv": None}, errors.KeyMalformed),
        ("ES256", {"x": base64url(bytes(32))}, errors.KeyMalformed),
        ("ES256", {"x": "AA"}, errors.KeyMalformed),
        ("ES256", {"y": None}, errors.KeyMalformed),
        ("ES256", {"d": base64url(b"\1" * 32)}, errors.KeyMalformed),
        ("EdDSA", {"crv": "X25519"}, errors.KeyUnsupported),
        ("EdDSA", {"crv": "Ed448"}, errors.KeyUnsupported),
        ("EdDSA", {"x": base64url(b"\1" * 31)}, errors.KeyMalformed),
        ("EdDSA", {"d": base64url(b"\1" * 32)}, errors.KeyMalformed),
        ("HS256", {"k": ""}, errors.KeyMalformed),
        ("HS256", {"k": None}, errors.KeyMalformed),
        ("HS256", {"k": "c2hvcnQ"}, errors.KeyTooShort),
        ("HS256", {"k": "not base64!"}, errors.KeyMalformed),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_members_that_make_no_key_are_refused(alg, changed, error):
    with pytest.raises(error):
        Key.from_jwk(jwk_of(alg) | changed)


@pytest.mark.parametrize("jwk", ["", "[]", "{", '{"kty":"oct","kty":"RSA"}', "\ud800", "x" * 10**6])
def test_text_that_is_no_jwk_is_refused(jwk):
    with pytest.raises(errors.KeyMalformed):
        Key.from_jwk(jwk)


@pytest.mark.parametrize("jwk", [None, 7, b"{}", [], object()])
def test_what_is_no_jwk_at_all_is_invalid_input(jwk):
    with pytest.raises(InvalidInput):
        Key.from_jwk(jwk)


@given(
    st.dictionaries(
        st.sampled_from(["kty", "alg", "crv", "x", "y", "d", "n", "e", "k", "use", "key_ops", "p"]),
        st.sampled_from(["oct", "RSA", "EC", "OKP", "P-256", "Ed25519", "ES256", "AQAB", "sig", ""])
        | st.text(max_size=4)
        | st.none()
        | st.integers()
        | st.lists(st.text(max_size=3), max_size=2)
        | st.binary(min_size=32, max_size=32).map(base64url),
    )
)
def test_no_jwk_raises_anything_but_a_labkit_error(jwk):
    try:
        key = Key.from_jwk(jwk)
    except (TokenError, InvalidInput):
        return
    assert key.alg in ALGORITHMS


@pytest.mark.parametrize(
    "data", [b"", b"x", b"-----BEGIN PUBLIC KEY-----\n", "\ud800", "é", None, 7]
)
def test_what_is_no_pem_is_refused(data):
    with pytest.raises((errors.KeyMalformed, InvalidInput)):
        Key.from_pem(data, algorithm="ES256")


@pytest.mark.parametrize("data", [None, "text", 7, b"x" * 2_000_000])
def test_what_is_no_secret_at_all_is_invalid_input(data):
    with pytest.raises(InvalidInput):
        Key.secret(data)


def test_nothing_that_is_said_of_a_bad_jwk_holds_a_piece_of_the_key():
    secret = base64url(secrets.token_bytes(33))
    whole = json.dumps({"k": secret, "kty": "oct"})
    told = [
        _refusal(Key.from_jwk, {"kty": "oct", "k": secret * 60}),
        _refusal(Key.from_jwk, {"kty": "oct", "k": f"{secret}="}),
        _refusal(Key.from_jwk, {"kty": "EC", "crv": "P-256", "x": secret, "y": secret, "d": 7}),
        _refusal(Key.from_jwk, whole[:-1]),
        _refusal(Key.from_jwk, whole + "}"),
        _refusal(KeyRing.from_jwks, f'{{"keys": [{whole}]}}'),
        _refusal(KeyRing.from_jwks, {"keys": [secret]}),
        _refusal(Key, secret, "HS256"),
        _refusal(Key.secret, secret),
        _refusal(Key.from_pem, f"-----BEGIN PRIVATE KEY-----\n{secret}\n", algorithm="ES256"),
    ]
    for text in told:
        assert secret[:6] not in text


def test_a_jwk_of_endless_operations_is_refused_in_a_few_words():
    endless = {"kty": "oct", "k": base64url(secrets.token_bytes(32))}
    text = _refusal(Key.from_jwk, endless | {"key_ops": [str(n) for n in range(100_000)]})
    assert len(text) < 10_000


def _refusal(function, *values, **names):
    """All that an error and its causes say: words, evidence and traceback."""
    with pytest.raises(LabkitError) as caught:
        function(*values, **names)
    error, evidence = caught.value, []
    while error is not None:
        evidence.append(f"{error!r} {getattr(error, 'evidence', '')}")
        error = error.__cause__
    lines = traceback.format_exception(caught.value)
    shown = [line for line in lines if not line.startswith("  File")]
    return " ".join(evidence + shown)
