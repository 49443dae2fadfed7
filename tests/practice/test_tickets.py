"""A link that downloads one's grades: what it opens, for how long, and what it does not open."""

import csv
import io

import pytest

from labkit.exchange import Request
from labkit.practice.tokens import TICKET
from labkit.tokens import inspect

GRACES = {"password": "vocal tundra mosaic elbow"}


@pytest.fixture
def link(log_in):
    """Ask for a link as somebody."""

    def asked(name):
        told = log_in(name).post("/api/grades/ticket")
        assert told.status == 200
        return told.json()["link"]

    return asked


@pytest.fixture
def anybody(site):
    return site.client("anybody")


def rows(answer):
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/csv; charset=utf-8"
    return [
        (r["student"], r["course"], r["points"]) for r in csv.DictReader(io.StringIO(answer.text))
    ]


def ticket_in(link):
    return link.partition("ticket=")[2]


def test_whoever_has_the_link_downloads_without_cookies(anybody, link):
    alices = rows(anybody.get(link("alice")))
    assert alices == [("alice", "Algebra", "91"), ("alice", "Geometry", "88")]
    assert anybody.cookies == {}


def test_a_teachers_link_holds_the_own_class_and_no_private_note(anybody, link):
    answer = anybody.get(link("carol"))
    assert {student for student, _, _ in rows(answer)} == {"alice", "bob", "mallory"}
    assert answer.text.splitlines()[0] == "student,course,points"
    assert "confidence" not in answer.text


@pytest.mark.parametrize("name", ["frank", "dave", "grace"])
def test_a_link_opens_what_its_owner_sees_on_the_page(log_in, anybody, link, name):
    seen = log_in(name).get("/api/grades").json()["grades"]
    expected = [(grade["student"], grade["course"], str(grade["points"])) for grade in seen]
    assert rows(anybody.get(link(name))) == expected


def test_the_download_shows_the_points_of_now(log_in, anybody, link):
    shared = link("bob")
    log_in("carol").change("PUT", "/api/grades/2", {"points": 58})
    assert ("bob", "Algebra", "58") in rows(anybody.get(shared))


def test_a_link_is_good_for_a_working_day(site, anybody, link):
    shared = link("alice")
    site.later(8 * 3600 - 1)
    assert anybody.get(shared).status == 200
    site.later(1)
    assert anybody.get(shared).status == 403


def test_a_ticket_is_no_access_token_whatever_it_is_sent_to(site, link, log_in):
    ticket = ticket_in(link("carol"))
    assert inspect(ticket).header["typ"] == TICKET
    for at, path in (("gradebook", "/api/grades"), ("forum", "/api/threads")):
        headers = {"Authorization": f"Bearer {ticket}"}
        assert site.client(at=at).get(path, **headers).status == 401


def test_an_access_token_is_no_ticket_and_gets_none(log_in, anybody):
    token = log_in("carol").post("/api/token").json()["access_token"]
    assert anybody.get(f"/grades.csv?ticket={token}").status == 403
    headers = {"Authorization": f"Bearer {token}"}
    asked = Request.of_json("POST", "/api/grades/ticket", {}, **headers)
    assert anybody.send(asked).status == 403


def test_a_ticket_in_the_header_opens_no_download(anybody, link):
    headers = {"Authorization": f"Bearer {ticket_in(link('alice'))}"}
    assert anybody.get("/grades.csv", **headers).status == 401


def test_a_new_role_ends_the_link(log_in, anybody, link):
    shared = link("carol")
    log_in("grace").post("/api/users/carol/role", {"role": "student", **GRACES})
    assert anybody.get(shared).status == 403


def test_a_new_password_ends_the_link(log_in, anybody, link):
    shared = link("erin")
    change = {"current": "butterfly", "new": "nine lanterns over the marsh"}
    assert log_in("erin").post("/api/password", change).ok
    assert anybody.get(shared).status == 403


def test_a_link_of_somebody_who_was_struck_off_holds_no_grade(site, anybody, link):
    shared = link("carol")
    site.application.extensions["labkit"].gradebook.change_user("carol", {"active": 0})
    assert rows(anybody.get(shared)) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?ticket=",
        "?ticket=x",
        "?ticket=a.b.c",
        "?ticket=%00",
        "?ticket=%FF",
        "?ticket=%ED%A0%80",
        "?TICKET=x",
        "?ticket=" + "A" * 9000,
    ],
)
def test_without_a_right_ticket_there_is_no_download(site, anybody, query):
    assert anybody.get(f"/grades.csv{query}").status == 403
    assert site.crashes == []


def test_a_stranger_and_a_form_from_elsewhere_get_no_link(site, log_in):
    assert site.client().post("/api/grades/ticket").status == 401
    alice = log_in("alice")
    forged = Request("POST", "/api/grades/ticket", {"Accept": "application/json"})
    assert alice.send(forged).status == 403


def test_the_download_is_kept_by_no_cache_and_named_to_no_other_site(anybody, link):
    answer = anybody.get(link("alice"))
    assert answer.header("Cache-Control") == "no-store"
    assert answer.header("Referrer-Policy") in ("no-referrer", "same-origin")
