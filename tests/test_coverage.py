"""What the catalogue covers, by the numbers that others know its mistakes by."""

import pytest

import labkit.mistakes
from labkit.access import Policy
from labkit.catalogue import Mistake, mistakes_in
from labkit.coverage import Coverage

FEW = {
    "Z1": Mistake("Z1", "first", Policy, cwe=(79, 80), asvs=("2.10.1",)),
    "Z2": Mistake("Z2", "<b>second</b>", Policy, cwe=(79,), asvs=("2.9.1", "2.10.1")),
    "Z3": Mistake("Z3", "third", Policy),
}


@pytest.fixture
def few():
    return Coverage(FEW)


def test_every_mistake_of_the_catalogue_is_listed_once():
    ids = [record["id"] for record in Coverage.load().records()]
    assert ids == list(mistakes_in(labkit.mistakes))


def test_a_number_names_every_mistake_that_has_it(few):
    assert few.by_cwe == {"CWE-79": ("Z1", "Z2"), "CWE-80": ("Z1",)}


def test_requirements_stand_in_the_order_of_the_standard(few):
    assert list(few.by_asvs) == ["2.9.1", "2.10.1"]


def test_the_text_tells_numbers_and_sums(few):
    lines = repr(few).splitlines()
    assert lines[0] == "Z1  first (CWE 79, 80; ASVS 2.10.1)"
    assert lines[2] == "Z3  third"
    assert "ASVS 2.10.1   Z1 Z2" in lines
    assert lines[-1] == "3 mistakes, 2 weaknesses, 2 requirements"


def test_the_page_tells_the_same_and_escapes_it(few):
    page = few.html()
    assert "3 mistakes, 2 weaknesses, 2 requirements" in page
    assert "&lt;b&gt;second" in page
    assert "<b>" not in page


def test_nothing_is_covered_by_nothing():
    assert repr(Coverage({})).endswith("0 mistakes, 0 weaknesses, 0 requirements")
