"""The table of permissions is whole: no route without a line, no line without a route."""

import re

import pytest

from labkit.practice.decisions.access import NEEDED, NOBODYS, Guard
from labkit.practice.people import PEOPLE

PLACES = {"grade_id": "id", "filename": "file"}
EXAMPLE = {"<id>": "2", "<name>": "alice", "<file>": "gradebook.css"}


def routes(site):
    for rule in site.application.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: f"<{PLACES.get(m[1], m[1])}>", rule.rule)
        for method in rule.methods:
            yield path, method


def filled(path):
    return re.sub(r"<\w+>", lambda place: EXAMPLE[place[0]], path)


def test_every_route_and_method_is_in_the_table_and_nothing_else_is(module_site):
    built = {(path, method) for path, method in routes(module_site) if method != "HEAD"}
    listed = {(path, method) for path, methods in NEEDED.items() for method in methods}
    assert built == listed


def test_every_permission_of_the_table_is_one_of_the_policy(module_site):
    policy = module_site.application.extensions["labkit"].policy
    needed = {needed for methods in NEEDED.values() for needed in methods.values()}
    assert needed - {None} <= policy.permissions


def test_the_guard_finds_each_line_by_a_real_path(module_site):
    for path, methods in NEEDED.items():
        for method, needed in methods.items():
            assert Guard().required(method, filled(path)) == needed


def test_head_needs_what_get_needs():
    assert Guard().required("HEAD", "/api/grades") == "grades:read"


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "DELETE", "get", "", "POST ", "PUT"])
def test_an_unlisted_method_is_nobodys(method):
    assert Guard().required(method, "/api/users") == NOBODYS


@pytest.mark.parametrize(
    "path",
    [
        "//api/users",
        "/API/users",
        "/api//users",
        "/api/users/",
        "/api/users/.",
        "/api/./users",
        "/api/users\n",
        "/api/users%20",
        "/api/users/Alice/role",
        "/api/users/alice%2frole",
        "/api/grades/٣",
        "/api/grades/-1",
        "/api/grades/1\n",
        "/api/grades/" + "9" * 19,
        "/v1/grades",
        "/static/../app.py",
        "/static/.hidden",
        "",
        "api/grades",
    ],
)
def test_another_spelling_of_a_path_is_nobodys(path):
    assert Guard().required("GET", path) == NOBODYS
    assert Guard().required("POST", path) == NOBODYS


@pytest.mark.parametrize("path", ["//users", "/USERS", "/users/", "/users/.", "/api//users"])
def test_another_spelling_of_a_path_leads_nowhere_even_for_those_who_may(log_in, path):
    assert log_in("grace").get(path).status in (403, 404)


def test_nobodys_permission_is_held_by_nobody(module_site):
    policy = module_site.application.extensions["labkit"].policy
    assert NOBODYS not in policy.permissions


def test_a_route_that_nobody_listed_is_closed_to_everyone(fast):
    from labkit.practice import Site

    site = Site(fast)
    site.application.add_url_rule("/api/backdoor", "backdoor", lambda: {"open": True})
    assert site.client().get("/api/backdoor").status == 401
    for person in PEOPLE:
        client = site.client(person.name)
        client.log_in(person.name, person.password)
        assert client.get("/api/backdoor").status == 403


def test_a_stranger_is_refused_wherever_a_permission_is_needed(site):
    stranger = site.client()
    for path, methods in NEEDED.items():
        for method, needed in methods.items():
            if needed is not None:
                answer = stranger.change(method, filled(path))
                assert answer.status == 401, (method, path)
                assert answer.header("WWW-Authenticate").startswith("Bearer ")


# Who may use which guarded route at all, whatever it is asked about.
MEMBERS = {"alice", "carol", "grace"}
ALLOWED = {
    "grades:read": MEMBERS,
    "grades:edit": {"carol"},
    "grades:approve": {"carol", "grace"},
    "messages:read": {"alice", "carol"},
    "messages:post": {"alice", "carol"},
    "profile:read": MEMBERS,
    "profile:edit": MEMBERS,
    "tokens:get": MEMBERS,
    "users:list": {"grace"},
    "users:role": {"grace"},
}


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_the_known_are_told_403_where_their_role_may_not(log_in, name):
    client = log_in(name)
    for path, methods in NEEDED.items():
        for method, needed in methods.items():
            if needed is not None and name not in ALLOWED[needed]:
                assert client.change(method, filled(path)).status == 403, (method, path)


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_the_known_are_not_refused_where_their_role_may(log_in, name):
    for path, methods in NEEDED.items():
        for method, needed in methods.items():
            if method == "GET" and needed is not None and name in ALLOWED[needed]:
                own = filled(path.replace("<id>", "1"))
                assert log_in(name).get(own).status == 200, path


@pytest.mark.parametrize(
    ("known", "visible", "status"),
    [(False, False, 401), (False, True, 401), (True, False, 404), (True, True, 403)],
)
def test_what_one_may_not_see_answers_as_if_it_were_not_there(known, visible, status):
    assert Guard().status(known=known, visible=visible) == status
