"""Whatever JSON is sent wherever: an answer, never a crash, in bounded time."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.exchange import Request
from labkit.practice.decisions.access import NEEDED

EXAMPLE = {"<id>": "2", "<name>": "alice"}
FIELDS = [
    "name",
    "password",
    "code",
    "current",
    "new",
    "role",
    "points",
    "text",
    "about",
    "shown_as",
    "refresh_token",
]


def changing():
    for path, methods in NEEDED.items():
        for method in methods:
            if method != "GET" and path != "/log-out" and path != "/api/log-out":
                for place, example in EXAMPLE.items():
                    path = path.replace(place, example)
                yield method, path


ROUTES = sorted(changing())
TEXTS = st.one_of(
    st.text(st.characters(), max_size=40),  # lone surrogates and NUL included
    st.sampled_from(["\ud800", "\0", "x" * 5000, "penguin", "elephant", "student", "123456"]),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.just(10**400))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS) | TEXTS, VALUES, max_size=6) | VALUES


@pytest.fixture(scope="module")
def people(module_site):
    module_site.restore()
    found = []
    for name, password in (("carol", "elephant"), ("grace", "vocal tundra mosaic elbow")):
        client = module_site.client(name, peer="192.0.2.3")
        client.log_in(name, password)
        found.append(client)
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(route=st.sampled_from(ROUTES), body=BODIES, who=st.integers(0, 2))
def test_no_json_body_crashes_the_site(module_site, people, route, body, who):
    client = (*people, module_site.client("stranger"))[who]
    if not client.csrf_token:
        client.get("/api/session")
    headers = {"Content-Type": "application/json", "X-CSRF-Token": client.csrf_token}
    octets = json.dumps(body).encode()
    answer = client.transport.send(
        Request(route[0], route[1], headers | cookie(client), octets), client.peer
    )
    assert answer.status < 500, (route, body, module_site.crashes)
    assert module_site.crashes == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(route=st.sampled_from(ROUTES), octets=st.binary(max_size=200), form=st.booleans())
def test_no_octets_crash_the_site(module_site, people, route, octets, form):
    kind = "application/x-www-form-urlencoded" if form else "application/json; charset=utf-16"
    headers = {"Content-Type": kind, "X-CSRF-Token": people[0].csrf_token} | cookie(people[0])
    answer = people[0].transport.send(Request(route[0], route[1], headers, octets), "192.0.2.4")
    assert answer.status < 500
    assert module_site.crashes == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "X" * 50]),
    headers=st.dictionaries(
        st.sampled_from(["Cookie", "Authorization", "X-CSRF-Token", "Content-Type", "Accept"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    ),
)
def test_no_request_line_or_header_crashes_the_site(module_site, path, method, headers):
    client = module_site.client("stranger")
    answer = client.transport.send(Request(method, "/" + path, headers), client.peer)
    assert answer.status < 500
    assert module_site.crashes == []


def cookie(client):
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


@pytest.mark.parametrize("peer", ["", "not an address", "999.1.1.1"])
def test_a_peer_that_is_no_address_is_refused_and_not_a_crash(module_site, peer):
    client = module_site.client("stranger", peer=peer)
    assert client.log_in("alice", "penguin").status == 400
    assert module_site.crashes == []
