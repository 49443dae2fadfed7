"""JSON with one reading, and a cause for whatever has two or none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import InvalidInput
from labkit.tokens import errors
from labkit.tokens.strict_json import MAX_DEPTH, MAX_WHOLE, dump, parse

ACCEPTED = {
    b"{}": {},
    b' \t\r\n{"a" : 1 } \n': {"a": 1},
    b'{"typ":"JWT",\r\n "alg":"HS256"}': {"typ": "JWT", "alg": "HS256"},
    b'{"a":"\\u00e9\\ud83d\\ude00"}': {"a": "é\U0001f600"},
    '{"a":"é\U0001f600"}'.encode(): {"a": "é\U0001f600"},
    b'{"a":"\\\\u0000 \\\\ud800"}': {"a": "\\u0000 \\ud800"},
    b'{"a":9007199254740991}': {"a": MAX_WHOLE},
    b'{"a":-9007199254740991}': {"a": -MAX_WHOLE},
    b'{"a":1.5e3}': {"a": 1500.0},
    b'{"a":{"b":1},"c":{"b":2}}': {"a": {"b": 1}, "c": {"b": 2}},
    b'{"a":"[[[[[[[[[[[[[[[[[[[[{{{{{{"}': {"a": "[" * 20 + "{" * 6},
    b'{"a":[' + b",".join([b"[]"] * 40) + b"]}": {"a": [[]] * 40},
}
REFUSED = {
    b'\xef\xbb\xbf{"a":1}': errors.ByteOrderMark,
    '{"a":1}'.encode("utf-16-le"): errors.WrongEncoding,
    '{"a":1}'.encode("utf-16-be"): errors.WrongEncoding,
    '{"a":1}'.encode("utf-16"): errors.WrongEncoding,
    '{"a":1}'.encode("utf-32-be"): errors.WrongEncoding,
    '{"a":1}'.encode("utf-32"): errors.WrongEncoding,
    b'{"a":"\xff"}': errors.NotUtf8,
    b'{"a":"\xed\xa0\x80"}': errors.NotUtf8,
    b'{"a":"\xc0\xaf"}': errors.NotUtf8,
    b"": errors.NotJson,
    b" ": errors.NotJson,
    b"{": errors.NotJson,
    b"{'a':1}": errors.NotJson,
    b'{"a":1,}': errors.NotJson,
    b'{"a":1}}': errors.NotJson,
    b'{"a":1} {"a":2}': errors.NotJson,
    b'{"a":1}\0': errors.NotJson,
    b'{"a":1}\xc2\xa0': errors.NotJson,
    b'\xc2\xa0{"a":1}': errors.NotJson,
    b'{"a":1/**/}': errors.NotJson,
    b'{"a":"\n"}': errors.NotJson,
    b'{"a":01}': errors.NotJson,
    b'{"a":+1}': errors.NotJson,
    b'{"a":.5}': errors.NotJson,
    b'{"a":0x1}': errors.NotJson,
    b'{"a":True}': errors.NotJson,
    b'{"a":"\\x41"}': errors.NotJson,
    b"[]": errors.NotAnObject,
    b'"a"': errors.NotAnObject,
    b"1": errors.NotAnObject,
    b"true": errors.NotAnObject,
    b"null": errors.NotAnObject,
    b'{"a":1,"a":1}': errors.DuplicateMember,
    b'{"a":1,"\\u0061":2}': errors.DuplicateMember,
    b'{"x":[{"a":1,"b":2,"a":3}]}': errors.DuplicateMember,
    b'{"a":9007199254740992}': errors.NumberTooLarge,
    b'{"a":-9007199254740992}': errors.NumberTooLarge,
    b'{"a":' + b"9" * 5000 + b"}": errors.NumberTooLarge,
    b'{"a":1e400}': errors.NumberTooLarge,
    b'{"a":-1e400}': errors.NumberTooLarge,
    b'{"a":NaN}': errors.NotANumber,
    b'{"a":Infinity}': errors.NotANumber,
    b'{"a":-Infinity}': errors.NotANumber,
    b'{"a":"\\ud800"}': errors.LoneSurrogate,
    b'{"\\udc00":1}': errors.LoneSurrogate,
    b'{"a":"\\ude00\\ud83d"}': errors.LoneSurrogate,
    b'{"a":"alice\\u0000admin"}': errors.NulCharacter,
    b'{"a\\u0000":1}': errors.NulCharacter,
    b'{"a":' * 17 + b"1" + b"}" * 17: errors.TooDeep,
    b'{"a":' + b"[" * 4000 + b"]" * 4000 + b"}": errors.TooDeep,
    b"[" * 60_000: errors.TooDeep,
    b'{"a":"' + b"x" * (1 << 16) + b'"}': errors.NotJson,
}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_WHOLE, MAX_WHOLE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("raw", "value"), ACCEPTED.items(), ids=lambda raw: ascii(raw)[:40])
def test_an_object_with_one_reading_is_read(raw, value):
    assert parse(raw) == value


@pytest.mark.parametrize(("raw", "error"), REFUSED.items(), ids=lambda raw: ascii(raw)[:40])
def test_every_other_text_has_its_own_error(raw, error):
    with pytest.raises(errors.MalformedJson) as caught:
        parse(raw)
    assert type(caught.value) is error


def test_the_deepest_object_is_read():
    raw = b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH
    assert json.loads(raw) == parse(raw)


@pytest.mark.parametrize("value", [None, "{}", 7, bytearray(b"{}")])
def test_what_is_no_bytes_is_invalid_input(value):
    with pytest.raises(InvalidInput):
        parse(value)


@given(st.dictionaries(st.text("abc", max_size=3), json_values, max_size=4))
def test_what_is_written_is_read_back(value):
    assert parse(dump(value)) == value


@given(
    st.binary(max_size=60)
    | st.text(st.sampled_from('{}[]":,\\u0aeE-1 \n'), max_size=40).map(str.encode)
)
def test_whatever_is_read_a_plain_reader_reads_alike(raw):
    try:
        value = parse(raw)
    except errors.MalformedJson:
        return
    assert json.loads(raw) == value


@pytest.mark.parametrize(
    "value",
    [
        [],
        "text",
        {"a": float("nan")},
        {"a": 1 << 53},
        {"a": b"bytes"},
        {"a": {1, 2}},
        {"a": (1, 2)},
        {1: 2},
        {"a": "\ud800"},
        {"a": "\0"},
        {"a": 10**5000},
    ],
    ids=lambda value: ascii(value)[:30] if "a" not in value else type(value["a"]).__name__,
)
def test_what_would_not_come_back_the_same_is_not_written(value):
    with pytest.raises(InvalidInput):
        dump(value)


def test_a_value_that_holds_itself_is_not_written():
    value: dict[str, object] = {}
    value["a"] = value
    with pytest.raises(InvalidInput):
        dump(value)
