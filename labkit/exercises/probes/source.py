"""Probes of where a log-in comes from, against the practice site behind two proxies of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.catalogue import Verdict, attack, breached, held
from labkit.exercises.trial import expect
from labkit.exercises.variants import Variant
from labkit.practice.defences import Defences
from labkit.practice.site import Site
from labkit.practice.surface import Client

NAMES = 60  # more than a source has free


@dataclass(frozen=True)
class Network:
    """The addresses of a variant; a request through both proxies comes from `inner`."""

    outer: str = "10.0.0.5"
    inner: str = "10.0.0.6"
    mallory: str = "203.0.113.66"
    alice: str = "198.51.100.20"
    alice6: str = "2001:db8::20"
    invented: str = "192.0.2"

    @property
    def trusted(self) -> frozenset[str]:
        """The site's own proxies."""
        return frozenset({self.outer, self.inner})

    def through_proxies(self, forwarded: str) -> str:
        """Return what the two make of the header: each adds the address that it saw."""
        return f"{forwarded}, {self.outer}"


def network(own: Variant) -> Network:
    """Return the variant's network, of addresses for documentation (RFC 5737, RFC 3849)."""
    if not own.student:
        return Network()
    nets = own.ordered("nets", ("192.0.2", "198.51.100", "203.0.113"))
    subnet, host = own.octets("subnet", 2), 1 + own.number("host", 250)
    inside = f"10.{subnet[0]}.{subnet[1]}"
    mallory, alice = (f"{net}.{1 + own.number(net, 254)}" for net in nets[:2])
    alice6 = f"2001:db8::{1 + own.number('alice6', 0xFFFE):x}"
    return Network(f"{inside}.{host}", f"{inside}.{host + 1}", mallory, alice, alice6, nets[2])


class SchoolSite(Site):
    """The practice site behind the proxies of a variant."""

    def __init__(self, defences: Defences, own: Variant) -> None:
        super().__init__(defences)
        self.network = network(own)


def log_in(client: Client, name: str, password: str, forwarded: str = "") -> int:
    """Return the status of a log-in with this X-Forwarded-For."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client.post("/api/log-in", {"name": name, "password": password}, **headers).status


def _alice_through_the_proxies(site: SchoolSite) -> None:
    net = site.network
    for forwarded in (*map(net.through_proxies, (net.alice, net.alice6)), net.alice):
        status = log_in(site.client("alice", peer=net.inner), "alice", "penguin", forwarded)
        expect(status == 200, f"Alice comes through the proxies and gets {status}.")


def _alice_directly(site: SchoolSite) -> None:
    for peer in (site.network.alice, site.network.alice6):
        status = log_in(site.client("alice", peer=peer), "alice", "penguin")
        expect(status == 200, f"Alice comes from {peer} and gets {status}.")


DAY = (
    ("Alice comes through the school's proxies", _alice_through_the_proxies),
    ("Alice comes without a proxy", _alice_directly),
)


@attack("rotate", "Another header for every guess", start="A list of names; no proxy in between")
def rotate(site: SchoolSite) -> Verdict:
    """Mallory reaches the site directly and writes a new X-Forwarded-For each time."""
    client = site.client("mallory", peer=site.network.mallory)
    return _spray(client, _invented(site.network))


@attack("prepend", "Write into the header before the proxies do", start="A list of names")
def prepend(site: SchoolSite) -> Verdict:
    """Mallory comes through the proxies, which add her address to what she has written."""
    net = site.network
    lies = [net.through_proxies(f"{lie}, {net.mallory}") for lie in _invented(net)]
    return _spray(site.client("mallory", peer=net.inner), lies)


@attack("neighbour", "Spend everybody's budget", start="Nothing; the proxies in between")
def neighbour(site: SchoolSite) -> Verdict:
    """Mallory fails until she is slowed down; then Alice comes through the same proxies."""
    net = site.network
    client, alice = (site.client(name, peer=net.inner) for name in ("mallory", "alice"))
    for place in range(NAMES):
        log_in(client, f"nobody {place}", "sunshine", net.through_proxies(net.mallory))
    status = log_in(alice, "alice", "penguin", net.through_proxies(net.alice))
    if status != 200:
        return breached(f"Mallory failed {NAMES} times, and Alice next door gets {status}.")
    return held("Alice gets in: she is a source of her own.")


def _spray(client: Client, forwarded: Sequence[str]) -> Verdict:
    for place in range(NAMES):
        if log_in(client, f"nobody {place}", "sunshine", forwarded[place]) == 429:
            return held("Mallory is known as one source and has to wait.")
    if log_in(client, "bob", "sunshine", forwarded[NAMES]) == 200:
        return breached(f"One source tried {NAMES} names unhindered, then logged in as bob.")
    return held("Mallory tried all names and got in nowhere.")


def _invented(net: Network) -> list[str]:
    return [f"{net.invented}.{place + 1}" for place in range(NAMES + 1)]
