"""When a fresh proof is owed, and which factors count."""

import pytest

from labkit.errors import InvalidInput
from labkit.second_factor import FactorPolicy, Freshness, StepUp
from labkit.second_factor.errors import NoFactorEnrolled
from labkit.second_factor.step_up import SENSITIVE, fresh

NOW = 1_800_000_000.0
BOTH = frozenset({"totp", "passkey"})


def needs(action, *, rules=None, age=None, method="totp", **more):
    proven = {} if age is None else {method: NOW - age}
    return (rules or StepUp()).needs(action, authenticated_at=proven, now=NOW, **more)


@pytest.mark.parametrize("action", sorted(SENSITIVE))
def test_every_sensitive_action_needs_a_recent_second_factor(action):
    assert StepUp().required(action)
    assert needs(action) == BOTH
    assert needs(action, age=300) == frozenset()
    assert needs(action, age=300.5) == BOTH
    assert needs(action, age=1, method="password") == BOTH, "the first factor is not the second"


def test_an_ordinary_action_needs_nothing_more():
    assert not StepUp().required("grade:read")
    assert needs("grade:read") == frozenset()


def test_an_admin_owes_a_second_factor_before_everything():
    assert needs("grade:read", admin=True) == BOTH
    assert needs("grade:read", admin=True, age=3600) == frozenset()
    assert needs("grade:read", admin=True, age=3601) == BOTH
    assert needs("factor:remove", admin=True, age=301) == BOTH, "the stricter rule stays"


def test_a_proof_that_was_never_made_or_lies_in_the_future_is_not_fresh():
    assert not fresh(None, now=NOW, max_age_s=300)
    assert fresh(NOW, now=NOW, max_age_s=300)
    assert fresh(NOW + 5, now=NOW, max_age_s=300), "another machine's clock may be ahead a little"
    assert not fresh(NOW + 6, now=NOW, max_age_s=300)
    assert not fresh(0, now=NOW, max_age_s=300)


def test_only_a_method_that_counts_for_the_user_is_a_proof():
    passkey = frozenset({"passkey"})
    assert needs("factor:remove", age=1, acceptable=passkey) == passkey
    assert needs("factor:remove", age=1, method="passkey", acceptable=passkey) == frozenset()


def test_a_user_without_a_second_factor_proves_the_password_again():
    assert needs("email:change", acceptable=()) == {"password"}
    assert needs("email:change", acceptable=(), age=10, method="password") == frozenset()


def test_an_admin_without_a_second_factor_can_only_add_one():
    assert needs("factor:add", admin=True, acceptable=()) == {"password"}
    for action in ("role:grant", "grade:read"):
        with pytest.raises(NoFactorEnrolled, match="Enrol one first"):
            needs(action, admin=True, acceptable=())


def test_the_table_says_how_fresh_which_proof_must_be():
    rules = StepUp({"grade:approve": Freshness(60, frozenset({"password"}))})
    assert needs("grade:approve", rules=rules, age=61, method="password") == {"password"}
    assert needs("grade:approve", rules=rules, age=60, method="password") == frozenset()
    assert needs("factor:remove", rules=rules) == frozenset()


def test_the_one_decision_can_be_replaced():
    never = type("Never", (StepUp,), {"required": lambda self, action: False})()
    always = type("Always", (StepUp,), {"required": lambda self, action: True})()
    assert needs("factor:remove", rules=never) == frozenset()
    assert needs("grade:read", rules=always) == BOTH


@pytest.mark.parametrize(
    ("enrolled", "passkey_only", "acceptable"),
    [
        ({"totp"}, False, {"totp"}),
        ({"totp", "passkey"}, False, {"passkey"}),
        ({"passkey"}, False, {"passkey"}),
        ({"totp"}, True, {"passkey"}),
        (set(), True, {"passkey"}),
        ({"totp", "passkey"}, True, {"passkey"}),
        ({"password", "recovery"}, False, set()),
        (set(), False, set()),
    ],
)
def test_who_has_or_must_have_a_passkey_is_not_let_in_by_less(enrolled, passkey_only, acceptable):
    only = {"alice"} if passkey_only else set()
    policy = FactorPolicy(lambda user: enrolled if user == "alice" else (), passkey_only=only)
    assert policy.acceptable("alice") == acceptable
    assert policy.acceptable("bob") == frozenset()


@pytest.mark.parametrize(
    "call",
    [
        lambda: Freshness(0),
        lambda: Freshness(float("nan")),
        lambda: Freshness(60, frozenset()),
        lambda: Freshness(60, frozenset({"telepathy"})),
        lambda: StepUp().required(None),
        lambda: StepUp().required(""),
        lambda: StepUp({"": Freshness(60)}),
        lambda: StepUp().needs("factor:remove", authenticated_at={"totp": "now"}, now=NOW),
        lambda: StepUp().needs("factor:remove", authenticated_at={"totp": NOW}, now=float("nan")),
        lambda: StepUp().needs("factor:remove", authenticated_at=None, now=NOW),
        lambda: StepUp().needs("a", authenticated_at={}, now=NOW, admin=True, acceptable="totp"),
        lambda: StepUp({"a": 60}),
        lambda: FactorPolicy(lambda user: ()).acceptable(""),
        lambda: FactorPolicy(lambda user: ()).acceptable("\ud800"),
        lambda: FactorPolicy(None),
    ],
)
def test_a_wrong_argument_is_refused_at_once(call):
    with pytest.raises(InvalidInput):
        call()
