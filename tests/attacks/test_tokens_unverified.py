"""The attacks on what is not looked at: what they send, what they say, what they fall for."""

import base64
import json

import pytest

import labkit.attacks.tokens_unverified as attacks
from labkit.attacks.forged import as_carol, as_grace, first_breach
from labkit.catalogue import Outcome, SiteBroken, breached, held
from labkit.forging import NONE_SPELLINGS, Forgery
from labkit.mistakes import tokens_unverified as mistakes
from labkit.practice.server import serve
from labkit.tokens import TokenVerifier
from labkit.tokens.errors import UnsignedToken


def sent(where):
    """The bearer tokens that were sent, oldest first."""
    headers = (exchange.request.headers.get("Authorization") for exchange in where.exchanges)
    return [Forgery.of(header.removeprefix("Bearer ")) for header in headers if header]


SAID = [
    (attacks.edit_the_claims, mistakes.ReadsOnly, "Mallory read Bob's 54 as carol."),
    (
        attacks.say_that_nothing_is_signed,
        mistakes.BelievesNone,
        "With a token that says 'none', Mallory is an admin and sees all 8 people.",
    ),
    (attacks.leave_the_signature_empty, mistakes.ChecksIfThere, "Mallory read Bob's 54 as carol."),
    (
        attacks.use_what_must_be_understood,
        mistakes.PassesOverCritical,
        "With a token for looking only, Mallory gave herself 100 points as carol.",
    ),
    (
        attacks.write_a_claim_into_the_title,
        mistakes.LastMemberCounts,
        "With a title that goes on as claims, Mallory is an admin and sees all 8 people.",
    ),
    (
        attacks.sign_with_two_zeros,
        mistakes.TakesZeros,
        "With r = s = 0 as signature, Mallory gave herself 100 points as carol.",
    ),
    (
        attacks.nest_a_header_deeply,
        mistakes.MeasuresByRecursion,
        "One request with 7796 characters, from a stranger, crashes the site.",
    ),
]


@pytest.mark.parametrize(
    ("attack", "mistake", "said"), SAID, ids=lambda value: getattr(value, "id", "")
)
def test_what_was_gained_is_said_in_so_many_words(site, attack, mistake, said):
    result = attack(site(mistake))
    assert (result.outcome, result.said) == (Outcome.BREACHED, said)


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (attacks.edit_the_claims, "401: The token is not valid."),
        (
            attacks.say_that_nothing_is_signed,
            "Unsigned tokens are refused, all 16 spellings.",
        ),
        (attacks.leave_the_signature_empty, "401: The token is not valid."),
        (
            attacks.use_what_must_be_understood,
            "A token with an extension that the site does not know changes nothing.",
        ),
        (attacks.write_a_claim_into_the_title, "401: The token is not valid."),
        (attacks.sign_with_two_zeros, "Two zeros are no signature."),
        (attacks.ask_for_no_end, "401: a token whose end is no date is good at no time."),
        (
            attacks.nest_a_header_deeply,
            "401: a header of 2900 levels is refused like any other.",
        ),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_the_secure_site_holds_and_it_is_said_why(held_by, attack, said):
    assert held_by(attack) == said


def test_nothing_is_sent_but_the_edit_with_the_signature_as_it_was(secure, held_by):
    held_by(attacks.edit_the_claims)
    own = Forgery.of(secure.exchanges[-2].response.json()["access_token"])
    (forged,) = sent(secure)
    assert (forged.header, forged.signature) == (own.header, own.signature)
    assert forged.claims == own.claims | {"sub": "carol", "role": "teacher"}


def test_every_spelling_of_none_is_sent_with_an_empty_signature(secure, held_by):
    held_by(attacks.say_that_nothing_is_signed)
    forged = sent(secure)
    assert [each.header["alg"] for each in forged] == list(NONE_SPELLINGS)
    assert {each.header["alg"].lower() for each in forged} == {"none"}
    assert len({each.header["alg"] for each in forged}) == 2**4
    assert all(each.token.endswith(".") and each.signature == b"" for each in forged)
    assert all(each.claims["role"] == "admin" for each in forged)


class KnowsOneSpelling(mistakes.BelievesNone):
    """A filter against `none`, as it is written in the standard."""

    def key_for(self, header):
        if header.get("alg") in ("none", "None", "NONE"):
            raise UnsignedToken("That is not signed.")
        return super().key_for(header)


def test_a_filter_that_knows_some_spellings_is_passed_by_another(site):
    result = attacks.say_that_nothing_is_signed(site(KnowsOneSpelling))
    assert result.outcome is Outcome.BREACHED
    assert "'nOnE'" in result.said


def test_after_the_first_spelling_that_works_no_other_is_sent(site):
    where = site(mistakes.BelievesNone)
    attacks.say_that_nothing_is_signed(where)
    assert [each.header["alg"] for each in sent(where)] == ["none"]


def test_a_null_signature_keeps_the_algorithm(secure, held_by):
    held_by(attacks.leave_the_signature_empty)
    (forged,) = sent(secure)
    assert forged.header["alg"] == "ES256"
    assert forged.token.endswith(".")


def test_the_screens_token_is_sent_as_it_leaked(secure, held_by):
    held_by(attacks.use_what_must_be_understood)
    forged = sent(secure)[0]
    assert forged.header["crit"] == ["view"]
    assert not forged.steps


def test_an_approved_write_is_judged_by_what_stands_there_afterwards(site):
    where = site(mistakes.PassesOverCritical)
    attacks.use_what_must_be_understood(where)
    assert where.as_mallory().get("/api/grades/3").json()["points"] == 100


def test_the_injected_claims_stand_in_a_genuine_token_twice(secure, held_by):
    held_by(attacks.write_a_claim_into_the_title)
    told = next(e for e in secure.exchanges if e.who.endswith("screens")).response.json()
    payload = told["access_token"].split(".")[1]
    text = base64.urlsafe_b64decode(payload + "==").decode()
    assert text.count('"sub"') == text.count('"role"') == 2
    assert text.index('"sub":"mallory"') < text.index('"sub":"grace"')
    assert json.loads(text)["title"] == "My grades"


class FirstMemberCounts(TokenVerifier):
    """Another careless reader, which keeps what was said first."""

    def json(self, raw):
        return json.loads(raw, object_pairs_hook=lambda pairs: dict(reversed(pairs)))


def test_where_the_first_member_counts_the_title_gains_nothing(site):
    result = attacks.write_a_claim_into_the_title(site(FirstMemberCounts))
    assert result.outcome is Outcome.HELD
    assert result.said.startswith("403")


def test_two_zeros_are_64_bytes_under_the_sites_own_algorithm(secure, held_by):
    held_by(attacks.sign_with_two_zeros)
    forged = sent(secure)[0]
    assert forged.signature == bytes(64)
    assert forged.header["alg"] == "ES256"


def test_an_end_that_never_comes_is_seen_a_day_later(site):
    where = site(mistakes.LeavesDates, mistakes.EndsIfANumber)
    result = attacks.ask_for_no_end(where)
    assert result.outcome is Outcome.BREACHED
    assert result.said == ("A day later Mallory's token still opens her grade: its end is 'never'.")
    assert sent(where)[-1].claims["exp"] == "never"


class NoNumberIsLongAgo(TokenVerifier):
    """What is no number counts as 0: odd, and safe."""

    def in_time(self, claims):
        exp = claims.get("exp")
        return super().in_time({**claims, "exp": exp if isinstance(exp, int) else 0})


def test_where_no_number_is_long_ago_the_attack_is_held(site):
    where = site(mistakes.LeavesDates, NoNumberIsLongAgo)
    assert attacks.ask_for_no_end(where).outcome is Outcome.HELD


def test_deep_brackets_need_no_account_and_fit_into_a_token(secure, held_by):
    held_by(attacks.nest_a_header_deeply)
    assert {exchange.who for exchange in secure.exchanges} == {"a stranger"}
    assert all(not exchange.request.headers.get("Cookie") for exchange in secure.exchanges)
    flat, deep = sent(secure)
    assert len(deep.token) < 8192
    assert len(flat.token) < 100


def test_the_crash_is_the_sites_own_recursion(site):
    where = site(mistakes.MeasuresByRecursion)
    attacks.nest_a_header_deeply(where)
    assert [type(crash) for crash in where.crashes] == [RecursionError]


class CrashesAlways(TokenVerifier):
    def json(self, raw):
        raise ZeroDivisionError


def test_a_site_that_crashes_at_every_token_is_broken_and_not_attacked(site):
    assert attacks.nest_a_header_deeply(site(CrashesAlways)).outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    "attack", [attacks.write_a_claim_into_the_title, attacks.ask_for_no_end], ids=["T20", "T22"]
)
def test_screens_that_give_no_token_are_broken(site, attack):
    class RefusesAll(TokenVerifier):
        def type_ok(self, header):
            return False

    assert attack(site(RefusesAll)).outcome is Outcome.BROKEN


def test_a_site_on_a_port_is_attacked_alike(site, monkeypatch):
    where = site(mistakes.MeasuresByRecursion)
    with serve(where) as server:
        monkeypatch.setattr(where, "client", server.client)
        assert attacks.nest_a_header_deeply(where).outcome is Outcome.BREACHED
    where = site()
    with serve(where) as server:
        monkeypatch.setattr(where, "client", server.client)
        assert attacks.nest_a_header_deeply(where).outcome is Outcome.HELD


def test_forged_claims_are_somebody_elses_and_the_rest_is_mallorys(secure):
    secure.restore()
    for forged, whose, role in (
        (as_carol(secure), "carol", "teacher"),
        (as_grace(secure), "grace", "admin"),
    ):
        assert (forged.claims["sub"], forged.claims["role"]) == (whose, role)
        assert forged.claims["aud"] == "gradebook-api"
        assert forged.header["kid"]


def test_of_several_tries_the_first_that_gains_something_ends_it():
    made = []

    def tries():
        for verdict in (held("no"), breached("yes"), breached("again")):
            made.append(verdict.said)
            yield verdict

    assert first_breach(tries(), "none").said == "yes"
    assert made == ["no", "yes"]
    assert first_breach([held("no")], "none").said == "none"
    assert first_breach([], "none").outcome is Outcome.HELD


def test_a_site_that_gives_mallory_no_token_is_broken(site):
    class GivesNothing:
        exchanges = ()

        def as_mallory(self):
            return site().client()  # nobody is logged in there

    with pytest.raises(SiteBroken):
        as_carol(GivesNothing())
