"""Logging in: what a guesser learns (nothing), what it costs, and what the log says."""

import pytest

from labkit.errors import LabkitError
from labkit.exchange import Request
from labkit.passwords import BcryptParams, PasswordHasher
from labkit.passwords.hashing import Hasher
from labkit.practice import Defences, Site
from labkit.practice.decisions.guessing import LogIn

WRONG = "The name or the password is wrong."


@pytest.fixture
def counted(site, monkeypatch):
    """The passwords and strings that the site's hasher was asked to verify."""
    asked = []
    hasher = site.application.extensions["labkit"].hasher
    verify = hasher.verify

    def noting(password, stored):
        asked.append((password, stored))
        return verify(password, stored)

    monkeypatch.setattr(hasher, "verify", noting)
    return asked


@pytest.mark.parametrize(
    "password",
    ["penguin?", "x" * 80, "x" * 5000, "", "a\0b", "\ud800", "e\u0301", "\U0001f427" * 300],
    ids=["wrong", "over 72 bytes", "huge", "empty", "NUL", "surrogate", "unnormalised", "emoji"],
)
def test_an_unknown_name_costs_and_says_what_a_known_one_does(site, counted, password):
    client = site.client()
    known = client.log_in("alice", password)
    work = len(counted)
    unknown = client.log_in("nobody", password)
    assert len(counted) == 2 * work > 0
    assert (
        (known.status, known.json()) == (unknown.status, unknown.json()) == (401, {"error": WRONG})
    )
    kinds = [stored.rpartition("$")[0].rpartition("$")[0] for _, stored in counted]
    assert len(set(kinds)) == 1


@pytest.mark.parametrize("password", [None, 7, ["penguin"], {"a": 1}, True, 1.5])
def test_a_password_that_is_no_text_is_not_tried(site, counted, password):
    answer = site.client().post("/api/log-in", {"name": "alice", "password": password})
    assert answer.status == 401
    assert counted == []


def test_many_passwords_in_one_request_are_none(site, counted):
    words = ["penguin", "sunshine"]
    assert site.client().log_in("alice", words).status == 401
    assert counted == []


class Failing(PasswordHasher):
    def verify(self, password, stored):
        if password == "boom":
            raise LabkitError("A stored row is damaged.")
        return super().verify(password, stored)


def test_an_error_in_verify_is_the_ordinary_refusal_after_the_dummy(monkeypatch):
    asked = []
    hasher = Failing()
    log_in = LogIn(hasher)
    verify = hasher.verify
    monkeypatch.setattr(
        hasher, "verify", lambda password, stored: asked.append(stored) or verify(password, stored)
    )
    assert not log_in.check({"password_hash": "damaged"}, "boom")
    assert asked == ["damaged", log_in._dummy]


def test_a_damaged_row_closes_the_door_and_breaks_nothing(site):
    parts = site.application.extensions["labkit"]
    parts.gradebook.change_user("alice", {"password_hash": "$nonsense$"})
    assert site.client().log_in("alice", "penguin").status == 401
    assert site.crashes == []


def test_an_account_that_is_not_active_is_like_none(site):
    site.application.extensions["labkit"].gradebook.change_user("alice", {"active": 0})
    answer = site.client().log_in("alice", "penguin")
    assert (answer.status, answer.json()) == (401, {"error": WRONG})


@pytest.mark.parametrize("name", ["", None, 3, [], "x" * 257, "\ud800", {"a": "b"}])
def test_a_name_that_is_none_is_a_bad_request(site, name):
    answer = site.client().post("/api/log-in", {"name": name, "password": "penguin"})
    assert answer.status == 400
    assert site.crashes == []


def test_the_sixth_guess_waits_and_is_told_how_long(site):
    client = site.client()
    answers = [client.log_in("alice", f"guess {n}") for n in range(6)]
    assert [answer.status for answer in answers] == [401] * 5 + [429]
    assert answers[-1].header("Retry-After") == "30"


def test_a_guess_that_waits_is_not_tried_at_all(site, counted):
    client = site.client()
    for n in range(5):
        client.log_in("alice", f"guess {n}")
    before = len(counted)
    assert client.log_in("alice", "penguin").status == 429
    assert len(counted) == before
    site.later(31)
    assert client.log_in("alice", "penguin").status == 200


def test_a_name_in_another_spelling_shares_the_budget(site):
    client = site.client()
    for name in ("alice", "ALICE", " alice", "Alice ", "ａlice"):
        client.log_in(name, "guess")
    assert client.log_in("alice", "guess").status == 429


def test_the_owners_device_gets_in_while_strangers_wait(site, log_in):
    owner = log_in("alice")
    owner.post("/api/log-out")
    stranger = site.client()
    for n in range(6):
        stranger.log_in("alice", f"guess {n}")
    assert stranger.log_in("alice", "penguin").status == 429
    assert owner.log_in("alice", "penguin").status == 200


def test_where_no_waiting_helps_none_is_promised(site):
    for n in range(50):
        site.later(3601)
        assert site.client().log_in("alice", f"guess {n}").status == 401
    site.later(86_400)
    answer = site.client().log_in("alice", "penguin")
    assert answer.status == 429
    assert answer.header("Retry-After") == ""


def test_a_forwarding_header_does_not_move_the_source(site):
    client = site.client()
    for n in range(50):
        client.post(
            "/api/log-in", {"name": f"n{n}", "password": "x"}, **{"X-Forwarded-For": f"10.0.0.{n}"}
        )
    answer = client.log_in("alice", "penguin")
    assert answer.status == 429


def test_the_session_id_changes_and_the_old_one_opens_nothing(site):
    client = site.client()
    client.get("/api/session")
    before = dict(client.cookies)
    client.log_in("alice", "penguin")
    assert client.cookies["__Host-session"] != before["__Host-session"]
    client.cookies = before
    assert client.get("/api/grades").status == 401


def test_of_two_log_ins_with_one_session_the_later_is_told_to_load_the_page_again(
    site, monkeypatch
):
    client = site.client()
    client.get("/api/session")
    sessions = site.application.extensions["labkit"].sessions
    log_in = sessions.log_in

    def beaten(old_id, user, *, level):
        sessions.revoke(old_id)
        return log_in(old_id, user, level=level)

    monkeypatch.setattr(sessions, "log_in", beaten)
    answer = client.log_in("alice", "penguin")
    assert answer.status == 401
    assert "ended" in answer.json()["error"]
    assert site.crashes == []


def test_an_old_hash_is_renewed_at_the_next_log_in(site):
    parts = site.application.extensions["labkit"]
    old = PasswordHasher(BcryptParams(cost=4)).hash("penguin")
    parts.gradebook.change_user("alice", {"password_hash": old})
    assert site.client().log_in("alice", "wrong").status == 401
    assert site.leak("users")["alice"] == old
    assert site.client().log_in("alice", "penguin").status == 200
    assert site.leak("users")["alice"].startswith("$argon2id$")
    assert site.client().log_in("alice", "penguin").status == 200


def test_the_log_tells_who_and_whether_and_no_credential(site):
    client = site.client()
    client.log_in("alice", "penguin")
    client.log_in("alice", "pinguin")
    client.log_in("my secret pass phrase", "pinguin")
    assert site.log == [
        "event=log-in name=alice peer=198.51.100.7 status=ok",
        "event=log-in name=alice peer=198.51.100.7 status=refused",
        'event=log-in name="(unknown)" peer=198.51.100.7 status=refused',
    ]


def test_a_failed_form_comes_back_with_the_reason(browse):
    browser = browse()
    answer = browser.post("/log-in", "/log-in", name="alice", password="pinguin")
    assert answer.status == 401
    assert WRONG in answer.text
    assert 'action="/log-in"' in answer.text
    assert 'value="alice"' in answer.text
    assert "pinguin" not in answer.text
    answer = browser.post("/log-in", "/log-in", name="'><script>", password="pinguin")
    assert "<script>" not in answer.text


def test_the_form_logs_in_and_leads_to_the_grades(browse):
    browser = browse("alice")
    assert "Algebra" in browser.get("/").text
    assert browser.get("/log-in").header("Location") == "/"


def test_a_stranger_with_a_browser_is_led_to_the_form(browse):
    answer = browse().get("/grades")
    assert (answer.status, answer.header("Location")) == (303, "/log-in")


def test_a_program_at_a_page_is_told_401_and_how(site):
    answer = site.client().send(Request("GET", "/grades", {"Accept": "application/json"}))
    assert answer.status == 401
    assert answer.header("WWW-Authenticate") == 'Bearer realm="gradebook"'


class Crashing(Hasher):
    def hash(self, password):
        return "row"

    def verify(self, password, stored):
        raise ZeroDivisionError("by the student")

    def needs_rehash(self, stored):
        return False


def test_a_part_that_crashes_is_a_500_that_tells_nothing_and_is_kept():
    from labkit.catalogue import SiteBroken

    site = Site(Defences().having(Crashing))
    with pytest.raises(SiteBroken):
        site.client().log_in("alice", "penguin")
    answer = site.exchanges[-1].response
    assert (answer.status, answer.json()) == (500, {"error": "The site made a mistake of its own."})
    assert isinstance(site.crashes[0], ZeroDivisionError)
