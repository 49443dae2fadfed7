"""What the mistakes in looking at a token do, where the matrix does not show it."""

import json
import sys

import pytest

from labkit.clock import ManualClock
from labkit.encoding import base64url
from labkit.mistakes.tokens_keys import UncheckedKey
from labkit.mistakes.tokens_unverified import (
    BelievesNone,
    ChecksIfThere,
    EndsIfANumber,
    LastMemberCounts,
    LeavesDates,
    MeasuresByRecursion,
    NothingSigned,
    PassesOverCritical,
    ReadsOnly,
    TakesZeros,
    levels,
    read_loosely,
)
from labkit.stores import MemoryStore
from labkit.tokens import Key, Revocations, TokenError, TokenIssuer, TokenVerifier
from labkit.tokens.errors import (
    AlgorithmRefused,
    Expired,
    MalformedJson,
    MalformedToken,
    NotJson,
    SignatureRefused,
    TooDeep,
    UnsignedToken,
)

NOW = 1_800_000_000
NAMES = {"algorithm": "ES256", "issuer": "https://gradebook.example", "audience": "grades"}
KEY = Key.generate("ES256", kid="june")
EVERY = (
    *(ReadsOnly, BelievesNone, ChecksIfThere, PassesOverCritical),
    *(LastMemberCounts, TakesZeros, EndsIfANumber, MeasuresByRecursion),
)


def site(verifier: type[TokenVerifier], **more) -> TokenVerifier:
    return verifier(KEY, clock=ManualClock(NOW), **NAMES, **more)


def token(**more) -> str:
    return TokenIssuer(KEY, clock=ManualClock(NOW), **NAMES).issue("alice", **more)


def made(header: dict, claims: dict | bytes, signature: bytes | None = None) -> str:
    """A token with these parts, signed with the site's key unless a signature is given."""
    raw = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    message = f"{base64url(json.dumps(header).encode())}.{base64url(raw)}"
    mark = KEY.sign(message.encode()) if signature is None else signature
    return f"{message}.{base64url(mark)}"


HEADER = {"alg": "ES256", "kid": "june", "typ": "at+jwt"}
CLAIMS = {
    "iss": NAMES["issuer"],
    "aud": NAMES["audience"],
    "sub": "alice",
    "iat": NOW,
    "exp": NOW + 9,
    "jti": "7",
}


@pytest.mark.parametrize("mistake", EVERY)
def test_a_good_token_is_still_read(mistake):
    assert site(mistake).verify(token(claims={"role": "student"}))["role"] == "student"


@pytest.mark.parametrize("mistake", EVERY)
@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.e30.", "e30." * 4, "e30.W10.AAAA"])
def test_what_is_no_token_is_refused_and_crashes_nothing(mistake, text):
    with pytest.raises(TokenError):
        site(mistake).verify(text)


@pytest.mark.parametrize("mistake", [each for each in EVERY if each is not ReadsOnly])
def test_an_edited_claim_is_still_refused(mistake):
    header, _, signature = token().split(".")
    edited = base64url(json.dumps(CLAIMS | {"role": "admin"}).encode())
    with pytest.raises(SignatureRefused):
        site(mistake).verify(f"{header}.{edited}.{signature}")


def test_reading_alone_takes_any_signature_any_header_and_any_date():
    read = site(ReadsOnly).verify(made({"alg": 7}, {"sub": "grace", "exp": 0}, b"anything"))
    assert read == {"sub": "grace", "exp": 0}


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
def test_an_unsigned_token_is_believed_in_every_spelling(alg):
    assert site(BelievesNone).verify(made(HEADER | {"alg": alg}, CLAIMS, b""))["sub"] == "alice"
    with pytest.raises(UnsignedToken):
        site(TokenVerifier).verify(made(HEADER | {"alg": alg}, CLAIMS, b""))


def test_who_says_none_and_signs_all_the_same_is_refused():
    with pytest.raises(SignatureRefused):
        site(BelievesNone).verify(made(HEADER | {"alg": "none"}, CLAIMS, b"\0"))


@pytest.mark.parametrize("alg", [None, 7, [], "nonee", " none"])
def test_only_none_is_none(alg):
    with pytest.raises(TokenError):
        site(BelievesNone).verify(made(HEADER | {"alg": alg}, CLAIMS, b""))


def test_the_stand_in_for_a_key_signs_nothing_and_shows_no_secret():
    stand_in = NothingSigned("none", b"")
    assert stand_in.accepts(b"message", b"")
    assert not stand_in.accepts(b"message", b"x")
    assert "b''" not in repr(stand_in)
    assert isinstance(stand_in, UncheckedKey)


def test_an_empty_signature_counts_as_checked_and_a_wrong_one_does_not():
    assert site(ChecksIfThere).verify(made(HEADER, CLAIMS, b""))["sub"] == "alice"
    for wrong in (b"\0", bytes(64), bytes(65)):
        with pytest.raises(SignatureRefused):
            site(ChecksIfThere).verify(made(HEADER, CLAIMS, wrong))
    with pytest.raises(AlgorithmRefused):
        site(ChecksIfThere).verify(made(HEADER | {"alg": "HS256"}, CLAIMS, b""))


@pytest.mark.parametrize("crit", [["view"], [], "view", None, ["alg"], ["not there"]])
def test_whatever_is_critical_is_passed_over(crit):
    odd = made(HEADER | {"crit": crit, "view": "only"}, CLAIMS)
    assert site(PassesOverCritical).verify(odd)["sub"] == "alice"
    with pytest.raises(TokenError):
        site(TokenVerifier).verify(odd)


def test_of_two_members_the_last_one_counts():
    twice = json.dumps(CLAIMS)[:-1] + ', "role": "student", "role": "admin"}'
    assert site(LastMemberCounts).verify(made(HEADER, twice.encode()))["role"] == "admin"


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"{", b"\xff", b"[" * 100_000, b'"' * 3])
def test_reading_loosely_refuses_what_is_no_object(raw):
    with pytest.raises(MalformedJson):
        read_loosely(raw)


def test_reading_loosely_takes_what_the_strict_reader_refuses():
    assert read_loosely(b'\xef\xbb\xbf{"n": 1, "n": 2}') == {"n": 2}


def test_two_zeros_are_taken_and_the_right_length_is_still_asked_for():
    zeros = made(HEADER, CLAIMS | {"sub": "carol"}, bytes(64))
    assert site(TakesZeros).verify(zeros)["sub"] == "carol"
    for length in (0, 63, 65):
        with pytest.raises(SignatureRefused):
            site(TakesZeros).verify(made(HEADER, CLAIMS, bytes(length)))


@pytest.mark.parametrize("exp", ["never", "", None, [], {}, "1"])
def test_an_end_that_is_no_number_never_comes(exp):
    endless, late = made(HEADER, CLAIMS | {"exp": exp}), NOW + 10**9
    verifier = EndsIfANumber(KEY, clock=ManualClock(late), **NAMES)
    assert verifier.verify(endless)["exp"] == exp
    with pytest.raises(TokenError):
        TokenVerifier(KEY, clock=ManualClock(NOW), **NAMES).verify(endless)


def test_an_end_that_is_a_number_comes_and_so_do_the_other_dates():
    with pytest.raises(Expired):
        site(EndsIfANumber).verify(made(HEADER, CLAIMS | {"exp": NOW}))
    for early in ({"nbf": NOW + 1}, {"iat": NOW + 1}, {"nbf": "soon"}):
        with pytest.raises(TokenError):
            site(EndsIfANumber).verify(made(HEADER, CLAIMS | {"exp": "never"} | early))


def test_revocations_that_leave_dates_alone_still_take_tokens_and_users_back():
    taken_back = LeavesDates(MemoryStore(), clock=ManualClock(NOW))
    secure = Revocations(MemoryStore(), clock=ManualClock(NOW))
    endless = CLAIMS | {"exp": "never"}
    assert not taken_back.revoked(endless)
    assert secure.revoked(endless)
    taken_back.revoke(CLAIMS)
    assert taken_back.revoked(endless)
    assert not taken_back.revoked(endless | {"jti": "8"})
    taken_back.revoke_user("alice")
    assert taken_back.revoked(endless | {"jti": "8"})
    for missing in ("sub", "jti", "iat"):
        assert taken_back.revoked({name: v for name, v in CLAIMS.items() if name != missing})


def nested(depth: int) -> bytes:
    return b'{"alg":"ES256","x":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_depth_is_counted_right_and_what_is_too_deep_is_refused():
    verifier = site(MeasuresByRecursion)
    assert verifier.json(nested(16))["alg"] == "ES256"
    for depth in (17, 100):
        with pytest.raises(TooDeep):
            verifier.json(nested(depth))


def test_and_to_count_it_the_function_goes_all_the_way_down():
    with pytest.raises(RecursionError):
        site(MeasuresByRecursion).json(nested(2 * sys.getrecursionlimit()))
    with pytest.raises(TooDeep):
        site(TokenVerifier).json(nested(2 * sys.getrecursionlimit()))


def test_what_is_no_json_is_left_to_the_strict_reader():
    for raw in (b"", b"{", b"\xff\xfe", b'{"a":1,"a":2}'):
        with pytest.raises(MalformedToken):
            site(MeasuresByRecursion).json(raw)
    with pytest.raises(NotJson):
        site(MeasuresByRecursion).json(b"{'a': 1}")


@pytest.mark.parametrize(
    ("value", "deep"),
    [(7, 0), ("[[[", 0), (None, 0), ({}, 1), ([], 1), ([[], {"a": [1]}], 3), ({"a": {"b": 1}}, 2)],
)
def test_levels_are_those_of_lists_and_objects(value, deep):
    assert levels(value) == deep
