"""Programs that ask for tokens: who they are, how they prove it, and for which service."""

from base64 import b64encode

import pytest

from labkit.exchange import Request
from labkit.practice.tokens import APP, ARCHIVE, AUDIENCE, FORUM, NEWSLETTER, PLANNER
from labkit.tokens import inspect

NO_TEXTS = [5, None, [], {}, True, "", "\ud800", "x" * 65]


def secret_of(site, program):
    return site.application.extensions["labkit"].tokens.programs[program]


@pytest.fixture
def issued(log_in):
    """Ask for a pair of tokens as Alice."""

    def asked(**told):
        return log_in("alice").post("/api/token", told)

    return asked


@pytest.fixture
def renew(site):
    def sent(headers=None, **told):
        asked = Request.of_json("POST", "/api/token/refresh", told, **(headers or {}))
        return site.client("program").send(asked)

    return sent


def error(answer):
    return answer.status, answer.json()["error"]


def with_basic(name, secret):
    return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}


def audience(answer):
    assert answer.status == 200, answer.text
    return inspect(answer.json()["access_token"]).claims["aud"]


@pytest.mark.parametrize("name", [AUDIENCE, FORUM, ARCHIVE])
def test_a_token_is_for_the_service_that_was_asked_for(issued, renew, name):
    first = issued(audience=name)
    assert audience(first) == name
    assert audience(renew(refresh_token=first.json()["refresh_token"], audience=name)) == name


def test_unless_another_is_named_it_is_for_the_gradebook(issued, renew):
    first = issued()
    assert audience(first) == AUDIENCE
    assert audience(renew(refresh_token=first.json()["refresh_token"])) == AUDIENCE


def test_a_renewal_leads_into_no_other_service(issued, renew):
    """Who was let into the forum gets no further, and the other way round (RFC 6749 §6)."""
    forums, own = (issued(audience=name).json()["refresh_token"] for name in (FORUM, AUDIENCE))
    assert error(renew(refresh_token=forums)) == (400, "invalid_grant")
    assert error(renew(refresh_token=own, audience=FORUM)) == (400, "invalid_grant")
    assert audience(renew(refresh_token=forums, audience=FORUM)) == FORUM


@pytest.mark.parametrize("name", [*NO_TEXTS, "library", "FORUM", "forum ", "gradebook-api-"])
def test_there_are_tokens_for_no_other_service(site, issued, renew, name):
    token = issued().json()["refresh_token"]
    assert issued(audience=name).status == 400
    refused = renew(refresh_token=token, audience=name)
    assert error(refused) in [(400, "invalid_target"), (400, "invalid_request")]
    assert renew(refresh_token=token).status == 200, "what was refused has not used it up"
    assert site.crashes == []


@pytest.mark.parametrize("name", [*NO_TEXTS, "unknown", "Planner", "planner "])
def test_no_other_program_is_known(site, issued, renew, name):
    token = issued().json()["refresh_token"]
    assert issued(client_id=name).status == 400
    refused = renew(refresh_token=token, client_id=name)
    assert error(refused) in [(400, "invalid_client"), (400, "invalid_request")]
    assert renew(refresh_token=token).status == 200
    assert site.crashes == []


def test_the_gradebooks_own_app_has_no_secret_to_show(issued, renew):
    token = issued(client_id=APP).json()["refresh_token"]
    assert renew(refresh_token=token, client_id=APP).status == 200


@pytest.mark.parametrize("program", [PLANNER, NEWSLETTER])
def test_a_program_renews_with_its_secret(site, issued, renew, program):
    token = issued(client_id=program).json()["refresh_token"]
    shown = {"client_id": program, "client_secret": secret_of(site, program)}
    assert renew(refresh_token=token, **shown).status == 200


@pytest.mark.parametrize("secret", ["wrong", "-", "é", "x" * 8192])
def test_without_it_it_does_not_and_the_token_is_not_used_up(site, issued, renew, secret):
    token = issued(client_id=PLANNER).json()["refresh_token"]
    answer = renew(refresh_token=token, client_id=PLANNER, client_secret=secret)
    assert error(answer) == (401, "invalid_client")  # RFC 6749 §5.2
    assert answer.header("WWW-Authenticate") == 'Basic realm="gradebook"'
    assert error(renew(refresh_token=token, client_id=PLANNER)) == (401, "invalid_client")
    right = {"client_id": PLANNER, "client_secret": secret_of(site, PLANNER)}
    assert renew(refresh_token=token, **right).status == 200


def test_the_header_proves_it_as_well_as_the_body_and_both_are_too_much(site, issued, renew):
    token = issued(client_id=PLANNER).json()["refresh_token"]
    right, wrong = with_basic(PLANNER, secret_of(site, PLANNER)), with_basic(PLANNER, "é:x")
    assert error(renew(wrong, refresh_token=token)) == (401, "invalid_client")
    twice = renew(right, refresh_token=token, client_secret=secret_of(site, PLANNER))
    assert error(twice) == (400, "invalid_request")
    fresh = renew(right, refresh_token=token)
    assert fresh.status == 200
    assert fresh.header("Cache-Control") == "no-store"


@pytest.mark.parametrize("header", ["Basic", "Basic x", "Basic w6k=", "Basic Og==", "Basic /w=="])
def test_a_header_that_proves_nothing_is_refused(site, issued, renew, header):
    token = issued(client_id=PLANNER).json()["refresh_token"]
    answer = renew({"Authorization": header}, refresh_token=token, client_id=PLANNER)
    assert answer.status in (400, 401)
    assert site.crashes == []


@pytest.mark.parametrize("secret", [5, None, [], "", "\ud800", "x" * 8193])
def test_a_secret_is_text_of_some_length(site, issued, renew, secret):
    token = issued(client_id=PLANNER).json()["refresh_token"]
    answer = renew(refresh_token=token, client_id=PLANNER, client_secret=secret)
    assert answer.status == 400
    assert site.crashes == []


def test_one_programs_secret_is_not_anothers(site, issued, renew):
    token = issued(client_id=PLANNER).json()["refresh_token"]
    swapped = {"client_id": PLANNER, "client_secret": secret_of(site, NEWSLETTER)}
    assert error(renew(refresh_token=token, **swapped)) == (401, "invalid_client")


def test_a_token_belongs_to_the_program_that_it_was_issued_to(site, issued, renew):
    """And whoever else presents it does not end it for its owner."""
    token = issued(client_id=PLANNER).json()["refresh_token"]
    name, secret = site.mallorys_program
    other = renew(refresh_token=token, client_id=name, client_secret=secret)
    assert error(other) == (400, "invalid_grant")
    assert error(renew(refresh_token=token, client_id=APP)) == (400, "invalid_grant")
    right = {"client_id": PLANNER, "client_secret": secret_of(site, PLANNER)}
    assert renew(refresh_token=token, **right).status == 200


def test_the_apps_token_is_no_programs(site, issued, renew):
    token = issued().json()["refresh_token"]
    right = {"client_id": PLANNER, "client_secret": secret_of(site, PLANNER)}
    assert error(renew(refresh_token=token, **right)) == (400, "invalid_grant")


def test_each_site_has_secrets_of_its_own_and_no_repr_shows_them(site, fast):
    from labkit.practice import Site

    other = Site(fast)
    for program in (PLANNER, NEWSLETTER):
        assert secret_of(site, program) != secret_of(other, program)
        assert len(secret_of(site, program)) >= 32
        assert secret_of(site, program) not in repr(site.application.extensions["labkit"].tokens)


def test_mallory_knows_the_secret_of_her_own_program_alone(site):
    assert site.mallorys_program == (NEWSLETTER, secret_of(site, NEWSLETTER))
