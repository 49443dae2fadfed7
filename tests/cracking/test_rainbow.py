import hashlib
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.cracking import Mask, RainbowTable, build
from labkit.errors import InvalidInput

DIGITS = Mask("?d?d?d?d")


@cache
def table() -> RainbowTable:
    return build(DIGITS, chains=400, length=50, seed=1)


def md5(password: str) -> bytes:
    return hashlib.md5(password.encode()).digest()


def test_it_finds_exactly_the_passwords_that_it_covers():
    mask = Mask("?d?d?d")
    small = build(mask, chains=60, length=20)
    finds = {word: small.look_up(md5(word)) for word in mask}
    assert all(find is None or find.password == word for word, find in finds.items())
    assert sum(find is not None for find in finds.values()) == small.covered
    assert 0.4 < small.coverage < 1


def test_a_find_tells_the_chain_that_holds_it():
    word = table().chain(7)[20].password
    find = table().look_up(md5(word).hex())
    number = [DIGITS.at(start) for start in table().starts].index(find.start)
    assert find.password == word
    assert table().chain(number)[find.column].password == word


def test_a_chain_goes_from_hash_to_reduction_and_only_its_ends_are_kept():
    chain = table().chain(0)
    assert len(chain) == table().length == 50
    assert chain[0].password == DIGITS.at(table().starts[0])
    assert chain[-1].reduced == DIGITS.at(table().ends[0])
    for step, after in pairwise(chain):
        assert step.digest == md5(step.password).hex()
        assert step.reduced == table().reduce(md5(step.password), step.column) == after.password


def test_ends_are_sorted_and_merged_chains_are_dropped():
    assert list(table().ends) == sorted(set(table().ends))
    assert table().chains + table().merged == 400
    assert table().merged > 0


@settings(max_examples=100)
@given(digest=st.binary(min_size=16, max_size=16), column=st.integers(0, 49))
def test_a_reduction_always_gives_a_string_of_the_mask(digest, column):
    assert table().reduce(digest, column) in DIGITS


@settings(max_examples=50)
@given(digest=st.binary(min_size=16, max_size=16))
def test_each_column_reduces_in_its_own_way(digest):
    assert len({table().reduce(digest, column) for column in range(50)}) == 50


def test_with_a_salt_it_finds_nothing():
    salted = [
        table().look_up(hashlib.md5(b"s4lt" + word.encode()).digest()) for word in DIGITS.first(100)
    ]
    assert salted == [None] * 100


def test_a_table_for_one_hash_is_useless_for_another():
    with pytest.raises(InvalidInput):
        table().look_up(hashlib.sha256(b"1234").digest())


def test_false_alarms_are_counted_and_every_step_is_told():
    walks = [table().walk(md5(word)) for word in DIGITS.first(100)]
    assert sum(walk.false_alarms for walk in walks) > 0
    for walk in walks:
        alarms = [step for step in walk.steps if "false alarm" in step]
        assert len(alarms) == walk.false_alarms
        assert walk.find is None or "holds" in walk.steps[-1]
        assert walk.find is None or walk.find.false_alarms == walk.false_alarms
        assert 0 < len(walk.steps) <= table().length


def test_a_look_up_costs_at_most_the_square_of_the_length_and_its_false_alarms():
    length = table().length
    for word in DIGITS.first(100):
        walk = table().walk(md5(word))
        assert walk.hashes <= length * length / 2 + length * (walk.false_alarms + 1)


def test_it_takes_far_less_memory_than_a_dictionary():
    assert table().stored_bytes * 20 < table().dictionary_bytes


def test_the_same_seed_builds_the_same_table():
    again = build("?d?d?d?d", chains=400, length=50, seed=1)
    assert (again.starts, again.ends) == (table().starts, table().ends)
    assert build("?d?d?d?d", chains=400, length=50, seed=2).starts != table().starts


def test_a_table_over_a_space_too_large_to_list_works_alike():
    big = build("?l?l?l?l?l", chains=3, length=20, algorithm="SHA-1")
    word = big.chain(1)[10].password
    assert big.look_up(hashlib.sha1(word.encode()).digest()).password == word


def test_it_shows_itself_in_text_and_in_html():
    assert repr(table()).startswith("rainbow table, MD5, ?d?d?d?d: ")
    assert "<table" in table().html()
    assert str(table().chain(0)[0]).count("→") == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: build("?l" * 8, chains=10, length=10),
        lambda: build("é?d", chains=1, length=1),
        lambda: build(None, chains=1, length=1),
        lambda: build("?d", chains=11, length=1),
        lambda: build("?d", chains=0, length=1),
        lambda: build("?d", chains=1, length=0),
        lambda: build("?d?d?d?d", chains=10_000, length=10_000),
        lambda: build("?d", chains=1, length=1, algorithm="CRC32"),
        lambda: build("?d", chains=1, length=1, algorithm=None),
        lambda: build("?d", chains=1, length=1, seed="x"),
        lambda: table().look_up("zz"),
        lambda: table().look_up(b"short"),
        lambda: table().look_up(None),
        lambda: table().look_up("\ud800"),
        lambda: table().chain(-1),
        lambda: table().chain(10_000),
        lambda: table().reduce(bytes(16), 50),
        lambda: table().reduce(bytes(15), 0),
    ],
)
def test_bad_input_is_refused(make):
    with pytest.raises(InvalidInput):
        make()
