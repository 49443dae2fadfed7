"""What the stories of attacks leak."""

import hashlib

import pytest

from labkit.errors import InvalidInput
from labkit.practice.people import PEOPLE


def test_the_log_leaks_line_by_line(site, log_in):
    log_in("alice")
    log_in("bob")
    log = site.leak("log")
    assert list(log) == ["1", "2"]
    assert "name=alice" in log["1"]
    assert repr(log).splitlines()[1].startswith("2")
    assert "the site&#x27;s log" in log.html() or "the site's log" in log.html()


def test_what_was_typed_into_a_log_is_escaped_where_it_is_shown(site):
    site.client().post("/api/log-in", {"name": "alice", "password": "<script>"})
    site.application.extensions["labkit"].log.append("name=<script>")
    assert "<script>" not in site.leak("log").html()


def test_the_old_dump_holds_one_persons_password_and_no_name(site):
    dump = site.leak("old dump")
    ours = {hashlib.md5(person.password.encode()).hexdigest(): person.name for person in PEOPLE}
    assert [ours[digest] for digest in dump.values() if digest in ours] == ["grace"]
    assert list(dump) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("table", ["sessions", "", "Users", None, 5, [], "\ud800"])
def test_nothing_else_leaks(site, table):
    with pytest.raises(InvalidInput, match="No story leaks"):
        site.leak(table)


def test_an_old_row_opens_for_its_owner_and_is_replaced_then(site):
    site.legacy_row("erin")
    before = site.leak("users")["erin"]
    assert site.client().log_in("erin", "butterfly").ok
    assert site.leak("users")["erin"] != before


def test_nobody_has_no_old_row(site):
    with pytest.raises(InvalidInput, match="Nobody is called 'zoe'"):
        site.legacy_row("zoe")


def test_a_victim_takes_the_password_of_the_story(site):
    erin = site.victim("erin")
    assert not erin.take_password("short")
    assert erin.take_password("nine lanterns over the marsh")
    assert erin.log_in()
    assert site.client().log_in("erin", "butterfly").status == 401
