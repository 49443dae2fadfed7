"""What a verifier said to a token, step by step, apart from what anyone can read in it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.encoding import base64url
from labkit.errors import InvalidInput, LabkitError
from labkit.stores import MemoryStore
from labkit.tokens import (
    Examination,
    Key,
    KeyRing,
    Revocations,
    TokenIssuer,
    TokenVerifier,
    examine,
)

START = 1_800_000_000
NAMES = {"algorithm": "ES256", "issuer": "https://gradebook.localhost", "audience": "gradebook-api"}
KEY = Key.generate("ES256", kid="june")
HEADER = {"alg": "ES256", "kid": "june", "typ": "at+jwt"}
CLAIMS = {
    "iss": NAMES["issuer"],
    "sub": "alice",
    "aud": NAMES["audience"],
    "iat": START,
    "exp": START + 900,
    "jti": "7",
}


def verifier(now=START + 40, kind=TokenVerifier, keys=None, **more) -> TokenVerifier:
    clock = ManualClock(now)
    return kind(keys or KeyRing([KEY], clock=clock), clock=clock, **NAMES, **more)


def signed(header=HEADER, claims=CLAIMS, key=KEY) -> str:
    raw = (
        each if isinstance(each, bytes) else json.dumps(each).encode() for each in (header, claims)
    )
    message = ".".join(map(base64url, raw))
    return f"{message}.{base64url(key.sign(message.encode()))}"


def without(members, name):
    return {each: value for each, value in members.items() if each != name}


def states(found: Examination) -> dict[str, str]:
    return {check.name: check.state for check in found.checks}


def words(found: Examination, name: str) -> str:
    return next(check.words for check in found.checks if check.name == name)


def test_a_good_token_passes_every_check_and_is_told_by_the_clock():
    found = examine(signed(), verifier())
    assert (found.accepted, found.state, found.refused_at) == (True, "accepted", "")
    assert found.verdict == "Accepted: 'alice', for another 14 min 20 s."
    assert words(found, "exp") == "expires in 14 min 20 s, at 08:15:00 UTC"
    assert words(found, "iat") == "was issued 40 s ago, at 08:00:00 UTC"
    assert found.claims == CLAIMS
    assert set(without(states(found), "revoked").values()) == {"passed"}


def test_who_keeps_no_list_of_revoked_tokens_is_told_so():
    assert "nothing takes the token back" in words(examine(signed(), verifier()), "revoked")


def test_the_checks_stand_in_the_order_of_the_verifier():
    assert " ".join(states(examine(signed(), verifier()))) == (
        "form header alg kid signature typ payload exp iat iss aud sub jti revoked"
    )


# Why, the token, the check that refuses, and what it says.
REFUSED = [
    ("no token", "hello", "form", "1 segments"),
    ("white space", signed() + "\n", "form", "white space"),
    ("header no JSON", f"{base64url(b'x')}.e30.AAAA", "header", "not JSON"),
    ("critical", signed(HEADER | {"crit": ["x"], "x": 1}), "crit", "unknown here"),
    ("crit empty", signed(HEADER | {"crit": []}), "crit", "must be a list"),
    ("b64", signed(HEADER | {"b64": False}), "b64", "'b64'"),
    ("zip", signed(HEADER | {"zip": "DEF"}), "zip", "'zip'"),
    ("alg none", signed(HEADER | {"alg": "none"}), "alg", "nothing is signed"),
    ("alg other", signed(HEADER | {"alg": "HS256"}), "alg", "ES256 is pinned"),
    ("alg missing", signed(without(HEADER, "alg")), "alg", "names no algorithm"),
    ("own key", signed(HEADER | {"jwk": {}}), "jwk", "own choice"),
    ("key's address", signed(HEADER | {"jku": "https://evil.example"}), "jku", "own choice"),
    ("kid unknown", signed(HEADER | {"kid": "july"}), "kid", "No trusted ES256 key"),
    ("kid a list", signed(HEADER | {"kid": []}), "kid", "no short string"),
    ("other key", signed(key=Key.generate("ES256")), "signature", "does not fit"),
    ("no signature", signed().rpartition(".")[0] + ".", "signature", "empty"),
    ("typ missing", signed(without(HEADER, "typ")), "typ", "has no 'typ'"),
    ("typ other", signed(HEADER | {"typ": "rt+jwt"}), "typ", "'rt+jwt'"),
    ("payload no JSON", signed(claims=b"x"), "payload", "not JSON"),
    ("twice", signed(claims=b'{"sub":"a","sub":"b"}'), "payload", "twice"),
    ("exp missing", signed(claims=without(CLAIMS, "exp")), "exp", "never end"),
    (
        "exp past",
        signed(claims=CLAIMS | {"exp": START}),
        "exp",
        "expired 40 s ago, at 08:00:00 UTC",
    ),
    ("exp text", signed(claims=CLAIMS | {"exp": "soon"}), "exp", "string 'soon'"),
    ("exp in ms", signed(claims=CLAIMS | {"exp": START * 1000}), "exp", "milliseconds"),
    ("nbf ahead", signed(claims=CLAIMS | {"nbf": START + 60}), "nbf", "begins in 20 s"),
    ("iat ahead", signed(claims=CLAIMS | {"iat": START + 90_000}), "iat", "at 2027-01-16 09:00:00"),
    ("iat true", signed(claims=CLAIMS | {"iat": True}), "iat", "True"),
    ("iss missing", signed(claims=without(CLAIMS, "iss")), "iss", "no 'iss'"),
    ("iss other", signed(claims=CLAIMS | {"iss": "https://a"}), "iss", "another issuer"),
    ("aud other", signed(claims=CLAIMS | {"aud": ["x"]}), "aud", "another audience"),
    ("sub a number", signed(claims=CLAIMS | {"sub": 7}), "sub", "no string"),
    ("jti a list", signed(claims=CLAIMS | {"jti": [7]}), "jti", "no string"),
]


@pytest.mark.parametrize(
    ("token", "name", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_refusal_stands_at_the_check_that_made_it(token, name, says):
    found = examine(token, verifier())
    assert (found.accepted, found.state, found.refused_at) == (False, "refused", name)
    assert says in words(found, name)
    assert found.verdict == f"Refused at {name}: {found.error.cause}"
    assert found.claims is None
    assert list(states(found).values()).count("refused") == 1
    with pytest.raises(type(found.error)):
        verifier().verify(token)


def test_what_stands_behind_a_refusal_was_not_looked_at():
    found = examine(signed(HEADER | {"alg": "none"}), verifier())
    after = list(found.checks)[[check.name for check in found.checks].index("alg") + 1 :]
    assert {check.state for check in after} == {"not checked"}
    assert after[0].words == "not looked at: refused at alg"
    assert {check.words for check in after[1:]} == {"not looked at"}


def test_a_changed_payload_is_read_and_not_trusted():
    header, _, signature = signed().split(".")
    payload = base64url(json.dumps(CLAIMS | {"role": "admin"}).encode())
    found = examine(f"{header}.{payload}.{signature}", verifier())
    assert found.inspection.claims["role"] == "admin"
    assert [each.value for each in found.payload if each.name == "role"] == ['"admin"']
    assert found.claims is None
    assert found.refused_at == "signature"
    assert states(found)["exp"] == "not checked"


def test_two_dates_that_are_wrong_are_both_told():
    claims = CLAIMS | {"exp": START, "nbf": START + 3600}
    found = states(examine(signed(claims=claims), verifier()))
    assert (found["exp"], found["nbf"], found["iat"]) == ("refused", "refused", "passed")


def test_at_exp_itself_the_token_has_ended():
    assert examine(signed(), verifier(START + 899.5)).accepted
    found = examine(signed(), verifier(START + 900))
    assert words(found, "exp") == "expired now, at 08:15:00 UTC"


def test_the_leeway_is_named_where_it_was_needed():
    late = examine(signed(), verifier(START + 910, leeway_s=30))
    assert late.accepted
    assert words(late, "exp") == "expired 10 s ago, at 08:15:00 UTC: within the leeway of 30 s"
    assert late.verdict == "Accepted: 'alice'."
    early = examine(signed(), verifier(START - 10, leeway_s=30))
    assert words(early, "iat").endswith("within the leeway of 30 s")
    assert "leeway" not in words(examine(signed(), verifier(leeway_s=30)), "exp")


def test_one_key_needs_no_name():
    assert "one key is trusted" in words(examine(signed(without(HEADER, "kid")), verifier()), "kid")


def test_an_audience_in_a_list_is_told_as_one():
    found = examine(signed(claims=CLAIMS | {"aud": ["x", "gradebook-api"]}), verifier())
    assert "a list that names this service" in words(found, "aud")


def test_a_revoked_token_is_refused_at_the_list():
    clock = ManualClock(START + 40)
    taken_back = Revocations(MemoryStore(), clock=clock)
    strict = verifier(revocations=taken_back)
    assert words(examine(signed(), strict), "revoked").startswith("on no list")
    taken_back.revoke(CLAIMS)
    assert examine(signed(), strict).refused_at == "revoked"


# --- verifiers with methods of their own ---


class Timeless(TokenVerifier):
    def in_time(self, claims):
        return True


class AnySignature(TokenVerifier):
    def signature_ok(self, key, message, signature):
        return True


class HalfChecked(TokenVerifier):
    def ecdsa_ok(self, jwk, message, r, s):
        return True


class AnyAlgorithm(TokenVerifier):
    def key_for(self, header):
        return super().key_for({**header, "alg": self.algorithm})


class NeverAsks(TokenVerifier):
    def verify(self, token):
        return True


class ReadsLeniently(TokenVerifier):
    def json(self, raw):
        return json.loads(raw)


class Crashes(TokenVerifier):
    def issuer_ok(self, claims):
        raise ZeroDivisionError(claims)


FORGED = signed(key=Key.generate("ES256"))


@pytest.mark.parametrize(
    ("kind", "token", "through"),
    [
        (Timeless, signed(claims=CLAIMS | {"exp": START}), "exp"),
        (AnySignature, FORGED, "signature"),
        (HalfChecked, FORGED, "signature"),
        (AnyAlgorithm, signed(HEADER | {"alg": "none"}), "alg"),
    ],
)
def test_what_a_mistaken_verifier_lets_through_is_named(kind, token, through):
    found = examine(token, verifier(kind=kind))
    assert found.state == "let in"
    assert found.verdict.startswith("Let in: A strict verifier refuses it. ")
    assert [name for name, state in states(found).items() if state == "let through"] == [through]
    assert examine(token, verifier()).refused_at == through


@pytest.mark.parametrize("kind", [Timeless, AnySignature, HalfChecked, AnyAlgorithm])
def test_a_mistake_that_did_not_matter_is_not_told(kind):
    found = examine(signed(), verifier(kind=kind))
    assert (found.state, "let through" in states(found).values()) == ("accepted", False)


def test_a_verifier_that_never_asks_lets_in():
    found = examine("hello", verifier(kind=NeverAsks))
    assert found.state == "let in"
    assert words(found, "signature") == "this verifier never asks"


def test_an_error_of_the_verifiers_own_is_no_refusal():
    found = examine(signed(), verifier(kind=Crashes))
    assert (found.state, states(found)["iss"]) == ("broken", "broken")
    assert found.verdict == "Broken: The verifier met an error of its own, ZeroDivisionError."
    assert found.refused_at == ""


@pytest.mark.parametrize(
    ("name", "date", "state"),
    [
        *((name, date, "refused") for name in ("exp", "nbf", "iat") for date in ("nan", "inf")),
        ("exp", "-inf", "refused"),
        ("nbf", "-inf", "let through"),
        ("iat", "-inf", "let through"),
    ],
)
def test_a_date_that_only_a_lenient_reader_takes_is_told_in_words(name, date, state):
    token = signed(claims=CLAIMS | {name: float(date)})
    found = examine(token, verifier(kind=ReadsLeniently))
    assert states(found)[name] == state
    assert words(found, name) == f"The token's {name!r} is {date}, which is no moment."
    assert words(found, name) in [each.words for each in found.payload]
    assert examine(token, verifier()).refused_at == "payload"


@pytest.mark.parametrize("date", [-1e300, -1e12])
def test_a_date_before_the_calendar_is_told_in_few_words(date):
    found = examine(signed(claims=CLAIMS | {"exp": date}), verifier())
    assert words(found, "exp") == "expired beyond the calendar"


@pytest.mark.parametrize(
    "returned",
    [None, True, {}, [], {"sub": "eve"}, {"exp": "soon"}, {"exp": float("inf")}, {"sub": []}],
)
def test_a_verifier_may_return_anything(returned):
    class Returns(TokenVerifier):
        def verify(self, token):
            super().verify(token)
            return returned

    found = examine(signed(), verifier(kind=Returns))
    assert found.state == "accepted"
    assert found.verdict.startswith("Accepted: ")
    assert "for another" not in str(found)


# --- whatever comes ---


def test_the_verifier_is_left_as_it_was():
    before = verifier()
    kept = dict(vars(before))
    examine(signed(), before)
    assert vars(before) == kept
    assert before._headers == {}
    assert before.verify(signed())["sub"] == "alice"
    assert "header" in states(examine(signed(), before))  # one that it remembers is asked for too


def test_the_text_twin_tells_reading_and_verdict_apart():
    read, verified = str(examine(FORGED, verifier())).split("Verified by the key of https://")
    assert 'payload  sub: "alice"' in read
    assert "ends at 08:15:00 UTC, 14 min 20 s from now" in read
    assert "refused" not in read.lower()
    assert "refused      signature" in verified


def test_what_cannot_be_seen_is_spelled_out_everywhere():
    evil = signed(
        {**HEADER, "kid": "\u202ex"}, CLAIMS | {"sub": "\u2066<b>\x07", "\u200b": "\u202e"}
    )
    found = str(examine(evil, verifier()))
    assert not {"\u202e", "\u2066", "\u200b", "\x07"} & set(found)
    assert "\\u202e" in found


HOSTILE = ["[" * 10_000, '{"a":' * 10_000, "9" * 5000, '"' + "x" * 40_000, "{" + '"a":1,' * 5000]


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_payload_is_read_as_far_as_it_goes(payload):
    found = examine(signed(claims=payload.encode()), verifier())
    assert not found.accepted
    assert len(str(found)) < 100_000


@settings(max_examples=60)
@given(
    st.text() | st.lists(st.binary(), max_size=4).map(lambda parts: ".".join(map(base64url, parts)))
)
def test_any_text_is_examined_and_judged_as_the_verifier_judges_it(text):
    found = examine(text, verifier())
    with pytest.raises(LabkitError) as refused:
        verifier().verify(text)
    assert type(found.error) is type(refused.value)
    assert found.refused_at


@pytest.mark.parametrize("bad", [None, 7, b"x", [], float("nan")])
def test_what_is_no_text_or_no_verifier_is_refused(bad):
    with pytest.raises(InvalidInput):
        examine(bad, verifier())
    with pytest.raises(InvalidInput):
        examine(signed(), bad)


def test_an_issuers_own_token_is_accepted_whatever_the_algorithm():
    for algorithm in ("HS256", "EdDSA"):
        clock = ManualClock(START)
        ring = KeyRing(algorithm=algorithm, clock=clock)
        names = NAMES | {"algorithm": algorithm, "clock": clock}
        token = TokenIssuer(ring, **names).issue("alice")
        assert examine(token, TokenVerifier(ring, **names)).accepted
