"""The hash lab without a browser, and its twin in code."""

import json

import pytest

from labkit.errors import InvalidInput, LabkitError
from labkit.passwords import ONLY_FOR_TESTS, BcryptParams, ScryptParams
from labkit.widgets import HashLab, hash_lab
from labkit.widgets.hash_table import HashTable, affordable

CHEAP = {"bcrypt": BcryptParams(cost=4), "Argon2id": ONLY_FOR_TESTS}
CANARY = "canary-7f3a-do-not-save"


@pytest.fixture
def lab(monkeypatch):
    monkeypatch.setattr("labkit.widgets.hashes.SETTLE_S", 0.0)
    return HashLab(CHEAP)


@pytest.mark.parametrize(("salt", "word"), [(True, "Rows differ"), (False, "Rows are equal")])
def test_what_is_typed_is_hashed_under_every_scheme(lab, listen, tell, salt, word):
    heard = listen(lab)
    tell(lab, "hash", password="sunshine", salt=salt)
    assert lab.worker.join()
    assert heard.last("results").count(word) == 3
    assert "hashing…" not in heard.last("results")


def test_the_result_is_said_once_when_all_is_done(lab, listen, tell):
    heard = listen(lab)
    tell(lab, "hash", password="sunshine", salt=False)
    assert lab.worker.join()
    said = [each["said"] for each in heard if each.get("said")]
    assert said == ["Equal rows under MD5, bcrypt, Argon2id."]


def test_while_it_hashes_the_rows_that_are_to_come_are_marked(lab, listen, tell):
    heard = listen(lab)
    tell(lab, "hash", password="sunshine", salt=True)
    assert lab.worker.join()
    waiting = [each["html"].count("hashing…") for each in heard]
    assert waiting == [3, 2, 1, 0]


def test_what_bcrypt_cannot_take_is_refused_in_its_place(lab, listen, tell):
    heard = listen(lab)
    tell(lab, "hash", password="x" * 73, salt=True)
    assert lab.worker.join()
    assert "bcrypt takes 72 bytes" in heard.last("results")
    assert heard.errors() == []


@pytest.mark.parametrize("bad", [None, "", 7, "\ud800", "x" * 201, ["x"]])
def test_what_is_no_password_is_an_error_in_the_widget(lab, listen, tell, bad):
    heard = listen(lab)
    tell(lab, "hash", password=bad, salt=True)
    assert len(heard.errors()) == 1


def test_nothing_typed_and_no_hash_of_it_is_state(lab, listen, tell):
    before = json.dumps(lab.get_state(), default=str)
    listen(lab)
    tell(lab, "hash", password=CANARY, salt=False)
    assert lab.worker.join()
    assert json.dumps(lab.get_state(), default=str) == before
    assert CANARY not in before


def test_users_and_strings_are_escaped_where_they_become_html():
    table = hash_lab("x", salt=True)
    evil = table.results[0].rows[0]
    row = type(evil)("<img src=x>", evil.stored, {**evil.parts, "salt": "<b>"})
    result = type(table.results[0])("<i>", True, (row, row), "")
    html = HashTable((result,)).html()
    assert "<img" not in html
    assert "<b>$" not in html
    assert "<i>" not in html


def test_the_twin_in_code_shows_the_same_rows_as_text_and_as_html():
    shown = hash_lab("sunshine", salt=False)
    digest = shown.results[0].rows[0].parts["digest"]
    assert repr(shown).count(digest) == 2
    assert shown._repr_html_().count(digest) == 2
    assert "mathjax_ignore" in shown._repr_html_()  # dollar signs are no formula


@pytest.mark.parametrize("bad", [7, {"bcrypt": 12}, {"bcrypt": BcryptParams(cost=31)}])
def test_parameters_that_cannot_be_hashed_with_are_refused_at_once(bad):
    with pytest.raises(LabkitError):
        HashLab(bad)


def test_the_twin_refuses_what_is_no_password():
    with pytest.raises(InvalidInput):
        hash_lab("")


def test_in_class_mode_no_scheme_takes_more_than_64_mib(monkeypatch):
    monkeypatch.setenv("LABKIT_CLASS", "1")
    capped = affordable()
    assert max(each.memory_bytes for each in capped.values()) <= 64 << 20
    assert isinstance(capped["scrypt"], ScryptParams)
    assert capped["scrypt"].n == 1 << 15
