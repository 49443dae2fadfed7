"""The attacker's key server: a token can name it, and a careless site comes and asks.

It listens on 127.0.0.1 and nowhere else; there is no address to choose. Its name is
`evil.localhost`, a host of its own, so that no browser sends it the cookies of another program.
"""

import json
import os
import threading
import weakref
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from labkit.display import Shown, card, escaped
from labkit.forging.errors import ServerStopped
from labkit.forging.own_key import OwnKey

LOOPBACK = "127.0.0.1"
NAME = "evil.localhost"
KEY_SET, CERTIFICATE = "/jwks.json", "/certificate.pem"
SILENT_S = 5.0  # a client that says nothing for so long has lost its connection
SOON_S = 0.02
MOST_WAITING_S = 5.0


class Keys(Shown):
    """A running key server; stop it with `stop`, or use it in a `with`.

    It ends with the program too, and when nobody holds it any more. Safe for threads.

    Args:
        key: The key that it serves.

    Raises:
        InvalidInput: It is no OwnKey.
    """

    def __init__(self, key: OwnKey) -> None:
        self.key = OwnKey.checked(key)
        self._listening = _Listening(key)
        self._thread = threading.Thread(
            target=self._listening.serve_forever, args=(SOON_S,), name=NAME, daemon=True
        )
        self._thread.start()
        self._end = weakref.finalize(self, _stop, self._listening, self._thread, os.getpid())

    @property
    def port(self) -> int:
        """The port, picked by the system."""
        return self._listening.server_port

    @property
    def jku(self) -> str:
        """The address of the key set.

        Raises:
            ServerStopped: It does not answer any more.
        """
        return self._at(KEY_SET)

    @property
    def x5u(self) -> str:
        """The address of the certificate.

        Raises:
            ServerStopped: It does not answer any more.
        """
        return self._at(CERTIFICATE)

    @property
    def hits(self) -> int:
        """How often the key set or the certificate was fetched."""
        return self._listening.hits

    @property
    def running(self) -> bool:
        """Whether it still answers."""
        return self._end.alive

    def stop(self) -> None:
        """Stop listening and free the port; stopping twice is no error."""
        self._end()

    def _at(self, path: str) -> str:
        if not self.running:
            raise ServerStopped("The key server was stopped.")
        return f"http://{NAME}:{self.port}{path}"

    def __enter__(self) -> "Keys":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        where = self.jku if self.running else "stopped"
        return f"Key server: {where}, asked {self.hits} times"

    def html(self) -> str:
        """Return a card that says where it is and how often it was asked."""
        where = escaped(self.jku) if self.running else "It is stopped."
        said = f'<p class="lk-mono">{where}</p><p>Asked {self.hits} times.</p>'
        return card(
            "Key server", f"the attacker's, on this machine, with one {self.key.kind}", said
        )


def serve_keys(key: OwnKey) -> Keys:
    """Serve a key set and a certificate on 127.0.0.1, on a port that the system picks.

    Args:
        key: The key. Only its public half is served.

    Returns:
        The server: `jku` and `x5u` are its addresses, `hits` counts who came.

    Raises:
        InvalidInput: `key` is no OwnKey.

    Examples:
        >>> with serve_keys(OwnKey.new("ES256")) as server:
        ...     server.jku.endswith("/jwks.json"), server.hits
        (True, 0)
    """
    return Keys(key)


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, key: OwnKey) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.hits, self._lock = 0, threading.Lock()
        self.answers = {
            KEY_SET: ("application/json", json.dumps({"keys": [key.jwk]}).encode()),
            CERTIFICATE: ("application/x-pem-file", key.certificate_pem),
        }

    def server_bind(self) -> None:
        """Bind without the look-up of the machine's name that the base makes."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = NAME, self.server_address[1]

    def count(self) -> None:
        with self._lock:
            self.hits += 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a client hangs up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listening
    timeout = SILENT_S
    server_version, sys_version = "evil", ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        found = self.server.answers.get(self.path.partition("?")[0])
        if not self._named():
            found, status = None, 421
        else:
            status = 200 if found else 404
        kind, body = found or ("text/plain", b"")
        if found:
            self.server.count()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _named(self) -> bool:
        """Whether the request names this host: no foreign name can be pointed here."""
        host = self.headers.get("Host", "").rpartition(":")
        return (host[0] or host[2]).lower() in (NAME, LOOPBACK)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Say nothing on stderr."""


def _stop(listening: _Listening, thread: threading.Thread, pid: int) -> None:
    if os.getpid() != pid:  # a forked process shares the socket, and has no thread to wait for
        listening.server_close()
        return
    listening.shutdown()
    listening.server_close()
    thread.join(MOST_WAITING_S)
