"""What the site's code fetches: from this machine and from nowhere else, not much, not for long."""

import socket
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from labkit.practice import fetching
from labkit.practice.fetching import MOST_BYTES, NotFetched, fetch


@contextmanager
def answering(*pieces):
    """A server that sends these bytes to whoever comes; yields its port and what it was sent."""
    listening = socket.create_server(("127.0.0.1", 0))
    asked = []

    def answer():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65536).decode("latin-1"))
                with suppress(OSError):  # nobody listens any more
                    for piece in pieces:
                        connection.sendall(piece)

    thread = Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], asked
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def ok(body, *more):
    head = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *more]
    return b"\r\n".join([*head, b"", body])


@pytest.fixture
def dialled(monkeypatch):
    """Where a connection was made to, and none is made."""
    calls = []

    def refuse(address, *_, **__):
        calls.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    return calls


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.localhost", "a.b.localhost", "EVIL.LOCALHOST"])
def test_what_a_server_of_this_machine_answers_is_returned(host):
    with answering(ok(b'{"keys": []}')) as (port, asked):
        assert fetch(f"http://{host}:{port}/jwks.json?x=1") == b'{"keys": []}'
    assert asked[0].startswith("GET /jwks.json?x=1 HTTP/1.1\r\n")
    assert f"Host: {host.lower()}:{port}\r\n" in asked[0]


def test_nothing_of_the_site_goes_along():
    with answering(ok(b"x")) as (port, asked):
        fetch(f"http://127.0.0.1:{port}/")
    names = {line.partition(":")[0].lower() for line in asked[0].splitlines()[1:] if line}
    assert names == {"host", "accept-encoding"}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://192.0.2.1/",
        "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.0.0.1.example.com/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25lo]/",
        "http://[::1",
        "http://127.0.0.1@example.com/",
        "http://evil.localhost@example.com/",
        "http://evil.localhost:80@example.com:80/",
        "http://example.com#.localhost",
        "http://example.com?.localhost",
        "http://example.com/.localhost",
        "http://localhost.example.com/",
        "http://evillocalhost/",
        "http://localhost/",
        "http://evil.localhost./",
        "http://１２７.0.0.1/",
        "http://evil。localhost/",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "127.0.0.1",
        "http:127.0.0.1",
        "http:///",
        "",
        "x" * 3000,
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:-1/",
        "http://127.0.0.1:x/",
        "\ud800",
        None,
        5,
        b"http://127.0.0.1/",
        ["http://127.0.0.1/"],
    ],
)
def test_no_other_address_is_even_tried(dialled, url):
    with pytest.raises(NotFetched):
        fetch(url)
    assert dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "http://user:word@127.0.0.1:1/",
        "http://example.com@127.0.0.1:1/",
        "http://example.com\\.localhost:1/",
        "http://exam\tple.localhost:1/",
        "http://example.com%2f.localhost:1/",
        "http://example.com%00.localhost:1/",
    ],
)
def test_whatever_stands_before_it_the_connection_goes_to_this_machine(dialled, url):
    with pytest.raises(NotFetched):
        fetch(url)
    assert dialled == [("127.0.0.1", 1)]


@pytest.mark.parametrize(
    "path", ["/a b", "/\r\nX: y", "/é", "/\x00", "/%0d%0aX:%20y", "?\r\nHost: example.com"]
)
def test_an_address_smuggles_no_line_into_the_request(path):
    with answering(ok(b"x")) as (port, asked), suppress(NotFetched):
        fetch(f"http://127.0.0.1:{port}{path}")
    assert all(request.count("\r\nHost:") == 1 and "\r\nX:" not in request for request in asked)


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Temporary", b"308 Permanent"])
def test_a_redirect_is_not_followed(status):
    with answering(ok(b"never")) as (there, visited):
        location = f"Location: http://127.0.0.1:{there}/".encode()
        told = b"HTTP/1.1 %s\r\n%s\r\nContent-Length: 0\r\n\r\n" % (status, location)
        with answering(told) as (port, _), pytest.raises(NotFetched, match="none to use"):
            fetch(f"http://127.0.0.1:{port}/")
        assert visited == []


@pytest.mark.parametrize("status", [b"204 No Content", b"404 Not Found", b"500 Oops"])
def test_no_other_status_is_of_use(status):
    told = b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status
    with answering(told) as (port, _), pytest.raises(NotFetched):
        fetch(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(("size", "fits"), [(0, True), (MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_an_answer_has_64_kib(size, fits):
    with answering(ok(b"x" * size)) as (port, _):
        if fits:
            assert len(fetch(f"http://127.0.0.1:{port}/")) == size
        else:
            with pytest.raises(NotFetched):
                fetch(f"http://127.0.0.1:{port}/")


def test_an_answer_without_end_is_left():
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    with answering(head, *[b"x" * 8192] * 64) as (port, _), pytest.raises(NotFetched):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_trickle_is_left_when_patience_ends(monkeypatch):
    moments = iter(range(100))
    monkeypatch.setattr(fetching.time, "monotonic", lambda: next(moments))
    with answering(ok(b"x" * 50_000)) as (port, _), pytest.raises(NotFetched, match="too slowly"):
        fetch(f"http://127.0.0.1:{port}/")


def test_headers_that_never_end_are_left_too(monkeypatch):
    hang_up = []

    class Timer:
        def __init__(self, seconds, function, arguments):
            assert seconds == fetching.PATIENCE_S
            hang_up.append(lambda: function(*arguments))

        def start(self):
            monkeypatch.setattr(fetching.time, "monotonic", lambda: 1e12)

        def cancel(self):
            pass

    def trickle():
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: x")
            hang_up[0]()
            connection.recv(1)  # open until the site has gone

    monkeypatch.setattr(fetching.threading, "Timer", Timer)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Thread(target=trickle, daemon=True)
        server.start()
        with pytest.raises(NotFetched, match="too slowly"):
            fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        server.join(5)


@pytest.mark.parametrize("answer", [b"", b"\xff\xfe\x00", b"HTTP/1.1\r\n\r\n", b"SSH-2.0-x\r\n"])
def test_what_is_no_http_is_not_fetched(answer):
    with answering(answer) as (port, _), pytest.raises(NotFetched):
        fetch(f"http://127.0.0.1:{port}/")


def test_where_nobody_listens_nothing_is_fetched():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NotFetched, match="Nobody answers"):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch, dialled):
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:3128")
    with pytest.raises(NotFetched):
        fetch("http://127.0.0.1:1/")
    assert dialled == [("127.0.0.1", 1)]
