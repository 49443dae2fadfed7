"""The clients: what they keep, what they send, and that they reach this site and no other."""

import dataclasses

import pytest

from labkit.catalogue import SiteBroken
from labkit.errors import InvalidInput
from labkit.exchange import Request, Response
from labkit.practice import transport as transport_module
from labkit.practice.surface import Client
from labkit.practice.transport import OnLoopback


class Canned:
    """A transport that answers with the headers it was given."""

    def __init__(self, *headers, status=200, body=b"{}"):
        self.answer, self.sent = Response(status, headers, body), []

    def send(self, request, peer):
        self.sent.append(request)
        return self.answer


def test_a_client_keeps_and_sends_cookies():
    transport = Canned(("Set-Cookie", "a=1; Path=/"), ("set-cookie", "b=2"))
    client = Client("x", transport, [])
    client.get("/")
    client.get("/")
    assert transport.sent[0].headers.get("Cookie") is None
    assert transport.sent[1].headers["Cookie"] == "a=1; b=2"


@pytest.mark.parametrize("header", ["a=; Path=/", "a=x; Max-Age=0", "a=x; max-age=0; Path=/"])
def test_a_cookie_that_the_site_removes_is_gone(header):
    client = Client("x", Canned(("Set-Cookie", header)), [], cookies={"a": "1"})
    client.get("/")
    assert client.cookies == {}


def test_a_cookie_header_of_ones_own_goes_out_as_it_is():
    transport = Canned()
    Client("x", transport, [], cookies={"a": "1"}).get("/", Cookie="a=stolen")
    assert transport.sent[0].headers["Cookie"] == "a=stolen"


def test_a_csrf_token_of_ones_own_goes_out_too(site):
    answer = site.as_mallory().post("/api/messages", {"text": "x"}, **{"X-CSRF-Token": "forged"})
    assert answer.status == 403


def test_a_client_asks_for_a_new_csrf_token_when_its_session_changes(site):
    client = site.as_mallory()
    first = client.csrf_token
    client.post("/api/log-out")
    client.log_in("mallory", "sunshine")
    assert client.csrf_token not in ("", first)


def test_a_crash_is_no_defence():
    with pytest.raises(SiteBroken, match="crashed at GET /x: the last line"):
        Client("x", Canned(status=500, body=b"one\nthe last line\n"), []).get("/x")
    with pytest.raises(SiteBroken, match="no reason"):
        Client("x", Canned(status=502, body=b""), []).get("/x")


def test_every_exchange_is_recorded_with_its_sender(site):
    site.client("bob").get("/api/session")
    assert [str(exchange) for exchange in site.exchanges] == ["bob: GET /api/session → 200"]


def test_the_repr_of_a_client_holds_no_secret(site):
    client = site.as_mallory()
    for secret in (*client.cookies.values(), client.csrf_token):
        assert secret not in repr(client)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/é"),
        Request("GET", "/a\r\nX: y"),
        Request("GET\n", "/"),
        Request("GET", "/", {"X": "a\r\nb"}),
        Request("GET", "/", {"X": "\ud800"}),
    ],
)
def test_what_http_cannot_carry_is_refused_on_both_ways(site, request_):
    with pytest.raises(InvalidInput):
        site.client().send(request_)
    with pytest.raises((InvalidInput, SiteBroken)):
        OnLoopback(1, "gradebook.localhost").send(request_, "192.0.2.1")


def test_a_port_without_a_site_says_so():
    with pytest.raises(SiteBroken, match="no answer"):
        OnLoopback(1, "gradebook.localhost").send(Request("GET", "/"), "192.0.2.1")


def test_on_a_port_there_is_no_way_to_name_another_machine(monkeypatch):
    assert {field.name for field in dataclasses.fields(OnLoopback)} == {"port", "host"}
    reached = []

    class Connection:
        def __init__(self, address, port, timeout):
            reached.append((address, port))

        def request(self, *_):
            raise OSError

        def close(self):
            pass

    monkeypatch.setattr(transport_module.http.client, "HTTPConnection", Connection)
    transport = OnLoopback(8000, "evil.example")
    for path in ("/", "http://evil.example/", "//evil.example/", "@evil.example"):
        for headers in ({}, {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
            with pytest.raises(SiteBroken):
                transport.send(Request("GET", path, headers), "203.0.113.9")
    assert set(reached) == {("127.0.0.1", 8000)}
