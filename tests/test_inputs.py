import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit import inputs
from labkit.errors import InvalidInput, LabkitError

ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=20)
    | st.text(max_size=20)
    | st.text(st.characters(categories=["Cs"]), max_size=3)
    | st.lists(st.integers(), max_size=2)
    | st.complex_numbers()
)
CHECKS = [inputs.text, inputs.octets, inputs.whole, inputs.number]


@pytest.mark.parametrize("check", CHECKS)
@settings(max_examples=60)
@given(value=ANYTHING)
def test_a_check_returns_an_equal_value_or_raises_invalid_input(check, value):
    try:
        found = check(value, "thing")
    except InvalidInput:
        return
    assert found == value


class TestText:
    def test_counts_characters_from_the_least_to_the_most(self):
        for length in (2, 3):
            assert inputs.text("é" * length, "name", at_least=2, at_most=3) == "é" * length
        for length in (1, 4):
            with pytest.raises(InvalidInput):
                inputs.text("é" * length, "name", at_least=2, at_most=3)

    def test_says_that_nothing_was_given(self):
        with pytest.raises(InvalidInput, match=r"name is empty.*at least 1 character"):
            inputs.text("", "name", at_least=1)

    def test_tells_who_brings_bytes_to_decode_them(self):
        with pytest.raises(InvalidInput, match=r"not bytes.*decode"):
            inputs.text(b"alice", "name")

    @pytest.mark.parametrize("value", ["\ud800", "a\udfffb"])
    def test_refuses_half_a_surrogate_pair(self, value):
        with pytest.raises(InvalidInput, match="surrogate"):
            inputs.text(value, "name")

    def test_takes_astral_characters_and_nul(self):
        assert inputs.text("\U0001f600\0", "name") == "\U0001f600\0"

    def test_looks_at_the_length_before_it_looks_at_the_characters(self):
        huge = "\ud800" * 5000
        with pytest.raises(InvalidInput, match="5000 characters"):
            inputs.text(huge, "name")

    def test_keeps_the_value_out_of_the_message(self):
        with pytest.raises(InvalidInput) as caught:
            inputs.text("hunter2 \ud800", "password")
        assert "hunter2" not in str(caught.value)
        assert "hunter2" not in repr(caught.value.evidence)


class TestOctets:
    @pytest.mark.parametrize("value", [b"ab", bytearray(b"ab"), memoryview(b"ab")])
    def test_returns_bytes_whatever_held_them(self, value):
        found = inputs.octets(value, "key")
        assert found == b"ab"
        assert type(found) is bytes

    def test_counts_bytes_not_the_elements_of_a_view(self):
        wide = memoryview(bytes(16)).cast("Q")
        with pytest.raises(InvalidInput, match="16 bytes"):
            inputs.octets(wide, "key", at_most=8)

    def test_tells_who_brings_a_str_to_encode_it(self):
        with pytest.raises(InvalidInput, match=r"not str.*encode"):
            inputs.octets("ab", "key")

    def test_a_list_of_numbers_is_not_bytes(self):
        with pytest.raises(InvalidInput):
            inputs.octets([1, 2], "key")


class TestNumbers:
    def test_a_bool_is_no_number(self):
        for check in (inputs.whole, inputs.number):
            with pytest.raises(InvalidInput, match="bool"):
                check(True, "cost")

    @pytest.mark.parametrize("value", [1.0, "1", None])
    def test_whole_takes_only_an_int(self, value):
        with pytest.raises(InvalidInput):
            inputs.whole(value, "cost")

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "1", None, 10**400])
    def test_number_takes_only_a_finite_one(self, value):
        with pytest.raises(InvalidInput):
            inputs.number(value, "seconds")

    def test_both_ends_of_a_range_belong_to_it(self):
        assert [inputs.whole(n, "cost", at_least=4, at_most=5) for n in (4, 5)] == [4, 5]
        for n in (3, 6):
            with pytest.raises(InvalidInput, match="from 4 to 5"):
                inputs.whole(n, "cost", at_least=4, at_most=5)

    def test_number_returns_a_float(self):
        assert type(inputs.number(5, "seconds")) is float

    def test_an_absurd_int_is_refused_without_writing_out_its_digits(self):
        with pytest.raises(InvalidInput) as caught:
            inputs.whole(1 << 10_000_000, "cost")
        assert len(str(caught.value)) < 200


def test_every_refusal_is_a_labkit_error():
    for check in CHECKS:
        with pytest.raises(LabkitError):
            check(object(), "thing")


@pytest.mark.parametrize("value", [None, 5, "x", b"", [], {}, object()])
def test_what_cannot_be_called_is_no_function(value):
    with pytest.raises(InvalidInput, match="clock must be a function"):
        inputs.function(value, "clock")


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, object()])
def test_what_lacks_a_method_is_refused_by_the_methods_name(value):
    with pytest.raises(InvalidInput, match="store must have a method 'swap'"):
        inputs.offering(value, "store", "swap")


def test_what_is_right_comes_back_as_it_is():
    found = {}
    assert inputs.function(len, "clock") is len
    assert inputs.offering(found, "table", "get", "items") is found
