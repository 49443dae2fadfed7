"""PasswordHasher: what it promises whatever the scheme."""

import pytest

from labkit.passwords import ONLY_FOR_TESTS, OWASP_2026, PasswordHasher


def test_the_default_is_owasps_argon2id_and_not_the_profile_for_tests() -> None:
    assert PasswordHasher().parameters() == OWASP_2026
    assert PasswordHasher().parameters() != ONLY_FOR_TESTS


@pytest.mark.parametrize("password", ["a", "correct horse", "pässwörd", "a\0b", "👩‍👩‍👧" * 20])
def test_a_hash_verifies_its_own_password_and_no_other(password: str) -> None:
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    stored = hasher.hash(password)
    assert hasher.verify(password, stored)
    assert not hasher.verify(password + "!", stored)
