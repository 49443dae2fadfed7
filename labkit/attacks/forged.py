"""What attacks with forged tokens share: the claims of somebody else, and several tries."""

from collections.abc import Iterable
from dataclasses import replace

from labkit.attacks.bearer import own_token
from labkit.catalogue import Outcome, Verdict, held
from labkit.forging import Forgery
from labkit.practice.surface import Site


def as_carol(site: Site) -> Forgery:
    """Return Mallory's own token with a teacher's claims; its signature does not fit any more."""
    return Forgery.of(own_token(site)).edit_claims(sub="carol", role="teacher")


def as_grace(site: Site) -> Forgery:
    """Return Mallory's own token with an admin's claims; its signature does not fit any more."""
    return Forgery.of(own_token(site)).edit_claims(sub="grace", role="admin")


def first_breach(tries: Iterable[Verdict], otherwise: str) -> Verdict:
    """Return the first try that gained something; the rest is not made."""
    found = (each for each in tries if each.outcome is Outcome.BREACHED)
    return next(found, held(otherwise))


def noting(verdict: Verdict, more: str) -> Verdict:
    """Return the verdict; if something was gained, with what there is to say of it."""
    won = verdict.outcome is Outcome.BREACHED
    return replace(verdict, said=f"{verdict.said} {more}") if won else verdict
