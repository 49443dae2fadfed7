"""Profile, password, sessions and log-out."""

import pytest

from labkit.exchange import Request
from labkit.practice.tokens import AUDIENCE, FORUM
from labkit.tokens import inspect

NEW = "four words of mine: kelp"


def test_a_profile_shows_its_owner_the_address_and_no_hash(log_in):
    me = log_in("alice").get("/api/me").json()
    assert me["email"] == "alice@gradebook.example"
    assert not {"password_hash", "active"} & set(me)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_the_form_writes_two_fields_and_no_other(log_in, method):
    alice = log_in("alice")
    wanted = {"shown_as": "Ali", "about": "Hello", "role": "admin", "class_id": "7B", "name": "eve"}
    more = {"active": "0", "email": "x@evil.example", "password_hash": "x", "about; --": "x"}
    answer = alice.change(method, "/api/me", wanted | more)
    assert answer.json() == {"changed": ["about", "shown_as"]}
    me = alice.get("/api/me").json()
    assert (me["shown_as"], me["about"]) == ("Ali", "Hello")
    assert (me["role"], me["class_id"], me["name"]) == ("student", "7A", "alice")
    assert me["email"] == "alice@gradebook.example"


@pytest.mark.parametrize("value", ["x" * 201, "\ud800", "", "   "])
def test_a_name_to_show_that_will_not_do_is_refused(site, log_in, value):
    alice = log_in("alice")
    assert alice.change("PATCH", "/api/me", {"shown_as": value}).status == 400
    assert alice.get("/api/me").json()["shown_as"] == "Alice Moreau"
    assert site.crashes == []


@pytest.mark.parametrize("value", [None, 7, ["a"], {"a": "b"}])
def test_a_field_that_is_no_text_is_left_alone(log_in, value):
    assert log_in("alice").change("PATCH", "/api/me", {"about": value}).json() == {"changed": []}


def test_a_person_changes_the_profile_by_the_form(browse):
    alice = browse("alice")
    answer = alice.post("/profile", "/profile", shown_as="Ali", about="", role="admin")
    assert answer.header("Location") == "/profile?done=profile"
    page = alice.get("/profile?done=profile").text
    assert "Your profile is saved." in page
    assert 'value="Ali"' in page


def test_a_made_up_notice_shows_nothing(browse):
    page = browse("alice").get("/profile?done=<script>").text
    assert 'role="status"' not in page


def test_a_new_password_takes_the_current_one(log_in):
    alice = log_in("alice")
    assert alice.post("/api/password", {"new": NEW}).status == 403
    assert alice.post("/api/password", {"current": "wrong", "new": NEW}).status == 403
    assert alice.post("/api/password", {"current": ["penguin"], "new": NEW}).status == 403
    assert alice.post("/api/password", {"current": "penguin", "new": NEW}).status == 200


@pytest.mark.parametrize(
    "new", ["short", "x" * 257, "gradebook-alice-26", "", None, 5, "\ud800" * 20]
)
def test_a_new_password_against_the_policy_is_refused_with_the_reason(site, log_in, new):
    alice = log_in("alice")
    answer = alice.post("/api/password", {"current": "penguin", "new": new})
    assert answer.status == 400
    assert answer.json()["error"]
    assert site.client().log_in("alice", "penguin").status == 200


def test_guesses_at_the_current_password_are_throttled_like_log_ins(site, log_in):
    stolen = log_in("alice")
    stolen.cookies = {"__Host-session": stolen.cookies["__Host-session"]}
    for n in range(5):
        assert stolen.post("/api/password", {"current": f"g{n}", "new": NEW}).status == 403
    answer = stolen.post("/api/password", {"current": "penguin", "new": NEW})
    assert answer.status == 429


def test_a_new_password_ends_other_sessions_and_tokens_and_keeps_this_one(site, log_in):
    alice, elsewhere = log_in("alice"), log_in("alice")
    tokens = elsewhere.post("/api/token").json()
    before = alice.cookies["__Host-session"]
    assert alice.post("/api/password", {"current": "penguin", "new": NEW}).status == 200

    assert elsewhere.get("/api/grades").status == 401
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert site.client().get("/api/grades", **bearer).status == 401
    refresh = {"refresh_token": tokens["refresh_token"]}
    assert site.client().post("/api/token/refresh", refresh).status == 400

    assert alice.get("/api/grades").status == 200
    assert alice.cookies["__Host-session"] != before
    stolen = site.client()
    stolen.cookies = {"__Host-session": before}
    assert stolen.get("/api/grades").status == 401
    assert alice.post("/api/messages", {"text": "still here"}).status == 201
    assert site.client().log_in("alice", "penguin").status == 401
    assert site.client().log_in("alice", NEW).status == 200


def test_a_session_that_ends_during_the_change_is_led_to_the_log_in(site, log_in, monkeypatch):
    alice = log_in("alice")
    sessions = site.application.extensions["labkit"].sessions
    monkeypatch.setattr(sessions, "after_credential_change", lambda user, keep: None)
    answer = alice.post("/api/password", {"current": "penguin", "new": NEW})
    assert (answer.status, answer.json()) == (200, {"csrf_token": ""})
    assert site.client().log_in("alice", NEW).status == 200


def test_a_refused_form_leads_back_to_where_it_stood(browse):
    answer = browse("alice").post("/password", "/profile", current="wrong", new=NEW)
    assert answer.status == 403
    assert 'href="/profile">Go back' in answer.text


def test_logging_out_ends_the_session_on_the_server(site, log_in):
    alice = log_in("alice")
    stolen = site.client()
    stolen.cookies = dict(alice.cookies)
    assert alice.post("/api/log-out").status == 200
    assert "__Host-session" not in alice.cookies
    assert stolen.get("/api/grades").status == 401


def test_logging_out_ends_one_session_of_several(log_in):
    here, there = log_in("alice"), log_in("alice")
    here.post("/api/log-out")
    assert there.get("/api/grades").status == 200


def test_the_same_visitor_may_log_in_again_after_logging_out(log_in):
    alice = log_in("alice")
    alice.post("/api/log-out")
    assert alice.log_in("alice", "penguin").status == 200


def test_ending_all_other_sessions_keeps_this_one(site, log_in):
    here, there, third = log_in("alice"), log_in("alice"), log_in("alice")
    other = log_in("bob")
    assert here.post("/api/sessions/end-others").json() == {"ended": 2}
    assert [c.get("/api/grades").status for c in (here, there, third, other)] == [
        200,
        401,
        401,
        200,
    ]


def test_ending_all_others_ends_the_tokens_of_programs_too(site, log_in):
    here, bobs = log_in("alice"), log_in("bob").post("/api/token").json()
    held = [here.post("/api/token", {"audience": name}).json() for name in (AUDIENCE, FORUM)]
    assert here.post("/api/sessions/end-others").json() == {"ended": 0}
    assert here.get("/api/grades").status == 200
    assert [uses(site, pair) for pair in held] == [(401, 400), (401, 400)]
    assert uses(site, bobs) == (200, 200)


def test_after_that_a_program_gets_a_token_again(site, log_in):
    here = log_in("alice")
    here.post("/api/sessions/end-others")
    site.later(1)
    assert uses(site, here.post("/api/token").json()) == (200, 200)


def test_who_has_one_session_is_offered_it_too(log_in):
    page = log_in("alice").get("/profile", Accept="text/html").text
    assert 'action="/sessions/end-others"' in page


def uses(site, pair):
    """Ask with an access token wherever it is for, then renew; return both answers' status."""
    script, headers = site.client("script"), {"Authorization": f"Bearer {pair['access_token']}"}
    audience = inspect(pair["access_token"]).claims["aud"]
    if audience == FORUM:
        asked = site.client("script", at="forum").get("/api/threads", **headers)
    else:
        asked = script.get("/api/grades", **headers)
    told = {"refresh_token": pair["refresh_token"], "audience": audience}
    renewed = script.send(Request.of_json("POST", "/api/token/refresh", told))
    return asked.status, renewed.status


def test_the_profile_lists_the_sessions_and_says_which_is_this_one(browse, log_in):
    alice = browse("alice")
    log_in("alice")
    page = alice.get("/profile").text
    assert page.count("Since 15 January 2027, 08:00 UTC") == 2
    assert page.count("(here)") == 1


def test_a_session_ends_when_nobody_uses_it(site, log_in):
    alice = log_in("alice")
    site.later(3599)
    assert alice.get("/api/grades").status == 200
    site.later(3601)
    assert alice.get("/api/grades").status == 401


def test_a_session_ends_after_a_day_however_busy(site, log_in):
    alice = log_in("alice")
    for _ in range(24):
        assert alice.get("/api/grades").status == 200
        site.later(3600 - 1)
    site.later(100)
    assert alice.get("/api/grades").status == 401


def test_the_id_is_taken_from_its_cookie_and_nowhere_else(site, log_in):
    stolen = log_in("alice").cookies["__Host-session"]
    stranger = site.client()
    for path in (f"/api/grades?session={stolen}", f"/api/grades?__Host-session={stolen}"):
        assert stranger.get(path).status == 401
    assert stranger.get("/api/grades", Cookie=f"session={stolen}").status == 401
    assert stranger.get("/api/grades", **{"X-Session": stolen}).status == 401


@pytest.mark.parametrize(
    "cookie", ["=", ";;;", "__Host-session=", "__Host-session=" + "x" * 9000, "\x7f"]
)
def test_a_strange_cookie_header_is_a_strangers(site, cookie):
    from labkit.errors import InvalidInput

    try:
        answer = site.client().get("/api/grades", Cookie=cookie)
    except InvalidInput:
        assert not cookie.isprintable()
    else:
        assert answer.status in (400, 401)
    assert site.crashes == []
