"""TextbookScheme: secure as it stands, and each of its steps is one decision."""

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput, LabkitError
from labkit.passwords import (
    ONLY_FOR_TESTS,
    BcryptParams,
    EmptyPassword,
    MalformedHash,
    PasswordHasher,
    PasswordTooLong,
    TextbookScheme,
    UnsupportedHash,
)
from labkit.passwords.textbook import derived_text


class Quick(TextbookScheme):
    """One fast digest, so that the tests of the frame cost nothing."""

    def derive(self, password: bytes, salt: bytes) -> str:
        return hashlib.sha256(salt + password).hexdigest()


def test_as_it_stands_it_is_argon2id_at_owasps_profile_with_a_salt_of_its_own() -> None:
    scheme = TextbookScheme()
    stored = scheme.hash("correct horse")
    _, name, salt, derived = stored.split("$")
    assert name == "textbook"
    assert len(bytes.fromhex(salt)) == 16
    assert derived_text(stored).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "$" not in derived
    assert scheme.verify("correct horse", stored)
    assert not scheme.verify("Correct horse", stored)
    assert scheme.hash("correct horse") != stored
    assert not scheme.needs_rehash(stored)


def test_what_it_derives_verifies_as_an_argon2id_string() -> None:
    stored = TextbookScheme().hash("correct horse")
    assert PasswordHasher().verify("correct horse", derived_text(stored))


def test_derive_as_plaintext_shows_the_password() -> None:
    class Plain(TextbookScheme):
        def derive(self, password: bytes, _salt: bytes) -> str:
            return password.decode()

    stored = Plain().hash("pa$$ 100% wört\n")
    assert stored.count("$") == 3
    assert derived_text(stored) == "pa$$ 100% wört\n"
    assert Plain().verify("pa$$ 100% wört\n", stored)
    assert Plain().hash("hunter2").endswith("$hunter2")


def test_derive_as_base64_keeps_its_padding() -> None:
    class Encoded(TextbookScheme):
        def derive(self, password: bytes, _salt: bytes) -> str:
            return base64.b64encode(password).decode()

    assert Encoded().hash("hunter2?>").rpartition("$")[2] == "aHVudGVyMj8+"
    assert Encoded().hash("hunter2").rpartition("$")[2] == "aHVudGVyMg=="


def test_an_unsalted_digest_shows_an_empty_salt_and_its_plain_hexadecimal() -> None:
    class Md5(TextbookScheme):
        salt_bytes = 0

        def derive(self, password: bytes, _salt: bytes) -> str:
            return hashlib.md5(password).hexdigest()

    class NoSalt(Md5):
        salt_bytes = 16

        def new_salt(self) -> bytes:
            return b""

    expected = "$textbook$$5f4dcc3b5aa765d61d8327deb882cf99"  # RFC 1321's MD5 of "password"
    for scheme in (Md5(), NoSalt()):
        assert scheme.hash("password") == expected
        assert scheme.verify("password", expected)


def test_one_salt_for_all_makes_equal_passwords_equal() -> None:
    class OneSalt(TextbookScheme):
        def new_salt(self) -> bytes:
            return b"gradebook"

    stored = OneSalt().hash("secret")
    assert OneSalt().hash("secret") == stored
    assert TextbookScheme().verify("secret", stored)


def test_prepare_that_truncates_lets_a_tail_in() -> None:
    class Truncated(Quick):
        def prepare(self, password: str) -> bytes:
            return password.encode()[:72]

    stored = Truncated().hash("x" * 80)
    assert Truncated().verify("x" * 72 + "anything", stored)
    assert not Quick().verify("x" * 72 + "anything", Quick().hash("x" * 80))


def test_too_short_a_salt_for_argon2_is_refused_with_the_reason() -> None:
    class NoSalt(TextbookScheme):
        salt_bytes = 0

    with pytest.raises(InvalidInput, match="salt"):
        NoSalt().hash("secret")


@given(st.text(min_size=1))
@settings(max_examples=100, deadline=None)
def test_any_derived_text_survives_the_stored_form(text: str) -> None:
    class Plain(TextbookScheme):
        def derive(self, password: bytes, _salt: bytes) -> str:
            return password.decode()

    try:
        stored = Plain().hash(text)
    except InvalidInput:
        assert not Plain().verify(text, "$textbook$$x")
        return
    assert stored.isascii()
    assert stored.isprintable()
    assert derived_text(stored) == text
    assert Plain().verify(text, stored)
    assert not Plain().verify(text + "x", stored)


def test_strings_of_others_are_verified_and_due_for_a_rehash() -> None:
    old = PasswordHasher(BcryptParams(cost=4)).hash("secret")
    matched, replacement = Quick().verify_and_update("secret", old)
    assert matched
    assert replacement is not None
    assert replacement.startswith("$textbook$")
    assert Quick().verify_and_update("secret", replacement) == (True, None)
    assert Quick(others=PasswordHasher(ONLY_FOR_TESTS)).verify("secret", old)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "$textbook$",
        "$textbook$00",
        "$textbook$00$",
        "$textbook$0$x",
        "$textbook$zz$x",
        "$textbook$AB$x",
        "$textbook$00$x$y",
        "$textbook$00$x y",
        "$textbook$00$x\n",
        "$textbook$00$é",
        "x" * 1_000_000,
        "\ud800",
    ],
    ids=lambda stored: repr(stored[:20]),
)
def test_a_malformed_string_is_refused_whatever_the_password(stored: str) -> None:
    for password in ("secret", "", "\ud800"):
        with pytest.raises(MalformedHash):
            Quick().verify(password, stored)
    with pytest.raises(MalformedHash):
        Quick().needs_rehash(stored)


def test_derived_text_refuses_other_strings() -> None:
    for stored in ("$textbook$00$", "$2b$04$x", "", None, 1):
        with pytest.raises(LabkitError):
            derived_text(stored)  # type: ignore[arg-type]  # what is tested


def test_formats_refused_elsewhere_are_refused_here() -> None:
    with pytest.raises(UnsupportedHash):
        Quick().verify("secret", "md5$$88a434c88cca4e900f7874cd98123f43")


def test_passwords_that_cannot_be_hashed() -> None:
    class Short(Quick):
        longest_password_bytes = 100

    with pytest.raises(EmptyPassword):
        Quick().hash("")
    with pytest.raises(PasswordTooLong):
        Short().hash("é" * 51)
    with pytest.raises(InvalidInput):
        Quick().hash("\ud800")
    with pytest.raises(InvalidInput):
        Quick().hash(b"secret")  # type: ignore[arg-type]  # what is tested
    stored = Short().hash("secret")
    for never in ("", "é" * 51, "\ud800"):
        assert not Short().verify(never, stored)
    with pytest.raises(InvalidInput):
        Quick().verify(None, stored)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(InvalidInput):
        Quick().verify("secret", None)  # type: ignore[arg-type]  # what is tested


def test_a_long_password_is_not_cut() -> None:
    stored = Quick().hash("x" * 1_000_000)
    assert Quick().verify("x" * 1_000_000, stored)
    assert not Quick().verify("x" * 999_999 + "y", stored)


@pytest.mark.parametrize("step", ["prepare", "new_salt", "derive"])
def test_a_step_that_returns_the_wrong_type_is_named(step: str) -> None:
    wrong = type("Wrong", (Quick,), {step: lambda *_: None})()
    with pytest.raises(InvalidInput, match=r"prepared password|salt|derived text"):
        wrong.hash("secret")
