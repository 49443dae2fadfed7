"""A forgery: any text is read as far as it goes, every change is exact, every step is told."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput
from labkit.forging import FORMS, NONE_SPELLINGS, Forgery, OwnKey, UnusableKey, public_text
from labkit.tokens import KeyRing, TokenIssuer, verify_signature

# RFC 7515 appendix A.1: header, payload, signature and key of the first example.
RFC7515 = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
RFC7515_KEY = base64.urlsafe_b64decode(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
)
KEYS = {kind: OwnKey.new(kind) for kind in ("ES256", "RS256", "EdDSA")}
TOKEN = TokenIssuer(KeyRing(algorithm="ES256"), algorithm="ES256", issuer="i", audience="a").issue(
    "alice", {"role": "student"}
)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_the_first_example_of_rfc_7515_is_read_and_signed_as_it_stands_there():
    forged = Forgery.of(RFC7515)
    assert forged.header == {"typ": "JWT", "alg": "HS256"}
    assert forged.claims == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    assert str(forged.sign_with_secret(RFC7515_KEY)) == RFC7515


NINES = b'{"a": %s}' % (b"9" * 5000)
HOSTILE = {
    "nothing": "",
    "dots": "....",
    "no dot": "abc",
    "no base64": "!!.??.ö",
    "one letter": "a.b.c",
    "no JSON": f"{b64(b'x')}.{b64(b'[1]')}.AA",
    "no UTF-8": f"{b64(bytes([255] * 9))}.{b64(bytes(range(256)))}.AA",
    "half a surrogate pair": "\ud800.\udfff.x",
    "NUL": "a\0b.c\0d.e",
    "deep": f"{b64(b'[' * 100_000)}.{b64(b'{' * 9)}.x",
    "a long number as name": f"{b64(b'{}')}.{b64(b'{%s: 1}' % (b'9' * 5000))}.x",
    "a long number as value": f"{b64(b'{}')}.{b64(NINES)}.x",
    "huge": "x" * (1 << 22),
    "five parts": "a.b.c.d.e",
    "HTML": "<script>alert(1)</script>.<b>.&",
}


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE)
def test_any_text_is_taken_changed_and_shown(token):
    forged = Forgery.of(token)
    assert forged.token == str(forged) == token
    assert isinstance(forged.header, dict)
    assert isinstance(forged.claims, dict)
    changed = forged.edit_claims(sub="carol").sign_with_secret(b"x")
    assert changed.claims["sub"] == "carol"
    assert changed.header["alg"] == "HS256"
    assert str(changed).count(".") == 2
    assert all(len(shown) < 60_000 for shown in (repr(changed), changed.html()))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.binary(max_size=40), st.binary(max_size=40))
def test_no_text_makes_it_raise(token, header, payload):
    forged = Forgery.of(token).raw_header(header).payload(payload).drop_signature()
    assert str(forged) == f"{b64(header)}.{b64(payload)}."
    assert "<script" not in Forgery.of(token).html()
    assert repr(forged)


@pytest.mark.parametrize("bad", [None, 1, b"a.b.c", ["a"]])
def test_only_a_str_is_a_token(bad):
    with pytest.raises(InvalidInput):
        Forgery.of(bad)


def test_a_change_returns_a_new_forgery_and_leaves_the_rest_byte_for_byte():
    forged = Forgery.of(TOKEN)
    changed = forged.edit_claims(role="admin", jti=None)
    assert str(forged) == TOKEN
    assert changed.claims == {
        **{n: v for n, v in forged.claims.items() if n != "jti"},
        "role": "admin",
    }
    assert list(changed.claims) == [name for name in forged.claims if name != "jti"]
    assert str(changed).split(".")[::2] == TOKEN.split(".")[::2]
    assert forged.edit_header(kid=None, typ="JWT").header == {"alg": "ES256", "typ": "JWT"}


def test_members_of_any_name_can_be_set():
    changed = Forgery.of(TOKEN).edit_claims(**{"self": 1, "https://x/role": ["a", {"b": None}]})
    assert changed.claims["self"] == 1
    assert changed.claims["https://x/role"] == ["a", {"b": None}]


@pytest.mark.parametrize("value", [b"x", {1, 2}, object(), {"a": b"x"}, {(): 1}])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(InvalidInput, match="JSON"):
        Forgery.of(TOKEN).edit_claims(sub=value)


def test_a_value_without_end_is_refused():
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidInput, match="JSON"):
        Forgery.of(TOKEN).edit_header(x=endless)


def test_raw_bytes_stand_as_they_are():
    forged = Forgery.of(TOKEN).payload(b'{"sub":"a","sub":"b"}').raw_header(b"\xff")
    assert str(forged).split(".")[:2] == ["_w", b64(b'{"sub":"a","sub":"b"}')]
    assert forged.claims == {"sub": "b"}


def test_none_is_spelled_in_all_sixteen_ways():
    assert len(NONE_SPELLINGS) == 16
    assert {spelling.lower() for spelling in NONE_SPELLINGS} == {"none"}
    for spelling in NONE_SPELLINGS:
        forged = Forgery.of(TOKEN).unsigned(spelling)
        assert forged.header["alg"] == spelling
        assert str(forged).endswith(".")


def test_a_null_signature_keeps_the_algorithm():
    forged = Forgery.of(TOKEN).drop_signature()
    assert (forged.header["alg"], forged.signature) == ("ES256", b"")
    assert str(forged) == TOKEN.rpartition(".")[0] + "."


@pytest.mark.parametrize("kind", KEYS)
def test_a_token_signed_with_an_own_key_verifies_under_it(kind):
    key = KEYS[kind]
    forged = Forgery.of(TOKEN).edit_claims(role="admin").sign(key)
    message, _, _ = str(forged).rpartition(".")
    assert forged.header["alg"] == kind
    assert forged.header["kid"] == Forgery.of(TOKEN).header["kid"]
    assert verify_signature(str(forged), key.jwk)
    assert message.count(".") == 1


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_a_secret_signs_with_the_hash_that_it_names(alg):
    forged = Forgery.of(TOKEN).sign_with_secret(b"", alg)
    message = str(forged).rpartition(".")[0].encode()
    assert forged.signature == hmac.digest(b"", message, f"sha{alg[2:]}")
    assert forged.header["alg"] == alg


def test_signing_can_leave_the_header_as_it_is():
    twice = Forgery.of(TOKEN).raw_header(b'{"alg":"none","alg":"HS256"}')
    assert str(twice.sign_with_secret(b"x")).split(".")[0] == str(twice).split(".")[0]
    kept = Forgery.of(TOKEN).sign_with_secret(b"x", as_is=True)
    assert kept.header["alg"] == "ES256"
    assert str(kept).split(".")[:2] == TOKEN.split(".")[:2]
    assert Forgery.of(TOKEN).sign(KEYS["RS256"], as_is=True).header["alg"] == "ES256"


def test_the_kid_stays_unless_one_is_given():
    forged = Forgery.of(TOKEN)
    key = KEYS["ES256"]
    assert forged.sign(key, kid="../../dev/null").header["kid"] == "../../dev/null"
    assert "kid" not in forged.sign(key, kid=None).header
    assert "kid" not in forged.sign_with_secret(b"", kid=None).header


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("form", FORMS)
def test_confusion_takes_the_public_key_as_secret_in_each_form(kind, form):
    key = KEYS[kind]
    if form == "pkcs1" and kind != "RS256":
        with pytest.raises(UnusableKey):
            public_text(key.jwk, form)
        return
    secret = public_text(key.jwk, form)
    forged = Forgery.of(TOKEN).confuse(key.jwk, form)
    message = str(forged).rpartition(".")[0].encode()
    assert forged.header["alg"] == "HS256"
    assert forged.signature == hmac.new(secret, message, hashlib.sha256).digest()


def test_the_forms_of_a_public_key_are_those_that_programs_keep():
    key = KEYS["RS256"]
    assert public_text(key.jwk) == key.pem
    assert public_text(key.jwk, "pem without newline") == key.pem.strip()
    assert public_text(key.jwk, "der")[:1] == b"\x30"
    assert public_text(key.jwk, "pkcs1").startswith(b"-----BEGIN RSA PUBLIC KEY-----\n")
    assert json.loads(public_text(key.jwk, "jwk")) == key.jwk


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "n": 1, "e": 2},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "RSA"},
        {"kty": ["RSA"]},
    ],
)
def test_a_key_that_cannot_be_read_is_refused(jwk):
    with pytest.raises(UnusableKey):
        Forgery.of(TOKEN).confuse(jwk)


@pytest.mark.parametrize("bad", [None, "jwk", b"", 1])
def test_what_is_no_jwk_or_no_form_is_refused(bad):
    with pytest.raises(InvalidInput):
        Forgery.of(TOKEN).confuse(bad)
    with pytest.raises(InvalidInput):
        Forgery.of(TOKEN).confuse(KEYS["RS256"].jwk, [bad])


@pytest.mark.parametrize("kind", KEYS)
def test_an_embedded_key_is_the_one_that_signed(kind):
    forged = Forgery.of(TOKEN).embed_key(KEYS[kind])
    assert forged.header["jwk"] == KEYS[kind].jwk
    assert forged.header["kid"] == "mallory"
    assert verify_signature(str(forged), forged.header["jwk"])
    assert not {"d", "p", "q", "k"} & forged.header["jwk"].keys()


@pytest.mark.parametrize("kind", KEYS)
def test_an_embedded_certificate_holds_the_key_that_signed(kind):
    from cryptography import x509

    forged = Forgery.of(TOKEN).embed_certificate(KEYS[kind])
    [certificate] = forged.header["x5c"]
    loaded = x509.load_der_x509_certificate(base64.b64decode(certificate, validate=True))
    assert loaded.public_key() == KEYS[kind].private.public_key()
    assert verify_signature(str(forged), KEYS[kind].jwk)


def test_a_zero_signature_has_r_and_s_zero_and_the_length_of_its_algorithm():
    forged = Forgery.of(TOKEN).edit_claims(role="admin").zero_signature()
    assert (forged.header["alg"], forged.signature) == ("ES256", bytes(64))
    assert Forgery.of(TOKEN).edit_header(alg="ES512").zero_signature().signature == bytes(132)
    assert Forgery.of(RFC7515).zero_signature().header["alg"] == "ES256"
    assert b64(Forgery.of(TOKEN).zero_signature("der").signature) == "MAYCAQACAQA"


@pytest.mark.parametrize(
    "call",
    [
        lambda f: f.sign(b"secret"),
        lambda f: f.sign(None),
        lambda f: f.sign_with_secret("secret"),
        lambda f: f.sign_with_secret(b"secret", "RS256"),
        lambda f: f.sign_with_secret(b"secret", None),
        lambda f: f.embed_key("key"),
        lambda f: f.embed_certificate({}),
        lambda f: f.point_to("http://127.0.0.1/"),
        lambda f: f.point_to(None, "kid"),
        lambda f: f.unsigned(None),
        lambda f: f.unsigned(b"none"),
        lambda f: f.payload("{}"),
        lambda f: f.raw_header(None),
        lambda f: f.zero_signature("asn1"),
        lambda f: OwnKey.new("HS256"),
        lambda f: OwnKey.new(None),
        lambda f: OwnKey.new("ES256", kid=1),
        lambda f: OwnKey.read(b"no key"),
        lambda f: OwnKey.read("text"),
        lambda f: KEYS["ES256"].sign("text"),
    ],
)
def test_a_wrong_argument_is_refused_in_words(call):
    with pytest.raises(InvalidInput) as caught:
        call(Forgery.of(TOKEN))
    assert str(caught.value).isprintable()


def test_a_private_key_can_be_read_back_and_is_never_shown():
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    for key in KEYS.values():
        pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        again = OwnKey.read(pem, kid="mallory")
        assert (again.kind, again.jwk) == (key.kind, key.jwk)
        assert "private" not in repr(key)


def test_every_change_is_a_step_with_the_bytes_before_and_after():
    forged = Forgery.of(RFC7515).edit_claims(iss="eve").unsigned()
    assert [(step.part, step.name) for step in forged.steps] == [
        ("payload", "iss set"),
        ("header", "alg set"),
        ("signature", "signature dropped"),
    ]
    for step in forged.steps[:1]:
        assert step.before == Forgery.of(RFC7515).edit_claims().steps[0].before
    assert forged.steps[1].after == b'{"typ":"JWT","alg":"none"}'
    assert forged.steps[2].before == Forgery.of(RFC7515).signature
    assert forged.steps[2].after == b""


def test_a_step_shows_bytes_then_base64url_then_json_and_marks_what_differs():
    [step] = Forgery.of("e30.eyJhIjoxfQ.").payload(b'{"a":2}').steps
    assert repr(step).splitlines() == [
        "payload: raw bytes",
        "  bytes     - 7b 22 61 22 3a 31 7d",
        "            + 7b 22 61 22 3a 32 7d",
        "                             ^^",
        "  base64url - eyJhIjoxfQ",
        "            + eyJhIjoyfQ",
        "                     ^",
        '  JSON      - {"a":1}',
        '            + {"a":2}',
        "                   ^",
    ]
    assert "<del>1</del>" in step.html()
    assert "<ins>2</ins>" in step.html()
    assert "<details" in Forgery.of("e30.e30.").payload(b"x").html()


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "\"'><img src=x>", "\u202eabc", "a\0b"]
)
def test_what_a_token_says_is_shown_as_text(hostile):
    forged = (
        Forgery.of(f"{hostile}.{hostile}.{hostile}")
        .edit_header(**{hostile: hostile})
        .edit_claims(sub=hostile)
        .payload(hostile.encode())
    )
    for shown in (forged.html(), *(step.html() for step in forged.steps)):
        assert "<script" not in shown
        assert "<img" not in shown
        assert "\u202e" not in shown
        assert "\0" not in shown
    assert "\0" not in repr(forged)
    assert "\u202e" not in repr(forged)


def test_another_token_is_told_by_what_it_has_different():
    forged = Forgery.of(TOKEN).edit_claims(role="admin").edit_header(kid=None).drop_signature()
    again = Forgery.of(TOKEN).becoming(str(forged))
    assert str(again) == str(forged)
    assert [(step.part, step.name) for step in again.steps] == [
        ("header", "kid removed"),
        ("payload", "role set"),
        ("signature", "64 bytes before, none now"),
    ]
    assert Forgery.of(TOKEN).becoming(TOKEN).steps == ()
    assert Forgery.of("a").becoming("\ud800").token == "\ud800"
    with pytest.raises(InvalidInput):
        Forgery.of("a").becoming(None)


def test_a_long_part_is_shown_where_it_differs():
    long = {f"claim{n}": "x" * 20 for n in range(400)}
    forged = Forgery.of(TOKEN).edit_claims(**long)
    [*_, step] = forged.edit_claims(claim200="HERE").steps
    assert all(len(line) < 300 for line in repr(step).splitlines())
    assert repr(step).count("HERE") == 1
    assert "<ins>HERE</ins>" in step.html()
    assert len(step.html()) < 12_000
