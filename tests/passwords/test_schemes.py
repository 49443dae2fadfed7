"""One contract for the four schemes, and strings made by others."""

import pytest
from argon2.exceptions import VerificationError
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput, LabkitError
from labkit.passwords import (
    ONLY_FOR_TESTS,
    Argon2idParams,
    BcryptParams,
    Ceilings,
    HashingFailed,
    HashTooCostly,
    MalformedHash,
    Params,
    PasswordHasher,
    PasswordTooLong,
    Pbkdf2Params,
    ScryptParams,
    UnsupportedHash,
    parameters_of,
)
from labkit.passwords.schemes import SCHEMES, pbkdf2, read, scheme_of, scrypt

CHEAP: list[Params] = [
    ONLY_FOR_TESTS,
    BcryptParams(cost=4),
    ScryptParams(n=16, r=1),
    Pbkdf2Params(iterations=1),
]
SALT = bytes(range(16))

every_scheme = pytest.mark.parametrize("params", CHEAP, ids=lambda params: params.scheme)


# The contract, run over every scheme.


def test_the_contract_below_covers_every_scheme() -> None:
    assert {params.scheme for params in CHEAP} == set(SCHEMES)


@every_scheme
def test_a_hash_matches_its_own_password_and_no_other(params: Params) -> None:
    scheme = scheme_of(params)
    found = scheme.read(scheme.hash(b"secret", params, SALT))
    assert scheme.matches(b"secret", found)
    assert not scheme.matches(b"Secret", found)
    assert not scheme.matches(b"", found)


@every_scheme
def test_the_string_says_what_it_cost(params: Params) -> None:
    scheme = scheme_of(params)
    found = scheme.read(scheme.hash(b"secret", params, SALT))
    assert found.params == params
    assert found.native


@every_scheme
def test_only_its_own_scheme_recognises_a_string(params: Params) -> None:
    stored = scheme_of(params).hash(b"secret", params, SALT)
    assert [name for name, scheme in SCHEMES.items() if scheme.recognises(stored)] == [
        params.scheme
    ]


@every_scheme
def test_the_same_salt_gives_the_same_string_and_another_salt_another(params: Params) -> None:
    scheme = scheme_of(params)
    once = scheme.hash(b"secret", params, SALT)
    assert scheme.hash(b"secret", params, SALT) == once
    assert scheme.hash(b"secret", params, SALT[::-1]) != once


@every_scheme
def test_a_nul_byte_does_not_end_the_password(params: Params) -> None:
    scheme = scheme_of(params)
    found = scheme.read(scheme.hash(b"a\0b", params, SALT))
    assert scheme.matches(b"a\0b", found)
    assert not scheme.matches(b"a", found)
    assert not scheme.matches(b"a\0c", found)


@every_scheme
def test_every_prefix_of_a_string_is_malformed(params: Params) -> None:
    stored = scheme_of(params).hash(b"secret", params, SALT)
    for end in range(len(stored) - 1, 0, -1):
        if params.scheme != "bcrypt" and end >= stored.rindex("$") + 23:
            continue  # a shorter tag is well-formed as long as it has 128 bits
        with pytest.raises(MalformedHash):
            read(stored[:end])


@every_scheme
def test_something_after_the_string_is_malformed(params: Params) -> None:
    stored = scheme_of(params).hash(b"secret", params, SALT)
    for tail in ("\n", " ", "$", "\0", "é", "$x"):
        with pytest.raises(MalformedHash):
            read(stored + tail)


@every_scheme
def test_a_tag_cut_short_does_not_match(params: Params) -> None:
    stored = scheme_of(params).hash(b"secret", params, SALT)
    for end in range(len(stored) - 1, len(stored) - 20, -1):
        try:
            scheme, found = read(stored[:end])
        except MalformedHash:
            continue
        # An Argon2 tag depends on its own length; a PBKDF2 tag is a prefix of a longer one, and
        # what is left of it must then still decide over at least 128 bits.
        assert found.params.tag_bytes >= 16
        assert not scheme.matches(b"Secret", found)


@every_scheme
def test_what_is_stored_is_not_in_the_repr(params: Params) -> None:
    stored = scheme_of(params).hash(b"secret", params, SALT)
    assert stored.rpartition("$")[2] not in repr(read(stored)[1])


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_with_our_own_error(text: str) -> None:
    for prefix in ("", *(prefix for scheme in SCHEMES.values() for prefix in scheme.prefixes)):
        try:
            read(prefix + text)
        except LabkitError:
            continue


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_string_with_one_character_changed_is_refused_or_does_not_match(
    data: st.DataObject,
) -> None:
    params = data.draw(st.sampled_from(CHEAP))
    scheme = scheme_of(params)
    stored = scheme.hash(b"secret", params, SALT)
    place = data.draw(st.integers(0, len(stored) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != stored[place]))
    changed = stored[:place] + other + stored[place + 1 :]
    # Three spellings of one algorithm (see BcryptScheme).
    alike = changed[:3] in {"$2a", "$2b", "$2y"} and changed[3:] == stored[3:]
    try:
        _, found = read(changed)
        Ceilings(memory_mib=8, argon2_kib_passes=80, pbkdf2_iterations=10, bcrypt_cost=5).check(
            found.params
        )
    except LabkitError:
        return
    assert scheme.matches(b"secret", found) is alike


# Published numbers.

RFC_7914_SCRYPT = [  # RFC 7914 §12: password, salt, N, r, p, output
    (
        b"", b"", 16, 1, 1,
        ("77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"),
    ),
    (
        b"password", b"NaCl", 1024, 8, 16,
        ("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("password", "salt", "n", "r", "p", "tag"), RFC_7914_SCRYPT)
def test_scrypt_gives_the_numbers_of_rfc_7914(
    password: bytes, salt: bytes, n: int, r: int, p: int, tag: str
) -> None:
    params = ScryptParams(n=n, r=r, p=p, tag_bytes=64)
    assert scrypt.derive(password, params, salt).hex() == tag


RFC_PBKDF2 = [  # digest, password, salt, iterations, output
    ("sha1", b"password", b"salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),  # RFC 6070 §2
    ("sha1", b"password", b"salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),  # RFC 6070 §2
    ("sha1", b"pass\0word", b"sa\0lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"),  # RFC 6070 §2
    (
        "sha256", b"passwd", b"salt", 1,  # RFC 7914 §11
        ("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"),
    ),
    (
        "sha256", b"Password", b"NaCl", 80000,  # RFC 7914 §11
        ("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
        "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("digest", "password", "salt", "iterations", "tag"), RFC_PBKDF2)
def test_pbkdf2_gives_the_numbers_of_the_rfcs(
    digest: str, password: bytes, salt: bytes, iterations: int, tag: str
) -> None:
    params = Pbkdf2Params(iterations=iterations, digest=digest, tag_bytes=len(tag) // 2)
    assert pbkdf2.derive(password, params, salt).hex() == tag


# Strings made by others: maker, password, stored.

MADE_BY_OTHERS = [
    # phc-winner-argon2, src/test.c (CC0)
    ("argon2 1.3 id", b"password", ("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
     "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")),
    ("argon2 1.3 id, 2 lanes", b"password", ("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ"
     "$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc")),
    ("argon2 1.3 i", b"password", ("$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
     "$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8")),
    ("argon2 1.0 i, no version", b"password", ("$argon2i$m=256,t=2,p=1$c29tZXNhbHQ"
     "$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY")),
    # passlib 1.7.4, passlib/tests
    ("passlib argon2", b"password", ("$argon2i$v=19$m=256,t=1,p=1$c29tZXNhbHQ"
     "$AJFIsNZTMKTAewB4+ETN1A")),
    ("passlib pbkdf2_sha1", b"password", ("$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ"
     "$y5LKPOplRmok7CZp/aqVDVg8zGI")),
    ("passlib pbkdf2_sha256", b"password", ("$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw"
     "$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ")),
    ("passlib pbkdf2_sha512", b"password", ("$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow"
     "$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww")),
    ("passlib scrypt", b"test", ("$scrypt$ln=8,r=8,p=1$wlhLyXmP8b53bm1NKYVQqg"
     "$mTpvG8lzuuDk+DWz8HZIB6Vum6erDuUm0As5yU+VxWA")),
    ("passlib scrypt, no salt", b"", ("$scrypt$ln=4,r=1,p=1$"
     "$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI")),
    ("passlib cta_pbkdf2_sha1", b"password", "$p5k2$1$$h1TDLGSw9ST8UMAPeIE13i0t12c="),
    ("passlib cta_pbkdf2_sha1, salt", bytes.fromhex("ce99cf89ceb1cebdcebdceb7cf82"),
     "$p5k2$4321$OTg3NjU0MzIx$jINJrSvZ3LXeIbUdrJkRpN62_WQ="),
    ("passlib dlitz_pbkdf2_sha1", b"cloadm", "$p5k2$$exec$r1EWMCMk7Rlv3L/RNcFXviDefYa0hlql"),
    ("passlib dlitz_pbkdf2_sha1, 1000", b"spam", ("$p5k2$3e8$H0NX9mT/"
     "$wk/sE8vv6OMKuMaqazCJYDSUhWY9YB2J")),
    ("passlib atlassian_pbkdf2_sha1", bytes.fromhex("ce99cf89ceb1cebdcebdceb7cf82"),
     "{PKCS5S2}cE9Yq6Am5tQGdHSHhky2XLeOnURwzaLBG2sur7FHKpvy2u0qDn6GcVGRjlmJoIUy"),
    # crypt_blowfish, wrapper.c (public domain)
    ("crypt_blowfish $2a$", b"U*U*U",
     "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
    ("crypt_blowfish $2y$", b"\xa3",
     "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"),
    ("crypt_blowfish empty", b"", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
    ("crypt_blowfish 72 bytes", b"\xaa\x55" * 36,
     "$2a$05$/OK.fbVrR/bpIqNJ5ianF.R9xrDjiycxMbQE2bp.vgqlYpW5wx2yy"),
    # Written with Django 5.2
    ("Django pbkdf2_sha256", b"correct horse", ("pbkdf2_sha256$1000$WhosAfraidOfSalt"
     "$aJ3ANMpWWEpzjkTl+8oajeXQ8lQCCjIBamtN+8Db9bU=")),
    ("Django pbkdf2_sha1", b"correct horse", ("pbkdf2_sha1$1000$WhosAfraidOfSalt"
     "$L35pTI67XPRDxnmhjUNmqwOujcM=")),
    ("Django scrypt", b"correct horse", ("scrypt$1024$WhosAfraidOfSalt$8$2"
     "$SMnladQ2GdNVGrBXTyZGuV909+ALSjdGEo4tF7SqWXO4EbUdsYF4d3qexncTnO981DjtZ11HleLyo6sfse8QVQ==")),
    ("Django argon2", b"correct horse", ("argon2$argon2id$v=19$m=64,t=2,p=1$V2hvc0FmcmFpZE9mU2FsdA"
     "$qhYZdZRnVEBHYR70ZqD77pf9HZPwokslGGbHRemiO/I")),
    ("Django bcrypt", b"correct horse",
     "bcrypt$$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"),
    ("Django bcrypt_sha256", b"correct horse",
     "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuIvyWZlBcE3WoQXKqRnwrLYJ6nenE0Bq"),
    ("Django bcrypt_sha256, 100 bytes", b"x" * 100,
     "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuut2SshH6UbGkn9RXLOv/njlCqQS.IYXK"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("password", "stored"),
    [row[1:] for row in MADE_BY_OTHERS],
    ids=[row[0] for row in MADE_BY_OTHERS],
)
def test_strings_made_by_others_verify(password: bytes, stored: str) -> None:
    scheme, found = read(stored)
    assert scheme.matches(password, found)
    assert not scheme.matches(password[:-1] + b"?", found)


@pytest.mark.parametrize(
    "stored",
    [row[2] for row in MADE_BY_OTHERS if not row[2].startswith(("$scrypt", "$pbkdf2"))],
)
def test_what_is_spelled_in_another_way_than_ours_is_due_for_a_rehash(stored: str) -> None:
    params = parameters_of(stored)
    native = stored.startswith(("$argon2id$v=19$", "$2b$"))
    assert PasswordHasher(params).needs_rehash(stored) is not native


def test_a_grub_string_is_read() -> None:
    params = Pbkdf2Params(iterations=10, digest="sha512", tag_bytes=64)
    tag = pbkdf2.derive(b"secret", params, SALT).hex().upper()
    stored = f"grub.pbkdf2.sha512.10.{SALT.hex().upper()}.{tag}"
    assert PasswordHasher(ONLY_FOR_TESTS).verify("secret", stored)


# bcrypt's own rules.


def test_bcrypt_never_truncates() -> None:
    hasher = PasswordHasher(BcryptParams(cost=4))
    stored = hasher.hash("x" * 72)
    assert hasher.verify("x" * 72, stored)
    assert not hasher.verify("x" * 73, stored)
    with pytest.raises(PasswordTooLong, match=r"72 bytes.*Argon2id.*pepper"):
        hasher.hash("x" * 73)


def test_bcrypt_counts_bytes_and_not_characters() -> None:
    with pytest.raises(PasswordTooLong) as caught:
        PasswordHasher(BcryptParams(cost=4)).hash("é" * 37)
    assert caught.value.evidence == {"bytes": 74, "at_most": 72}


def test_a_string_of_the_faulty_bcrypt_is_refused() -> None:
    # crypt_blowfish, wrapper.c: $2x$ is its sign-extension bug, which pyca/bcrypt computes as $2b$.
    stored = "$2x$05$6bNw2HLQYeqHYyBfLMsv/OiwqTymGIGzFsA4hOTWebfehXHNprcAS"
    for wrapped in (stored, f"bcrypt${stored}"):
        with pytest.raises(UnsupportedHash, match="new password"):
            PasswordHasher().verify("secret", wrapped)


# What is refused, before any work.

MALFORMED = [
    "",
    "$",
    "*0",
    "lolcat$salt$hash",
    "password",
    "$argon2id$",
    "$argon2qq$v=19$t=2,p=4$c29tZXNhbHQAAAAAAAAAAA$QWLzI4TY9HkL2ZTLc8g6SinwdhZewYrzz9zxCo0bkGY",
    "$argon2i$v=19$t=2,p=4$c29tZXNhbHQAAAAAAAAAAA$QWLzI4TY9HkL2ZTLc8g6SinwdhZewYrzz9zxCo0bkGY",
    "$argon2id$v=18$m=8,t=1,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=08,t=1,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=64,t=1,p=16$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHR$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXN$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$",
    "$argon2id$v=19$m=٨,t=1,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$2b$04$abcdefghijklmnopqrstuu",
    "$2b$03$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2b$4$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2`$05$CCCCCCCCCCCCCCCCCCCCC.",
    "$2$05$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2b$04$abcdefghijklmnopqrstuvjydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6f",
    "$2b$$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "bcrypt$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "bcrypt$",
    "$scrypt$ln=10,r=1$wvif8/4fg1Cq9V7L2dv73w$bJcLia1lyfQ1X2x0xflehwVXPzWIUQWWdnlGwfVzBeQ",
    "$scrypt$ln=0,r=1,p=1$wvif8/4fg1Cq9V7L2dv73w$bJcLia1lyfQ1X2x0xflehwVXPzWIUQWWdnlGwfVzBeQ",
    "$scrypt$ln=4,r=0,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI",
    "scrypt$1000$salt$8$1$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI=",
    "scrypt$1024$salt$8$1$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI",
    "$pbkdf2$01212$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc",
    "$pbkdf2$$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc",
    "$pbkdf2$0$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc",
    "$pbkdf2-md5$1$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc",
    "pbkdf2_sha256$1000$$aJ3ANMpWWEpzjkTl+8oajeXQ8lQCCjIBamtN+8Db9bU=",
    "pbkdf2_sha256$1000$salt$",
    "pbkdf2_sha256$-1$salt$aJ3ANMpWWEpzjkTl+8oajeXQ8lQCCjIBamtN+8Db9bU=",
    "$p5k2$",
    "{PKCS5S2}",
    "grub.pbkdf2.sha512.10.00.00",
    "$hmac-sha384$",
    "$hmac-sha384$k=$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + "A" * 2000,
    "x" * 1_000_000,
    "\ud800",
    "\0",
]


@pytest.mark.parametrize("stored", MALFORMED, ids=lambda stored: repr(stored[:40]))
def test_a_malformed_string_is_refused_whatever_the_password(stored: str) -> None:
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    for password in ("secret", "", "\ud800", "x" * 10_000):
        with pytest.raises(MalformedHash):
            hasher.verify(password, stored)
    with pytest.raises(MalformedHash):
        hasher.needs_rehash(stored)


TOO_COSTLY = [
    ("4 TiB", "$argon2id$v=19$m=4294967296,t=1,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A"),
    ("2^31 passes", "$argon2id$v=19$m=8,t=2147483648,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A"),
    ("a million threads",
     "$argon2id$v=19$m=8000000,t=1,p=1000000$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A"),
    ("2^31 rounds", "$2b$31$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"),
    ("cost 99", "$2b$99$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"),
    ("Django, cost 31", "bcrypt$$2b$31$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"),
    ("N = 2^59", "$scrypt$ln=59,r=8,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI"),
    ("huge r", "$scrypt$ln=1,r=99999999999,p=1$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI"),
    ("huge p", "$scrypt$ln=4,r=1,p=99999999999$$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI"),
    ("2^31 iterations", "$pbkdf2-sha256$2147483648$$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ"),
    ("long output", "$pbkdf2$9000000$$" + "A" * 800),
    ("hex iterations", "$p5k2$fffffffff$$h1TDLGSw9ST8UMAPeIE13i0t12c="),
]  # fmt: skip


@pytest.mark.parametrize(
    "stored", [row[1] for row in TOO_COSTLY], ids=[row[0] for row in TOO_COSTLY]
)
def test_an_absurdly_costly_string_is_refused_before_any_work(
    stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scheme in SCHEMES.values():
        monkeypatch.delattr(type(scheme), "matches")
    with pytest.raises(HashTooCostly) as caught:
        PasswordHasher().verify("secret", stored)
    demand, most = caught.value.evidence["demand"], caught.value.evidence["most"]
    assert isinstance(demand, int)
    assert isinstance(most, int)
    assert demand > most


@pytest.mark.parametrize(
    "stored",
    ["md5$$88a434c88cca4e900f7874cd98123f43", "sha1$$6d138ca3ae545631b3abd71a4f076ce759c5700b"],
)
def test_fast_digests_are_refused_by_name(stored: str) -> None:
    with pytest.raises(UnsupportedHash, match="fast"):
        PasswordHasher().verify("lètmein", stored)


def test_no_error_repeats_what_was_stored() -> None:
    plaintext = "hunter2-in-the-clear"
    with pytest.raises(MalformedHash) as caught:
        PasswordHasher().verify("x", plaintext)
    assert plaintext not in f"{caught.value!r} {caught.value} {caught.value.evidence}"


@pytest.mark.parametrize(
    "params",
    [Argon2idParams(memory_kib=1 << 42), ScryptParams(n=1 << 50), ScryptParams(n=1 << 62)],
    ids=repr,
)
def test_what_the_library_cannot_do_is_our_own_error(params: Params) -> None:
    with pytest.raises(HashingFailed, match="Lower the memory"):
        scheme_of(params).hash(b"secret", params, SALT)


def test_want_of_memory_while_verifying_is_no_wrong_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_memory(*_: object) -> bool:
        raise VerificationError("Memory allocation error")

    monkeypatch.setattr("labkit.passwords.schemes.argon2.verify_secret", no_memory)
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    with pytest.raises(HashingFailed, match="allocation"):
        hasher.verify("secret", hasher.hash("secret"))


def test_parameters_of_something_else_are_refused() -> None:
    with pytest.raises(InvalidInput):
        scheme_of("argon2id")  # type: ignore[arg-type]  # what is tested
