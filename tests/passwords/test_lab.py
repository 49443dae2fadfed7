"""One password through every scheme, and stored strings taken apart."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput, LabkitError
from labkit.passwords import (
    ONLY_FOR_TESTS,
    BcryptParams,
    Ceilings,
    HashTooCostly,
    MalformedHash,
    PasswordHasher,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.lab import KINDS, every_scheme, take_apart

CHEAP = {
    "PBKDF2": Pbkdf2Params(iterations=1),
    "bcrypt": BcryptParams(cost=4),
    "scrypt": ScryptParams(n=2, r=1, p=1),
    "Argon2id": ONLY_FOR_TESTS,
}


def test_with_a_salt_no_two_rows_are_equal():
    found = list(every_scheme("sunshine", parameters=CHEAP))
    assert [result.scheme for result in found] == ["MD5", *CHEAP]
    assert [result.equal for result in found] == [False] * 5


def test_without_a_salt_equal_passwords_give_equal_rows_under_every_scheme():
    found = every_scheme("sunshine", salt=False, parameters=CHEAP)
    assert [result.equal for result in found] == [True] * 5


def test_without_a_salt_md5_is_the_digest_that_every_table_on_the_web_knows():
    first = next(iter(every_scheme("password", salt=False)))
    assert first.rows[0].parts["digest"] == "5f4dcc3b5aa765d61d8327deb882cf99"


def test_each_row_verifies_with_the_password_that_made_it():
    for result in every_scheme("sunshine", parameters=CHEAP):
        if result.scheme != "MD5":
            stored = result.rows[1].stored
            assert PasswordHasher().verify("sunshine", stored)
            assert not PasswordHasher().verify("Sunshine", stored)


def test_salts_come_from_the_source_that_is_given():
    found = list(every_scheme("x", parameters=CHEAP, random_bytes=lambda n: b"\1" * n))
    again = list(every_scheme("x", parameters=CHEAP, random_bytes=lambda n: b"\1" * n))
    assert [r.rows for r in found] == [r.rows for r in again]


def test_a_scheme_that_cannot_take_the_password_says_so_and_the_others_go_on():
    found = {result.scheme: result for result in every_scheme("x" * 73, parameters=CHEAP)}
    assert "72 bytes" in found["bcrypt"].refused
    assert not found["bcrypt"].equal
    assert [name for name, result in found.items() if result.refused] == ["bcrypt"]
    assert len(found["Argon2id"].rows) == 2


@settings(max_examples=25)
@given(st.integers(1, 5), st.integers(4, 6), st.integers(8, 24))
def test_the_pieces_joined_are_the_string_again(small, cost, salt_bytes):
    parameters = {
        "PBKDF2": Pbkdf2Params(iterations=small, salt_bytes=salt_bytes),
        "bcrypt": BcryptParams(cost=cost),
        "scrypt": ScryptParams(n=1 << small, r=small, p=1, salt_bytes=salt_bytes),
        "Argon2id": replace(ONLY_FOR_TESTS, passes=small, salt_bytes=salt_bytes),
    }
    for result in every_scheme("sunshine", parameters=parameters):
        for row in result.rows:
            assert "".join(row.parts[kind] for kind in KINDS) == row.stored
            assert row.parts["scheme"].startswith("$")


@pytest.mark.parametrize(
    ("stored", "parts"),
    [
        # RFC-style PHC strings and modular crypt as their libraries write them
        (
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            ["$argon2id$", "v=19$m=65536,t=2,p=1$", "c29tZXNhbHQ$"],
        ),
        (
            "$2b$12$EXRkfkdmXn2gzds2SSitu.MW9.gAVqa9eLS1//RYtYCmB1eLHg.9q",
            ["$2b$", "12$", "EXRkfkdmXn2gzds2SSitu."],
        ),
        ("$pbkdf2-sha256$29000$c2FsdA$dGFn", ["$pbkdf2-sha256$", "29000$", "c2FsdA$"]),
        ("$scrypt$ln=16,r=8,p=1$c2FsdA$dGFn", ["$scrypt$", "ln=16,r=8,p=1$", "c2FsdA$"]),
    ],
)
def test_a_known_string_comes_apart_at_its_separators(stored, parts):
    assert list(take_apart(stored).values())[:3] == parts


@pytest.mark.parametrize("stored", ["x", "$2b$10$short", "$1$salt$digest", "$argon2id$"])
def test_any_other_string_is_refused(stored):
    with pytest.raises(MalformedHash):
        take_apart(stored)


@pytest.mark.parametrize("bad", [None, b"x", "", "\ud800", "x" * 100_000, 7])
def test_what_is_no_password_is_refused_before_any_work(bad):
    with pytest.raises(InvalidInput):
        every_scheme(bad, parameters=CHEAP)
    with pytest.raises(LabkitError):
        take_apart(bad)


def test_parameters_over_a_ceiling_are_refused():
    with pytest.raises(HashTooCostly):
        every_scheme(
            "x", parameters={"Argon2id": ONLY_FOR_TESTS}, ceilings=Ceilings(argon2_kib_passes=1)
        )


@pytest.mark.parametrize("users", ["alice", b"alice", None, 7, [], [7]])
def test_the_users_must_be_names(users):
    with pytest.raises(InvalidInput):
        every_scheme("x", users=users)


@pytest.mark.parametrize("parameters", [None, 7, "bcrypt", {"bcrypt": 12}])
def test_the_parameters_must_be_parameters_by_name(parameters):
    with pytest.raises(InvalidInput):
        every_scheme("x", parameters=parameters)
