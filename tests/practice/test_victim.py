"""Somebody at home while an attack goes on: in, with a known browser, and saying nothing."""

import pytest

from labkit.catalogue import SiteBroken
from labkit.errors import InvalidInput
from labkit.guessing import LogInThrottle
from labkit.passwords import PasswordPolicy
from labkit.practice import Site
from labkit.practice.elsewhere import FORUM
from labkit.practice.people import PEOPLE
from labkit.practice.victim import EASY


def test_a_victim_gets_in_again_after_any_time(site):
    alice = site.victim("alice")
    for hours in (0, 1, 24 * 30):
        site.later(3600 * hours)
        assert alice.log_in()


def test_a_victims_browser_is_known_when_strangers_have_to_wait(site):
    alice, stranger = site.victim("alice"), site.client()
    for _ in range(6):
        stranger.log_in("alice", "walrus")
    assert stranger.log_in("alice", "penguin").status == 429
    assert alice.log_in()


def test_under_the_policy_no_easy_password_is_taken_and_the_old_one_stays(site):
    erin = site.victim("erin")
    assert not erin.take_easy_password()
    assert erin.log_in()
    assert site.client().log_in("erin", "butterfly").ok


class AnyPassword(PasswordPolicy):
    def problems(self, password, context=()):
        return []


def test_where_nothing_stops_them_people_take_the_easiest(fast):
    site = Site(fast.having(AnyPassword))
    erin = site.victim("erin")
    assert erin.take_easy_password()
    assert erin.log_in()
    assert site.client().log_in("erin", EASY[0]).ok


def test_the_record_shows_that_the_victim_acted_and_no_secret(site):
    site.victim("erin").take_easy_password()
    lines = [str(exchange) for exchange in site.exchanges]
    assert "erin: POST /api/log-in → 200" in lines
    assert lines.count("erin: POST /api/password → 400") == len(EASY)
    for exchange in site.exchanges:
        assert exchange.request.body == exchange.response.body == b""
        assert not exchange.request.headers
        assert not exchange.response.headers


def test_a_repr_holds_no_password(site):
    assert repr(site.victim("alice")) == "Victim('alice')"


class RefusesAll(LogInThrottle):
    def admit(self, keys, now):
        return 1.0


def test_a_site_that_refuses_its_user_is_broken_and_has_not_held(fast):
    with pytest.raises(SiteBroken, match="alice"):
        Site(fast.having(RefusesAll)).victim("alice")


@pytest.mark.parametrize("name", ["nobody", "", "ALICE", None, 5])
def test_nobody_else_is_a_victim(site, name):
    with pytest.raises(InvalidInput):
        site.victim(name)


def test_of_the_forums_members_exactly_one_uses_the_same_password_here():
    """And more names come before hers than one address may try."""
    here = {person.name: person.password for person in PEOPLE}
    both = [name for name, password in FORUM.items() if here.get(name) == password]
    assert both == ["erin"]
    assert set(FORUM) & set(here) == {"erin"}
    assert list(FORUM).index("erin") > 50


def test_what_leaked_elsewhere_is_handed_out_as_a_copy(site):
    handed = site.leaked_elsewhere
    handed.clear()
    assert site.leaked_elsewhere == FORUM
