"""What a notebook shows of the site: a stolen table, a person's screen."""

import pytest

from labkit.errors import InvalidInput
from labkit.practice import as_seen_by
from labkit.practice.views import Leak, Screen


def test_a_salt_of_its_own_has_a_column_of_its_own():
    leak = Leak({"alice": "$textbook$ab12$5ebe", "bob": "$textbook$$5ebe", "eve": "$argon2id$x"})
    assert repr(leak).splitlines() == [
        "alice  ab12 5ebe",
        "bob     5ebe",
        "eve    (inside) $argon2id$x",
    ]
    assert '<code class="lk-mono">ab12</code>' in leak.html()
    assert "<td>none</td>" in leak.html()


def test_a_leak_is_a_mapping():
    leak = Leak({"alice": "row"})
    assert dict(leak) == {"alice": "row"}
    assert len(leak) == 1
    assert repr(Leak({})) == ""


def test_a_person_sees_the_grades_that_the_site_gives_them(site):
    screen = as_seen_by(site, "alice")
    assert repr(screen).splitlines()[1:] == [
        "alice  Algebra  91  (number 1)",
        "alice  Geometry  88  (number 4)",
    ]
    assert "<td>Geometry</td>" in screen.html()


def test_what_a_screen_shows_is_escaped():
    grade = {"id": 1, "student": "<b>", "course": "\u202e", "points": 5}
    assert "<b>" not in Screen("<i>", [grade]).html()
    assert "\u202e" not in repr(Screen("x", [grade]))


def test_nobody_has_no_screen(site):
    with pytest.raises(InvalidInput, match="Nobody is called 'zoe'"):
        as_seen_by(site, "zoe")


def test_who_cannot_log_in_any_more_has_none_either(site):
    site.application.extensions["labkit"].gradebook.change_user("alice", {"active": 0})
    with pytest.raises(InvalidInput, match="restore"):
        as_seen_by(site, "alice")
