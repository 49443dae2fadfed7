import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput
from labkit.guessing import BadProxy, NotAnAddress, networks, source_of
from labkit.guessing.source import account_digest

OURS = networks(["10.0.0.0/8", "2001:db8:aaaa::/48"])
XFF = "X-Forwarded-For"

# peer, X-Forwarded-For, source
WALKS = [
    ("203.0.113.9", "", "203.0.113.9"),
    ("203.0.113.9", "192.0.2.1", "203.0.113.9"),
    ("10.0.0.5", "", "10.0.0.5"),
    ("10.0.0.5", "198.51.100.7", "198.51.100.7"),
    ("10.0.0.5", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
    ("10.0.0.5", "192.0.2.1, 198.51.100.7, 10.0.0.6", "198.51.100.7"),
    ("10.0.0.5", "10.0.0.7, 10.0.0.6", "10.0.0.7"),
    ("10.0.0.5", "198.51.100.7:50123", "198.51.100.7"),
    ("10.0.0.5", "[2001:db8:1:2:3::4]:443", "2001:db8:1:2::/64"),
    ("10.0.0.5", "unknown", "10.0.0.5"),
    ("10.0.0.5", "198.51.100.7, garbage", "10.0.0.5"),
    ("10.0.0.5", "198.51.100.7,", "10.0.0.5"),
    ("::ffff:10.0.0.5", "198.51.100.7", "198.51.100.7"),
    ("2001:db8:aaaa::1", "198.51.100.7", "198.51.100.7"),
    ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    ("fe80::1%eth0", "", "fe80::/64"),
]


@pytest.mark.parametrize(("peer", "forwarded", "expected"), WALKS)
def test_the_source_is_the_first_hop_from_the_right_that_is_not_ours(peer, forwarded, expected):
    headers = {XFF: forwarded} if forwarded else {}
    assert source_of(peer, headers, OURS) == expected


def test_without_trusted_proxies_the_header_is_never_read():
    assert source_of("10.0.0.5", {XFF: "198.51.100.7"}) == "10.0.0.5"


@pytest.mark.parametrize("name", ["x-forwarded-for", "X-FORWARDED-FOR"])
def test_the_case_of_the_headers_name_does_not_matter(name):
    assert source_of("10.0.0.5", {name: "198.51.100.7"}, OURS) == "198.51.100.7"


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5), st.text(max_size=30))
def test_whatever_a_client_writes_to_the_left_changes_nothing(lies, junk):
    forwarded = ", ".join([junk, *lies, "198.51.100.7", "10.0.0.6"])
    assert source_of("10.0.0.5", {XFF: forwarded}, OURS) == "198.51.100.7"


def test_addresses_of_one_64_are_one_source_and_of_two_are_two():
    first, second = (source_of(f"2001:db8:1:{n}::{n}", {}) for n in (1, 2))
    assert first != second
    assert source_of("2001:db8:1:1:ffff::9", {}) == first


def test_an_ipv4_address_in_ipv6_clothes_is_the_same_source():
    assert source_of("::ffff:203.0.113.9", {}) == source_of("203.0.113.9", {})


@pytest.mark.parametrize("peer", ["", "localhost", "unix:", "1.2.3", "1.2.3.4.5", "\0", "::g"])
def test_a_peer_that_is_no_address_is_refused(peer):
    with pytest.raises(NotAnAddress, match="no IP address"):
        source_of(peer, {})


@pytest.mark.parametrize("peer", [None, 5, b"1.2.3.4", "\ud800", "1" * 5000])
def test_a_peer_of_the_wrong_kind_is_refused(peer):
    with pytest.raises(InvalidInput):
        source_of(peer, {})


@pytest.mark.parametrize("value", [None, 5, "\ud800", "1" * 20_000])
def test_a_header_that_cannot_be_one_is_refused(value):
    with pytest.raises(InvalidInput):
        source_of("10.0.0.5", {XFF: value}, OURS)


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_any_peer_is_an_address_or_refused(peer):
    try:
        found = source_of(peer, {})
    except InvalidInput:
        return
    assert ipaddress.ip_network(found)


@pytest.mark.parametrize(
    "proxies", ["10.0.0.5", ["nonsense"], ["10.0.0.5/8"], [""], ["10.0.0.0/99"]]
)
def test_a_proxy_that_is_no_network_is_refused_at_once(proxies):
    with pytest.raises(InvalidInput):
        networks(proxies)


@pytest.mark.parametrize("everyone", ["0.0.0.0/0", "::/0"])
def test_nobody_trusts_the_whole_internet(everyone):
    with pytest.raises(BadProxy, match="every address"):
        networks([everyone])


class TestAccountDigest:
    @pytest.mark.parametrize(
        "spelling",
        ["ALICE@example.org", " alice@example.org ", "ａlice@example.org", "Alice@eXample.org"],
    )
    def test_spellings_that_a_site_may_take_for_one_account_share_a_digest(self, spelling):
        assert account_digest(spelling) == account_digest("alice@example.org")

    def test_two_accounts_have_two(self):
        assert account_digest("alice") != account_digest("bob")

    @pytest.mark.parametrize("account", ["a", "a" * 1024, "\ufdfa" * 1024, "a\0b", "\U0001f600"])
    def test_any_account_gives_43_characters_that_do_not_show_it(self, account):
        digest = account_digest(account)
        assert len(digest) == 43
        assert digest.isascii()

    @pytest.mark.parametrize("account", ["", "a" * 1025, None, 5, b"alice", "\ud800"])
    def test_what_is_no_name_is_refused(self, account):
        with pytest.raises(InvalidInput):
            account_digest(account)


@pytest.mark.parametrize("headers", [None, 5, "Cookie: x", [("Cookie", "x")]])
def test_headers_that_are_no_mapping_are_refused(headers):
    with pytest.raises(InvalidInput, match="headers must be a mapping"):
        source_of("203.0.113.9", headers, networks(["203.0.113.0/24"]))
