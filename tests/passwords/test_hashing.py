"""PasswordHasher: what it promises whatever the scheme."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput, LabkitError
from labkit.passwords import (
    ONLY_FOR_TESTS,
    OWASP_2026,
    Argon2idParams,
    BcryptParams,
    Ceilings,
    EmptyPassword,
    Hasher,
    HashTooCostly,
    Params,
    PasswordHasher,
    PasswordTooLong,
    Pbkdf2Params,
    Pepper,
    ScryptParams,
    UnknownPepper,
    parameters_of,
)

CHEAP: list[Params] = [
    ONLY_FOR_TESTS,
    BcryptParams(cost=4),
    ScryptParams(n=16, r=1),
    Pbkdf2Params(iterations=1),
]
OLD, NEW = b"o" * 32, b"n" * 32

every_scheme = pytest.mark.parametrize("params", CHEAP, ids=lambda params: params.scheme)


def test_the_default_is_owasps_argon2id_and_not_the_profile_for_tests() -> None:
    assert PasswordHasher().parameters() == OWASP_2026
    assert PasswordHasher().parameters() != ONLY_FOR_TESTS
    assert parameters_of(PasswordHasher().hash("secret")) == OWASP_2026


@every_scheme
@pytest.mark.parametrize("password", ["a", "correct horse", "pässwörd", "a\0b", "👩‍👩‍👧" * 4, " "])
def test_a_hash_verifies_its_own_password_and_no_other(params: Params, password: str) -> None:
    hasher = PasswordHasher(params)
    stored = hasher.hash(password)
    assert hasher.verify(password, stored)
    assert not hasher.verify(password + "!", stored)
    assert not hasher.verify("", stored)
    assert not hasher.needs_rehash(stored)


@every_scheme
def test_equal_passwords_get_unequal_strings(params: Params) -> None:
    hasher = PasswordHasher(params)
    assert hasher.hash("secret") != hasher.hash("secret")


@every_scheme
def test_a_hasher_of_any_scheme_verifies_the_strings_of_all(params: Params) -> None:
    hasher = PasswordHasher(params)
    for other in CHEAP:
        stored = PasswordHasher(other).hash("secret")
        assert hasher.verify("secret", stored)
        assert hasher.needs_rehash(stored) is (other != params)


@given(st.text(), st.sampled_from(CHEAP))
@settings(max_examples=60, deadline=None)
def test_any_password_is_hashed_and_verifies_or_is_refused(password: str, params: Params) -> None:
    hasher = PasswordHasher(params)
    try:
        stored = hasher.hash(password)
    except LabkitError:
        stored = hasher.hash("another")
        assert not hasher.verify(password, stored)
    else:
        assert hasher.verify(password, stored)


# Passwords that cannot be hashed.


@every_scheme
def test_the_empty_password_is_not_hashed_and_does_not_match(params: Params) -> None:
    hasher = PasswordHasher(params)
    with pytest.raises(EmptyPassword):
        hasher.hash("")
    assert not hasher.verify("", hasher.hash("secret"))


@every_scheme
def test_a_huge_password_is_refused_by_hash_and_wrong_to_verify(params: Params) -> None:
    hasher = PasswordHasher(params)
    for password in ("x" * 4097, "é" * 2049, "x" * 10_000_000):
        with pytest.raises(PasswordTooLong):
            hasher.hash(password)
        assert not hasher.verify(password, hasher.hash("secret"))


@every_scheme
def test_half_a_surrogate_pair_is_refused_by_hash_and_wrong_to_verify(params: Params) -> None:
    hasher = PasswordHasher(params)
    with pytest.raises(InvalidInput, match="surrogate"):
        hasher.hash("\ud800")
    assert not hasher.verify("\ud800", hasher.hash("secret"))


@pytest.mark.parametrize("wrong", [None, 1, b"secret", ["secret"], object()])
def test_what_is_no_str_is_invalid_input(wrong: object) -> None:
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    stored = hasher.hash("secret")
    for call in (
        lambda: hasher.hash(wrong),  # type: ignore[arg-type]  # what is tested
        lambda: hasher.verify(wrong, stored),  # type: ignore[arg-type]  # what is tested
        lambda: hasher.verify("secret", wrong),  # type: ignore[arg-type]  # what is tested
        lambda: hasher.needs_rehash(wrong),  # type: ignore[arg-type]  # what is tested
        lambda: hasher.verify_and_update("secret", wrong),  # type: ignore[arg-type]  # what is tested
        lambda: parameters_of(wrong),  # type: ignore[arg-type]  # what is tested
    ):
        with pytest.raises(InvalidInput, match="must be a str"):
            call()


@pytest.mark.parametrize("argument", ["params", "pepper", "ceilings"])
def test_a_hasher_is_not_built_from_something_else(argument: str) -> None:
    with pytest.raises(InvalidInput):
        PasswordHasher(**{argument: "argon2id"})  # type: ignore[arg-type]  # what is tested


# When to hash anew.


@pytest.mark.parametrize(
    "other",
    [
        Argon2idParams(memory_kib=16, passes=1),
        Argon2idParams(memory_kib=8, passes=2),
        Argon2idParams(memory_kib=16, passes=1, lanes=2),
        Argon2idParams(memory_kib=8, passes=1, salt_bytes=8),
        Argon2idParams(memory_kib=8, passes=1, tag_bytes=16),
    ],
)
def test_any_other_parameter_lower_or_higher_is_due_for_a_rehash(other: Argon2idParams) -> None:
    stored = PasswordHasher(other).hash("secret")
    assert PasswordHasher(ONLY_FOR_TESTS).needs_rehash(stored)
    assert PasswordHasher(other).needs_rehash(PasswordHasher(ONLY_FOR_TESTS).hash("secret"))


def test_an_up_to_date_string_is_kept() -> None:
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    assert hasher.verify_and_update("secret", hasher.hash("secret")) == (True, None)


def test_a_right_password_replaces_an_old_string() -> None:
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    matched, replacement = hasher.verify_and_update(
        "secret", PasswordHasher(BcryptParams(cost=4)).hash("secret")
    )
    assert matched
    assert replacement is not None
    assert hasher.verify_and_update("secret", replacement) == (True, None)


def test_a_wrong_password_replaces_nothing() -> None:
    old = PasswordHasher(BcryptParams(cost=4)).hash("secret")
    assert PasswordHasher(ONLY_FOR_TESTS).verify_and_update("Secret", old) == (False, None)


def test_a_right_password_that_today_would_be_refused_still_gets_in() -> None:
    long = "x" * 80
    stored = PasswordHasher(ONLY_FOR_TESTS).hash(long)
    assert PasswordHasher(BcryptParams(cost=4)).verify_and_update(long, stored) == (True, None)
    empty = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"  # crypt_blowfish
    assert PasswordHasher(ONLY_FOR_TESTS).verify_and_update("", empty) == (True, None)


def test_one_override_changes_the_cost_and_one_the_rehash() -> None:
    class Cheap(PasswordHasher):
        def parameters(self) -> Params:
            return BcryptParams(cost=4)

    class Never(PasswordHasher):
        def needs_rehash(self, stored: str) -> bool:
            return not stored

    stored = Cheap().hash("secret")
    assert stored.startswith("$2b$04$")
    assert Cheap().verify_and_update("secret", stored) == (True, None)
    assert Never().verify_and_update("secret", stored) == (True, None)


# Pepper.


def peppered(**keys: bytes) -> PasswordHasher:
    return PasswordHasher(ONLY_FOR_TESTS, pepper=Pepper(keys, current=list(keys)[-1]))


@every_scheme
def test_a_peppered_string_says_so_and_needs_the_key(params: Params) -> None:
    stored = PasswordHasher(params, pepper=Pepper({"k1": NEW}, current="k1")).hash("secret")
    assert stored.startswith("$hmac-sha384$k=k1$")
    assert parameters_of(stored) == params
    assert PasswordHasher(params, pepper=Pepper({"k1": NEW}, current="k1")).verify("secret", stored)
    assert not peppered(k1=OLD).verify("secret", stored)
    for without in (PasswordHasher(params), peppered(k2=NEW)):
        with pytest.raises(UnknownPepper):
            without.verify("secret", stored)
        with pytest.raises(UnknownPepper):
            without.verify("\ud800", stored)
        assert without.needs_rehash(stored)


def test_the_pepper_is_owasps_pre_hash() -> None:
    # base64(hmac-sha384(data: password, key: pepper)), OWASP Password Storage Cheat Sheet;
    # printf secret | openssl dgst -sha384 -hmac "$(printf n%.0s $(seq 32))" -binary | base64
    inner = peppered(k=NEW).hash("secret").removeprefix("$hmac-sha384$k=k")
    pre_hash = "rFNmGViPcQgPh5e/2vuniUeqJFBgu+doJBpyS/p+TqTNvlALpyAZAKNyCRlyzwS7"
    assert PasswordHasher(ONLY_FOR_TESTS).verify(pre_hash, inner)


def test_with_a_pepper_bcrypt_takes_long_passwords_and_sees_every_byte() -> None:
    hasher = PasswordHasher(BcryptParams(cost=4), pepper=Pepper({"k": NEW}, current="k"))
    stored = hasher.hash("x" * 100)
    assert hasher.verify("x" * 100, stored)
    assert not hasher.verify("x" * 99 + "y", stored)


def test_rotation_keeps_old_strings_good_and_moves_them_at_log_in() -> None:
    stored = peppered(old=OLD).hash("secret")
    rotated = peppered(old=OLD, new=NEW)
    matched, replacement = rotated.verify_and_update("secret", stored)
    assert matched
    assert replacement is not None
    assert "k=new$" in replacement
    assert peppered(new=NEW).verify_and_update("secret", replacement) == (True, None)


def test_a_pepper_brought_in_later_reaches_plain_strings_at_log_in() -> None:
    stored = PasswordHasher(ONLY_FOR_TESTS).hash("secret")
    matched, replacement = peppered(k=NEW).verify_and_update("secret", stored)
    assert matched
    assert replacement is not None
    assert replacement.startswith("$hmac-sha384$k=k$")


@pytest.mark.parametrize(
    ("keys", "current"),
    [
        ({}, "k"),
        ({"k": NEW}, "other"),
        ({"k": b"short"}, "k"),
        ({"k": "n" * 32}, "k"),
        ({"k$": NEW}, "k$"),
        ({"": NEW}, ""),
        ({"k" * 33: NEW}, "k" * 33),
        ([("k", NEW)], "k"),
        ({"k": NEW}, ["k"]),
    ],
)
def test_an_unfit_pepper_is_refused(keys: object, current: object) -> None:
    with pytest.raises(InvalidInput):
        Pepper(keys, current=current)  # type: ignore[arg-type]  # what is tested


def test_a_pepper_does_not_follow_later_changes_of_the_mapping() -> None:
    keys = {"k": NEW}
    pepper = Pepper(keys, current="k")
    keys["k"] = OLD
    assert pepper.keys == {"k": NEW}


def test_no_repr_shows_a_key() -> None:
    shown = repr(peppered(k=NEW))
    assert "nnnn" not in shown
    assert "current='k'" in shown


# Ceilings.


def test_parameters_over_a_ceiling_are_refused_when_the_hasher_is_built() -> None:
    with pytest.raises(HashTooCostly):
        PasswordHasher(ceilings=Ceilings(memory_mib=8))


def test_an_override_over_a_ceiling_is_refused_before_any_work() -> None:
    class Absurd(PasswordHasher):
        def parameters(self) -> Params:
            return Argon2idParams(memory_kib=1 << 32)

    with pytest.raises(HashTooCostly) as caught:
        Absurd().hash("secret")
    assert caught.value.evidence == {
        "ceiling": "memory_mib",
        "demand": 1 << 22,
        "most": 2048,
    }


def test_a_ceiling_can_be_lowered_or_raised() -> None:
    stored = PasswordHasher(BcryptParams(cost=5)).hash("secret")
    assert PasswordHasher(ceilings=Ceilings(bcrypt_cost=5)).verify("secret", stored)
    with pytest.raises(HashTooCostly, match="bcrypt_cost=5, over 4"):
        PasswordHasher(ceilings=Ceilings(bcrypt_cost=4)).verify("secret", stored)


# The rest.


def test_salts_come_from_where_they_are_said_to() -> None:
    asked: list[int] = []

    def counted(size: int) -> bytes:
        asked.append(size)
        return bytes(size)

    for params in CHEAP:
        hasher = PasswordHasher(params, random_bytes=counted)
        assert hasher.hash("secret") == hasher.hash("secret")
    assert asked == [16] * 8


def test_threads_share_a_hasher() -> None:
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    stored = [hasher.hash(str(n)) for n in range(8)]
    wrong: list[int] = []

    def check(n: int) -> None:
        answers = {
            (hasher.verify(str(n), stored[n]), hasher.verify(str(n), stored[n - 1]))
            for _ in range(50)
        }
        if answers != {(True, False)}:
            wrong.append(n)

    threads = [threading.Thread(target=check, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_hasher_of_ones_own_inherits_verify_and_update() -> None:
    class Plain(Hasher):
        def hash(self, password: str) -> str:
            return f"2:{password}"

        def verify(self, password: str, stored: str) -> bool:
            return stored.partition(":")[2] == password

        def needs_rehash(self, stored: str) -> bool:
            return stored.startswith("1:")

    assert Plain().verify_and_update("a", "1:a") == (True, "2:a")
    assert Plain().verify_and_update("a", "2:a") == (True, None)
    assert Plain().verify_and_update("b", "1:a") == (False, None)
