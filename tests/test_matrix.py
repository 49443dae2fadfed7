"""The matrix is exact, and it is not vacuous: each guard here is seen to catch what it is for."""

import dataclasses
import json

import pytest

from labkit.access import Policy
from labkit.catalogue import Attack, Mistake, NotApplicable, Outcome, SiteBroken, breached, held
from labkit.errors import LabkitError
from labkit.matrix import Catalogue, Matrix, run


@pytest.fixture(scope="module")
def whole() -> Matrix:
    return run()


def test_every_outcome_is_the_expected_one(whole):
    assert not whole.surprises, repr(whole)


def test_the_secure_site_holds_against_every_attack(whole):
    assert {cell.outcome for cell in whole.rows[None].values()} == {Outcome.HELD}


def test_every_attack_breaches_somewhere(whole):
    through = {cell.attack for cell in whole.cells if cell.outcome is Outcome.BREACHED}
    assert through == set(whole.catalogue.attacks)


def test_every_mistake_lets_its_own_attack_through(whole):
    for name in whole.catalogue.mistakes:
        assert whole.rows[name][name].outcome is Outcome.BREACHED


def test_no_two_rows_are_equal(whole):
    rows = [tuple(cell.outcome for cell in row.values()) for row in whole.rows.values()]
    assert len(set(rows)) == len(rows)


def test_the_honest_user_gets_through_the_day_under_every_mistake(whole):
    assert {cell.outcome for cell in whole.journeys} == {Outcome.HELD}
    assert len(whole.journeys) == len(whole.catalogue.mistakes) + 1


def test_every_pair_is_there_once(whole):
    pairs = [(record["mistake"], record["attack"]) for record in whole.records()]
    catalogue = whole.catalogue
    assert len(set(pairs)) == len(pairs)
    assert len(pairs) == (len(catalogue.mistakes) + 1) * len(catalogue.attacks)


def test_the_records_are_plain_json_with_four_members(whole):
    records = json.loads(json.dumps(whole.records()))
    assert all(set(record) == {"mistake", "attack", "outcome", "expected"} for record in records)
    assert records[0]["mistake"] is None


def test_dropping_any_expected_entry_turns_the_matrix_red(whole):
    for name, entry in whole.catalogue.mistakes.items():
        for other in entry.also:
            fewer = dataclasses.replace(
                entry, also={key: why for key, why in entry.also.items() if key != other}
            )
            book = Catalogue({**whole.catalogue.mistakes, name: fewer}, whole.catalogue.attacks)
            assert book.expected(fewer, book.attacks[other]) is Outcome.HELD
            assert whole.rows[name][other].outcome is Outcome.BREACHED


def test_adding_an_entry_that_does_not_happen_turns_the_matrix_red(whole):
    for name, entry in whole.catalogue.mistakes.items():
        more = dataclasses.replace(entry, also=dict.fromkeys(whole.catalogue.attacks, "made up"))
        for other, cell in whole.rows[name].items():
            if cell.expected is Outcome.HELD:
                expected = whole.catalogue.expected(more, whole.catalogue.attacks[other])
                assert expected is Outcome.BREACHED
                assert cell.outcome is Outcome.HELD


def test_every_extra_entry_gives_its_reason(whole):
    for entry in whole.catalogue.mistakes.values():
        assert all(reason.strip() for reason in entry.also.values())
        assert set(entry.also) <= set(whole.catalogue.attacks)


def test_the_text_and_the_page_tell_the_same(whole):
    text, page = repr(whole), whole._repr_html_()
    for entry in whole.catalogue.mistakes.values():
        assert entry.id in text
        assert f"{entry.id}:" in page
    assert "0 not as expected" in text


class OpenDoor(Policy):
    """Somebody else's mistake, for made-up catalogues."""

    def owns(self, subject, resource):
        return True


def made_up(run_attack, *, also=None, given=(), also_under=None, moot_under=None) -> Catalogue:
    own = Attack("Z1", "A trick", "nothing", run_attack, also_under or {}, moot_under or {})
    wrong = Mistake("Z1", "wrong", OpenDoor, given=given, also=also or {})
    return Catalogue({"Z1": wrong}, {"Z1": own})


def reads_bob(site):
    answer = site.as_mallory().get("/api/grades/2")
    return breached("Bob's grade") if answer.ok else held(str(answer.status))


def test_a_made_up_mistake_with_its_attack_is_as_expected():
    assert not run(made_up(reads_bob)).surprises


def test_an_attack_that_gains_nothing_is_a_surprise():
    found = run(made_up(lambda site: held("never"))).surprises
    assert [(cell.mistake, cell.outcome) for cell in found] == [("Z1", Outcome.HELD)]


def test_an_attack_that_always_gains_is_a_surprise_on_the_secure_site():
    found = run(made_up(lambda site: breached("always"))).surprises
    assert [cell.mistake for cell in found] == [None]


def test_a_broken_site_never_counts_as_held():
    def crash(site):
        raise SiteBroken("It crashed.")

    found = run(made_up(crash)).surprises
    assert {cell.outcome for cell in found} == {Outcome.BROKEN}
    assert len(found) == 2


def test_a_premise_that_alone_lets_the_attack_through_is_found_by_its_control_row():
    class Other(OpenDoor):
        """The premise."""

    premise = Mistake("Z0", "premise", Other)
    book = made_up(reads_bob, given=("Z0",))
    attack = Attack("Z0", "Another", "nothing", reads_bob)
    both = Catalogue({"Z0": premise, **book.mistakes}, {"Z0": attack, **book.attacks})
    matrix = run(both)
    assert [cell.outcome for cell in matrix.controls] == [Outcome.BREACHED]
    assert matrix.controls[0] in matrix.surprises


def test_a_mistake_with_a_missing_premise_is_refused():
    with pytest.raises(LabkitError, match="presupposes 'Z9'"):
        run(made_up(reads_bob, given=("Z9",)))


def test_an_attack_that_is_moot_must_say_so():
    def moot(site):
        if reads_bob(site).outcome is Outcome.BREACHED:
            raise NotApplicable("The door is open already.")
        return held("closed")

    assert not run(made_up(moot, moot_under={"Z1": "needs no trick"})).surprises
    assert run(made_up(moot)).surprises


def test_an_attack_can_name_the_mistakes_that_let_it_through():
    first = made_up(reads_bob)
    second = Attack("Z2", "Another", "nothing", reads_bob, also_under={"Z1": "the same door"})
    book = Catalogue(first.mistakes, {**first.attacks, "Z2": second})
    assert not run(book).surprises


def test_a_part_of_the_catalogue_can_be_looked_at_alone():
    part = Catalogue.load().only("A3")
    assert (list(part.mistakes), list(part.attacks)) == (["A3"], ["A3"])
    with pytest.raises(LabkitError, match="no mistake 'Z9'"):
        Catalogue.load().only("Z9")


def test_progress_is_told_before_each_site():
    told = []
    run(Catalogue.load().only("A3"), progress=lambda *step: told.append(step))
    assert told == [(0, 2), (1, 2)]


def test_progress_that_is_no_function_is_refused_before_any_site():
    with pytest.raises(LabkitError, match="progress must be a function"):
        run(Catalogue.load().only("A3"), progress=7)
