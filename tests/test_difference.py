import pytest

import labkit.mistakes
from labkit.catalogue import mistakes_in
from labkit.difference import difference
from labkit.errors import InvalidInput
from labkit.mistakes.access import NobodyOwnsAnything


def test_a_mistake_stands_beside_the_method_that_it_replaced():
    shown = difference(NobodyOwnsAnything)
    assert shown.method == "owns"
    assert "-     return True" in shown.lines
    assert any(line.startswith("+") and "owner_field" in line for line in shown.lines)


@pytest.mark.parametrize("entry", mistakes_in(labkit.mistakes).values(), ids=repr)
def test_every_mistake_differs_from_the_secure_part_in_a_line(entry):
    signs = {line[0] for line in difference(entry.part).lines}
    assert signs & {"+", "-"}


def test_prose_is_left_out_and_the_page_escapes_the_code():
    shown = difference(NobodyOwnsAnything)
    assert '"""' not in "\n".join(shown.lines)
    assert "Policy.owns" in shown._repr_html_()


def test_a_class_that_overrides_nothing_is_refused_kindly():
    with pytest.raises(InvalidInput, match="overrides 0 methods"):
        difference(type("Nothing", (NobodyOwnsAnything,), {}))


def test_what_is_no_class_is_refused_kindly():
    with pytest.raises(InvalidInput, match="must be a class"):
        difference(None)
