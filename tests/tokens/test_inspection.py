"""Reading without verifying: as far as it goes, with the problems in words, and never a crash."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.tokens import Inspection, KeyRing, TokenIssuer, inspect

HEADER = {"alg": "ES256", "kid": "june", "typ": "at+jwt"}
CLAIMS = {"sub": "alice", "exp": 1_800_000_900, "iat": 1_800_000_000}


def token(header=HEADER, claims=CLAIMS, signature=b"\0" * 64) -> str:
    parts = (
        part if isinstance(part, bytes) else json.dumps(part).encode()
        for part in (header, claims, signature)
    )
    return ".".join(map(base64url, parts))


def test_a_token_without_fault_is_read_without_problems():
    names = {"algorithm": "ES256", "issuer": "https://a.example", "audience": "grades"}
    found = inspect(TokenIssuer(KeyRing(), **names).issue("alice"))
    assert found.problems == ()
    assert found.claims["sub"] == "alice"
    assert found.header["alg"] == "ES256"
    assert len(found.signature) == 64


def test_dates_are_told_as_utc():
    assert inspect(token()).dates == {
        "exp": "2027-01-15 08:15:00 UTC",
        "iat": "2027-01-15 08:00:00 UTC",
    }


def test_a_date_beyond_the_calendar_is_left_out():
    assert inspect(token(claims={"exp": 10**15, "nbf": "soon", "iat": True})).dates == {}


def test_bytes_are_read_like_text():
    assert inspect(token().encode()) == inspect(token())


BROKEN = {
    "": "The token has 1 segments",
    "not a token": "white space",
    token() + "\n": "white space",
    token() + "=": "padded",
    token().rpartition(".")[0]: "2 segments",
    token(signature=b""): "The signature is empty",
    token(header={"alg": "none"}): "nothing is signed",
    token(header={"typ": "JWT"}): "names no algorithm",
    token(header=HEADER | {"jku": "https://evil.example"}): "'jku'",
    token(header=HEADER | {"crit": ["x"], "x": 1}): "critical",
    token(header=HEADER | {"crit": 1}): "'crit'",
    token(header=HEADER | {"b64": False}): "'b64'",
    token(header=HEADER | {"kid": 7}): "'kid'",
    token(claims={"sub": "alice"}): "no 'exp'",
    token(claims=CLAIMS | {"exp": "1800000900"}): "is the string",
    token(claims=CLAIMS | {"exp": 1_800_000_900_000}): "milliseconds",
    token(claims=CLAIMS | {"sub": 7}): "'sub' is no string",
    token(claims=b'{"exp":1,"exp":2}'): "stands there twice",
    token(claims=b"\xff\xfe{\0}\0"): "UTF-16",
    token(claims=b"[1]"): "no object",
    token(claims=b'{"a":' + b"[" * 3000): "levels deep",
    token(claims=b'{"a":NaN}'): "NaN",
    token() + ".e30.e30": "encrypted",
}


@pytest.mark.parametrize(("broken", "words"), BROKEN.items(), ids=BROKEN.values())
def test_what_is_wrong_is_said_in_words(broken, words):
    assert any(words in problem for problem in inspect(broken).problems), inspect(broken).problems


@pytest.mark.parametrize(
    "broken",
    [
        f"  {token()}  ",
        token() + "=",
        token().replace(".", "=.", 1),
        token().rpartition(".")[0],
        token() + ".e30.AA.AA.AA.AA",
        token(claims=json.dumps(CLAIMS).encode("utf-16")),
        token(claims=b"\xef\xbb\xbf" + json.dumps(CLAIMS).encode()),
        token(claims=b'{"sub":"bob","sub":"alice","exp":1}'),
        ".".join(
            base64.b64encode(part).decode()
            for part in (b'{"alg":"HS256"}', b'{"sub":"alice"}', b"")
        ),
    ],
    ids=range(9),
)
def test_a_broken_token_is_read_as_far_as_it_goes(broken):
    found = inspect(broken)
    assert found.problems
    assert found.claims["sub"] == "alice"


def test_bytes_that_are_no_text_are_spelled_out():
    found = inspect(token(claims=b'{"sub":"\xff\xfe"}'))
    assert found.claims is None
    assert found.payload_text == '{"sub":"\\xff\\xfe"}'


def test_the_printed_form_says_that_nothing_is_verified_and_hides_no_character():
    shown = str(inspect(token(claims=CLAIMS | {"sub": "a\u202e\x1b[2J"})))
    assert "not verified" in shown
    assert all(line.isprintable() for line in shown.splitlines())


def test_of_a_huge_text_only_the_start_is_read():
    found = inspect(token() + "A" * 10_000_000)
    assert found.claims == CLAIMS
    assert sum(map(len, found.segments)) < 70_000


@pytest.mark.parametrize("value", [None, 7, ["a"], {}, bytearray(b"a")])
def test_what_is_neither_text_nor_bytes_is_invalid_input(value):
    with pytest.raises(InvalidInput):
        inspect(value)


@given(
    st.text(max_size=50)
    | st.binary(max_size=50)
    | st.text('eyJ.0A-_={}[]"\\u\n\ud800', max_size=80)
    | st.tuples(st.binary(max_size=40), st.binary(max_size=40)).map(
        lambda parts: ".".join(map(base64url, parts)) + ".AA"
    )
)
def test_no_garbage_raises(garbage):
    found = inspect(garbage)
    assert isinstance(found, Inspection)
    assert found.problems
    assert str(found)
