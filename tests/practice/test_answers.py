"""What every answer has, and what an answer to a bad request looks like."""

import pytest

from labkit.catalogue import SiteBroken
from labkit.exchange import Request
from labkit.practice import Site
from labkit.practice.defences import Defences

PATHS = [
    "/log-in",
    "/",
    "/api/session",
    "/api/grades",
    "/nowhere",
    "/api/nowhere",
    "/static/gradebook.css",
    "/.well-known/jwks.json",
]
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def assert_guarded(answer):
    for name, value in EVERYWHERE.items():
        assert answer.header(name) == value
        assert [key for key, _ in answer.headers].count(name) == 1
    policy = answer.header("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(site, path):
    assert_guarded(site.client().get(path))


@pytest.mark.parametrize("name", ["alice", "carol", "grace"])
def test_every_page_of_a_user_carries_them_and_is_kept_by_nobody(browse, name):
    browser = browse(name)
    for path in ("/", "/grades/1", "/profile", "/second-factor", "/messages", "/users"):
        answer = browser.get(path)
        assert_guarded(answer)
        assert answer.header("Cache-Control") == "no-store"
        assert answer.header("Content-Type") == "text/html; charset=utf-8"


def test_each_answer_has_a_nonce_of_its_own(site):
    policies = {site.client().get("/log-in").header("Content-Security-Policy") for _ in range(3)}
    assert len(policies) == 3


def test_the_session_cookie_is_for_this_host_and_for_no_script(site):
    cookie = site.client().get("/log-in").header("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")


def test_a_page_without_state_sets_no_cookie(site):
    for path in ("/nowhere", "/static/gradebook.css", "/api/grades", "/.well-known/jwks.json"):
        assert site.client().get(path).header("Set-Cookie") == ""


def test_headers_come_in_the_order_of_the_defence_and_not_of_a_set(site):
    defence = Defences().headers()
    wanted = list(defence.for_page(nonce=defence.new_nonce()))
    sent = [name for name, _ in site.client().get("/log-in").headers]
    assert [name for name in sent if name in wanted] == wanted


@pytest.mark.parametrize(
    "host",
    [
        "gradebook.localhost",
        "gradebook.localhost:8000",
        "GRADEBOOK.localhost",
        "gradebook.localhost:1",
    ],
)
def test_the_site_answers_to_its_own_name_with_any_port(site, host):
    assert site.client().get("/api/session", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.0.0.1:8000",
        "evil.localhost",
        "library.gradebook.localhost",
        "gradebook.localhost.evil.example",
        "gradebook.localhost:x",
        "gradebook.localhost:8000:1",
        "gradebook.localhost.",
        "gradebook.localhost,evil.example",
        "gradebook.localhost@evil.example",
        "[::1]:80",
        "",
        " ",
        "x" * 9000,
        "<script>",
    ],
)
def test_to_any_other_name_it_answers_421(site, host):
    answer = site.client().get("/log-in", Host=host)
    assert answer.status == 421
    assert_guarded(answer)
    assert "<script>" not in answer.text
    assert answer.header("Set-Cookie") == ""


def test_a_forwarded_name_is_no_name(site):
    answer = site.client().get("/api/session", **{"X-Forwarded-Host": "evil.example"})
    assert answer.status == 200
    assert "evil" not in str(answer.headers) + answer.text


def test_head_is_get_without_a_body(log_in):
    alice = log_in("alice")
    for path in ("/api/grades", "/grades", "/api/grades/1", "/grades/1", "/api/me", "/profile"):
        answer = alice.send(Request("HEAD", path, {"Accept": "*/*"}))
        assert (answer.status, answer.body) == (200, b""), path


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "DELETE", "CONNECT", "BREW"])
def test_another_method_is_a_405_that_names_the_allowed_ones(log_in, method):
    carol = log_in("carol")
    answer = carol.change(method, "/api/grades/2")
    assert answer.status == 405
    assert set(answer.header("Allow").split(", ")) == {"GET", "HEAD", "PUT", "POST"}
    assert carol.get("/api/grades/2").json()["points"] == 54


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/static/none.css", "/robots.txt"])
def test_what_is_not_there_is_a_404_in_the_right_form(site, path):
    answer = site.client().get(path)
    assert answer.status == 404
    assert (answer.json() is not None) == path.startswith("/api/")


def test_a_body_that_is_too_large_is_a_413(log_in):
    alice = log_in("alice")
    assert alice.post("/api/messages", {"text": "x" * (3 << 20)}).status == 413


def test_a_log_in_page_refused_before_its_form_was_read_does_not_read_it(site):
    for body in (b"x" * (3 << 20), b"name=alice"):
        asked = Request("POST", "/log-in", {"Authorization": "Bearer x"}, body)
        assert site.client().send(asked).status == 401
    assert not site.crashes


def test_a_megabyte_reaches_the_policy_by_json_and_by_form(log_in, browse):
    alice = log_in("alice")
    body = {"current": "penguin", "new": "x" * (1 << 20)}
    assert "256" in alice.post("/api/password", body).json()["error"]
    page = browse("alice").post("/password", "/profile", **body)
    assert page.status == 400
    assert "256" in page.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"5",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 9000,
    ],
)
def test_a_body_that_is_no_object_is_a_400(site, log_in, body):
    alice = log_in("alice")
    headers = {"Content-Type": "application/json", "X-CSRF-Token": alice.csrf_token}
    answer = alice.send(Request("POST", "/api/messages", headers, body))
    assert answer.status == 400
    assert site.crashes == []


class Broken(RuntimeError):
    """Something that nobody expected."""


@pytest.fixture
def broken(fast):
    site = Site(fast)

    def crash():
        raise Broken("secret path /srv/gradebook and a row of the table")

    site.application.view_functions["jwks"] = crash
    return site


def test_a_crash_tells_the_visitor_nothing_and_is_kept_for_the_owner(broken, capfd):
    with pytest.raises(SiteBroken):
        broken.client().get("/.well-known/jwks.json")
    answer = broken.exchanges[-1].response
    assert (answer.status, answer.json()) == (500, {"error": "The site made a mistake of its own."})
    assert_guarded(answer)
    assert isinstance(broken.crashes[0], Broken)
    assert capfd.readouterr() == ("", "")


def test_a_page_that_cannot_even_tell_of_the_error_is_plain_text(fast):
    from labkit.browser import Escaper

    class Stumbling(Escaper):
        def text(self, value):
            raise Broken("no text")

    site = Site(fast.having(Stumbling))
    with pytest.raises(SiteBroken):
        site.client().send(Request("GET", "/nowhere", {"Accept": "text/html"}))
    answer = site.exchanges[-1].response
    assert answer.text == "The site made a mistake of its own."
    assert_guarded(answer)
    assert site.crashes


@pytest.mark.parametrize("number", [1, 403])
def test_a_short_wait_is_rounded_up(site, number):
    from labkit.practice.answers import _headers
    from labkit.practice.refusal import Refusal

    refusal = Refusal("Wait.", status=429, wait_s=number - 0.7)
    assert _headers(refusal) == {"Retry-After": str(number)}
