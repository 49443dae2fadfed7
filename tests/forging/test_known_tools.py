"""Every step of the field's tools is in the catalogue or in the corpus, or it is said why not."""

import re

import pytest

from labkit import attacks, mistakes
from labkit.catalogue import attacks_in, mistakes_in
from labkit.forging.corpus import FAMILIES
from labkit.forging.known_tools import ADVISORIES, KNOWN_TOOLS, known_tools

# jwt_tool 2.3.0, the letters that -X takes.
EXPLOITS = "a n b p s k i"
# jwt_tool 2.3.0, scanModePlaybook: what is sent or advised, in its order.
PLAYBOOK = (
    *("no token", "broken signature", "persistence", "claim processing order"),
    *("weak HMAC secret", "kid blank", "kid to /dev/null", "kid to no file", "kid as a command"),
    *("kid in SQL", "addresses in the header", "addresses in the claims", "common secrets"),
)
# JWT Editor 2.5, the enumeration Attack.
EDITOR_ATTACKS = 7
# Burp Scanner, issues 0x00200900 to 0x00200905.
ISSUES = (
    *("JWT signature not verified", "JWT none algorithm supported"),
    *("JWT self-signed JWK header supported", "JWT weak HMAC secret"),
    *("JWT arbitrary jku header supported", "JWT arbitrary x5u header supported"),
)
LABS = 8


def steps(tool):
    return [step.step for step in known_tools().of(tool)]


@pytest.mark.parametrize("letter", EXPLOITS.split())
def test_every_exploit_of_jwt_tool_is_a_mistake_here(letter):
    [step] = [each for each in KNOWN_TOOLS if each.step.startswith(f"-X {letter}:")]
    assert step.ids
    assert step.families


def test_the_playbook_of_jwt_tool_is_told_in_its_order():
    told = [step.removeprefix("-M pb: ") for step in steps("jwt_tool") if "-M pb" in step]
    assert tuple(step for step in told if not step.startswith("by hand")) == PLAYBOOK


def test_the_lists_of_portswigger_are_whole():
    assert len([step for step in steps("JWT Editor")[:EDITOR_ATTACKS] if step]) == EDITOR_ATTACKS
    assert set(ISSUES) <= set(steps("Burp Scanner"))
    assert len(steps("Web Security Academy")) == LABS


@pytest.mark.parametrize("step", known_tools().of("Web Security Academy"), ids=lambda s: s.step)
def test_every_lab_of_the_academy_is_a_mistake_and_an_attack_here(step):
    assert step.ids
    for entry in step.ids:
        assert entry in mistakes_in(mistakes)
        assert entry in attacks_in(attacks)


@pytest.mark.parametrize("step", KNOWN_TOOLS, ids=lambda step: f"{step.tool} {step.step}")
def test_a_step_names_families_and_mistakes_that_there_are_or_says_why_none(step):
    assert set(step.families) <= {each.name for each in FAMILIES}
    assert set(step.ids) <= mistakes_in(mistakes).keys()
    assert step.ids or step.note


def test_a_cve_is_named_by_its_year_and_number_once_and_has_tokens_in_the_corpus():
    told = known_tools().of(ADVISORIES)
    assert all(re.match(r"20\d\d-\d{4,6}\b", step.step) and step.families for step in told)
    named = [number for step in told for number in re.findall(r"\d*-\d{4,6}\b", step.step)]
    assert len(named) == len(set(named)) > len(told)


def test_the_families_of_the_corpus_name_mistakes_that_there_are():
    named = {entry for each in FAMILIES for entry in each.ids}
    assert named <= mistakes_in(mistakes).keys()


def test_the_table_shows_every_step():
    shown = known_tools()
    html, text = shown.html(), repr(shown)
    assert shown.tools[:3] == ("jwt_tool", "jwt-hack", "JWT Editor")
    assert shown.tools[3:] == ("Burp Scanner", "Web Security Academy", "Libraries' own CVEs")
    for step in KNOWN_TOOLS:
        assert step.step in text
    assert html.count("<tr>") == len(KNOWN_TOOLS) + len(shown.tools)
    assert html.count("<details") == len(shown.tools)
