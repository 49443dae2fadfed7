"""The services around the gradebook: each by its own name, with its own rules, and no crash."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput
from labkit.exchange import Request
from labkit.practice import Site
from labkit.practice.neighbours import HOSTS
from labkit.practice.neighbours.sandbox import AREAS, NAME
from labkit.practice.tokens import AUDIENCE, ISSUER
from labkit.practice.transport import InProcess
from labkit.tokens import Key, KeyRing, TokenVerifier, inspect

OTHERS = tuple(name for name in HOSTS if name != "gradebook")
POSTS = (("forum", "/api/threads"), ("sandbox", "/api/token"), ("screens", "/api/token"))
GRACES = {"password": "vocal tundra mosaic elbow"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def token(log_in):
    """Ask for a token as somebody, for a service."""

    def asked(name, audience="forum"):
        told = log_in(name).post("/api/token", {"audience": audience})
        assert told.status == 200
        return told.json()["access_token"]

    return asked


@pytest.fixture
def forum(site):
    return site.client("somebody", at="forum")


@pytest.fixture
def screens(site):
    return site.client("somebody", at="screens")


@pytest.fixture
def sandbox(site):
    return site.client("somebody", at="sandbox")


def send(client, method, path, value=None, token=""):
    headers = bearer(token) if token else {}
    return client.send(Request.of_json(method, path, value, **headers))


# Names and headers


@pytest.mark.parametrize("name", OTHERS)
def test_each_service_answers_to_its_own_name_with_and_without_a_port(site, name):
    for host in (HOSTS[name], f"{HOSTS[name]}:8080", HOSTS[name].upper()):
        answer = InProcess(site.wsgi, host).send(Request("GET", "/nothing-here"), "192.0.2.1")
        assert answer.status == 404
        assert answer.json() == {"error": "Not Found"}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("path", ["/api/threads///1", "/api//threads", "/api//token"])
def test_slashes_are_not_merged_and_nobody_is_sent_elsewhere(site, name, path):
    answer = site.client(at=name).get(path)
    assert (answer.status, answer.header("Location")) == (404, "")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.localhost",
        "gradebook.localhost.evil.example",
        "forum.gradebook.localhost.",
        "forum.gradebook.localhost:x",
        "forum.gradebook.localhost:1:2",
        "forum.gradebook.localhost@evil.example",
        "x.forum.gradebook.localhost",
        " forum.gradebook.localhost",
    ],
)
def test_to_any_other_name_nobody_answers(site, host):
    answer = InProcess(site.wsgi, host).send(Request("GET", "/api/threads"), "192.0.2.1")
    assert answer.status == 421


@pytest.mark.parametrize("at", ["", "office", "FORUM", None, 5, ["forum"]])
def test_there_is_no_other_service_to_go_to(site, at):
    with pytest.raises(InvalidInput, match="There is no service"):
        site.client(at=at)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("path", ["/", "/nothing-here", "/api/token", "/api/threads"])
def test_every_answer_carries_the_security_headers_once(site, name, path):
    headers = [key.lower() for key, _ in site.client(at=name).get(path).headers]
    for wanted in ("content-security-policy", "x-content-type-options", "referrer-policy"):
        assert headers.count(wanted) == 1


@pytest.mark.parametrize(("name", "path"), POSTS)
def test_another_method_is_refused_and_the_right_one_is_named(site, name, path):
    answer = site.client(at=name).send(Request("PATCH", path))
    assert answer.status == 405
    assert "POST" in answer.header("Allow")


@pytest.mark.parametrize(("name", "path"), POSTS)
def test_the_gradebooks_sessions_count_for_nothing_there(site, log_in, name, path):
    alice = log_in("alice")
    elsewhere = site.client("alice", at=name)
    elsewhere.cookies.update(alice.cookies)
    assert elsewhere.send(Request("GET", path)).status in (401, 405)


# Bodies


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"5",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"name": null, "role": 5, "title": [], "text": {}}',
    b'{"name": "\\ud800", "role": "\\u0000", "title": "\\ud800", "text": "\\ud800"}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(("name", "path"), POSTS)
def test_what_is_no_use_is_refused(site, token, name, path, body):
    held = token("alice", "forum" if name == "forum" else AUDIENCE)
    answer = site.client(at=name).send(Request("POST", path, bearer(held), body))
    assert answer.status == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(("name", "path"), POSTS)
def test_a_body_may_not_be_endless(site, token, name, path):
    held = token("alice", "forum" if name == "forum" else AUDIENCE)
    body = json.dumps({"text": "x" * (1 << 17), "name": "x", "role": "x", "title": "x"}).encode()
    assert site.client(at=name).send(Request("POST", path, bearer(held), body)).status in (400, 413)


TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(['"', "\\", "x" * 600, "\0"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just(10**400), st.just(-1)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["name", "role", "area", "title", "until", "text"])


@pytest.fixture(scope="module")
def held(module_site):
    """Alice's tokens, by service; made once."""
    module_site.restore()
    alice = module_site.client("alice")
    alice.log_in("alice", "penguin")
    ask = {name: {"audience": "forum" if name == "forum" else AUDIENCE} for name in OTHERS}
    return {name: alice.post("/api/token", ask[name]).json()["access_token"] for name in OTHERS}


@given(body=st.dictionaries(NAMES | TEXTS, VALUES, max_size=6) | VALUES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize(("name", "path"), POSTS)
def test_whatever_json_comes_there_is_an_answer(module_site, held, name, path, body):
    raw = json.dumps(body).encode()
    request = Request("POST", path, bearer(held[name]), raw)
    assert module_site.client(at=name).send(request).status < 500
    assert module_site.crashes == []


@pytest.mark.parametrize("depth", [10, 200, 400, 600, 800, 900, 940, 960, 980, 990, 995, 2000])
def test_an_end_that_is_nested_deep_is_no_crash(site, screens, token, depth):
    raw = b'{"title": "x", "until": ' + b"[" * depth + b"]" * depth + b"}"
    request = Request("POST", "/api/token", bearer(token("alice", AUDIENCE)), raw)
    assert screens.send(request).status < 500
    assert site.crashes == []


# The forum


def test_the_forum_wants_a_token_for_the_forum(forum, token):
    assert forum.get("/api/threads").status == 401
    assert forum.get("/api/threads", **bearer(token("alice", AUDIENCE))).status == 401
    assert forum.get("/api/threads", **bearer("x.y.z")).status == 401
    assert forum.get("/api/threads", Authorization="Basic YTpi").status == 401
    assert forum.get("/api/threads", **bearer(token("alice"))).status == 200


def test_a_refusal_says_how_to_ask(forum):
    asked = forum.get("/api/threads").header("WWW-Authenticate")
    assert asked == 'Bearer realm="forum"'
    asked = forum.get("/api/threads", **bearer("x")).header("WWW-Authenticate")
    assert asked == 'Bearer realm="forum", error="invalid_token"'


def test_the_forums_token_does_not_open_the_gradebook(site, token):
    assert site.client().get("/api/grades", **bearer(token("alice"))).status == 401


def test_whoever_posts_is_who_the_token_says_and_not_who_the_body_says(forum, token):
    posted = send(forum, "POST", "/api/threads", {"text": "Hello", "author": "grace"}, token("bob"))
    assert posted.status == 201
    last = posted.json()["threads"][-1]
    assert (last["author"], last["text"]) == ("bob", "Hello")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'); DROP TABLE threads; --"])
def test_what_was_written_comes_back_as_it_is_and_as_json(forum, token, text):
    held = token("bob")
    send(forum, "POST", "/api/threads", {"text": text}, held)
    answer = forum.get("/api/threads", **bearer(held))
    assert answer.header("Content-Type") == "application/json"
    assert answer.json()["threads"][-1]["text"] == text


def test_only_moderators_remove_a_thread(forum, token):
    refused = send(forum, "DELETE", "/api/threads/1", None, token("alice"))
    asks = 'Bearer realm="forum", error="insufficient_scope"'  # RFC 6750 §3.1
    assert (refused.status, refused.header("WWW-Authenticate")) == (403, asks)
    carols = token("carol")
    assert send(forum, "DELETE", "/api/threads/1", None, carols).json() == {"removed": 1}
    assert send(forum, "DELETE", "/api/threads/1", None, carols).status == 404
    assert forum.get("/api/threads", **bearer(carols)).json() == {"threads": []}


@pytest.mark.parametrize("number", [(1 << 63) - 1, 1 << 63, 10**30, "9" * 5000])
def test_a_number_that_no_thread_has_is_a_404(site, forum, token, number):
    assert send(forum, "DELETE", f"/api/threads/{number}", None, token("carol")).status == 404
    assert site.crashes == []


def test_putting_the_site_back_brings_the_thread_back(site, token):
    send(site.client(at="forum"), "DELETE", "/api/threads/1", None, token("carol"))
    site.restore()
    alice = site.client("alice")
    alice.log_in("alice", "penguin")
    held = alice.post("/api/token", {"audience": "forum"}).json()["access_token"]
    threads = site.client(at="forum").get("/api/threads", **bearer(held)).json()["threads"]
    assert [thread["id"] for thread in threads] == [1]


def test_a_new_role_reaches_the_forum_at_once(log_in, forum, token):
    carols = token("carol")
    assert forum.get("/api/threads", **bearer(carols)).status == 200
    log_in("grace").post("/api/users/carol/role", {"role": "student", **GRACES})
    assert send(forum, "DELETE", "/api/threads/1", None, carols).status == 401


def test_so_does_a_new_password(log_in, forum, token):
    held = token("erin")
    change = {"current": "butterfly", "new": "nine lanterns over the marsh"}
    assert log_in("erin").post("/api/password", change).ok
    assert forum.get("/api/threads", **bearer(held)).status == 401


def test_a_log_out_ends_the_token_that_it_came_with_and_no_other(site, forum, token):
    here, there = token("alice", AUDIENCE), token("alice")
    assert send(site.client(), "POST", "/api/log-out", {}, here).ok
    assert site.client().get("/api/grades", **bearer(here)).status == 401
    assert forum.get("/api/threads", **bearer(there)).status == 200


def test_a_token_for_the_forum_ends_like_any_other(site, forum, token):
    held = token("alice")
    site.later(900)
    assert forum.get("/api/threads", **bearer(held)).status == 401


class SharedSecret(KeyRing):
    """Signs with a secret, a good one: then nobody else can be given what verifies."""

    def new_key(self):
        return Key.generate("HS256", kid="secret")


def test_where_the_key_is_a_secret_the_forum_asks_the_gradebook(fast):
    site = Site(fast.having(SharedSecret))
    assert "asks the gradebook" in site.leak("forum settings")["verifies with"]
    alice = site.client("alice")
    alice.log_in("alice", "penguin")
    held = alice.post("/api/token", {"audience": "forum"}).json()["access_token"]
    assert inspect(held).header["alg"] == "HS256"
    assert site.client(at="forum").get("/api/threads", **bearer(held)).status == 200
    assert site.client().get("/.well-known/jwks.json").json() == {"keys": []}


def test_the_forum_itself_holds_no_key_that_signs(site):
    parts = site.application.extensions["labkit"]
    assert parts.tokens.shared is not None
    assert not parts.tokens.shared.private
    assert all(not key.private for key in parts.tokens.forum.keys.accepted())


class Careless(TokenVerifier):
    """Takes what is no token, and finds nobody in it."""

    def verify(self, token):
        return {"role": "teacher"}


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [("forum", "POST", "/api/threads"), ("screens", "POST", "/api/token")],
)
def test_a_token_about_nobody_is_a_refusal_whatever_the_verifier_says(fast, name, method, path):
    site = Site(fast.having(Careless))
    answer = send(site.client(at=name), method, path, {"text": "x", "title": "x"}, "x")
    assert answer.status == 401
    assert site.crashes == []


ODD_CLAIMS = (
    *({"sub": name, "role": "admin"} for name in (None, "", [], "\ud800", "a\0b", "x" * 300)),
    *({"sub": "carol", "role": role} for role in (None, [], ["admin"], {"a": 1}, 7)),
    *({"sub": "carol", "jti": name, "exp": 1} for name in (None, 7, [])),
    *({"sub": "carol", "jti": "7", "exp": end} for end in (None, "never", [], float("nan"))),
)


@pytest.mark.parametrize("claims", ODD_CLAIMS)
def test_claims_that_only_a_mistaken_verifier_lets_through_crash_nothing(fast, claims):
    class Believes(TokenVerifier):
        def verify(self, token):
            return dict(claims)

    site = Site(fast.having(Believes))
    for name, method, path in (
        ("forum", "DELETE", "/api/threads/1"),
        ("forum", "POST", "/api/threads"),
        ("screens", "POST", "/api/token"),
        ("gradebook", "GET", "/api/grades"),
        ("gradebook", "GET", "/grades.csv?ticket=x"),
        ("gradebook", "POST", "/api/log-out"),
    ):
        send(site.client(at=name), method, path, {"text": "x", "title": "x"}, "x")
    assert site.crashes == []


# The sandbox


def test_in_the_sandbox_anyone_may_be_anyone(sandbox):
    told = send(sandbox, "POST", "/api/token", {"name": "carol", "role": "admin"})
    claims = inspect(told.json()["access_token"]).claims
    assert (claims["iss"], claims["aud"]) == (NAME, AUDIENCE)
    assert (claims["sub"], claims["role"]) == ("carol", "admin")


@pytest.mark.parametrize("field", ["name", "role"])
def test_a_character_that_no_token_holds_is_a_400(sandbox, field):
    asked = {"name": "carol", "role": "admin", field: "a\0"}
    assert send(sandbox, "POST", "/api/token", asked).status == 400


def test_with_an_area_it_is_under_the_areas_name(sandbox):
    asked = {"name": "carol", "role": "admin", "area": "demo"}
    told = send(sandbox, "POST", "/api/token", asked)
    assert inspect(told.json()["access_token"]).claims["iss"] == f"{AREAS}demo"


@pytest.mark.parametrize("area", [None, "demo", "", "../..", 5, [], {"a": 1}])
def test_whatever_is_asked_for_there_is_nothing_here(site, sandbox, area):
    asked = {"name": "carol", "role": "admin", "area": area}
    told = send(sandbox, "POST", "/api/token", asked).json()
    assert inspect(told["access_token"]).claims["iss"] != ISSUER
    for at, path in (("gradebook", "/api/grades"), ("forum", "/api/threads")):
        client = site.client(at=at)
        assert client.get(path, **bearer(told["access_token"])).status == 401


# The screens


def test_a_screen_shows_what_its_owner_may_see(site, screens, token):
    told = send(screens, "POST", "/api/token", {"title": "Mine"}, token("alice", AUDIENCE)).json()
    screen = site.client("the screen")
    assert screen.get("/api/grades/1", **bearer(told["access_token"])).json()["student"] == "alice"
    assert screen.get("/api/grades/2", **bearer(told["access_token"])).status == 404


def test_the_screens_want_the_gradebooks_own_token(screens, token):
    asked = {"title": "x"}
    assert send(screens, "POST", "/api/token", asked).status == 401
    assert send(screens, "POST", "/api/token", asked, token("alice")).status == 401
    assert send(screens, "POST", "/api/token", asked, "x").status == 401


def test_a_screens_token_gets_no_other_so_it_cannot_be_renewed_for_ever(screens, token):
    asked = {"title": "x"}
    first = send(screens, "POST", "/api/token", asked, token("alice", AUDIENCE)).json()
    assert send(screens, "POST", "/api/token", asked, first["access_token"]).status == 403


@pytest.mark.parametrize(
    ("until", "life_s"),
    [
        (None, 8 * 3600),
        (0, 0),
        (-(10**400), 0),
        (10**400, 8 * 3600),
        (1e300, 8 * 3600),
        (float("nan"), 0),
        (float("inf"), 8 * 3600),
        (True, 0),
        (1_800_000_060.9, 60),
    ],
)
def test_a_number_as_end_is_held_to_a_working_day(site, screens, token, until, life_s):
    asked = {"title": "x", "until": until}
    told = send(screens, "POST", "/api/token", asked, token("alice", AUDIENCE)).json()
    claims = inspect(told["access_token"]).claims
    assert claims["exp"] - claims["iat"] == life_s


@pytest.mark.parametrize("until", ["never", "", [], {}, "1800000900", ["x"] * 100])
def test_any_other_end_is_copied_and_refused_by_the_gradebook(site, screens, token, until):
    asked = {"title": "x", "until": until}
    told = send(screens, "POST", "/api/token", asked, token("alice", AUDIENCE)).json()
    assert inspect(told["access_token"]).claims["exp"] == until
    assert site.client().get("/api/grades", **bearer(told["access_token"])).status == 401


@pytest.mark.parametrize(
    "title",
    ['","role":"admin', '"', "\\", "\n", '","sub":"grace', '"}', "\u2028", "x" * 500],
)
def test_a_title_that_is_copied_raw_gains_nothing_here(site, screens, token, title):
    told = send(screens, "POST", "/api/token", {"title": title}, token("mallory", AUDIENCE))
    assert told.status == 200
    client, headers = site.client(), bearer(told.json()["access_token"])
    assert client.get("/api/grades/2", **headers).status in (401, 404)
    assert client.get("/api/users", **headers).status in (401, 403)


def test_a_screens_token_ends_with_its_owners_others(site, log_in, screens, token):
    told = send(screens, "POST", "/api/token", {"title": "x"}, token("carol", AUDIENCE)).json()
    headers = bearer(told["access_token"])
    assert site.client().get("/api/grades/2", **headers).status == 200
    log_in("grace").post("/api/users/carol/role", {"role": "student", **GRACES})
    assert site.client().get("/api/grades/2", **headers).status == 401
