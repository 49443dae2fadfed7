"""Attacks on keys: a secret that is a word, one that is empty, and one that was handed out."""

import base64

from labkit.attacks.bearer import list_people, own_token, read_bobs_grade
from labkit.catalogue import Verdict, attack, held
from labkit.forging import Forgery, OwnKey, guess_secret
from labkit.practice.surface import Site

NO_SECRET = (
    "{alg}: whoever can check this signature cannot make one, so there is no secret to find."
)


@attack("T4", "Guess the secret off line, then issue", start="Mallory's own account, and its token")
def guess_the_secret(site: Site) -> Verdict:
    """Mallory tries words on her own token, where nobody counts, and then signs a teacher's.

    No request is sent for a guess: a token shows by itself which secret fits.
    """
    own = Forgery.of(own_token(site))
    if not _by_secret(own):
        return held(NO_SECRET.format(alg=own.header.get("alg")))
    guess = guess_secret(own.token)
    cost = f"{guess.tried} words tried off line"
    if guess.secret is None:
        return held("None of the words that are tried first is the secret.", cost=cost)
    return _as_carol(site, own, guess.secret, f"The secret is {guess.secret.decode()!r}.", cost)


@attack("T4b", "Sign with nothing", start="Mallory's own account, and its token")
def sign_with_nothing(site: Site) -> Verdict:
    """Mallory signs a teacher's token with the empty secret, in case nobody has set one."""
    own = Forgery.of(own_token(site))
    if not _by_secret(own):
        return held(NO_SECRET.format(alg=own.header.get("alg")))
    return _as_carol(site, own, b"", "The secret was never set.", "")


@attack("T19", "Issue with what the forum holds", start="The forum's settings, and an own token")
def issue_with_the_forums_key(site: Site) -> Verdict:
    """The forum has to verify. Mallory looks in its settings for what could sign as well."""
    own = Forgery.of(own_token(site)).edit_claims(sub="grace", role="admin")
    forged = _signed(own, site.leak("forum settings")["verifies with"])
    if forged is None:
        return held("With what the forum holds one can verify, and sign nothing.")
    return list_people(site, forged.token, "With a token that the forum's key signed")


def _by_secret(own: Forgery) -> bool:
    return str(own.header.get("alg")).startswith("HS")


def _as_carol(site: Site, own: Forgery, secret: bytes, found: str, cost: str) -> Verdict:
    forged = own.edit_claims(sub="carol", role="teacher").sign_with_secret(secret)
    gained = read_bobs_grade(site, forged.token)
    return Verdict(gained.outcome, f"{found} {gained.said}", cost)


def _signed(claims: Forgery, setting: str) -> Forgery | None:
    """Return the token signed with what a settings file holds, if that can sign."""
    if "PRIVATE KEY" in setting:
        return claims.sign(OwnKey.read(setting.encode()))
    try:
        secret = base64.b64decode(setting, validate=True)
    except ValueError:
        return None
    return claims.sign_with_secret(secret) if _by_secret(claims) else None
