"""Where a request comes from, and how accounts and sources are named in a store."""

import hashlib
import ipaddress
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from labkit import inputs
from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.guessing.errors import BadProxy, NotAnAddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# One customer gets a whole /64 of IPv6 (RFC 6177), and so 2^64 addresses to guess from.
IPV6_PREFIX = 64
MOST_HOPS = 32
MOST_HEADER = 16_384


def networks(proxies: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks of one's own proxies, parsed once.

    Raises:
        BadProxy: One is no network, or trusts every address.
    """
    if isinstance(proxies, str) or not isinstance(proxies, Iterable):
        raise BadProxy(f"The trusted proxies must be a list, not {type(proxies).__name__}.")
    return tuple(_network(proxy) for proxy in proxies)


def source_of(peer: str, headers: Mapping[str, str], trusted: Sequence[Network] = ()) -> str:
    """Return the network that a request comes from, as text that fits in a key.

    X-Forwarded-For is read from the right, and only as long as the hop that wrote an entry is
    one of our own proxies: everything further left was sent by the client, who may write there
    what he likes.

    Args:
        peer: The address of the other end of the connection.
        headers: The request's headers.
        trusted: Our own proxies, from `networks`.

    Returns:
        An IPv4 address, or the /64 of an IPv6 address.

    Raises:
        NotAnAddress: The peer is no IP address.
        BadProxy: `trusted` holds what `networks` does not return.

    Examples:
        >>> lie = {"X-Forwarded-For": "192.0.2.66, 198.51.100.7"}
        >>> source_of("203.0.113.9", lie)
        '203.0.113.9'
        >>> source_of("10.0.0.5", lie, networks(["10.0.0.0/24"]))
        '198.51.100.7'
    """
    if not isinstance(trusted, list | tuple) or not all(map(_is_network, trusted)):
        raise BadProxy("The trusted proxies must be what networks(...) returned.")
    hop = _address(inputs.text(peer, "peer", at_most=100))
    if hop is None:
        raise NotAnAddress("The peer is no IP address.", peer=peer)
    entries = header(headers, "X-Forwarded-For").split(",")[-MOST_HOPS:] if trusted else []
    while entries and any(hop in network for network in trusted):
        further = _address(entries.pop())
        if further is None:  # "unknown" or garbage: the proxy itself is the last thing we know
            break
        hop = further
    return _grouped(hop)


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header's value, or "", whatever the case of its name; repeated ones joined."""
    if not isinstance(headers, Mapping):
        raise InvalidInput(f"The headers must be a mapping, not {type(headers).__name__}.")
    found = [value for key, value in headers.items() if _is(key, name)]
    return ",".join(inputs.text(value, f"{name} header", at_most=MOST_HEADER) for value in found)


def _is_network(value: object) -> bool:
    return isinstance(value, Network)


def _is(key: object, name: str) -> bool:
    return isinstance(key, str) and key.lower() == name.lower()


def account_digest(account: str) -> str:
    """Return a short name for an account that is safe to keep in a store.

    Spellings that a site might take for the same account (case, width, spaces around it) come
    out equal: folding too much only shares a budget, folding too little hands out another one
    for every spelling. The digest keeps a name of any length to 43 characters and e-mail
    addresses out of sight; who reads the store can still try names.

    Args:
        account: The name that was typed, known or not, at most 1024 characters.

    Examples:
        >>> account_digest(" Alice@Example.org") == account_digest("alice@example.org")
        True
    """
    inputs.text(account, "account", at_least=1, at_most=1024)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", account).casefold())
    return base64url(hashlib.sha256(folded.strip().encode()).digest())


def _network(proxy: str) -> Network:
    try:
        network = ipaddress.ip_network(inputs.text(proxy, "trusted proxy", at_most=100))
    except ValueError as error:
        raise BadProxy(f"A trusted proxy is no network: {error}.") from error
    if network.prefixlen == 0:
        raise BadProxy(f"{network} trusts every address, and so every header that anyone sends.")
    return network


def _address(entry: str) -> Address | None:
    """Read "192.0.2.1", "2001:db8::1", and the same with a port, as some proxies write it."""
    entry = entry.strip()
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        address = ipaddress.ip_address(entry.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _grouped(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
