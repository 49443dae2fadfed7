"""What the mistakes with taking back do, where the matrix does not show it."""

import pytest

from labkit.clock import ManualClock
from labkit.mistakes.tokens_revoking import (
    AnyProgramsToken,
    NeverRevoked,
    NeverRotated,
    ReuseWithoutConsequence,
)
from labkit.stores import MemoryStore
from labkit.tokens import Key, RefreshTokens, Revocations, TokenIssuer, TokenVerifier, inspect
from labkit.tokens.errors import (
    Expired,
    FamilyRevoked,
    RefreshExpired,
    RefreshReused,
    Revoked,
    WrongClient,
)

EVERY = (NeverRotated, ReuseWithoutConsequence, AnyProgramsToken)
MONTH_S = 30 * 86_400.0


def tokens(kind, clock=None):
    return kind(MemoryStore(), clock=clock or ManualClock())


@pytest.mark.parametrize("mistake", EVERY)
def test_the_honest_owner_renews_as_before(mistake):
    family = tokens(mistake)
    held = family.issue("alice", "app")
    for _ in range(3):
        user, held = family.exchange(held, "app")
        assert user == "alice"


@pytest.mark.parametrize("mistake", EVERY)
def test_a_family_still_ends_and_can_still_be_taken_back(mistake):
    clock = ManualClock()
    family = tokens(mistake, clock)
    late, revoked, struck = (family.issue("alice", "app") for _ in range(3))
    assert family.revoke(revoked)
    with pytest.raises(FamilyRevoked):
        family.exchange(revoked, "app")
    family.revoke_user("alice")
    with pytest.raises(FamilyRevoked):
        family.exchange(struck, "app")
    clock.advance(MONTH_S)
    with pytest.raises(RefreshExpired):
        family.exchange(late, "app")


@pytest.mark.parametrize("mistake", [NeverRotated, ReuseWithoutConsequence])
def test_another_client_is_still_refused(mistake):
    family = tokens(mistake)
    with pytest.raises(WrongClient):
        family.exchange(family.issue("alice", "app"), "newsletter")


def test_without_rotation_there_is_one_token_for_a_month():
    family = tokens(NeverRotated)
    first = family.issue("alice", "app")
    assert {family.exchange(first, "app").token for _ in range(5)} == {first}


def test_a_used_token_is_refused_and_its_successor_lives_on():
    for kind, survives in ((ReuseWithoutConsequence, True), (RefreshTokens, False)):
        family = tokens(kind)
        first = family.issue("alice", "app")
        second = family.exchange(first, "app").token
        with pytest.raises(RefreshReused):
            family.exchange(first, "app")
        if survives:
            assert family.exchange(second, "app").user == "alice"
        else:
            with pytest.raises(FamilyRevoked):
                family.exchange(second, "app")


def test_any_program_renews_what_another_was_given():
    family = tokens(AnyProgramsToken)
    first = family.issue("alice", "planner")
    _, second = family.exchange(first, "newsletter")
    with pytest.raises(RefreshReused):
        family.exchange(first, "planner")
    assert second != first


def test_what_was_taken_back_is_accepted_until_it_ends_by_itself():
    clock, key = ManualClock(), Key.generate("ES256", kid="june")
    names = {"algorithm": "ES256", "issuer": "https://a.example", "audience": "grades"}
    revocations = Revocations(MemoryStore(), clock=clock)
    both = [
        kind(key, clock=clock, revocations=revocations, **names)
        for kind in (NeverRevoked, TokenVerifier)
    ]
    token = TokenIssuer(key, clock=clock, **names).issue("alice")
    revocations.revoke(inspect(token).claims)
    revocations.revoke_user("alice")
    assert both[0].verify(token)["sub"] == "alice"
    with pytest.raises(Revoked):
        both[1].verify(token)
    clock.advance(900)
    with pytest.raises(Expired):
        both[0].verify(token)
