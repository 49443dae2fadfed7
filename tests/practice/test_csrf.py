"""Changes that another site could cause need the token of this very session; log-in too."""

import pytest

from labkit.exchange import Request
from labkit.practice.decisions.access import NEEDED

EXAMPLE = {"<id>": "2", "<name>": "alice"}
BY_BODY = "/api/token/refresh"


def changes():
    for path, methods in NEEDED.items():
        for method in methods:
            if method != "GET":
                for place, example in EXAMPLE.items():
                    path = path.replace(place, example)
                yield method, path


def bare(client, method, path, **headers):
    return client.send(Request.of_json(method, path, {"x": "y"}, **headers))


@pytest.mark.parametrize("name", ["carol", "grace", "alice"])
def test_every_change_needs_the_token(site, log_in, name):
    client = log_in(name)
    for method, path in changes():
        if path != BY_BODY:
            assert bare(client, method, path).status == 403, (method, path)
    assert client.get("/api/grades").status == 200


def test_what_is_proven_by_the_body_needs_none(site):
    assert bare(site.client(), "POST", BY_BODY).status == 400


def test_logging_in_needs_it_too(site):
    stranger = site.client()
    body = {"name": "alice", "password": "penguin"}
    assert stranger.send(Request.of_json("POST", "/api/log-in", body)).status == 403
    stranger.get("/api/session")
    assert stranger.send(Request.of_json("POST", "/api/log-in", body)).status == 403
    assert stranger.log_in("alice", "penguin").status == 200


def test_the_token_of_another_session_is_none(log_in):
    alice, mallory = log_in("alice"), log_in("mallory")
    body = {"text": "hm"}
    hers = {"X-CSRF-Token": mallory.csrf_token}
    assert alice.send(Request.of_json("POST", "/api/messages", body, **hers)).status == 403


def test_the_token_from_before_the_log_in_is_none(site):
    client = site.client()
    client.get("/api/session")
    before = {"X-CSRF-Token": client.csrf_token}
    client.log_in("alice", "penguin")
    assert bare(client, "POST", "/api/messages", **before).status == 403


@pytest.mark.parametrize("token", ["", "x", "A" * 64, "null", "undefined", "a" * 9000])
def test_a_made_up_token_is_none(log_in, token):
    assert bare(log_in("alice"), "POST", "/api/messages", **{"X-CSRF-Token": token}).status == 403


def test_the_token_in_the_address_does_not_count(log_in):
    alice = log_in("alice")
    path = f"/api/messages?csrf_token={alice.csrf_token}"
    assert bare(alice, "POST", path).status == 403


def test_a_method_override_does_not_turn_a_get_into_a_change(log_in):
    carol = log_in("carol")
    carol.get("/api/grades/2?points=1&_method=PUT", **{"X-HTTP-Method-Override": "PUT"})
    assert carol.get("/api/grades/2").json()["points"] == 54


def test_nothing_changes_by_get(site, log_in):
    grace = log_in("grace")
    before = site.leak("users"), grace.get("/api/grades").json(), grace.get("/api/users").json()
    for path, methods in NEEDED.items():
        if "GET" not in methods:
            for place, example in EXAMPLE.items():
                path = path.replace(place, example)
            assert grace.get(path).status == 405, path
    after = site.leak("users"), grace.get("/api/grades").json(), grace.get("/api/users").json()
    assert before == after


def test_a_bearer_token_needs_none_and_a_false_one_does_not_help(site, log_in):
    token = log_in("alice").post("/api/token").json()["access_token"]
    script = site.client()
    body = {"text": "from a script"}
    good = {"Authorization": f"Bearer {token}"}
    assert script.send(Request.of_json("POST", "/api/messages", body, **good)).status == 201
    victim = log_in("alice")
    false = {"Authorization": "Bearer x"}
    assert victim.send(Request.of_json("POST", "/api/messages", body, **false)).status == 401
    basic = {"Authorization": "Basic eA=="}
    assert victim.send(Request.of_json("POST", "/api/messages", body, **basic)).status == 403


def test_a_form_carries_its_token_in_a_hidden_field(browse):
    bob = browse("bob")
    assert bob.send("/messages", text="hm").status == 403
    assert bob.send("/messages", text="hm", csrf_token="x").status == 403
    assert bob.post("/messages", "/messages", text="hm").status == 303
