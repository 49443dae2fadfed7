import types

import pytest

import labkit.attacks
import labkit.mistakes
from labkit.catalogue import (
    AttackResult,
    NotApplicable,
    Outcome,
    SiteBroken,
    attack,
    attacks_in,
    breached,
    held,
    mistake,
    mistakes_in,
)
from labkit.errors import LabkitError
from labkit.exchange import Exchange, Request, Response


class Street:
    """A site that only keeps a record."""

    def __init__(self):
        self.exchanges = []


def package(monkeypatch, **values):
    """A package with one module that holds the values."""
    module = types.ModuleType("made_up.one")
    vars(module).update(values)
    whole = types.ModuleType("made_up")
    whole.__path__ = []
    monkeypatch.setattr("pkgutil.iter_modules", lambda *_: [types.SimpleNamespace(name="one")])
    monkeypatch.setattr("importlib.import_module", lambda _: module)
    return whole


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda site: breached("a grade"), Outcome.BREACHED),
        (lambda site: held("404"), Outcome.HELD),
        (lambda site: (_ for _ in ()).throw(SiteBroken("It crashed.")), Outcome.BROKEN),
        (lambda site: (_ for _ in ()).throw(NotApplicable("See M1.")), Outcome.NOT_APPLICABLE),
    ],
)
def test_an_attack_answers_with_one_of_four_outcomes(answer, outcome):
    result = attack("X1", "A trick", start="nothing")(answer)(Street())
    assert result.outcome is outcome
    assert result.attack == "X1"


def test_an_error_in_the_attack_itself_is_no_outcome():
    with pytest.raises(ZeroDivisionError):
        attack("X1", "A trick", start="nothing")(lambda site: 1 / 0)(Street())


def test_a_result_holds_the_exchanges_of_its_own_attack_only():
    street = Street()
    sent = Exchange("mallory", Request("GET", "/"), Response(200, (), b""))
    street.exchanges.append(sent)

    def run(site):
        site.exchanges.append(sent)
        return held("nothing")

    assert attack("X1", "A trick", start="nothing")(run)(street).attempts == 1


def test_whatever_the_site_answered_is_escaped_where_it_is_shown():
    hostile = "<img src=x onerror=alert(1)>"
    wire = Exchange(
        hostile, Request("GET", f"/{hostile}"), Response(200, (("X", hostile),), hostile.encode())
    )
    result = AttackResult("X1", hostile, Outcome.BREACHED, hostile, (wire,), hostile)
    assert hostile not in result._repr_html_()
    assert "&lt;img" in result._repr_html_()
    assert "breached" in repr(result)


@pytest.mark.parametrize(("sent", "shown", "left"), [(40, 40, ""), (531, 40, "491 more")])
def test_of_many_exchanges_the_first_and_the_last_are_shown(sent, shown, left):
    wires = tuple(
        Exchange("mallory", Request("GET", f"/{n}."), Response(404, (), b"")) for n in range(sent)
    )
    page = AttackResult("X1", "A trick", Outcome.HELD, "no", wires)._repr_html_()
    assert page.count("<pre>") == shown
    assert all(f"GET /{n}. " in page for n in (0, 19, sent - 20, sent - 1))
    assert left in page
    assert f"{sent} HTTP exchanges" in page


def test_a_mistake_carries_its_entry_and_stays_the_class_that_it_was(monkeypatch):
    @mistake("X1", "wrong on purpose", cwe=(1,), asvs=("1.1.1",))
    class Wrong(dict):
        pass

    assert issubclass(Wrong, dict)
    assert mistakes_in(package(monkeypatch, Wrong=Wrong))["X1"].part is Wrong


def test_a_subclass_of_a_mistake_is_not_the_same_entry_again(monkeypatch):
    @mistake("X1", "wrong on purpose")
    class Wrong(dict):
        pass

    class Derived(Wrong):
        pass

    assert list(mistakes_in(package(monkeypatch, Wrong=Wrong, Derived=Derived))) == ["X1"]


def test_two_entries_with_one_id_are_refused(monkeypatch):
    first = attack("X1", "one", start="nothing")(lambda site: held("no"))
    second = attack("X1", "two", start="nothing")(lambda site: held("no"))
    with pytest.raises(LabkitError, match="two entries 'X1'"):
        attacks_in(package(monkeypatch, first=first, second=second))


def test_the_catalogue_is_in_the_order_of_its_ids():
    ids = list(attacks_in(labkit.attacks))
    assert ids == sorted(ids, key=lambda name: (name[0], int("".join(filter(str.isdigit, name)))))


@pytest.mark.parametrize("entry", mistakes_in(labkit.mistakes).values(), ids=repr)
def test_every_mistake_tells_its_story_and_names_its_weakness(entry):
    assert entry.part.__doc__
    assert entry.cwe


@pytest.mark.parametrize("entry", mistakes_in(labkit.mistakes).values(), ids=repr)
def test_every_mistake_is_short_and_overrides_one_decision_of_a_secure_part(entry):
    base = entry.part.__mro__[1]
    assert not hasattr(base, "mistake"), "it is built on the secure part"
    own = [
        name for name in vars(entry.part) if not name.startswith("__") and name not in ("mistake",)
    ]
    decisions = [name for name in own if callable(getattr(entry.part, name))]
    assert len(decisions) == 1
    assert all(hasattr(base, name) for name in own)
