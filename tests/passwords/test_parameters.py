"""Parameters: what the profiles say, and what makes no sense."""

import pytest

from labkit.errors import InvalidInput
from labkit.passwords import (
    ONLY_FOR_TESTS,
    OWASP_2026,
    OWASP_2026_BCRYPT,
    OWASP_2026_PBKDF2,
    OWASP_2026_SCRYPT,
    PROFILES,
    RFC9106_HIGH_MEMORY,
    RFC9106_LOW_MEMORY,
    Argon2idParams,
    BcryptParams,
    Ceilings,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.families import guessing_work

MIB = 1 << 20


def test_the_profiles_are_those_of_their_sources() -> None:
    # OWASP Password Storage Cheat Sheet, read 2026-08.
    assert (OWASP_2026.memory_kib, OWASP_2026.passes, OWASP_2026.lanes) == (19456, 2, 1)
    assert (OWASP_2026_SCRYPT.n, OWASP_2026_SCRYPT.r, OWASP_2026_SCRYPT.p) == (2**17, 8, 1)
    assert OWASP_2026_BCRYPT.cost == 10
    assert (OWASP_2026_PBKDF2.iterations, OWASP_2026_PBKDF2.digest) == (600_000, "sha256")
    # RFC 9106 §4.
    first, second = RFC9106_HIGH_MEMORY, RFC9106_LOW_MEMORY
    assert (first.memory_bytes, first.passes, first.lanes) == (2048 * MIB, 1, 4)
    assert (second.memory_bytes, second.passes, second.lanes) == (64 * MIB, 3, 4)
    assert {(p.salt_bytes, p.tag_bytes) for p in (first, second, OWASP_2026)} == {(16, 32)}


def test_no_named_profile_is_the_one_for_tests() -> None:
    assert ONLY_FOR_TESTS not in PROFILES.values()


def test_every_named_profile_stays_under_the_default_ceilings() -> None:
    for params in PROFILES.values():
        Ceilings().check(params)


def test_owasps_five_argon2id_presets_cost_a_guesser_the_same() -> None:
    presets = [(46, 1), (19, 2), (12, 3), (9, 4), (7, 5)]  # MiB, passes
    work = [guessing_work(Argon2idParams(mib * 1024, passes)) for mib, passes in presets]
    assert max(work) / min(work) < 1.1


def test_memory_is_told_in_bytes() -> None:
    assert OWASP_2026.memory_bytes == 19 * MIB
    assert OWASP_2026_SCRYPT.memory_bytes == 128 * MIB + 1024  # RFC 7914 §2, N blocks and p
    assert OWASP_2026_BCRYPT.memory_bytes < OWASP_2026.memory_bytes / 1000
    assert OWASP_2026_PBKDF2.memory_bytes < 1024


def test_work_is_told_in_the_schemes_own_unit() -> None:
    assert Argon2idParams(memory_kib=64, passes=3).work == 192
    assert BcryptParams(cost=12).work == 4096
    assert ScryptParams(n=16, r=8, p=2).work == 256
    assert Pbkdf2Params(iterations=1000).work == 1000


def test_output_beyond_one_digest_is_counted_as_work() -> None:
    assert Pbkdf2Params(iterations=1000, digest="sha1", tag_bytes=32).work == 2000


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Argon2idParams, {"memory_kib": 7}),
        (Argon2idParams, {"memory_kib": 15, "lanes": 2}),
        (Argon2idParams, {"passes": 0}),
        (Argon2idParams, {"lanes": 0}),
        (Argon2idParams, {"salt_bytes": 7}),
        (Argon2idParams, {"tag_bytes": 15}),
        (Argon2idParams, {"memory_kib": "19456"}),
        (Argon2idParams, {"memory_kib": 19456.0}),
        (BcryptParams, {"cost": 3}),
        (BcryptParams, {"cost": True}),
        (ScryptParams, {"n": 1}),
        (ScryptParams, {"n": 100}),
        (ScryptParams, {"r": 0}),
        (ScryptParams, {"p": 0}),
        (Pbkdf2Params, {"iterations": 0}),
        (Pbkdf2Params, {"digest": "md5"}),
        (Pbkdf2Params, {"digest": None}),
        (Pbkdf2Params, {"digest": ["sha256"]}),
        (Ceilings, {"memory_mib": 0}),
        (Ceilings, {"password_bytes": None}),
    ],
)
def test_parameters_that_make_no_sense_are_refused(kind: type, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        kind(**wrong)
