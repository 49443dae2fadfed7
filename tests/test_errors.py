import pickle

import pytest

from labkit.errors import InvalidInput, LabkitError, StoreError


class WithRemedy(LabkitError):
    default_remedy = "Do this."


def test_an_error_says_the_cause_and_then_what_to_do():
    assert str(LabkitError("It broke.", remedy="Mend it.")) == "It broke. Mend it."


def test_without_a_remedy_only_the_cause_is_said():
    assert str(LabkitError("It broke.")) == "It broke."


def test_a_class_may_carry_its_remedy_and_a_call_may_replace_it():
    assert str(WithRemedy("It broke.")) == "It broke. Do this."
    assert str(WithRemedy("It broke.", remedy="Do that.")) == "It broke. Do that."


def test_evidence_is_kept_apart_from_the_sentence():
    error = LabkitError("The salt is short.", salt_bytes=4)
    assert error.evidence == {"salt_bytes": 4}
    assert "4" not in str(error)


def test_an_invalid_input_is_a_value_error_too():
    assert issubclass(InvalidInput, LabkitError)
    assert issubclass(InvalidInput, ValueError)


@pytest.mark.parametrize("kind", [LabkitError, InvalidInput, StoreError])
def test_an_error_comes_back_whole_from_another_process(kind):
    error = kind("It broke.", remedy="Mend it.", path="/tmp/x")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.cause, back.remedy, back.evidence) == ("It broke.", "Mend it.", {"path": "/tmp/x"})
    assert str(back) == str(error)
