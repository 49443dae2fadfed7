"""Specification of how objects show themselves: the style sheet and the folded parts."""

import re
from collections import Counter

import pytest

from labkit.display import details, style, table

BLOCK = re.compile(r"\{[^{}]*\}")


def rules(sheet: str) -> list[str]:
    """The selectors that stand outside every condition, with the first thing that each sets."""
    plain = re.sub(r"/\*[\s\S]*?\*/|@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheet)
    return [" ".join(each.split()) for each in re.findall(r"[^{}]+\{[^{}]*\}", plain)]


def left_over(sheet: str) -> str:
    """What remains when every pair of braces is taken out, the innermost first."""
    while BLOCK.search(sheet):
        sheet = BLOCK.sub("", sheet)
    return "".join(re.findall(r"[{}]", sheet))


def test_the_style_sheet_pairs_its_braces():
    assert left_over(style()) == ""


def test_no_rule_stands_in_the_style_sheet_twice():
    assert [rule for rule, times in Counter(rules(style())).items() if times > 1] == []


@pytest.mark.parametrize(("sheet", "found"), [("a {} }", "}"), ("@media x { a {}", "{")])
def test_a_brace_without_its_other_is_found(sheet, found):
    assert left_over(sheet) == found


def test_a_rule_that_stands_twice_is_found():
    assert rules("a { b: c } @media x { a { b: c } } a {\n b: c }") == ["a { b: c }"] * 2


def test_what_is_folded_or_in_a_table_is_escaped():
    assert "<b>" not in details("<b>", "") + table(["<b>"], [["<b>"]])
