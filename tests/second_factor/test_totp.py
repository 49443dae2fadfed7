"""One-time codes: the RFCs' own values, what counts as a code, and that a code is taken once."""

import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.database import Database
from labkit.errors import InvalidInput, LabkitError
from labkit.interleaving import interleavings
from labkit.second_factor import totp as module
from labkit.second_factor.errors import MalformedCode, MalformedSecret
from labkit.second_factor.keyed import KeyedHash
from labkit.second_factor.totp import (
    TotpVerifier,
    code_from,
    from_base32,
    hotp,
    new_secret,
    to_base32,
    totp,
)
from labkit.stores import MemoryStore, SqliteStore

SECRET = b"12345678901234567890"

# RFC 4226 Appendix D: the codes for counters 0 to 9.
RFC4226 = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]

# RFC 6238 Appendix B, with the secrets of its reference code (the RFC's text names only the first).
RFC6238_SECRETS = {
    "SHA1": SECRET,
    "SHA256": b"12345678901234567890123456789012",
    "SHA512": b"1234567890123456789012345678901234567890123456789012345678901234",
}
RFC6238 = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC4226)))
def test_hotp_gives_the_codes_of_rfc_4226(counter, code):
    assert hotp(SECRET, counter) == code


@pytest.mark.parametrize(
    ("at", "algorithm", "code"),
    [
        (at, algorithm, code)
        for at, *codes in RFC6238
        for algorithm, code in zip(RFC6238_SECRETS, codes, strict=True)
    ],
)
def test_totp_gives_the_codes_of_rfc_6238(at, algorithm, code):
    secret = RFC6238_SECRETS[algorithm]
    assert totp(secret, at=at, digits=8, algorithm=algorithm) == code
    assert totp(secret, at=at, digits=6, algorithm=algorithm) == code[2:]
    verifier = TotpVerifier(
        MemoryStore(), clock=ManualClock(at), digits=8, algorithm=algorithm, window_steps=0
    )
    assert verifier.verify("alice", secret, code) == at // 30


@pytest.mark.parametrize("digits", [6, 7, 8])
def test_a_code_keeps_its_leading_zeros(digits):
    codes = [hotp(SECRET, counter, digits=digits) for counter in range(200)]
    assert {len(code) for code in codes} == {digits}
    assert any(code.startswith("0") for code in codes)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(min_size=1, max_size=300),
    st.binary(max_size=16),
    st.sampled_from(["sha1", "sha256", "sha512"]),
)
def test_the_keyed_hash_is_hmac(key, message, name):
    assert KeyedHash(key, name).digest(message) == hmac.digest(key, message, name)


# Secrets


def test_secrets_have_160_bits_and_none_comes_twice():
    drawn = {new_secret() for _ in range(100)}
    assert len(drawn) == 100
    assert {len(secret) for secret in drawn} == {20}


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=64), st.booleans())
def test_base32_comes_back_however_it_is_typed(secret, lower):
    written = to_base32(secret)
    groups = " ".join(written[at : at + 4] for at in range(0, len(written), 4))
    assert from_base32(groups.lower() if lower else groups) == secret


@pytest.mark.parametrize(
    "written",
    [
        "GEZDGNB1",
        "GEZDGNB!",
        "GEZDGN\u0130",
        "A",
        "GEZ",
        "GF======",
        "==",
        " ",
        "-",
        "GE=ZDGNBV",
        "\0AAA",
    ],
)
def test_what_is_no_base32_is_refused(written):
    with pytest.raises(MalformedSecret):
        from_base32(written)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40) | st.text("ABCabc234567= -", max_size=40))
def test_any_text_is_a_secret_in_one_spelling_or_an_error(written):
    try:
        secret = from_base32(written)
    except LabkitError:
        return
    assert from_base32(to_base32(secret)) == secret


# What counts as a code


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123456", "123456 ", "1 2 3 4 5 6"])
def test_ascii_spaces_in_a_code_are_dropped(typed):
    assert code_from(typed) == "123456"


NOT_CODES = [
    "",
    "12345",
    "1234567",
    "+12345",
    "-12345",
    "12345a",
    "123-456",
    "1_2_3_4_5_6",
    "123.456",
    "0x1234",
    "1e5555",
    "123456\n",
    "\t123456",
    "123\u00a0456",  # no-break space
    "\u0661\u0662\u0663\u0664\u0665\u0666",  # Arabic-Indic digits
    "\uff11\uff12\uff13\uff14\uff15\uff16",  # full-width digits
    "12345\u00b2",  # superscript two
    "12345\0",
    " " * 4000,
]


@pytest.mark.parametrize("typed", NOT_CODES, ids=repr)
def test_what_is_no_code_is_refused_and_is_a_wrong_code_at_log_in(typed):
    with pytest.raises(MalformedCode):
        code_from(typed)
    verifier = TotpVerifier(MemoryStore(), clock=ManualClock())
    assert verifier.verify("alice", SECRET, typed) is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_six_ascii_digits_or_an_error(typed):
    try:
        code = code_from(typed)
    except LabkitError:
        return
    assert len(code) == 6
    assert set(code) <= set("0123456789")


# Verification


@pytest.fixture(params=["memory", "sqlite", "sqlite file"])
def store(request, tmp_path):
    if request.param == "memory":
        yield MemoryStore()
    else:
        database = Database(":memory:" if request.param == "sqlite" else tmp_path / "codes.sqlite")
        yield SqliteStore(database)
        database.close()


def verifier_at(now, store=None, **options):
    return TotpVerifier(store or MemoryStore(), clock=ManualClock(now), **options)


@pytest.mark.parametrize(("shift", "accepted"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_window_of_one_takes_the_code_before_this_one_and_the_next(shift, accepted):
    now = 1_800_000_015
    code = totp(SECRET, at=now + 30 * shift)
    step = verifier_at(now).verify("alice", SECRET, code)
    assert step == (now // 30 + shift if accepted else None)


def test_without_a_window_only_the_present_code_is_taken():
    now = 1_800_000_015
    for shift in (-1, 1):
        code = totp(SECRET, at=now + 30 * shift)
        assert verifier_at(now, window_steps=0).verify("alice", SECRET, code) is None


def test_a_code_dies_with_the_last_second_of_its_step():
    code = totp(SECRET, at=60)
    assert verifier_at(89.999, window_steps=0).verify("alice", SECRET, code) == 2
    assert verifier_at(90, window_steps=0).verify("alice", SECRET, code) is None


def test_there_are_no_steps_before_the_epoch():
    assert list(verifier_at(0).steps(0)) == [0, 1]
    assert list(verifier_at(0).steps(29.9)) == [0, 1]
    assert list(verifier_at(0).steps(60)) == [1, 2, 3]


def test_another_secret_another_length_or_another_hash_is_another_code():
    code = totp(SECRET, at=59, digits=8)
    assert verifier_at(59, digits=8).verify("alice", SECRET, code) == 1
    assert verifier_at(59, digits=8).verify("alice", b"x" + SECRET, code) is None
    assert verifier_at(59, digits=8, algorithm="SHA256").verify("alice", SECRET, code) is None
    assert verifier_at(59).verify("alice", SECRET, code) is None


def test_every_step_of_the_window_is_compared_whichever_matches(monkeypatch):
    compared = []

    def counting(left, right):
        compared.append(left)
        return left == right

    monkeypatch.setattr(module.hmac, "compare_digest", counting)
    for shift in (-1, 0, 1, 9):
        compared.clear()
        verifier_at(3000).verify("alice", SECRET, totp(SECRET, at=3000 + 30 * shift))
        assert compared == [totp(SECRET, at=3000 + 30 * step) for step in (-1, 0, 1)]


def test_a_code_that_two_steps_share_is_spent_for_both(store):
    secret = (312_559).to_bytes(20)
    assert hotp(secret, 100) == hotp(secret, 101), "found by search"
    verifier = verifier_at(3000, store)
    assert verifier.verify("alice", secret, hotp(secret, 100)) == 101
    assert verifier_at(3030, store).verify("alice", secret, hotp(secret, 101)) is None


# Replay


def test_a_code_is_taken_once(store):
    verifier = verifier_at(3000, store)
    code = totp(SECRET, at=3000)
    assert verifier.verify("alice", SECRET, code) == 100
    assert verifier.verify("alice", SECRET, code) is None


def test_an_older_code_is_refused_after_a_newer_one(store):
    verifier = verifier_at(3000, store)
    assert verifier.verify("alice", SECRET, totp(SECRET, at=3030)) == 101
    assert verifier.verify("alice", SECRET, totp(SECRET, at=3000)) is None
    assert verifier.verify("alice", SECRET, totp(SECRET, at=2970)) is None


def test_the_next_code_is_good_again(store):
    verifier = verifier_at(3000, store)
    assert verifier.verify("alice", SECRET, totp(SECRET, at=3000)) == 100
    assert verifier.verify("alice", SECRET, totp(SECRET, at=3030)) == 101


def test_a_wrong_code_spends_nothing(store):
    verifier = verifier_at(3000, store)
    wrong = "000000" if totp(SECRET, at=3000) != "000000" else "000001"
    assert verifier.verify("alice", SECRET, wrong) is None
    assert verifier.verify("alice", SECRET, totp(SECRET, at=3000)) == 100


def test_users_spend_their_own_codes(store):
    verifier = verifier_at(3000, store)
    for user in ("alice", "bob", "alice:", "ALICE", "älice"):
        assert verifier.verify(user, SECRET, totp(SECRET, at=3000)) == 100


def test_what_was_spent_stays_spent_in_another_process_and_after_the_clock_goes_back(store):
    code = totp(SECRET, at=3000)
    assert verifier_at(3000, store).verify("alice", SECRET, code) == 100
    assert verifier_at(3000, store).verify("alice", SECRET, code) is None
    assert verifier_at(2990, store).verify("alice", SECRET, code) is None
    store.sweep(10**12)
    assert verifier_at(3000, store).verify("alice", SECRET, code) is None


# Two clients with one code


class ChecksThenActs(TotpVerifier):
    """The mistake: the last step is read, judged here, and written back."""

    def accept(self, user, step, store):
        if int(store.get(f"totp:{user}") or -1) >= step:
            return False
        store.put(f"totp:{user}", str(step))
        return True


def winners(kind):
    """How many of two clients with one code are let in, for every order of their steps."""
    databases = []

    def fresh():
        databases.append(Database())
        return SqliteStore(databases[-1])

    def client(store):
        code = totp(SECRET, at=3000)
        return kind(store, clock=ManualClock(3000)).verify("alice", SECRET, code)

    counts = {
        run.order: sum(result is not None for result in run.results)
        for run in interleavings(fresh, [client, client])
    }
    for database in databases:
        database.close()
    return counts


def test_of_two_clients_with_one_code_exactly_one_is_let_in_whatever_the_order():
    assert winners(TotpVerifier) == {"AB": 1, "BA": 1}


def test_reading_and_then_writing_lets_both_in_in_some_orders():
    assert winners(ChecksThenActs) == {
        "AAB": 1,
        "ABAB": 2,
        "ABBA": 2,
        "BAAB": 2,
        "BABA": 2,
        "BBA": 1,
    }


# Arguments


@pytest.mark.parametrize(
    "call",
    [
        lambda: hotp(b"", 0),
        lambda: hotp("12345678901234567890", 0),
        lambda: hotp(None, 0),
        lambda: hotp(b"x" * 10**6, 0),
        lambda: hotp(SECRET, -1),
        lambda: hotp(SECRET, 2**64),
        lambda: hotp(SECRET, 1.0),
        lambda: hotp(SECRET, True),
        lambda: hotp(SECRET, 0, digits=5),
        lambda: hotp(SECRET, 0, digits=9),
        lambda: hotp(SECRET, 0, digits="6"),
        lambda: hotp(SECRET, 0, digits=[6]),
        lambda: hotp(SECRET, 0, digits=6.0),
        lambda: hotp(SECRET, 0, algorithm="MD5"),
        lambda: hotp(SECRET, 0, algorithm="sha1"),
        lambda: hotp(SECRET, 0, algorithm=None),
        lambda: hotp(SECRET, 0, algorithm=["SHA1"]),
        lambda: totp(SECRET, at=-1),
        lambda: totp(SECRET, at=float("nan")),
        lambda: totp(SECRET, at=float("inf")),
        lambda: totp(SECRET, at="59"),
        lambda: totp(SECRET, at=59, step_s=0),
        lambda: totp(SECRET, at=59, step_s=None),
        lambda: to_base32("text"),
        lambda: to_base32(b""),
        lambda: from_base32(b"GEZA"),
        lambda: from_base32("A" * 10**6),
        lambda: from_base32("\ud800"),
        lambda: code_from(123456),
        lambda: code_from(b"123456"),
        lambda: code_from("1" * 10**7),
        lambda: code_from("\ud800"),
        lambda: verifier_at(0, step_s=0),
        lambda: verifier_at(0, step_s=3600),
        lambda: verifier_at(0, window_steps=-1),
        lambda: verifier_at(0, window_steps=11),
        lambda: verifier_at(0, digits=4),
        lambda: verifier_at(0, algorithm="MD5"),
        lambda: verifier_at(0).verify("", SECRET, "123456"),
        lambda: verifier_at(0).verify("a\0b", SECRET, "123456"),
        lambda: verifier_at(0).verify(None, SECRET, "123456"),
        lambda: verifier_at(0).verify("x" * 10**6, SECRET, "123456"),
        lambda: verifier_at(0).verify("\ud800", SECRET, "123456"),
        lambda: verifier_at(0).verify("alice", None, "123456"),
        lambda: verifier_at(0).verify("alice", b"", "123456"),
        lambda: verifier_at(0).verify("alice", SECRET, None),
        lambda: verifier_at(0).verify("alice", SECRET, 123456),
        lambda: verifier_at(0).verify("alice", SECRET, "1" * 10**7),
    ],
)
def test_a_wrong_argument_is_refused_at_once(call):
    with pytest.raises(InvalidInput):
        call()
