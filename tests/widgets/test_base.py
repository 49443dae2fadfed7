"""What every widget does with messages, errors, files and its text twin."""

import re
from importlib.resources import files

import pytest

from labkit.errors import LabkitError
from labkit.passwords import BcryptParams
from labkit.widgets import (
    CostExplorer,
    CrackLab,
    Estimate,
    HashLab,
    KeyRotation,
    LogInSimulator,
    Prediction,
    RainbowWalk,
    RefreshFamilies,
    TokenDates,
    token_editor,
)
from labkit.widgets.base import Panel

EVERY = [
    lambda: HashLab({"bcrypt": BcryptParams(cost=4)}),
    CostExplorer,
    lambda: CrackLab({"alice": "e10adc3949ba59abbe56e057f20f883e"}),
    RainbowWalk,
    LogInSimulator,
    RefreshFamilies,
    KeyRotation,
    TokenDates,
    token_editor,
    lambda: Prediction("Which?", ["this", "that"]),
    lambda: Estimate("How long?", 1e-3, 1e6),
]
every_widget = pytest.mark.parametrize("make", EVERY)
PAYLOAD = "<img src=x onerror=alert(1)>"


class Broken(Panel, script_name="guesses"):
    def do_fail(self, _message):
        raise LabkitError(f"It broke: {PAYLOAD}", remedy="Mend it.")

    def do_crash(self, _message):
        return 1 / 0


def test_an_error_in_a_callback_is_shown_with_its_remedy(listen, tell):
    widget = Broken()
    heard = listen(widget)
    tell(widget, "fail")
    assert heard.errors()[0]["remedy"] == "Mend it."
    assert isinstance(widget.error, LabkitError)


def test_a_message_brings_the_choices_that_it_is_meant_for(listen, tell):
    widget = KeyRotation()
    listen(widget)
    before = widget.lead_min
    tell(widget, "ready", chosen={"lead_min": before + 1})
    assert widget.lead_min == before + 1
    assert widget.error is None


@pytest.mark.parametrize("chosen", [{"lead_min": PAYLOAD}, {"nothing": 1}, [1], None, PAYLOAD])
def test_choices_that_are_none_change_nothing(chosen, listen, tell):
    widget = KeyRotation()
    listen(widget)
    before = dict(widget.get_state())
    tell(widget, "ready", chosen=chosen)
    assert widget.get_state() == before


def test_an_unforeseen_error_is_shown_without_a_traceback_and_logged(listen, tell, caplog):
    widget = Broken()
    heard = listen(widget)
    tell(widget, "crash")
    (error,) = heard.errors()
    assert "ZeroDivisionError: division by zero" in error["cause"]
    assert "Traceback" not in str(error)
    assert "ZeroDivisionError" in caplog.text


@every_widget
@pytest.mark.parametrize(
    "content", [None, "x", 7, [], {}, {"do": 7}, {"do": "__init__"}, {"do": "nothing"}]
)
def test_a_message_that_no_view_sends_is_an_error_in_the_widget(make, content, listen):
    widget = make()
    heard = listen(widget)
    widget._handle_custom_msg(content, [])
    assert len(heard.errors()) == 1


@every_widget
def test_the_text_twin_says_what_it_is_and_has_no_address(make):
    first, second = repr(make()), repr(make())
    assert first == second
    assert len(first) > 20
    assert not re.search(r"0x[0-9a-f]|<.*object", first)


@every_widget
def test_its_script_and_its_style_come_with_it_and_load_nothing(make):
    widget = make()
    assert "export default { render }" in widget._esm
    assert not re.search(r"https?://|\bimport\b|fetch\(|eval\(|Function\(", widget._esm)
    assert not re.search(r"url\(|@import", widget._css)


def test_only_regions_that_python_filled_become_html():
    scripts = files("labkit.widgets").joinpath("static").iterdir()
    found = [
        line
        for each in scripts
        for line in each.read_text("utf-8").splitlines()
        if "HTML" in line and "//" not in line
    ]
    assert [line.strip() for line in found if "innerHTML" in line] == [
        "regions[message.show].innerHTML = message.html;"
    ]
    assert not any("insertAdjacentHTML" in line or "outerHTML" in line for line in found)


def test_a_value_that_no_trait_accepts_is_an_error_in_the_widget(listen):
    widget = CostExplorer()
    heard = listen(widget)
    widget.set_state({"scheme": "rot13"})
    assert widget.scheme == "argon2id"
    assert len(heard.errors()) == 1
