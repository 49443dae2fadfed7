"""The second factor from set-up to removal, by the API and by the forms."""

import re

import pytest

from labkit.second_factor.totp import from_base32, totp


def code_at(site, secret, *, steps=0):
    return totp(from_base32(secret), at=site.clock() + 30 * steps)


@pytest.fixture
def enrolled(site, log_in):
    """Alice, logged in, with an active factor: her client, her secret, her recovery codes."""
    alice = log_in("alice")
    began = alice.post("/api/second-factor", {"password": "penguin"}).json()
    secret = began["pending"]["secret"]
    done = alice.post("/api/second-factor/confirm", {"code": code_at(site, secret)}).json()
    site.later(60)
    return alice, secret, done["codes"]


def half_way(site, name="alice", password="penguin"):
    client = site.client(name)
    assert client.log_in(name, password).json()["level"] == "password"
    return client


def test_setting_up_takes_the_password(log_in):
    alice = log_in("alice")
    assert alice.post("/api/second-factor", {}).status == 403
    assert alice.post("/api/second-factor", {"password": "wrong"}).status == 403
    assert alice.get("/api/second-factor").json()["state"] == "none"


def test_a_wrong_first_code_leaves_it_pending(log_in):
    alice = log_in("alice")
    alice.post("/api/second-factor", {"password": "penguin"})
    assert alice.post("/api/second-factor/confirm", {"code": "000000"}).status == 400
    assert alice.get("/api/second-factor").json()["state"] == "pending"
    assert alice.post("/api/log-out").status == 200
    assert alice.log_in("alice", "penguin").json()["level"] == "full"


@pytest.mark.parametrize("code", [None, "", 123456, ["1"], "1" * 300, "\ud800"])
def test_a_first_code_that_is_none_is_a_bad_request(site, log_in, code):
    alice = log_in("alice")
    alice.post("/api/second-factor", {"password": "penguin"})
    assert alice.post("/api/second-factor/confirm", {"code": code}).status == 400
    assert site.crashes == []


def test_confirming_what_was_never_begun_is_a_bad_request(site, log_in):
    assert log_in("alice").post("/api/second-factor/confirm", {"code": "123456"}).status == 400
    assert site.crashes == []


def test_a_set_up_that_waits_too_long_is_void(site, log_in):
    alice = log_in("alice")
    secret = alice.post("/api/second-factor", {"password": "penguin"}).json()["pending"]["secret"]
    site.later(901)
    code = {"code": code_at(site, secret)}
    assert alice.post("/api/second-factor/confirm", code).status == 400


def test_the_secret_is_never_shown_again(enrolled):
    alice, secret, _ = enrolled
    again = alice.get("/api/second-factor")
    assert again.json() == {"state": "active", "pending": None, "codes": [], "left": 10}
    assert secret not in again.text


def test_the_password_alone_opens_nothing(site, enrolled):
    client = half_way(site)
    for path in ("/api/grades", "/api/me", "/api/messages", "/api/second-factor"):
        assert client.get(path).status == 401
    assert client.post("/api/token").status == 401
    assert client.post("/api/password", {"current": "penguin", "new": "x" * 20}).status == 401
    assert client.get("/api/session").json()["user"] == ""
    assert client.get("/api/session").json()["level"] == "password"


def test_the_code_opens_the_door_under_a_new_session_id(site, enrolled):
    _, secret, _ = enrolled
    client = half_way(site)
    before = client.cookies["__Host-session"]
    assert (
        client.post("/api/log-in/code", {"code": code_at(site, secret)}).json()["level"] == "full"
    )
    assert client.cookies["__Host-session"] != before
    assert client.get("/api/grades").status == 200
    client.cookies["__Host-session"] = before
    assert client.get("/api/grades").status == 401


def test_a_code_that_was_used_is_used_up(site, enrolled):
    _, secret, _ = enrolled
    code = {"code": code_at(site, secret)}
    assert half_way(site).post("/api/log-in/code", code).status == 200
    assert half_way(site).post("/api/log-in/code", code).status == 401


def test_the_code_of_the_enrolment_does_not_log_in(site, log_in):
    alice = log_in("alice")
    secret = alice.post("/api/second-factor", {"password": "penguin"}).json()["pending"]["secret"]
    code = {"code": code_at(site, secret)}
    assert alice.post("/api/second-factor/confirm", code).status == 200
    assert half_way(site).post("/api/log-in/code", code).status == 401


@pytest.mark.parametrize("steps", [-2, 2, 10])
def test_a_code_of_another_time_is_wrong(site, enrolled, steps):
    _, secret, _ = enrolled
    code = {"code": code_at(site, secret, steps=steps)}
    assert half_way(site).post("/api/log-in/code", code).status == 401


@pytest.mark.parametrize(
    "code", [None, "", 123456, ["123456"], {"a": 1}, "\ud800", "9" * 5000, True]
)
def test_what_is_no_code_never_passes(site, enrolled, code):
    client = half_way(site)
    assert client.post("/api/log-in/code", {"code": code}).status == 401
    assert client.post("/api/log-in/code", {}).status == 401
    assert client.get("/api/grades").status == 401
    assert site.crashes == []


def test_another_users_code_does_not_help(site, enrolled, log_in):
    mallory = log_in("mallory")
    secret = mallory.post("/api/second-factor", {"password": "sunshine"}).json()["pending"][
        "secret"
    ]
    mallory.post("/api/second-factor/confirm", {"code": code_at(site, secret)})
    site.later(60)
    body = {"code": code_at(site, secret), "user": "mallory", "name": "mallory"}
    assert half_way(site).post("/api/log-in/code", body).status == 401


def test_codes_are_throttled_for_the_account_across_sessions(site, enrolled):
    _, secret, _ = enrolled
    for n in range(5):
        assert half_way(site).post("/api/log-in/code", {"code": f"00000{n}"}).status == 401
    answer = half_way(site).post("/api/log-in/code", {"code": code_at(site, secret)})
    assert answer.status == 429
    assert answer.header("Retry-After") == "30"


def test_a_recovery_code_works_once(site, enrolled):
    _, _, codes = enrolled
    assert half_way(site).post("/api/log-in/code", {"code": codes[0].lower()}).status == 200
    assert half_way(site).post("/api/log-in/code", {"code": codes[0]}).status == 401
    assert half_way(site).post("/api/log-in/code", {"code": codes[1]}).status == 200


def test_nobody_takes_the_second_step_before_the_first(site, enrolled):
    _, secret, _ = enrolled
    stranger = site.client()
    assert stranger.post("/api/log-in/code", {"code": code_at(site, secret)}).status == 401


def test_removing_takes_the_password_and_a_code(site, enrolled):
    alice, secret, _ = enrolled
    good = code_at(site, secret)
    assert alice.post("/api/second-factor/remove", {}).status == 403
    assert alice.post("/api/second-factor/remove", {"password": "penguin"}).status == 403
    assert alice.post("/api/second-factor/remove", {"code": good}).status == 403
    wrong = {"password": "penguin", "code": "000000"}
    assert alice.post("/api/second-factor/remove", wrong).status == 403
    assert alice.get("/api/second-factor").json()["state"] == "active"
    right = {"password": "penguin", "code": good}
    assert alice.post("/api/second-factor/remove", right).status == 200
    assert site.client().log_in("alice", "penguin").json()["level"] == "full"


def test_a_lost_phone_is_replaced_by_a_recovery_code(site, enrolled):
    alice, _, codes = enrolled
    proof = {"password": "penguin", "code": codes[3]}
    assert alice.post("/api/second-factor/remove", proof).status == 200
    assert alice.get("/api/second-factor").json()["state"] == "none"


def test_a_second_phone_takes_a_code_of_the_first(site, enrolled):
    alice, secret, _ = enrolled
    assert alice.post("/api/second-factor", {"password": "penguin"}).status == 403
    proof = {"password": "penguin", "code": code_at(site, secret)}
    other = alice.post("/api/second-factor", proof).json()["pending"]["secret"]
    assert other != secret


def test_a_new_password_takes_a_code_too(site, enrolled):
    alice, secret, _ = enrolled
    change = {"current": "penguin", "new": "four words of mine: kelp"}
    assert alice.post("/api/password", change).status == 403
    assert alice.post("/api/password", change | {"code": code_at(site, secret)}).status == 200


def test_a_bearer_token_does_not_see_or_change_the_factor(log_in, site):
    alice = log_in("alice")
    bearer = {"Authorization": f"Bearer {alice.post('/api/token').json()['access_token']}"}
    alice.post("/api/second-factor", {"password": "penguin"})
    script = site.client("script")
    assert script.get("/api/second-factor", **bearer).status == 403
    body = {"password": "penguin", "code": "1"}
    for path in ("", "/confirm", "/remove"):
        assert script.post(f"/api/second-factor{path}", body, **bearer).status == 403


def test_a_person_does_it_all_by_forms(site, browse):
    alice = browse("alice")
    page = alice.post("/second-factor", "/second-factor", password="penguin")
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page.text)[1]
    assert 'src="data:image/png;base64,' in page.text
    page = alice.post("/second-factor/confirm", "/second-factor", code=code_at(site, secret))
    codes = re.findall(r"<code>([0-9A-Z-]{29})</code>", page.text)
    assert len(codes) == 10
    assert alice.post("/log-out", "/", x="").header("Location") == "/log-in"

    site.later(60)
    answer = alice.post("/log-in", "/log-in", name="alice", password="penguin")
    assert answer.header("Location") == "/log-in/code"
    assert alice.get("/").header("Location") == "/log-in/code"
    wrong = alice.post("/log-in/code", "/log-in/code", code="000000")
    assert wrong.status == 401
    assert "The code is wrong" in wrong.text
    assert 'action="/log-in/code"' in wrong.text
    right = alice.post("/log-in/code", "/log-in/code", code=code_at(site, secret))
    assert right.header("Location") == "/"

    form = {"password": "penguin", "code": codes[0]}
    gone = alice.post("/second-factor/remove", "/second-factor", **form)
    assert gone.header("Location") == "/second-factor?done=factor"
    assert "The second factor is off." in alice.get("/second-factor?done=factor").text


def test_the_page_of_the_second_step_is_for_those_half_way(browse):
    assert browse().get("/log-in/code").header("Location") == "/log-in"
    assert browse("alice").get("/log-in/code").header("Location") == "/log-in"


def test_half_way_one_may_begin_again(site, enrolled):
    client = half_way(site)
    assert client.post("/api/log-out").status == 200
    assert client.get("/api/session").json()["level"] == "anonymous"
