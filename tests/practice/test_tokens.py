"""Tokens for programs: got in person, used without cookies, refreshed, taken back."""

import json

import pytest

from labkit.exchange import Request
from labkit.practice.tokens import ALGORITHM, AUDIENCE, ISSUER
from labkit.tokens import KeyRing, TokenIssuer, TokenVerifier, inspect


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def alices(log_in):
    return log_in("alice").post("/api/token").json()


@pytest.fixture
def script(site):
    return site.client("script")


def issuer(site, **other):
    keys = other.pop("keys", site.application.extensions["labkit"].tokens.keys)
    names = {"algorithm": ALGORITHM, "issuer": ISSUER, "audience": AUDIENCE} | other
    return TokenIssuer(keys, clock=site.clock, **names)


def test_a_token_reads_and_writes_without_a_cookie_or_a_csrf_token(log_in, script):
    token = log_in("carol").post("/api/token").json()["access_token"]
    assert script.get("/api/grades/2", **bearer(token)).status == 200
    body = {"points": 58}
    changed = script.send(Request.of_json("PUT", "/api/grades/2", body, **bearer(token)))
    assert changed.status == 200
    assert script.cookies == {}


def test_the_answer_says_what_it_is_and_for_how_long(alices):
    assert set(alices) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (alices["token_type"], alices["expires_in"]) == ("Bearer", 900)


def test_everyone_who_sees_a_token_reads_a_name_and_a_role_and_no_secret(alices):
    claims = inspect(alices["access_token"]).claims
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "jti", "role"}
    assert (claims["sub"], claims["role"]) == ("alice", "student")


def test_a_stranger_and_a_token_get_no_token(site, script, alices):
    assert script.post("/api/token").status == 401
    refused = script.post("/api/token", **bearer(alices["access_token"]))
    asks = 'Bearer realm="gradebook", error="insufficient_scope"'  # RFC 6750 §3.1
    assert (refused.status, refused.header("WWW-Authenticate")) == (403, asks)


def test_a_token_does_not_open_the_account_itself(script, alices):
    headers = bearer(alices["access_token"])
    change = {"current": "penguin", "new": "four words of mine: kelp"}
    assert script.post("/api/password", change, **headers).status == 403
    assert script.post("/api/sessions/end-others", **headers).status == 403


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é".encode().hex(), "." * 9000, "null"])
def test_what_is_no_token_is_a_401_that_says_so(script, token):
    answer = script.get("/api/grades", **bearer(token))
    assert answer.status == 401
    assert answer.header("WWW-Authenticate") == 'Bearer realm="gradebook", error="invalid_token"'


def test_a_bad_token_beside_a_good_session_is_refused(log_in):
    assert log_in("alice").get("/api/grades", **bearer("x")).status == 401


def test_another_scheme_is_no_token(site):
    answer = site.client().get("/api/grades", Authorization="Basic YWxpY2U6cGVuZ3Vpbg==")
    assert answer.status == 401
    assert "invalid_token" not in answer.header("WWW-Authenticate")


def test_a_token_ends(site, script, alices):
    site.later(899)
    assert script.get("/api/grades", **bearer(alices["access_token"])).status == 200
    site.later(1)
    assert script.get("/api/grades", **bearer(alices["access_token"])).status == 401


@pytest.mark.parametrize(
    "other",
    [
        {"audience": "library-api"},
        {"issuer": "https://library.localhost"},
        {"token_type": "JWT"},
        {"keys": KeyRing(algorithm=ALGORITHM)},
    ],
    ids=["audience", "issuer", "type", "key"],
)
def test_a_token_for_or_from_somewhere_else_is_refused(site, script, other):
    token = issuer(site, **other).issue("alice", {"role": "student"})
    assert script.get("/api/grades", **bearer(token)).status == 401
    good = issuer(site).issue("alice", {"role": "student"})
    assert script.get("/api/grades", **bearer(good)).status == 200


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(script, alices):
    assert script.get("/api/grades", **bearer(alices["refresh_token"])).status == 401
    swapped = {"refresh_token": alices["access_token"]}
    assert script.post("/api/token/refresh", swapped).status == 400


def refresh(script, token):
    return script.send(Request.of_json("POST", "/api/token/refresh", {"refresh_token": token}))


def test_a_refresh_token_is_exchanged_without_cookie_and_csrf_token(script, alices):
    fresh = refresh(script, alices["refresh_token"])
    assert fresh.status == 200
    assert script.cookies == {}
    assert fresh.json()["refresh_token"] != alices["refresh_token"]
    assert script.get("/api/grades", **bearer(fresh.json()["access_token"])).status == 200


def test_a_second_use_ends_the_family(script, alices):
    second = refresh(script, alices["refresh_token"]).json()["refresh_token"]
    assert refresh(script, alices["refresh_token"]).status == 400
    assert refresh(script, second).status == 400


@pytest.mark.parametrize("token", [None, 5, "", "x", ["a"], "A" * 64, "A" * 10_000, "\ud800"])
def test_what_is_no_refresh_token_is_refused(site, script, token):
    assert refresh(script, token).status in (400, 401)
    assert site.crashes == []


def test_whoever_is_struck_off_refreshes_no_more(site, script, alices):
    site.application.extensions["labkit"].gradebook.change_user("alice", {"active": 0})
    assert refresh(script, alices["refresh_token"]).status == 400


def test_a_refreshed_token_has_the_role_of_now(site, log_in, script):
    tokens = log_in("carol").post("/api/token").json()
    proof = {"password": "vocal tundra mosaic elbow"}
    log_in("grace").post("/api/users/carol/role", {"role": "student"} | proof)
    fresh = refresh(script, tokens["refresh_token"]).json()["access_token"]
    assert inspect(fresh).claims["role"] == "student"


def test_a_new_role_ends_the_tokens_of_this_second_and_before(site, log_in, script):
    carol, grace = log_in("carol"), log_in("grace")
    token = carol.post("/api/token").json()["access_token"]
    assert script.get("/api/grades/2", **bearer(token)).status == 200
    proof = {"password": "vocal tundra mosaic elbow"}
    grace.post("/api/users/carol/role", {"role": "student"} | proof)
    assert script.get("/api/grades/2", **bearer(token)).status == 401

    same_second = carol.post("/api/token").json()["access_token"]
    assert script.get("/api/grades", **bearer(same_second)).status == 401
    site.later(1)
    later = carol.post("/api/token").json()["access_token"]
    assert script.get("/api/grades", **bearer(later)).status == 200
    assert script.get("/api/grades/2", **bearer(later)).status == 404


def test_a_token_keeps_to_the_class_of_its_user(log_in, script):
    token = log_in("carol").post("/api/token").json()["access_token"]
    seen = script.get("/api/grades?class=7B", **bearer(token)).json()["grades"]
    assert {grade["class_id"] for grade in seen} == {"7A"}
    assert script.get("/api/grades/6", **bearer(token)).status == 404


def test_logging_out_with_a_token_takes_it_and_its_refresh_token_back(script, alices, site):
    headers = bearer(alices["access_token"])
    body = {"refresh_token": alices["refresh_token"]}
    assert script.post("/api/log-out", body, **headers).status == 200
    assert script.get("/api/grades", **headers).status == 401
    assert refresh(script, alices["refresh_token"]).status == 400
    assert site.crashes == []


def test_logging_out_with_one_token_leaves_the_others(log_in, script, alices):
    other = log_in("alice").post("/api/token").json()["access_token"]
    script.post("/api/log-out", {"refresh_token": "junk"}, **bearer(alices["access_token"]))
    assert script.get("/api/grades", **bearer(other)).status == 200


def test_the_key_set_may_be_kept_and_an_answer_with_a_token_may_not(script, log_in):
    published = script.get("/.well-known/jwks.json")
    assert published.header("Cache-Control") == "public, max-age=300"
    assert log_in("alice").post("/api/token").header("Cache-Control") == "no-store"


def test_the_published_keys_verify_and_cannot_sign(site, script, alices):
    keys = script.get("/.well-known/jwks.json").json()
    private = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
    assert keys["keys"]
    assert all(not private & set(key) for key in keys["keys"])
    elsewhere = TokenVerifier(
        KeyRing.from_jwks(json.dumps(keys), algorithm=ALGORITHM, clock=site.clock),
        algorithm=ALGORITHM,
        issuer=ISSUER,
        audience=AUDIENCE,
        clock=site.clock,
    )
    assert elsewhere.verify(alices["access_token"])["sub"] == "alice"
