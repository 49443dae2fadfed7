"""The composition: one slot for each decision, secure when nothing is said."""

import dataclasses

import pytest

from labkit.access import Policy
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher
from labkit.practice import Defences
from labkit.practice.defences import NoSlot, slot_of


def test_every_slot_has_a_type_of_its_own():
    classes = [getattr(Defences(), field.name) for field in dataclasses.fields(Defences)]
    assert len(set(classes)) == len(classes)
    for one in classes:
        assert [other for other in classes if issubclass(one, other)] == [one]


def test_every_secure_class_finds_its_own_slot():
    for field in dataclasses.fields(Defences):
        part = getattr(Defences(), field.name)
        assert slot_of(type("Answer", (part,), {})) == field.name


def test_a_part_takes_the_place_of_what_it_derives_from_and_no_other():
    class Open(Policy):
        """A mistake."""

    changed = Defences().having(Open)
    assert changed.policy is Open
    assert dataclasses.replace(changed, policy=Policy) == Defences()


def test_what_fits_nowhere_is_refused():
    with pytest.raises(NoSlot, match="dict fits no slot"):
        Defences().having(dict)


@pytest.mark.parametrize("part", ["Policy", None, Policy.owns])
def test_what_is_no_class_is_refused_too(part):
    with pytest.raises(NoSlot):
        Defences().having(part)


def test_the_default_is_not_the_hasher_for_tests():
    assert Defences().hasher is PasswordHasher
    assert PasswordHasher().parameters() != ONLY_FOR_TESTS
