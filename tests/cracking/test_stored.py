import base64
import hashlib
import hmac
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.cracking import (
    Argon2,
    Bcrypt,
    Digest,
    Pbkdf2,
    RateUnknown,
    Scrypt,
    SecretNeeded,
    TooDear,
    UnreadableStored,
    read,
)
from labkit.errors import InvalidInput, LabkitError

# Digests of "password" are from RFC 1321's and FIPS 180-4's algorithms, as every table lists them.
PASSWORD = {
    "MD5": "5f4dcc3b5aa765d61d8327deb882cf99",
    "SHA-1": "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
    "SHA-256": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
}
DJANGO_V16 = (
    "gwQOXSNhxiOxPOA0+PY10P9QFO4NAYysnqRt1GSQLE55m+2GYDt9FEjPMHhP2Cuf0nOEXXMocVrsJAtNSsKyfg"
)
# (stored, password, params, source)
MADE_BY_OTHERS = [
    (
        "$2b$04$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW",
        b"xVQVbwa1S0M8r",
        Bcrypt(4),
        "pyca/bcrypt tests/test_bcrypt.py",
    ),
    (
        "bcrypt$$2b$04$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW",
        b"xVQVbwa1S0M8r",
        Bcrypt(4),
        "the same as Django writes it",
    ),
    (
        "$argon2i$v=19$m=256,t=1,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
        b"password",
        Argon2(256, 1, 1, "argon2i"),
        "passlib 1.7.4 tests",
    ),
    (
        "argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw",
        b"secret",
        Argon2(102400, 2, 8),
        "Django tests/auth_tests/test_hashers.py",
    ),
    (
        f"argon2$argon2i$m=8,t=1,p=1$c29tZXNhbHQ${DJANGO_V16}",
        b"secret",
        Argon2(8, 1, 1, "argon2i"),
        "Django tests, version 16",
    ),
    (
        "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
        b"password",
        Pbkdf2(1212),
        "passlib 1.7.4 tests",
    ),
    (
        "$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI",
        b"password",
        Pbkdf2(1212, "SHA-1"),
        "passlib 1.7.4 tests",
    ),
    (
        "pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
        "lètmein".encode(),
        Pbkdf2(390_000),
        "Django tests/auth_tests/test_hashers.py",
    ),
    (
        "$scrypt$ln=8,r=8,p=1$wlhLyXmP8b53bm1NKYVQqg$mTpvG8lzuuDk+DWz8HZIB6Vum6erDuUm0As5yU+VxWA",
        b"test",
        Scrypt(256, 8, 1),
        "passlib 1.7.4 tests",
    ),
    ("md5$$88a434c88cca4e900f7874cd98123f43", "lètmein".encode(), Digest("MD5"), "Django tests"),
]


@pytest.mark.parametrize(("name", "digest"), PASSWORD.items())
def test_a_bare_digest_is_told_by_its_length(name, digest):
    recipe = read(digest)
    assert (recipe.scheme, recipe.params, recipe.salt) == (name, Digest(name), b"")
    assert recipe.check("password")
    assert recipe.check(b"password")
    assert not recipe.check("Password")
    assert read(digest.upper()).check("password")


@pytest.mark.parametrize(("stored", "password", "params", "source"), MADE_BY_OTHERS)
def test_strings_made_by_other_programs_are_read_and_checked(stored, password, params, source):
    recipe = read(stored)
    assert recipe.params == params, source
    assert recipe.check(password)
    assert not recipe.check(password + b"x")


def werkzeug(method: str, derived: bytes) -> str:
    return f"{method}$pepperless${derived.hex()}"


def test_strings_made_by_werkzeug_are_read_and_checked():
    pbkdf2 = werkzeug(
        "pbkdf2:sha256:1000", hashlib.pbkdf2_hmac("sha256", b"pw", b"pepperless", 1000)
    )
    scrypt = werkzeug(
        "scrypt:1024:8:1", hashlib.scrypt(b"pw", salt=b"pepperless", n=1024, r=8, p=1)
    )
    assert read(pbkdf2).check("pw")
    assert read(scrypt).check("pw")
    assert not read(scrypt).check("PW")


def own(salt: bytes, derived: str) -> str:
    return f"$textbook${salt.hex()}${quote(derived, safe='')}"


SALT = bytes.fromhex("0badc0de")
FORMS = {
    "password alone": hashlib.sha256(b"hunter2").hexdigest(),
    "salt first": hashlib.sha256(SALT + b"hunter2").hexdigest(),
    "password first": hashlib.sha256(b"hunter2" + SALT).hexdigest(),
    "salt is the key": hmac.digest(SALT, b"hunter2", "sha256").hex(),
    "password is the key": hmac.digest(b"hunter2", SALT, "sha256").hex(),
    "in Base64": base64.b64encode(hashlib.sha256(SALT + b"hunter2").digest()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_textbook_digest_is_tried_in_each_usual_order_of_salt_and_password(form):
    recipe = read(own(SALT, FORMS[form]))
    assert recipe.salt == SALT
    assert recipe.check("hunter2")
    assert not recipe.check("hunter3")


def test_not_knowing_the_order_makes_each_guess_dearer():
    assert read(own(SALT, FORMS["salt first"])).price_s() > 3 * read(PASSWORD["SHA-256"]).price_s()


@pytest.mark.parametrize("sep", ["$", ":"])
def test_a_digest_beside_its_salt_is_read_whichever_comes_first(sep):
    digest = hashlib.sha1(b"saltyhunter2").hexdigest()
    assert read(f"{digest}{sep}salty").check("hunter2")
    assert read(f"salty{sep}{digest}").check("hunter2")
    assert read(f"sha1{sep}salty{sep}{digest}").check("hunter2")
    raw = bytes.fromhex("00ff00ff")
    assert read(f"{raw.hex()}{sep}{hashlib.sha1(raw + b'hunter2').hexdigest()}").check("hunter2")


@pytest.mark.parametrize(
    ("derived", "password"),
    [
        ("hunter2", "hunter2"),
        ("pa$$ 100%", "pa$$ 100%"),
        ("пароль", "пароль"),
        (base64.b64encode(b"hunter2").decode(), "hunter2"),
        (base64.urlsafe_b64encode("naïve?".encode()).decode(), "naïve?"),
        (b"hunter2".hex(), "hunter2"),
    ],
)
def test_what_is_no_hash_is_read_without_a_guess(derived, password):
    recipe = read(own(b"", derived))
    assert recipe.readings[0] == password
    assert recipe.check(password)
    assert not recipe.check(password + "x")
    assert recipe.price_s() == 0


def test_a_whole_string_inside_a_textbook_string_is_read_as_what_it_is():
    for stored, password, params, _ in MADE_BY_OTHERS[:3]:
        recipe = read(own(SALT, stored))
        assert recipe.params == params
        assert recipe.check(password)


def test_a_guess_beyond_bcrypts_72_bytes_is_no_match_and_no_crash():
    recipe = read(MADE_BY_OTHERS[0][0])
    assert recipe.check(b"a" * 73) is False


def test_a_longer_pbkdf2_field_does_not_cost_the_thief_a_second_block():
    salt = base64.b64encode(b"saltsalt").decode().rstrip("=")
    tag = base64.b64encode(hashlib.pbkdf2_hmac("sha256", b"pw", b"saltsalt", 100, 64)).decode()
    recipe = read(f"$pbkdf2-sha256$100${salt}${tag.rstrip('=')}")
    assert recipe.works[0].length == 32
    assert recipe.check("pw")


def test_a_peppered_string_says_that_its_key_is_not_in_the_table():
    for stored in (
        "$hmac-sha384$k=2026$2b$10$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
        "$argon2id$v=19$m=256,t=1,p=1,keyid=YQ$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    ):
        with pytest.raises(SecretNeeded):
            read(stored)


ABSURD = [
    "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=8,t=4294967295,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$pbkdf2-sha256$2147483648$c2FsdHNhbHQ$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
    "$2b$31$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW",
    "$scrypt$ln=40,r=8,p=1$wlhLyXmP8b53bm1NKYVQqg$mTpvG8lzuuDk+DWz8HZIB6Vum6erDuUm0As5yU+VxWA",
    "$scrypt$ln=1,r=1,p=99999999$wlhLyXmP8b53bm1NKYVQqg$mTpvG8lzuuDk+DWz8HZIB6Vum6erDuUm0As5yU",
]


@pytest.mark.parametrize("stored", ABSURD)
def test_an_absurd_cost_is_priced_but_never_computed(stored):
    recipe = read(stored)
    assert recipe.price_s() > 0
    start = time.process_time()
    with pytest.raises(TooDear):
        recipe.check("password")
    assert time.process_time() - start < 1


def test_a_scheme_without_a_published_rate_has_no_price():
    recipe = read("$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI")
    assert recipe.priced() is None
    with pytest.raises(RateUnknown):
        recipe.price_s()


DAMAGED = [
    "$2b$04$SQe9knOzepOVKoYXo9xTtfNYr6MBwVz4tpriJVe3PNgYufGIsgKcW",
    "$2b$04$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKc",
    "$2b$03$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW",
    "$2x$04$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW",
    "$argon2qq$v=19$t=2,p=4$c29tZXNhbHQAAAAAAAAAAA$QWLzI4TY9HkL2ZTLc8g6SinwdhZewYrzz9zxCo0bkGY",
    "$argon2id$v=19$m=1,t=2,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=99999999999999,t=2,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=20$m=8,t=2,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=8,t=2,p=1$c29t$AJFIsNZTMKTAewB4+ETN1A",
    "$argon2id$v=19$m=8,t=2,p=1$c29tZXNhbHQ$!!!!",
    "$pbkdf2$01212$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc",
    "$pbkdf2-sha3$12$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc",
    "pbkdf2_sha384$12$salt$HV3oi1k5C5LQCgG1BMOL.BX4YZc",
    "$scrypt$ln=10,r=1$wvif8/4fg1Cq9V7L2dv73w$bJcLia1lyfQ1X2x0xflehwVXPzWIUQWWdnlGwfVzBeQ",
    "$scrypt$ln=0,r=1,p=1$wvif8/4fg1Cq9V7L2dv73w$bJcLia1lyfQ1X2x0xflehwVXPzWIUQWWdnlGwfVzBeQ",
    "scrypt:1000:8:1$salt$00ff00ff",
    "scrypt:65536:1:1$salt$00ff00ff",
    "scrypt:16:1:1$salt$00ff",
    "$argon2id$v=19$m=8,t=1,p=2$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$pbkdf2-sha256$12$4vjV83LKPjQzk31VI4E0Vw$=",
    "md5$salt$00ff",
    "lolcat$salt$hash",
    "$6$salt$hash",
    "$textbook$",
    "$textbook$zz$00",
    "$textbook$00",
    "$textbook$00$%ff",
    "*0",
    "00" * 24,
    base64.b64encode(bytes(range(200, 248))).decode(),
]


@pytest.mark.parametrize("stored", DAMAGED)
def test_a_damaged_or_unknown_string_is_refused_with_a_remedy(stored):
    with pytest.raises(UnreadableStored) as refused:
        read(stored)
    assert refused.value.remedy
    assert len(stored) < 12 or stored not in str(refused.value)


@pytest.mark.parametrize("bad", [None, b"5f4d", 5, "", "a" * 20_000, "\ud800", ["x"]])
def test_what_is_no_string_is_refused(bad):
    with pytest.raises(InvalidInput):
        read(bad)


@pytest.mark.parametrize("bad", [None, 5, "\ud800", "a" * 5000, b"a" * 5000, ["x"]])
def test_what_is_no_guess_is_refused(bad):
    with pytest.raises(InvalidInput):
        read(PASSWORD["MD5"]).check(bad)


ALPHABET = st.sampled_from("$2abyargon2id=,:pbkdf2_scryptln0123456789abcdefABC+/.%é\x00 textbook")


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.text(ALPHABET, max_size=80)))
def test_any_text_is_read_or_refused_with_one_of_our_errors(stored):
    try:
        recipe = read(stored)
    except LabkitError:
        return
    assert recipe.readings or recipe.works


CHEAP = [
    MADE_BY_OTHERS[0][0],
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A",
    "$pbkdf2-sha256$12$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
    "$scrypt$ln=4,r=1,p=1$wlhLyXmP8b53bm1NKYVQqg$mTpvG8lzuuDk+DWz8HZIB6Vum6erDuUm0As5yU+VxWA",
    "scrypt:16:1:1$salt$00ff00ff",
    "$textbook$0badc0de$5f4dcc3b5aa765d61d8327deb882cf99",
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CHEAP), st.data())
def test_a_string_with_one_spot_changed_is_checked_or_refused_with_one_of_our_errors(good, data):
    place = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 3))
    stored = good[:place] + data.draw(st.text(ALPHABET, max_size=3)) + good[place + cut :]
    try:
        recipe = read(stored)
        if (recipe.priced() or 0) < 1e-4:
            recipe.check("password")
    except LabkitError:
        return
    assert recipe.readings or recipe.works


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), min_size=1, max_size=30))
def test_a_password_stored_as_it_is_stays_readable(password):
    if password.isprintable() and not password.startswith(("$", "{")):
        try:
            recipe = read(own(b"\x01", password))
        except UnreadableStored:
            return
        assert recipe.check(password) or recipe.works
