"""Who can mint: each party tries with what it holds, and every service is asked."""

import pytest

from labkit.comparing import Denylist, NoSuchPart, Sessions, ShortLived, Stateless, minters, minting
from labkit.comparing.minting import told
from labkit.errors import InvalidInput

ALL = ("log-in server", "service 1", "service 2", "service 3")


@pytest.mark.parametrize(
    ("design", "who"),
    [
        (lambda: Stateless(services=3, algorithm="HS256"), ALL),
        (lambda: Stateless(services=3, algorithm="RS256"), ALL[:1]),
        (lambda: Stateless(services=3, algorithm="ES256"), ALL[:1]),
        (lambda: Stateless(services=3, algorithm="EdDSA"), ALL[:1]),
        (lambda: Denylist(services=3, algorithm="HS256"), ALL),
        (lambda: ShortLived(services=3), ALL[:1]),
        (lambda: Sessions(services=3), ALL),
        (lambda: Sessions(services=3, grants=True), ALL[:1]),
    ],
)
def test_who_can_mint_follows_from_what_is_shared(design, who):
    assert minters(design()) == who


def test_the_table_names_the_same_parties():
    found = minting(services=3)
    assert found["one HS256 secret"] == ALL
    assert found["RS256 public keys"] == found["ES256 public keys"] == ALL[:1]
    assert "one HS256 secret" in repr(found)
    assert "the log-in server and 3 services" in found.html()


class OtherKey(Stateless):
    """A service that signs with a key of its own making: no other service trusts it."""

    def mint(self, party, user, role):
        return Stateless().mint("log-in server", user, role)


def test_a_credential_that_nobody_believes_is_no_minting():
    assert minters(OtherKey(services=2)) == ()


class Demoting(Sessions):
    """Whatever is minted gives the lowest role."""

    def mint(self, party, user, role):
        return super().mint(party, user, "student")


def test_a_credential_without_the_wanted_role_is_no_minting():
    assert minters(Demoting()) == ()


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ((), "nobody"),
        (ALL[:1], "the log-in server alone"),
        (ALL[:2], "the log-in server and 1 service"),
        (ALL, "the log-in server and 3 services"),
    ],
)
def test_the_parties_are_told_in_words(who, words):
    assert told(who) == words


@pytest.mark.parametrize("design", [None, Stateless, "stateless", 7])
def test_what_is_no_design_is_refused(design):
    with pytest.raises(InvalidInput):
        minters(design)


@pytest.mark.parametrize("party", ["service 4", "", None, 7, []])
@pytest.mark.parametrize("kind", [Stateless, Sessions])
def test_a_party_that_is_none_is_refused(kind, party):
    with pytest.raises(InvalidInput, match="no such party"):
        kind(services=3).mint(party, "grace", "admin")


@pytest.mark.parametrize("name", ["one secret", "", None, 1, []])
def test_what_was_not_tried_is_told(name):
    with pytest.raises(NoSuchPart, match="no such way"):
        minting(services=1)[name]
