"""The attacks with genuine tokens: what they gain, what they say, what they do not fall for."""

import pytest

import labkit.attacks.tokens_claims as attacks
from labkit.catalogue import Outcome, SiteBroken
from labkit.forging import Forgery
from labkit.mistakes import tokens_claims as mistakes
from labkit.practice.decisions.passwords import FeedKey
from labkit.tokens import TokenIssuer, TokenVerifier

BOBS = "Mallory read Bob's 54 as carol."


SAID = [
    (
        attacks.open_an_old_link,
        mistakes.Timeless,
        "The link ended thirty days ago, and Mallory read Bob's 54 as carol.",
        "403: the link has ended.",
    ),
    (
        attacks.open_a_late_link,
        mistakes.InLocalTime,
        "The link ended an hour ago, and Mallory read Bob's 54 as carol.",
        "403: the link has ended.",
    ),
    (attacks.use_the_forums_token, mistakes.AnyAudience, BOBS, "401: The token is not valid."),
    (attacks.use_the_archives_token, mistakes.AudienceInside, BOBS, "401: The token is not valid."),
    (attacks.be_a_teacher_in_the_sandbox, mistakes.AnyIssuer, BOBS, "401: The token is not valid."),
    (
        attacks.be_a_teacher_in_an_area,
        mistakes.IssuerBeginsLike,
        BOBS,
        "401: The token is not valid.",
    ),
    (
        attacks.use_a_ticket_as_token,
        mistakes.AnyType,
        "With a link for reading, Mallory gave herself 100 points as carol.",
        "The ticket opens its download, and nothing else.",
    ),
    (
        attacks.read_the_payload,
        mistakes.WholeRowInTheToken,
        "Carol's feed_key is in the token, and opens her calendar: 'Algebra test, class 7A'.",
        "The token says iss, sub, aud, iat, exp, jti, role: no secret among them.",
    ),
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


@pytest.mark.parametrize("attack", [row[0] for row in SAID])
def test_none_of_them_takes_more_than_a_few_requests(secure, attack):
    secure.restore()
    assert attack(secure).attempts <= 8


def bearers(result):
    headers = (exchange.request.headers.get("Authorization", "") for exchange in result.exchanges)
    return [Forgery.of(header.removeprefix("Bearer ")) for header in headers if header]


@pytest.mark.parametrize(
    ("attack", "claim", "value"),
    [
        (attacks.use_the_forums_token, "aud", "forum"),
        (attacks.use_the_archives_token, "aud", "gradebook-api-archive"),
        (attacks.be_a_teacher_in_the_sandbox, "iss", "https://sandbox.gradebook.localhost"),
        (attacks.be_a_teacher_in_an_area, "iss", "https://gradebook.localhost/areas/demo"),
    ],
)
def test_what_is_sent_is_wrong_in_one_claim_and_has_a_right_signature(secure, attack, claim, value):
    secure.restore()
    (sent,) = bearers(attack(secure))
    assert sent.claims[claim] == value
    assert (sent.claims["sub"], sent.claims["role"]) == ("carol", "teacher")
    key = secure.application.extensions["labkit"].tokens.keys.signing_key()
    message = sent.token.rpartition(".")[0].encode()
    assert key.accepts(message, sent.signature)


class NoIatNoNbf(TokenVerifier):
    """Looks at the end, and at no other date: nothing is gained by that."""

    def in_time(self, claims):
        return claims["exp"] > self.clock()


class HalfAnHourLate(TokenVerifier):
    def in_time(self, claims):
        return claims["exp"] > self.clock() - 1800


@pytest.mark.parametrize("part", [NoIatNoNbf, HalfAnHourLate])
def test_a_link_that_ends_within_the_hour_has_ended(site, part):
    for attack in (attacks.open_an_old_link, attacks.open_a_late_link):
        assert attack(site(part)).outcome is Outcome.HELD


class Nested(TokenIssuer):
    def claims_for(self, user):
        return {"role": user["role"], "user": {"row": dict(user)}}


class NamesAndHashes(TokenIssuer):
    """Too much, and no key among it."""

    def claims_for(self, user):
        return {name: value for name, value in user.items() if name != "feed_key"}


class OtherKeys(FeedKey):
    def new(self):
        return "k/é " + super().new()[:9]


def test_a_key_is_found_inside_another_claim(site):
    result = attacks.read_the_payload(site(Nested))
    assert result.outcome is Outcome.BREACHED


def test_a_key_in_another_form_is_found_by_its_length(site):
    assert attacks.read_the_payload(site(mistakes.WholeRowInTheToken, OtherKeys)).outcome is (
        Outcome.BREACHED
    )


def test_a_token_that_says_much_but_opens_nothing_gains_nothing(site):
    result = attacks.read_the_payload(site(NamesAndHashes))
    assert result.outcome is Outcome.HELD
    assert "password_hash" in result.said


class EmptyTickets(TokenIssuer):
    """Its tickets do not say when they end, so nobody can come after it."""

    def issue(self, subject, user=None, **how):
        header, _, signature = super().issue(subject, user, **how).split(".")
        return f"{header}.e30.{signature}"


def test_a_link_without_dates_is_a_broken_site_and_none_that_held(site):
    result = attacks.open_an_old_link(site(EmptyTickets))
    assert result.outcome is Outcome.BROKEN
    with pytest.raises(SiteBroken, match="how long it is good for"):
        attacks.open_a_late_link.run(site(EmptyTickets))
