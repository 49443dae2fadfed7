"""The site on a port: this machine only, its own name only, quiet, and stopped for good."""

import gc
import http.client
import socket
import subprocess
import sys
import threading

import pytest

from labkit.catalogue import SiteBroken
from labkit.clock import system_clock
from labkit.errors import InvalidInput
from labkit.practice import Site, serve
from labkit.practice.server import GUARDED, SWEEP_S, PortTaken, at_once


@pytest.fixture(scope="module")
def server(fast):
    with serve(Site(fast, clock=system_clock)) as running:
        yield running


def ask(server, host, path="/api/session"):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_a_visitor_comes_through_the_port(server):
    alice = server.client("alice")
    assert alice.log_in("alice", "penguin").status == 200
    assert alice.get("/api/grades").json()["grades"]
    assert server.site.exchanges[-1].who == "alice"


def test_the_address_has_a_name_of_its_own(server):
    assert server.url == f"http://gradebook.localhost:{server.port}"


def test_it_listens_on_the_loopback_address_alone(server):
    name = server._listening.socket.getsockname()
    assert name == ("127.0.0.1", server.port)
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.2", server.port), timeout=2).close()


def test_a_client_from_elsewhere_would_be_turned_away(server):
    assert server._listening.verify_request(None, ("127.0.0.1", 1))
    assert not server._listening.verify_request(None, ("192.0.2.1", 1))


def test_there_is_no_argument_for_another_address(fast):
    with pytest.raises(TypeError):
        serve(Site(fast), host="0.0.0.0")


@pytest.mark.parametrize("host", ["gradebook.localhost", "gradebook.localhost:{port}"])
def test_its_name_is_known_with_and_without_the_port(server, host):
    assert ask(server, host.format(port=server.port)).status == 200


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1:{port}", "evil.localhost:{port}", "evil.example"]
)
def test_another_name_is_a_421(server, host):
    assert ask(server, host.format(port=server.port)).status == 421


def test_a_whole_address_in_the_request_line_is_another_name_too(server):
    answer = ask(server, "gradebook.localhost", path="http://evil.example/api/session")
    assert answer.status == 421


def test_a_body_in_broken_chunks_is_a_400_at_once(server):
    kind = "application/x-www-form-urlencoded"
    headers = {"Host": server.url[7:], "Content-Type": kind, "Transfer-Encoding": "chunked"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("POST", "/log-in", iter([]), headers, encode_chunked=False)
    connection.send(b"zz\r\nabc\r\n")
    assert connection.getresponse().status == 400
    connection.close()


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET / HTTP/1.1 more", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1", 414),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 70_000, 431),
        (b"GET / HTTP/9.9", 505),
    ],
    ids=["syntax", "address", "headers", "version"],
)
def test_what_is_refused_before_any_site_sees_it_is_guarded_too(server, line, status):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as rude:
        rude.sendall(line + b"\r\n\r\n")
        answer = http.client.HTTPResponse(rude)
        answer.begin()
    assert answer.status == status
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_all("Content-Security-Policy") == ["default-src 'none'"]
    assert answer.headers.get_all("Cache-Control") == ["no-store"]


def test_the_sites_own_answers_carry_each_header_once(server):
    answer = ask(server, "gradebook.localhost")
    for name in GUARDED:
        assert len(answer.headers.get_all(name)) == 1


class Pieces(list):
    """An answer that is read from something, as that of a static file is."""

    closed = False

    def close(self):
        self.closed = True


class BrokenPieces(Pieces):
    def __iter__(self):
        raise OSError("The disk is gone.")


def test_an_answer_is_closed_before_anybody_can_hang_up():
    pieces = Pieces([b"one ", b"two"])
    assert list(at_once(lambda *_: pieces)({}, None)) == [b"one two"]
    assert pieces.closed


def test_an_answer_that_cannot_be_read_is_closed_too():
    pieces = BrokenPieces()
    with pytest.raises(OSError, match="disk"):
        at_once(lambda *_: pieces)({}, None)
    assert pieces.closed


def test_it_tells_no_version_and_writes_nothing(server, capfd):
    answer = ask(server, "gradebook.localhost")
    assert answer.headers["Server"] == "gradebook"
    with socket.create_connection(("127.0.0.1", server.port)) as rude:
        rude.sendall(b"\x00\xff nonsense\r\n\r\n")
        rude.recv(100)
    assert capfd.readouterr() == ("", "")


def test_many_visitors_at_once_are_served(server):
    statuses = []

    def visit(name, password):
        client = server.client(name)
        client.log_in(name, password)
        for _ in range(5):
            statuses.append(client.get("/api/grades").status)
            statuses.append(client.post("/api/messages", {"text": name}).status)

    people = [
        ("alice", "penguin"),
        ("bob", "sunshine"),
        ("carol", "elephant"),
        ("erin", "butterfly"),
    ]
    threads = [threading.Thread(target=visit, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 20 + [201] * 20
    assert server.site.crashes == []


@pytest.mark.parametrize("in_file", [False, True])
def test_of_parallel_guesses_only_five_are_tried(fast, tmp_path, in_file):
    tried = []

    class Noting(fast.log_in):
        def check(self, user, password):
            tried.append(password)
            return super().check(user, password)

    place = tmp_path / "g.db" if in_file else ":memory:"
    site = Site(fast.having(Noting), clock=system_clock, database=place)
    with serve(site) as server:
        clients = [server.client(f"m{n}") for n in range(10)]
        for client in clients:
            client.get("/api/session")
        start = threading.Barrier(10)
        statuses = []

        def guess(client, n):
            start.wait()
            statuses.append(client.log_in("alice", f"guess {n}").status)

        threads = [threading.Thread(target=guess, args=(c, n)) for n, c in enumerate(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(statuses) == [401] * 5 + [429] * 5
    assert len(tried) == 5
    assert site.crashes == []
    site.close()


def test_it_sweeps_now_and_then(server, monkeypatch):
    swept = []
    monkeypatch.setattr(server.site, "sweep", lambda: swept.append(1))
    server._listening.swept_at -= SWEEP_S + 1
    server._listening.service_actions()
    server._listening.service_actions()
    assert swept == [1]


def test_stopping_frees_the_port_and_may_be_done_twice(fast):
    server = serve(Site(fast))
    visitor = server.client()
    server.stop()
    server.stop()
    assert not server.running
    with pytest.raises(SiteBroken, match="no answer"):
        visitor.get("/api/session")
    with serve(Site(fast), port=server.port) as again:
        assert again.port == server.port


def test_a_server_that_nobody_holds_any_more_stops(fast):
    server = serve(Site(fast))
    thread = server._thread
    del server
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_a_taken_port_is_refused_without_a_word_on_stderr(server, fast, capfd):
    with pytest.raises(PortTaken, match=str(server.port)):
        serve(Site(fast), port=server.port)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("port", [-1, 65536, "80", 1.5, None, True])
def test_a_port_that_is_none_is_refused(fast, port):
    with pytest.raises(InvalidInput):
        serve(Site(fast), port=port)


def test_something_else_than_a_site_is_refused():
    with pytest.raises(InvalidInput, match="A Site is served"):
        serve("http://example.org")


def test_it_shows_itself_as_a_link_and_as_text(fast):
    server = serve(Site(fast))
    assert f'href="{server.url}"' in server._repr_html_()
    assert repr(server) == f"Gradebook: {server.url}"
    server.stop()
    assert repr(server) == "Gradebook: stopped"
    assert "href" not in server.html()


def test_a_program_that_forgets_it_ends_all_the_same():
    code = "from labkit.practice import Site, serve; server = serve(Site()); print(server.url)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith("http://gradebook.localhost:")
    assert done.stderr == ""


@pytest.mark.parametrize("in_file", [False, True])
def test_of_parallel_log_ins_on_one_session_one_wins_and_none_crashes(fast, tmp_path, in_file):
    place = tmp_path / "g.db" if in_file else ":memory:"
    site = Site(fast, clock=system_clock, database=place)
    with serve(site) as server:
        first = server.client("alice")
        first.get("/api/session")
        clients = [server.client("alice") for _ in range(4)]
        for client in clients:
            client.cookies, client.csrf_token = dict(first.cookies), first.csrf_token
        start = threading.Barrier(4)
        statuses = []

        def enter(client):
            start.wait()
            statuses.append(client.log_in("alice", "penguin").status)

        threads = [threading.Thread(target=enter, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # A loser is told that the session has ended, or that the form of that session is too old.
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 401, 403}
    assert site.crashes == []
    site.close()
