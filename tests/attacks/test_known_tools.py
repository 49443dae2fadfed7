"""What the field's tools try on a token: each step names rows of the catalogue that exist."""

import re

import pytest

import labkit.attacks
import labkit.mistakes
from labkit.catalogue import attacks_in, mistakes_in
from labkit.forging.known_tools import (
    ACADEMY,
    ADVISORIES,
    JWT_EDITOR,
    JWT_TOOL,
    KNOWN_TOOLS,
    known_tools,
)

ATTACKS = attacks_in(labkit.attacks)
MISTAKES = mistakes_in(labkit.mistakes)


@pytest.mark.parametrize("step", KNOWN_TOOLS, ids=lambda step: f"{step.tool}: {step.step}")
def test_a_step_names_rows_with_a_mistake_and_an_attack_or_says_why_it_has_none(step):
    assert set(step.ids) <= ATTACKS.keys() & MISTAKES.keys()
    assert all(name.startswith("T") for name in step.ids)
    assert step.ids or step.note


def test_every_exploit_of_jwt_tool_has_a_row_of_its_own():
    exploits = {
        found[1]: step.ids
        for step in known_tools().of(JWT_TOOL)
        if (found := re.match(r"-X (\w):", step.step))
    }
    # What `jwt_tool -h` lists under -X.
    assert exploits.keys() >= set("anbski")
    rows = list(exploits.values())
    assert all(len(ids) == 1 for ids in rows)
    assert len(set(rows)) == len(rows)


def test_the_attacks_of_burps_editor_are_there():
    named = {name for step in known_tools().of(JWT_EDITOR) for name in step.ids}
    assert named >= {"T2", "T3", "T4", "T4b", "T9", "T10", "T10b", "T21"}


def test_the_academys_eight_labs_are_eight_rows():
    rows = [step.ids for step in known_tools().of(ACADEMY)]
    assert rows == [("T1",), ("T2",), ("T4",), ("T9",), ("T10",), ("T11",), ("T3",), ("T3b",)]


def test_some_rows_are_tried_by_none_of_these_tools():
    named = {name for step in KNOWN_TOOLS if step.tool != ADVISORIES for name in step.ids}
    # These take a genuine token of another purpose, or a second look at what ended: no tool that
    # only changes a token finds them.
    assert not named & {"T6b", "T7b", "T14", "T15", "T16", "T17", "T18", "T20", "T23"}
