"""The calendar that other programs fetch, by an address that holds a secret key."""

import re

import pytest

from labkit.practice.calendar import LONGEST_LINE, icalendar
from labkit.practice.decisions.passwords import FeedKey


@pytest.fixture
def address(log_in):
    return log_in("carol").get("/api/calendar").json()["address"]


def test_the_key_alone_opens_the_calendar(site, address):
    answer = site.client().get(address)
    assert answer.header("Content-Type") == "text/calendar; charset=utf-8"
    assert "SUMMARY:Talk with Bob's parents\\, in confidence\r\n" in answer.text
    assert "safety glasses" not in answer.text


@pytest.mark.parametrize("change", ["", "0", "é", "%FF", "%00", "0" * 32, "0" * 100_000])
def test_another_key_opens_nothing(site, address, change):
    answer = site.client().get(re.sub("=.*", "=" + change.replace("é", "%C3%A9"), address))
    assert answer.status == 404
    assert "Algebra" not in answer.text


def test_an_unknown_name_answers_like_a_wrong_key(site, address):
    wrong = site.client().get("/calendar/carol.ics?key=0")
    unknown = site.client().get("/calendar/nobody.ics?key=0")
    assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
    assert site.client().get("/calendar/carol.ics").status == 404


def test_one_key_does_not_open_another_calendar(site, address, log_in):
    own = log_in("dave").get("/api/calendar").json()["address"]
    assert site.client().get(own.replace("dave", "carol")).status == 404


def test_a_new_address_ends_the_old_one(site, address, log_in):
    fresh = log_in("carol").post("/api/calendar/key").json()["address"]
    assert site.client().get(address).status == 404
    assert site.client().get(fresh).ok


def test_who_was_struck_off_has_no_calendar_any_more(site, address):
    site.application.extensions["labkit"].gradebook.change_user("carol", {"active": 0})
    assert site.client().get(address).status == 404


def test_a_program_with_a_token_does_not_learn_the_address(site, log_in):
    token = log_in("carol").post("/api/token").json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert site.client().get("/api/calendar", **bearer).status == 403


def test_the_profile_shows_the_address_and_changes_it(browse, address):
    carol = browse("carol")
    assert f'href="{address}"' in carol.get("/profile").text
    assert carol.post("/calendar/key", "/profile").header("Location") == "/profile?done=calendar"
    page = carol.get("/profile?done=calendar").text
    assert address not in page
    assert "Your calendar has a new address." in page


def test_comparing_a_key_costs_the_same_however_much_of_it_is_right(site, address):
    key = address.partition("=")[2]
    before = site.bytes_read
    for right in (0, 16, 31):
        site.client().get(f"/calendar/carol.ics?key={key[:right]}{'x' * (32 - right)}")
    assert site.bytes_read == before


def test_keys_have_128_bits_and_differ():
    keys = {FeedKey().new() for _ in range(50)}
    assert len(keys) == 50
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


def test_a_long_title_is_folded_between_characters():
    title = "é" * 100 + "\r\nEND:VEVENT; a, b\\c"
    text = icalendar([{"id": 1, "day": "2027-01-14", "title": title}])
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= LONGEST_LINE for line in lines)
    assert lines.count("END:VEVENT") == 1
    assert "é" * 100 + "\\nEND:VEVENT\\; a\\, b\\\\c" in text.replace("\r\n ", "")


def test_every_line_ends_as_the_standard_says():
    text = icalendar([])
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n")
