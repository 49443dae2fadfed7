"""Attacks on what happens to a password before its hash: it is cut, pre-hashed, or not measured."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache

from labkit.attacks.leaked import opens, victims
from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.cracking import Recipe, SecretNeeded, UnreadableStored, count, duration, read
from labkit.practice.surface import Site

# 72 bytes that stand in many books (William Blake, 1794), and what Erin adds to them.
VERSE = "Tyger Tyger, burning bright, in the forests of the night; what immortal "
HER_OWN = "teapot 41"
# The inner digest as the slow hash may have been given it.
FORMS: Mapping[str, Callable[[bytes], bytes]] = {
    "hex": lambda digest: digest.hex().encode(),
    "raw bytes": bytes,
    "Base64": base64.b64encode,
}
FOUR_WORDS = 7776**4  # of the list of five dice
SHORT, LONG = 64, 64 * 1024  # characters; 64 have to be taken (NIST SP 800-63B-4 §3.1.1.2)
WITHOUT_END = 100  # times the cost of a short one


@attack(
    "P6",
    "End the passphrase otherwise",
    start="The first 72 bytes of Erin's passphrase: a verse that she likes",
)
def end_otherwise(site: Site) -> Verdict:
    """Erin takes a verse and ends it in her own way. Mallory knows the verse, not the ending."""
    erin = site.victim("erin")
    if not erin.take_password(VERSE + HER_OWN):
        return held("The site does not take so long a password, and says so.")
    if not erin.log_in():
        raise SiteBroken("The site took Erin's long password and refuses it at the log-in.")
    typed = f"{VERSE}whatever"
    if opens(site, "erin", typed):
        return breached(f"Mallory logged in as erin with {typed!r}: the ending does not count.")
    return held("Without the right ending the verse opens nothing.")


@attack("P7", "Shuck it with an old MD5", start="A copy of the users table, and an old dump of MD5")
def shuck(site: Site) -> Verdict:
    """Mallory feeds MD5 digests that leaked elsewhere to the slow hash instead of passwords.

    Whoever has a password in both places is found without one guess at it, and from then on each
    guess costs an MD5. Mallory could guess at the whole dump for the same price; now she knows
    that it pays, and whose account it opens. It ends off line: four words are hours of a GPU, and
    they are priced here, not guessed.
    """
    table, dump = site.leak("users"), site.leak("old dump")
    own = hashlib.md5(site.mallory.password.encode()).digest()
    form = _inner_form(table["mallory"], own)
    if form is None:
        return held("Behind the slow hash of Mallory's own row stands no MD5.")
    digests = [bytes.fromhex(digest) for digest in dump.values()]
    for name, row in victims(site):
        for digest in digests:
            if read(row).check(FORMS[form](digest)):
                return breached(_shucked(name, digest.hex()), cost=_prices(row, digest.hex()))
    return held(f"None of {len(digests)} digests is behind a row.")


@attack("P11", "Send an endless password", start="Nothing: no account is needed")
def send_endless_password(site: Site) -> Verdict:
    """Mallory types 64 characters, then 65 536, and compares what the site had to do."""
    short, long = _cost(site, SHORT), _cost(site, LONG)
    told = (
        f"bytes that the site's own code went through: {count(short)} for {SHORT} characters,"
        f" {count(long)} for {count(LONG)}"
    )
    if long > WITHOUT_END * max(short, SHORT):
        times = count(long // max(short, 1))
        return breached(f"One request costs as much as {times} others.", cost=told)
    return held("A long password costs no more than a short one.", cost=told)


def _cost(site: Site, length: int) -> int:
    client, before = site.client("mallory"), site.bytes_read
    client.log_in("mallory", "x" * length)
    return site.bytes_read - before


@lru_cache(maxsize=64)
def _inner_form(stored: str, digest: bytes) -> str | None:
    """Return how the digest was handed to the slow hash of a row, or None if it was not."""
    recipe = _recipe(stored)
    fits = (name for name, form in FORMS.items() if recipe and recipe.check(form(digest)))
    return next(fits, None)


def _recipe(stored: str) -> Recipe | None:
    try:
        return read(stored)
    except (UnreadableStored, SecretNeeded):
        return None


def _shucked(name: str, digest: str) -> str:
    return f"Without a guess Mallory knows that the MD5 {digest[:8]}… stands behind {name}'s hash."


def _prices(row: str, digest: str) -> str:
    slow, fast = (FOUR_WORDS / 2 * read(each).price_s() for each in (row, digest))
    return f"four random words on one RTX 4090: {duration(fast)} instead of {duration(slow)}"
