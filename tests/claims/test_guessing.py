import pytest

from labkit.claims import Verdict
from labkit.claims.guessing import ROTATED, no_forced_rotation, tries


def test_forced_changes_are_followed_and_a_breached_password_is_seen():
    claim = no_forced_rotation()
    evidence = dict(claim.evidence)
    assert claim.verdict is Verdict.HOLDS
    assert evidence["invented changes followed"] == f"{len(ROTATED)} of {len(ROTATED)}"
    assert evidence["“sunshine” seen in a breach"] == "yes"


@pytest.mark.parametrize(("old", "new"), ROTATED)
def test_a_changed_ending_is_found_within_ten_guesses(old, new):
    assert tries(old, new) <= 10


def test_a_new_password_that_owes_nothing_to_the_old_one_is_not_followed():
    assert tries("Lamp-Window-7", "vocal tundra mosaic elbow") is None


def test_the_claim_would_fall_if_breaches_were_not_seen(monkeypatch):
    monkeypatch.setattr("labkit.claims.guessing.times_seen", lambda *_: 0)
    assert no_forced_rotation().verdict is Verdict.FALSE
