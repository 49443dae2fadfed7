"""The key server: loopback only, two resources, hits counted, silent, gone when it should be."""

import json
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection

import pytest

from labkit.errors import InvalidInput
from labkit.forging import Forgery, OwnKey, ServerStopped, serve_keys

KEY = OwnKey.new("ES256")


@pytest.fixture
def server():
    with serve_keys(KEY) as running:
        yield running


def ask(server, path="/jwks.json", method="GET", host=None):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request(method, path, headers={"Host": host or f"evil.localhost:{server.port}"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def test_it_serves_the_public_half_of_the_key(server):
    status, body = ask(server)
    assert status == 200
    assert json.loads(body) == {"keys": [KEY.jwk]}
    assert "d" not in json.loads(body)["keys"][0]


def test_it_serves_the_certificate(server):
    assert ask(server, "/certificate.pem") == (200, KEY.certificate_pem)
    assert KEY.certificate_pem.startswith(b"-----BEGIN CERTIFICATE-----")


def test_its_addresses_name_evil_localhost_and_the_port_that_the_system_picked(server):
    assert server.jku == f"http://evil.localhost:{server.port}/jwks.json"
    assert server.x5u == f"http://evil.localhost:{server.port}/certificate.pem"


def test_only_those_who_fetch_a_key_are_counted(server):
    for path in ("/jwks.json", "/certificate.pem", "/jwks.json?x=1", "/", "/jwks.json/../x"):
        ask(server, path)
    ask(server, method="HEAD")
    ask(server, host="gradebook.localhost")
    assert server.hits == 4


def test_it_listens_on_loopback_only_and_takes_no_address(server):
    assert server._listening.socket.getsockname()[0] == "127.0.0.1"
    with pytest.raises(TypeError):
        serve_keys(KEY, "0.0.0.0")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "gradebook.localhost", "x.evil.localhost"]
)
def test_another_name_is_refused(server, host):
    assert ask(server, host=host) == (421, b"")


@pytest.mark.parametrize(
    "host", ["evil.localhost", "EVIL.localhost:1", "127.0.0.1", "127.0.0.1:80"]
)
def test_its_own_name_and_address_are_answered(server, host):
    assert ask(server, host=host)[0] == 200


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\0\xff\xfe\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /jwks.json HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"POST /jwks.json HTTP/1.1\r\nContent-Length: 9\r\n\r\n",
        b"GET /jwks.json HTTP/1.1\r\nHost: \r\n\r\n",
    ],
)
def test_junk_neither_stops_it_nor_is_counted_nor_logged(server, junk, capfd):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(junk)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    assert server.hits == 0
    assert ask(server)[0] == 200
    assert capfd.readouterr() == ("", "")


def test_many_may_ask_at_once(server):
    threads = [threading.Thread(target=ask, args=(server,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.hits == 16


def test_it_is_gone_after_the_block_and_stopping_twice_is_no_error():
    with serve_keys(KEY) as server:
        assert server.running
    server.stop()
    assert not server.running
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)
    with pytest.raises(ServerStopped):
        Forgery.of("").point_to(server)
    assert "stopped" in repr(server)
    assert "stopped" in server.html()


def test_it_stops_when_an_error_leaves_the_block():
    with pytest.raises(KeyError), serve_keys(KEY) as server:
        raise KeyError
    assert not server.running


def test_it_ends_with_the_program_and_says_nothing():
    code = (
        "from labkit.forging import *\nserver = serve_keys(OwnKey.new('EdDSA'))\nprint(server.hits)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, b"0", b"")


@pytest.mark.parametrize("bad", [None, "ES256", KEY.jwk])
def test_only_an_own_key_is_served(bad):
    with pytest.raises(InvalidInput):
        serve_keys(bad)


@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_a_token_points_to_it_and_is_signed_with_its_key(server, member):
    forged = Forgery.of("e30.e30.").point_to(server, member)
    assert forged.header[member] == getattr(server, member)
    assert forged.header["kid"] == KEY.kid
    assert len(forged.signature) == 64
    with pytest.raises(InvalidInput):
        Forgery.of("").point_to(server, "kid")
