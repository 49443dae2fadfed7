"""The recorded table of who accepts what is what the installed libraries do, told fairly."""

import json

import pytest

from benchmarks import forgeries
from labkit.errors import InvalidInput
from labkit.forging.corpus import ALGORITHMS, corpus
from labkit.forging.libraries import libraries, recorded

INSTALLED = forgeries.installed()
AGAIN = "Run `python -m benchmarks.forgeries --write` with the group `bench` installed."


def comparable(measured: dict) -> dict:
    """A library's part; labkit's own version changes with no change in what it does."""
    if measured["how"] == forgeries.HOW["labkit"]:
        return measured | {"version": "this one"}
    return measured


def test_pyjwt_and_labkit_are_always_here_to_be_measured():
    assert {"PyJWT", "labkit"} <= set(INSTALLED)


@pytest.mark.parametrize("library", INSTALLED)
def test_what_is_recorded_is_what_the_installed_version_does(library):
    measured = json.loads(json.dumps(forgeries.measured(library)))
    assert comparable(measured) == comparable(recorded()["libraries"][library]), AGAIN


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_record_is_of_the_corpus_as_it_is(alg):
    table = libraries(alg)
    tokens = corpus(alg)
    assert table.valid == len(tokens.valid), AGAIN
    counts = {
        each.name: (len(found), sum(sample.signed for sample in found))
        for each in tokens.families
        if (found := tokens.family(each.name))
    }
    assert table.families == counts, AGAIN


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_labkit_is_stricter_than_each_library_and_refuses_nothing_valid(alg):
    table = libraries(alg)
    assert table.accepted("labkit") == 0
    assert not table.library("labkit").refused
    assert not table.library("labkit").crashed
    for name in ("PyJWT", "joserfc", "authlib"):
        assert table.beyond_callers(name) > 0


def test_no_library_accepts_what_the_issuer_did_not_sign():
    assert [name for name, part in recorded()["libraries"].items() if part["keyless"]] == []
    assert "no library accepts one" in repr(libraries())


def test_versions_the_day_and_the_use_are_told():
    table = libraries("ES256")
    html, text = table.html(), repr(table)
    for name, part in recorded()["libraries"].items():
        assert f"{name} {part['version']}" in html
        assert f"{name} {part['version']}" in text
    assert table.measured in html
    assert "algorithms=[one]" in html


def test_what_is_the_callers_job_is_marked_and_counted_apart():
    table = libraries("RS256")
    assert table.beyond_callers("PyJWT") < table.accepted("PyJWT")
    line = next(line for line in repr(table).splitlines() if line.startswith("type "))
    assert "37 *" in line
    assert "* PyJWT, type: decode does not look at typ" in repr(table)


def test_the_names_of_what_got_through_are_behind_the_table_and_nothing_hidden_is_shown():
    html = libraries("HS256").html()
    assert "claim twice: role" in html
    assert "<script" not in html
    assert not any(hidden in html for hidden in "\u200b\u202e\ufeff\x1b")


@pytest.mark.parametrize("wrong", ["none", None, 1, ["HS256"], "hs256"])
def test_a_wrong_argument_is_told(wrong):
    with pytest.raises(InvalidInput):
        libraries(wrong)
    with pytest.raises(InvalidInput):
        libraries().library(wrong)
