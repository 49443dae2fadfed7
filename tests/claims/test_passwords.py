from types import SimpleNamespace

import pytest

from labkit.claims import Claim, Verdict
from labkit.claims.passwords import bcrypt_cost, fast_hashes_fall, salts_stop_tables


def timed(factor, first_s=0.001):
    return lambda params, *, calls: SimpleNamespace(cpu_s=first_s * factor ** (params.cost - 6))


def evidence(claim):
    return dict(claim.evidence)


def test_the_cost_of_bcrypt_depends_on_the_machine_when_each_step_doubles():
    claim = bcrypt_cost(timed=timed(2.0))
    assert claim.verdict is Verdict.DEPENDS
    assert evidence(claim)["cost 12 on this machine"] == "64 ms"
    assert evidence(claim)["nearest to 100 ms here"] == "cost 13"


@pytest.mark.parametrize("factor", [1.1, 1.5, 3.0])
def test_the_claim_would_be_false_where_a_step_does_not_double(factor):
    assert bcrypt_cost(timed=timed(factor)).verdict is Verdict.FALSE


def test_bcrypt_on_this_machine_is_measured_for_real():
    claim = bcrypt_cost((4, 5, 6, 7))
    assert claim.verdict in (Verdict.DEPENDS, Verdict.FALSE)
    assert evidence(claim)["cost 12 on this machine"]


def test_fast_hashes_fall_for_listed_passwords_and_not_for_random_ones():
    claim = fast_hashes_fall()
    assert claim.verdict is Verdict.INCOMPLETE
    assert evidence(claim)["with a salt of its own"] == "found too"
    assert "years" in evidence(claim)["20 random characters under MD5"]


def test_a_salt_stops_a_real_rainbow_table():
    claim = salts_stop_tables()
    assert claim.verdict is Verdict.HOLDS
    found = [value for label, value in claim.evidence if label.startswith("“")]
    assert found == ["found", "not found", "two different rows"]


def test_a_claim_shows_the_same_as_text_and_as_a_card():
    claim = Claim("<b>", Verdict.FALSE, "because", (("label", "<i>"),))
    assert "false: because" in repr(claim)
    assert "<b>" not in claim.html().replace('<b class="lk-stamp">', "")
    assert "&lt;i&gt;" in claim.html()
