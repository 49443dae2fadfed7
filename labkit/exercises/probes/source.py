"""Probes of where a log-in comes from, against the practice site behind two proxies of its own."""

from collections.abc import Mapping

from labkit.catalogue import Verdict, attack, breached, held
from labkit.exercises.trial import expect
from labkit.practice.site import Site
from labkit.practice.surface import Client

OUTER, INNER = "10.0.0.5", "10.0.0.6"  # a request through both reaches the site from INNER
TRUSTED = frozenset({OUTER, INNER})
MALLORY, ALICE = "203.0.113.66", "198.51.100.20"
NAMES = 60  # more than a source has free


def log_in(client: Client, name: str, password: str, forwarded: str = "") -> int:
    """Return the status of a log-in with this X-Forwarded-For."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client.post("/api/log-in", {"name": name, "password": password}, **headers).status


def through_proxies(forwarded: str) -> str:
    """Return what the two proxies make of the header: each adds the address that it saw."""
    return f"{forwarded}, {OUTER}"


def _alice_through_the_proxies(site: Site) -> None:
    for forwarded in (through_proxies(ALICE), through_proxies("2001:db8::20"), ALICE):
        status = log_in(site.client("alice", peer=INNER), "alice", "penguin", forwarded)
        expect(status == 200, f"Alice comes through the proxies and gets {status}.")


def _alice_directly(site: Site) -> None:
    for peer in (ALICE, "2001:db8::20"):
        status = log_in(site.client("alice", peer=peer), "alice", "penguin")
        expect(status == 200, f"Alice comes from {peer} and gets {status}.")


DAY = (
    ("Alice comes through the school's proxies", _alice_through_the_proxies),
    ("Alice comes without a proxy", _alice_directly),
)


@attack("rotate", "Another header for every guess", start="A list of names; no proxy in between")
def rotate(site: Site) -> Verdict:
    """Mallory reaches the site directly and writes a new X-Forwarded-For each time."""
    client = site.client("mallory", peer=MALLORY)
    return _spray(client, {place: _invented(place) for place in range(NAMES + 1)})


@attack("prepend", "Write into the header before the proxies do", start="A list of names")
def prepend(site: Site) -> Verdict:
    """Mallory comes through the proxies, which add her address to what she has written."""
    client = site.client("mallory", peer=INNER)
    lies = {place: through_proxies(f"{_invented(place)}, {MALLORY}") for place in range(NAMES + 1)}
    return _spray(client, lies)


@attack("neighbour", "Spend everybody's budget", start="Nothing; the proxies in between")
def neighbour(site: Site) -> Verdict:
    """Mallory fails until she is slowed down; then Alice comes through the same proxies."""
    client = site.client("mallory", peer=INNER)
    for place in range(NAMES):
        log_in(client, f"nobody {place}", "sunshine", through_proxies(MALLORY))
    status = log_in(site.client("alice", peer=INNER), "alice", "penguin", through_proxies(ALICE))
    if status != 200:
        return breached(f"Mallory failed {NAMES} times, and Alice next door gets {status}.")
    return held("Alice gets in: she is a source of her own.")


def _spray(client: Client, forwarded: Mapping[int, str]) -> Verdict:
    for place in range(NAMES):
        if log_in(client, f"nobody {place}", "sunshine", forwarded[place]) == 429:
            return held("Mallory is known as one source and has to wait.")
    if log_in(client, "bob", "sunshine", forwarded[NAMES]) == 200:
        return breached(f"One source tried {NAMES} names unhindered, then logged in as bob.")
    return held("Mallory tried all names and got in nowhere.")


def _invented(place: int) -> str:
    return f"192.0.2.{place + 1}"
