"""Somebody at home while an attack goes on: in, with a known browser, and saying nothing."""

import pytest

from labkit.catalogue import SiteBroken
from labkit.errors import InvalidInput
from labkit.exchange import Request
from labkit.guessing import LogInThrottle
from labkit.passwords import PasswordPolicy
from labkit.practice import Site
from labkit.practice.elsewhere import FORUM
from labkit.practice.people import PEOPLE
from labkit.practice.victim import EASY
from labkit.tokens import KeyRing


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


# The program at home


def test_a_program_at_home_renews_its_token_again_and_again(site):
    carol = site.victim("carol")
    kept = [carol.backup()]
    for _ in range(3):
        site.later(86_400)
        assert carol.sync()
        kept.append(carol.backup())
    assert len(set(kept)) == len(kept)
    assert carol.backup() == kept[-1]


def test_a_copy_that_is_used_first_ends_the_family_when_the_owner_comes(site):
    carol = site.victim("carol")
    copied = Request.of_json("POST", "/api/token/refresh", {"refresh_token": carol.backup()})
    stolen = site.client().send(copied).json()["refresh_token"]
    assert not carol.sync()
    again = Request.of_json("POST", "/api/token/refresh", {"refresh_token": stolen})
    refused = site.client().send(again)
    assert (refused.status, refused.json()["error"]) == (400, "invalid_grant")
    assert not carol.sync()


def test_the_record_shows_that_the_program_acted_and_not_with_what(site):
    carol = site.victim("carol")
    token = carol.backup()
    carol.sync()
    lines = [str(exchange) for exchange in site.exchanges]
    assert "carol: POST /api/token/refresh → 200" in lines
    told = "".join(exchange.wire() for exchange in site.exchanges)
    assert token not in told
    assert carol.backup() not in told
    assert carol.backup() not in repr(carol)


class GivesNone(KeyRing):
    """Its key is for verifying alone: no token can be issued."""

    def signing_key(self):
        return super().signing_key().public()


def test_a_site_that_gives_a_program_no_token_is_broken(fast):
    with pytest.raises(SiteBroken):
        Site(fast.having(GivesNone)).victim("carol").backup()


def test_the_office_gives_somebody_another_role(site, log_in):
    grace = site.victim("grace")
    grace.appoint("mallory", "teacher")
    assert log_in("mallory").get("/api/grades/2").status == 200
    grace.appoint("mallory", "student")
    assert log_in("mallory").get("/api/grades/2").status == 404


@pytest.mark.parametrize(
    ("who", "name", "role"),
    [("carol", "mallory", "teacher"), ("grace", "zoe", "teacher"), ("grace", "mallory", "emperor")],
)
def test_what_the_site_does_not_let_them_do_breaks_the_story(site, who, name, role):
    with pytest.raises(SiteBroken, match=f"let {who} give {name} a role"):
        site.victim(who).appoint(name, role)
