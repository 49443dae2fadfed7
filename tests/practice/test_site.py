"""The site as a lesson holds it: built, leaked, put back, in memory or in a file."""

import time

import pytest

from labkit.clock import ManualClock, system_clock
from labkit.errors import InvalidInput, StoreError
from labkit.practice import Site
from labkit.practice.decisions.guessing import LogIn
from labkit.practice.people import PEOPLE


def test_every_seeded_person_gets_in(site, log_in):
    for person in PEOPLE:
        assert log_in(person.name).get("/api/me").json()["role"] == person.role


@pytest.mark.parametrize("defences", [LogIn, "secure", {}])
def test_a_mistake_by_itself_makes_no_site(defences):
    with pytest.raises(InvalidInput, match="having"):
        Site(defences)


def test_the_attackers_own_account_is_an_honest_one(site):
    assert site.as_mallory().get("/api/me").json()["name"] == "mallory"


def test_a_stolen_backup_shows_the_stored_passwords(site):
    table = site.leak("users")
    assert set(table) == {person.name for person in PEOPLE}
    assert all(site.stolen_check()(person.password, table[person.name]) for person in PEOPLE)


def test_no_story_leaks_another_table(site):
    with pytest.raises(InvalidInput, match="No story leaks"):
        site.leak("sessions")


def test_two_equal_passwords_do_not_look_equal(site):
    table = site.leak("users")
    assert table["bob"] != table["mallory"]


def test_sites_with_one_hasher_share_the_work_of_seeding(fast):
    assert Site(fast).leak("users") == Site(fast).leak("users")


def test_restore_undoes_everything(site, log_in):
    table, now = dict(site.leak("users")), site.clock()
    carol, bob = log_in("carol"), log_in("bob")
    token = {"Authorization": f"Bearer {bob.post('/api/token').json()['access_token']}"}
    carol.change("PUT", "/api/grades/2", {"points": 0})
    bob.post("/api/messages", {"text": "hm"})
    bob.change("PATCH", "/api/me", {"about": "hm"})
    bob.post("/api/second-factor", {"password": "sunshine"})
    bob.post("/api/password", {"current": "sunshine", "new": "four words of mine: kelp"})
    stranger = site.client()
    for n in range(6):
        stranger.log_in("alice", f"guess {n}")
    site.later(5000)

    site.restore()
    assert (site.clock(), site.exchanges, site.crashes, site.log) == (now, [], [], [])
    assert dict(site.leak("users")) == table
    for gone in (carol, bob):
        assert gone.get("/api/grades").status == 401
    assert site.client().log_in("alice", "penguin").status == 200
    carol, bob = log_in("carol"), log_in("bob")
    assert carol.get("/api/grades/2").json()["points"] == 54
    assert len(carol.get("/api/messages").json()["messages"]) == 2
    assert bob.get("/api/me").json()["about"] == "In the chess club."
    assert bob.get("/api/second-factor").json()["state"] == "none"
    # A token says by itself who it is for: after a restore nothing has taken it back.
    assert site.client().get("/api/grades", **token).status == 200


def test_restoring_is_quick(site):
    start = time.process_time()
    for _ in range(100):
        site.restore()
    assert time.process_time() - start < 5


def test_a_lesson_may_let_time_pass_but_not_run_back(site):
    now = site.clock()
    site.later(60)
    assert site.clock() == now + 60
    for seconds in (-1, float("nan"), "60", None):
        with pytest.raises(InvalidInput):
            site.later(seconds)


def test_a_clock_that_runs_by_itself_is_not_moved(fast):
    site = Site(fast, clock=system_clock)
    with pytest.raises(InvalidInput, match="by itself"):
        site.later(60)
    assert site.client().log_in("alice", "penguin").status == 200
    site.restore()


def test_sweeping_forgets_what_has_expired_and_nothing_else(site, log_in):
    alice = log_in("alice")
    for _ in range(5):
        site.client().get("/log-in")
    assert site.sweep() == 0
    site.later(3601)
    alice_now = log_in("alice")
    assert site.sweep() == 6  # five visitors, and Alice's older session
    assert alice.get("/api/grades").status == 401
    assert alice_now.get("/api/grades").status == 200


def test_a_file_keeps_accounts_grades_and_sessions(fast, tmp_path):
    file = tmp_path / "gradebook.db"
    first = Site(fast, database=file, clock=ManualClock())
    carol = first.client("carol")
    carol.log_in("carol", "elephant")
    carol.change("PUT", "/api/grades/2", {"points": 58})
    first.close()

    second = Site(fast, database=file, clock=ManualClock())
    again = second.client("carol")
    again.cookies = dict(carol.cookies)
    assert again.get("/api/grades/2").json()["points"] == 58
    with pytest.raises(StoreError):
        second.restore()
    second.close()


@pytest.mark.parametrize("database", [5, "", "a\0b", None])
def test_what_is_no_file_is_refused(fast, database):
    with pytest.raises(InvalidInput):
        Site(fast, database=database)


def test_people_have_the_passwords_that_a_lesson_gives_them_and_their_own_otherwise():
    site = Site(passwords={"mallory": "quiet lantern"})
    assert site.mallory.password == "quiet lantern"
    assert site.as_mallory().get("/api/me").ok
    assert site.client().log_in("mallory", Site().mallory.password).status == 401
    assert site.person("alice") == Site().person("alice")
    assert site.victim("alice").log_in()
