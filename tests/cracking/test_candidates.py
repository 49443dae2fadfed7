import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.cracking import (
    Mask,
    MaskError,
    Rule,
    apply,
    brute_force,
    capitalised,
    common,
    digits,
    endings,
    joined,
    leet,
    listed,
    unchanged,
    years,
)
from labkit.errors import InvalidInput, LabkitError

MARKS = {"?l": 26, "?u": 26, "?d": 10, "?s": 33, "?a": 95, "??": 1, "x": 1}


def test_the_list_is_real_passwords_commonest_first():
    assert list(common(5)) == ["123456", "password", "12345678", "qwerty", "123456789"]
    assert common().size == len(list(common())) == len(set(common())) == 30_000


def test_candidates_can_be_gone_over_again():
    mask = Mask("?d?d")
    assert list(mask) == list(mask) == [f"{number:02}" for number in range(100)]


@settings(max_examples=100)
@given(st.lists(st.sampled_from(sorted(MARKS)), min_size=1, max_size=12))
def test_a_masks_size_is_the_product_of_its_positions(marks):
    size = 1
    for mark in marks:
        size *= MARKS[mark]
    assert Mask("".join(marks)).size == size


@settings(max_examples=100)
@given(st.lists(st.sampled_from(sorted(MARKS)), min_size=1, max_size=12), st.data())
def test_a_masks_place_and_word_are_inverse(marks, data):
    mask = Mask("".join(marks))
    place = data.draw(st.integers(0, mask.size - 1))
    word = mask.at(place)
    assert word in mask
    assert mask.index(word) == place


def test_a_mask_counts_beyond_what_can_be_listed():
    assert Mask("?a" * 20).size == 95**20
    assert next(iter(Mask("?l" * 20))) == "a" * 20


def test_a_mask_takes_sets_of_ones_own_and_plain_characters():
    assert list(Mask("x?1?1", {"1": "abba"})) == ["xaa", "xab", "xba", "xbb"]
    assert list(Mask("a??")) == ["a?"]


@pytest.mark.parametrize("bad", ["?", "?x", "?l?", "?1", "?l" * 65])
def test_a_mask_that_cannot_be_read_is_refused(bad):
    with pytest.raises(MaskError):
        Mask(bad)


@pytest.mark.parametrize("bad", [None, "", 5, b"?l", "\ud800", "?l" * 5000])
def test_what_is_no_mask_is_refused(bad):
    with pytest.raises(InvalidInput):
        Mask(bad)


@pytest.mark.parametrize("sets", [{"l": "ab"}, {"1": ""}, {1: "ab"}, {"10": "a"}])
def test_a_set_with_a_bad_name_or_nothing_in_it_is_refused(sets):
    with pytest.raises(InvalidInput):
        Mask("?l", sets)


def test_places_outside_a_mask_are_refused():
    mask = Mask("?d")
    for bad in (-1, 10, True, "1"):
        with pytest.raises(InvalidInput):
            mask.at(bad)
    for word in ("a", "11", "", None):
        with pytest.raises(InvalidInput):
            mask.index(word)


def test_brute_force_goes_from_short_to_long_and_knows_its_size():
    found = brute_force("?d", 1, 2)
    assert found.size == len(list(found)) == 110
    assert list(found)[9:12] == ["9", "00", "01"]
    assert list(brute_force("ab", 2, 2)) == ["aa", "ab", "ba", "bb"]
    assert brute_force("?l", 1, 8).size == sum(26**length for length in range(1, 9))


def test_joined_words_know_their_size_without_being_made():
    assert joined(common(7776), 4).size == 7776**4
    assert list(joined(["a", "b"], 2, " ")) == ["a a", "a b", "b a", "b b"]


def test_rules_make_the_likeliest_change_to_every_word_first():
    found = apply(listed(["lisa", "Tom"]), unchanged, capitalised, years(2025, 2026))
    assert list(found) == ["lisa", "Tom", "Lisa", "lisa2026", "lisa2025", "Tom2026", "Tom2025"]
    assert found.at_most
    assert len(list(found)) <= found.size


def test_rules_compose():
    rule = capitalised.then(digits(1)).then(endings(["!"]))
    assert list(rule("pw"))[:2] == ["Pw0!", "Pw1!"]
    assert rule.fan_out == len(list(rule("pw"))) == 10


def test_leet_yields_each_spelling_once_and_nothing_for_what_it_cannot_change():
    assert list(leet("password")) == ["p@$$w0rd", "p455w0rd"]
    assert list(leet("xyz")) == []


@pytest.mark.parametrize("rule", [unchanged, capitalised, leet, digits(2), years(), endings()])
@given(word=st.text(max_size=20))
@settings(max_examples=20)
def test_a_rule_never_makes_more_variants_than_it_says(rule, word):
    assert len(list(rule(word))) <= rule.fan_out


def test_candidates_add_up_and_can_be_cut():
    both = listed(["a"]) + Mask("?d")
    assert list(both.first(3)) == ["a", "0", "1"]
    assert (both.size, both.first(3).size) == (11, 3)
    assert repr(both) == "<words, then mask ?d: 11>"


@pytest.mark.parametrize(
    "make",
    [
        lambda: common(0),
        lambda: common(30_001),
        lambda: common("10"),
        lambda: listed("abc"),
        lambda: listed([b"abc"]),
        lambda: listed(["\ud800"]),
        lambda: listed(None),
        lambda: brute_force("?l", 0, 3),
        lambda: brute_force("?l", 3, 2),
        lambda: brute_force("?l", 1, 65),
        lambda: brute_force("", 1, 2),
        lambda: joined(["a"], 0),
        lambda: joined(["a"], 17),
        lambda: joined(["a"], 2, None),
        lambda: apply(listed(["a"])),
        lambda: apply(["a"], unchanged),
        lambda: apply(listed(["a"]), str.upper),
        lambda: digits(5),
        lambda: years(2026, 1999),
        lambda: endings([1]),
        lambda: listed(["a"]).first(-1),
    ],
)
def test_bad_input_is_refused(make):
    with pytest.raises(LabkitError):
        make()


def test_a_rule_of_ones_own_is_a_name_a_count_and_a_function():
    twice = Rule("twice", 1, lambda word: [word * 2])
    assert list(apply(listed(["ab"]), twice)) == ["abab"]
