"""What the mistakes with a token's claims do, where the matrix does not show it."""

import time
from datetime import UTC, datetime

import pytest

from labkit.clock import ManualClock
from labkit.mistakes.tokens_claims import (
    AnyAudience,
    AnyIssuer,
    AnyType,
    AudienceInside,
    InLocalTime,
    IssuerBeginsLike,
    Timeless,
    WholeRowInTheToken,
)
from labkit.tokens import Key, TokenError, TokenIssuer, TokenVerifier, inspect
from labkit.tokens.errors import AudienceRefused, ClaimRefused, IssuerRefused, SignatureRefused

KEY, OTHER = (Key.generate("ES256", kid="june") for _ in range(2))
ISSUER, AUDIENCE = "https://gradebook.example", "grades"
NAMES = {"algorithm": "ES256", "issuer": ISSUER, "audience": AUDIENCE}
EVERY = (Timeless, InLocalTime, AnyAudience, AudienceInside, AnyIssuer, IssuerBeginsLike, AnyType)
WINTER = datetime(2027, 1, 15, 12, tzinfo=UTC).timestamp()
SUMMER = datetime(2027, 7, 15, 12, tzinfo=UTC).timestamp()
HOUR = 3600


def verifier(kind, now=WINTER):
    return kind(KEY, clock=ManualClock(now), **NAMES)


def token(key=KEY, now=WINTER, **how):
    names = NAMES | {name: how.pop(name) for name in ("issuer", "audience") if name in how}
    return TokenIssuer(key, clock=ManualClock(now), **names).issue("alice", **how)


@pytest.mark.parametrize("mistake", EVERY)
def test_a_good_token_is_still_accepted_and_a_strangers_signature_is_not(mistake):
    assert verifier(mistake).verify(token())["sub"] == "alice"
    with pytest.raises(SignatureRefused):
        verifier(mistake).verify(token(OTHER))


@pytest.mark.parametrize("mistake", EVERY)
def test_a_claim_of_another_kind_is_a_refusal_or_passes_and_is_no_crash(mistake):
    checks = ("in_time", "audience_ok", "issuer_ok")
    for value in (None, "", "never", 5, 1.5, True, [], {}, ["grades"], 10**400):
        claims = dict.fromkeys(("exp", "nbf", "iat", "iss", "aud"), value)
        if mistake is AudienceInside and isinstance(value, int | float):
            continue  # `in` a number: the mistake itself, and nobody signs such a claim
        for check in checks:
            assert getattr(verifier(mistake), check)(claims) in (True, False)
    for check in checks:
        assert getattr(verifier(mistake), check)({}) in (True, False)


@pytest.mark.parametrize(("now", "hours"), [(WINTER, 5), (SUMMER, 4)], ids=["winter", "summer"])
def test_new_york_adds_five_hours_in_winter_and_four_in_summer(now, hours):
    good = token(now=now)
    ends = inspect(good).claims["exp"]
    last = verifier(InLocalTime, ends + hours * HOUR - 1)
    assert last.verify(good)["sub"] == "alice"
    with pytest.raises(ClaimRefused):
        verifier(InLocalTime, ends + hours * HOUR).verify(good)
    with pytest.raises(ClaimRefused):
        verifier(TokenVerifier, ends).verify(good)


@pytest.fixture(params=["UTC", "Asia/Kolkata", "Pacific/Kiritimati"])
def zone(request, monkeypatch):
    """The zone that this machine is in."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_the_shift_does_not_depend_on_the_zone_of_this_machine():
    good = token()
    ends = inspect(good).claims["exp"]
    assert verifier(InLocalTime, ends + 5 * HOUR - 1).verify(good)["sub"] == "alice"
    with pytest.raises(ClaimRefused):
        verifier(InLocalTime, ends + 5 * HOUR).verify(good)


def test_who_looks_at_no_date_takes_a_token_of_any_age_and_of_the_future():
    assert verifier(Timeless, WINTER + 10**9).verify(token())["sub"] == "alice"
    assert verifier(Timeless, WINTER - 10**9).verify(token())["sub"] == "alice"


@pytest.mark.parametrize(
    ("audience", "inside"),
    [
        ("grades", True),
        ("grades-archive", True),
        ("my-grades", True),
        ("grade", False),
        ("GRADES", False),
        ("forum", False),
    ],
)
def test_a_part_of_a_text_counts_as_the_audience(audience, inside):
    sent = token(audience=audience)
    assert verifier(AnyAudience).verify(sent)
    if inside:
        assert verifier(AudienceInside).verify(sent)
    else:
        with pytest.raises(AudienceRefused):
            verifier(AudienceInside).verify(sent)


def test_in_a_list_the_whole_name_has_to_stand():
    mistaken = verifier(AudienceInside)
    assert mistaken.audience_ok({"aud": ["forum", "grades"]})
    assert not mistaken.audience_ok({"aud": ["grades-archive"]})
    assert not mistaken.audience_ok({})


@pytest.mark.parametrize(
    ("issuer", "begins"),
    [
        (ISSUER, True),
        (f"{ISSUER}/areas/demo", True),
        (f"{ISSUER}.evil.example", True),
        (f"{ISSUER}@evil.example", True),
        ("https://sandbox.gradebook.example", False),
        ("https://gradebook.exampl", False),
        ("HTTPS://gradebook.example", False),
    ],
)
def test_whatever_begins_like_the_issuer_counts_as_the_issuer(issuer, begins):
    sent = token(issuer=issuer)
    assert verifier(AnyIssuer).verify(sent)
    if begins:
        assert verifier(IssuerBeginsLike).verify(sent)
    else:
        with pytest.raises(IssuerRefused):
            verifier(IssuerBeginsLike).verify(sent)


def test_no_issuer_at_all_does_not_begin_like_one():
    assert not verifier(IssuerBeginsLike).issuer_ok({})
    assert verifier(AnyIssuer).issuer_ok({})


@pytest.mark.parametrize("kind", ["ticket+jwt", "rt+jwt", "JWT", "reset+jwt"])
def test_every_type_counts_as_an_access_token(kind):
    sent = token(token_type=kind)
    assert verifier(AnyType).verify(sent)
    for other in (*EVERY[:-1], TokenVerifier):
        with pytest.raises(TokenError):
            verifier(other).verify(sent)


def test_the_whole_row_is_there_for_everyone_to_read():
    row = {"name": "alice", "role": "student", "feed_key": "00ff", "password_hash": "$argon2id$…"}
    for kind, told in ((WholeRowInTheToken, row.keys()), (TokenIssuer, {"role"})):
        issued = kind(KEY, clock=ManualClock(WINTER), **NAMES).issue("alice", row)
        claims = inspect(issued).claims
        assert claims.keys() & row.keys() == told
        assert verifier(TokenVerifier).verify(issued) == claims
