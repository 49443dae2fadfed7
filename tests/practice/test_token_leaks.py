"""Where tokens turn up that were meant for somebody else: each is genuine, and of no use here."""

import base64

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from labkit.exchange import Request
from labkit.practice import Site
from labkit.practice.token_leaks import TOKENS
from labkit.practice.tokens import ARCHIVE, FORUM, ISSUER
from labkit.tokens import Key, KeyRing, inspect

GRACES = {"password": "vocal tundra mosaic elbow"}
BEARERS = ("forum log", "archive log", "class screen")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("table", TOKENS)
def test_a_leak_says_whose_it_is_or_what_it_is_for(site, table):
    leak = site.leak(table)
    assert list(leak) == (["verifies with"] if table == "forum settings" else ["carol"])
    assert all(isinstance(value, str) and value for value in leak.values())


@pytest.mark.parametrize("table", sorted(TOKENS.keys() - {"forum settings"}))
def test_each_look_finds_another_token(site, table):
    assert site.leak(table)["carol"] != site.leak(table)["carol"]


@pytest.mark.parametrize("table", BEARERS)
def test_a_leaked_token_is_genuine_and_a_teachers(site, table):
    token = site.leak(table)["carol"]
    seen, key = inspect(token), site.application.extensions["labkit"].tokens.keys.signing_key()
    message, _, signature = token.rpartition(".")
    assert key.accepts(message.encode(), base64.urlsafe_b64decode(signature + "=="))
    assert (seen.claims["iss"], seen.claims["sub"]) == (ISSUER, "carol")
    assert seen.claims["role"] == "teacher"


@pytest.mark.parametrize("table", BEARERS)
def test_the_gradebook_takes_none_of_them(site, table):
    token = site.leak(table)["carol"]
    assert site.client().get("/api/grades", **bearer(token)).status == 401


@pytest.mark.parametrize(("table", "audience"), [("forum log", FORUM), ("archive log", ARCHIVE)])
def test_a_log_holds_a_token_for_its_own_service(site, table, audience):
    assert inspect(site.leak(table)["carol"]).claims["aud"] == audience


def test_the_forum_takes_what_stood_in_its_log(site):
    headers = bearer(site.leak("forum log")["carol"])
    assert site.client(at="forum").get("/api/threads", **headers).status == 200
    headers = bearer(site.leak("archive log")["carol"])
    assert site.client(at="forum").get("/api/threads", **headers).status == 401


def test_a_screens_token_names_what_must_be_understood(site):
    header = inspect(site.leak("class screen")["carol"]).header
    assert header["crit"] == ["view"]
    assert header["view"] == "only"


def test_the_shared_link_opens_the_teachers_download(site):
    link = site.leak("shared link")["carol"]
    assert "bob,Algebra,54" in site.client().get(link).text


def test_what_leaked_ends_when_its_owner_is_a_teacher_no_more(site, log_in):
    link, token = site.leak("shared link")["carol"], site.leak("forum log")["carol"]
    log_in("grace").post("/api/users/carol/role", {"role": "student", **GRACES})
    assert site.client().get(link).status == 403
    assert site.client(at="forum").get("/api/threads", **bearer(token)).status == 401


def test_the_forums_settings_hold_the_public_key_and_nothing_more(site):
    pem = site.leak("forum settings")["verifies with"]
    assert "PRIVATE" not in pem
    published = site.client().get("/.well-known/jwks.json").json()["keys"][0]
    x = load_pem_public_key(pem.encode()).public_numbers().x
    assert base64.urlsafe_b64encode(x.to_bytes(32, "big")).decode().rstrip("=") == published["x"]


class HandsOutAll(KeyRing):
    def shared_with(self, service):
        return self.signing_key()


class HandsOutASecret(HandsOutAll):
    def new_key(self):
        return Key.generate("HS256", kid="secret")


def test_of_a_careless_ring_they_hold_the_private_key(fast):
    setting = Site(fast.having(HandsOutAll)).leak("forum settings")["verifies with"]
    assert setting.startswith("-----BEGIN PRIVATE KEY-----")


def test_and_of_one_with_a_secret_the_secret_in_base64(fast):
    site = Site(fast.having(HandsOutASecret))
    key = site.application.extensions["labkit"].tokens.keys.signing_key()
    assert base64.b64decode(site.leak("forum settings")["verifies with"]) == key.material


def test_the_planners_backup_is_of_use_to_the_planner_alone(site):
    token = site.leak("planner backup")["carol"]
    secret = site.application.extensions["labkit"].tokens.programs["planner"]

    def renewed(**program):
        told = {"refresh_token": token, **program}
        return site.client().send(Request.of_json("POST", "/api/token/refresh", told)).status

    name, own = site.mallorys_program
    assert renewed() == 400
    assert renewed(client_id=name, client_secret=own) == 400
    assert renewed(client_id="planner", client_secret=secret) == 200
