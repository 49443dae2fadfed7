"""The attacks with tokens that should have ended: what lives on where, and who is left in."""

import pytest

import labkit.attacks.tokens_revoking as attacks
from labkit.catalogue import Outcome, SiteBroken
from labkit.mistakes import tokens_revoking as mistakes
from labkit.tokens import RefreshTokens, Revocations
from labkit.tokens.errors import RefreshUnknown

BOBS = "Mallory read Bob's 54 as carol."


RENEWED = "400: This refresh token is not valid (any more)."
SAID = [
    (
        attacks.keep_a_stale_token,
        mistakes.NeverRevoked,
        "A student again, Mallory gave herself 100 points with her old token.",
        "With the role, the log-out and the new password, the tokens of before ended.",
    ),
    (attacks.renew_beside_the_owner, mistakes.NeverRotated, BOBS, RENEWED),
    (
        attacks.renew_before_the_owner,
        mistakes.ReuseWithoutConsequence,
        f"{BOBS} That is a day later; Carol's program had to log in again.",
        "Carol's program came with the used token, and that ended Mallory's as well.",
    ),
    (attacks.use_another_programs_token, mistakes.AnyProgramsToken, BOBS, RENEWED),
]


@pytest.mark.parametrize(("attack", "mistake", "gained", "stopped"), SAID)
def test_each_attack_says_what_it_gained_or_what_stopped_it(
    site, secure, attack, mistake, gained, stopped
):
    result = attack(site(mistake))
    assert (result.outcome, result.said) == (Outcome.BREACHED, gained)
    secure.restore()
    result = attack(secure)
    assert (result.outcome, result.said) == (Outcome.HELD, stopped)
    assert secure.crashes == []


def test_without_rotation_thief_and_owner_are_both_in(site):
    said = attacks.renew_before_the_owner(site(mistakes.NeverRotated)).said
    assert said == f"{BOBS} That is a day later; Carol's program is in as well."


def test_without_detection_a_used_token_is_still_refused(site):
    result = attacks.renew_beside_the_owner(site(mistakes.ReuseWithoutConsequence))
    assert result.outcome is Outcome.HELD


class ByUserAlone(Revocations):
    """Knows of demotions and new passwords, and forgets which single token was given back."""

    def revoke(self, claims):
        pass


class ByTokenAlone(Revocations):
    """Knows which token was given back, and never ends all of a user's."""

    def revoke_user(self, user):
        return 0


class AtDemotionAlone(ByUserAlone):
    """Whatever takes Mallory's role away ends her tokens, and nothing else does."""

    ended = 0

    def revoke_user(self, user):
        self.ended += 1
        return super().revoke_user(user) if self.ended <= 2 else 0


class LogOutAndDemotion(AtDemotionAlone):
    def revoke(self, claims):
        Revocations.revoke(self, claims)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (ByUserAlone, "After the log-out a copy of Mallory's token still opens her grades."),
        (ByTokenAlone, "A student again, Mallory gave herself 100 points with her old token."),
        (AtDemotionAlone, "After the log-out a copy of Mallory's token still opens her grades."),
        (
            LogOutAndDemotion,
            "After a new password a copy of Mallory's token still opens her grades.",
        ),
    ],
)
def test_half_of_a_revocation_is_told_from_the_whole(site, part, said):
    result = attacks.keep_a_stale_token(site(part))
    assert (result.outcome, result.said) == (Outcome.BREACHED, said)


def test_after_a_demotion_nothing_else_has_made_her_points(site):
    where = site(mistakes.NeverRevoked)
    attacks.keep_a_stale_token(where)
    row = where.application.extensions["labkit"].gradebook
    assert row.grade(3)["points"] == 100
    assert row.user("mallory")["role"] == "student"


class NobodyRenews(RefreshTokens):
    def exchange(self, token, client):
        raise RefreshUnknown("Nothing is known here.")


def test_where_the_owner_cannot_renew_the_site_is_broken_and_has_not_held(site):
    with pytest.raises(SiteBroken, match="own program"):
        attacks.renew_beside_the_owner.run(site(NobodyRenews))
    result = attacks.renew_before_the_owner(site(NobodyRenews))
    assert result.said == "The copied token renews nothing."


def test_the_newsletter_shows_its_own_secret_and_no_other(site):
    where = site(mistakes.AnyProgramsToken)
    result = attacks.use_another_programs_token(where)
    name, secret = where.mallorys_program
    sent = result.exchanges[0].request.body.decode()
    assert name in sent
    assert secret in sent
    assert result.attempts == 2
