"""The compact form: one spelling of each token, and a cause for every other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.tokens import errors, inspect
from labkit.tokens.compact import MAX_TOKEN_BYTES, split

GOOD = "eyJhIjoxfQ.e30.AAEC"

REFUSED = {
    "": errors.SegmentCount,
    "..": errors.EmptySegment,
    "e30": errors.SegmentCount,
    "e30.e30": errors.SegmentCount,
    "e30.e30.AAEC.": errors.SegmentCount,
    "e30.e30.AAEC.AAEC": errors.SegmentCount,
    "e30.AAEC.AAEC.AAEC.AAEC": errors.EncryptedToken,
    ".e30.AAEC": errors.EmptySegment,
    " e30.e30.AAEC": errors.Whitespace,
    "e30.e30.AAEC\n": errors.Whitespace,
    "e30.\te30.AAEC": errors.Whitespace,
    "e30.e30\r\n.AAEC": errors.Whitespace,
    "Bearer e30.e30.AAEC": errors.Whitespace,
    "e30=.e30.AAEC": errors.Padded,
    "e30.e30=.AAEC": errors.Padded,
    "e30.e30.AAE=": errors.Padded,
    "e30.e30.AA==": errors.Padded,
    "e30.e30.A=AE": errors.WrongAlphabet,
    "e30.e30.+/+/": errors.WrongAlphabet,
    "e30.e30.AAE\0": errors.WrongAlphabet,
    "e30.e30.AA%3D": errors.WrongAlphabet,
    "e30%2Ee30%2EAAEC": errors.SegmentCount,
    "e30.e30.AAEC?": errors.WrongAlphabet,
    "e30x5.e30.AAEC": errors.ImpossibleLength,
    "e30.A.AAEC": errors.ImpossibleLength,
    "e30.e30.AAECA": errors.ImpossibleLength,
    "e31.e30.AAEC": errors.StrayBits,
    "e30.e32.AAEC": errors.StrayBits,
    "e30.e30.AB": errors.StrayBits,
    "e30.e30.AAF": errors.StrayBits,
    "\ufeffe30.e30.AAEC": errors.NotAscii,
    "e30\uff0ee30\uff0eAAEC": errors.NotAscii,
    "e30.e30.AAE\ud800": errors.NotAscii,
    "e30.e30.\u0661AEC": errors.NotAscii,
    '{"payload":"e30"}': errors.JsonSerialized,
    ' {"protected": "e30"}': errors.JsonSerialized,
    "A" * (MAX_TOKEN_BYTES + 1): errors.TokenTooLong,
}


def test_a_token_is_taken_apart_into_the_signed_bytes_and_three_decoded_segments():
    assert split(GOOD) == (b"eyJhIjoxfQ.e30", b'{"a":1}', b"{}", b"\x00\x01\x02")


def test_the_longest_token_is_read_and_one_more_character_is_not():
    longest = "e30.e30." + "A" * (MAX_TOKEN_BYTES - 8)
    assert len(split(longest)[3]) == 6138
    with pytest.raises(errors.TokenTooLong):
        split(longest + "AAAA")


@pytest.mark.parametrize(("token", "error"), REFUSED.items(), ids=ascii)
def test_every_other_spelling_has_its_own_error(token, error):
    with pytest.raises(errors.MalformedToken) as caught:
        split(token)
    assert type(caught.value) is error


@pytest.mark.parametrize("token", [None, 7, b"e30.e30.AAEC", ["e30"], object()])
def test_what_is_no_str_is_invalid_input(token):
    with pytest.raises(InvalidInput):
        split(token)


class Liar(str):
    """A str whose methods tell of another text."""

    def __len__(self):
        return 3

    def isascii(self):
        return True

    def encode(self, *_):
        return b"e30.e30."

    def _fails(self, *_):
        raise RuntimeError

    split = lstrip = strip = startswith = __iter__ = __getitem__ = _fails


@pytest.mark.parametrize(
    "text", ["e30.e30.AAEC", "", ".", "\ud800", " {", "a.b.c.d.e", "e30.e30.="]
)
def test_of_a_subclass_of_str_only_its_text_counts(text):
    def outcome(token):
        try:
            return split(token)
        except errors.MalformedToken as error:
            return str(error)

    assert outcome(Liar(text)) == outcome(text)
    assert str(inspect(Liar(text))) == str(inspect(text))


@given(st.binary(min_size=1, max_size=60), st.binary(max_size=60), st.binary(max_size=60))
def test_what_was_put_together_comes_apart_again(header, payload, signature):
    token = ".".join(base64url(part) for part in (header, payload, signature))
    assert split(token)[1:] == (header, payload, signature)


@given(st.text(st.sampled_from("AQgw48eyJ-_=.+/ \n{\u00e9\ud800\0"), max_size=40))
def test_whatever_is_read_is_the_one_spelling_of_its_bytes(token):
    try:
        found = split(token)
    except errors.MalformedToken:
        return
    again = ".".join(base64url(part) for part in found[1:])
    assert again == token
