"""The practice site on a port of this machine, for a person with a browser.

It listens on 127.0.0.1 and nowhere else. It has a name of its own, `gradebook.localhost`, for
cookies ignore ports: under plain `localhost` a browser would send it the cookies of every other
program there, a JupyterLab's among them. Chromium and Firefox take every name that ends in
`.localhost` for this machine and for a safe place, so `Secure` and `__Host-` cookies work without
https. Requests with another Host header are refused, so that no foreign name can be pointed here.
"""

import os
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from labkit.display import Shown, card
from labkit.encoding import escaped
from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import whole
from labkit.practice.site import HOST, Site, host_of
from labkit.practice.surface import Client
from labkit.practice.transport import LOOPBACK, OnLoopback

SWEEP_S = 600.0
SILENT_S = 30.0  # a client that says nothing for so long has lost its connection
SOON_S = 0.05
# For what is refused before any site sees it: no HTTP, or too long.
GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Cache-Control": "no-store",
}


class PortTaken(LabkitError):
    """The port is in use, or not for ordinary programs."""

    default_remedy = "Leave the port out: the system then picks a free one."


class Server(Shown):
    """A running site. Stop it with `stop`, or use it in a `with`; it ends with the program too.

    The requests run in threads of their own. Safe for threads: any of them may stop it.

    Args:
        site: What is served.
        port: 0 lets the system pick one.

    Raises:
        PortTaken: The port cannot be had.
        InvalidInput: An argument of the wrong type.
    """

    def __init__(self, site: Site, *, port: int = 0) -> None:
        if not isinstance(site, Site):
            raise InvalidInput(f"A Site is served, not a {type(site).__name__}.")
        self.site = site
        self._listening = _listen(site, whole(port, "port", at_most=65535))
        self.port: int = self._listening.port
        self._thread = threading.Thread(
            target=self._listening.serve_forever, args=(SOON_S,), name="gradebook", daemon=True
        )
        self._thread.start()
        # Called when nobody holds the server any more, and at the end of the program.
        self._end = weakref.finalize(self, _stop, self._listening, self._thread, os.getpid())

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the site."""
        return f"http://{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()

    def client(self, who: str = "mallory", *, at: str = "gradebook") -> Client:
        """Return a new visitor without cookies, who comes through the port.

        Args:
            who: The name shown in the exchanges.
            at: "gradebook", or one of the services around it, as `Site.client` has them.

        Raises:
            InvalidInput: There is no such service.
        """
        named = who if at == "gradebook" else f"{who} at the {at}"
        return Client(named, OnLoopback(self.port, host_of(at)), self.site.exchanges)

    def stop(self) -> None:
        """Stop listening and free the port; stopping twice is no error."""
        self._end()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"Gradebook: {self.url}" if self.running else "Gradebook: stopped"

    def html(self) -> str:
        """Return a card with a link to the site."""
        if not self.running:
            return card("Gradebook", "the practice site", "<p>It is stopped.</p>")
        url = escaped(self.url)
        link = f'<p><a href="{url}" target="_blank" rel="noopener">{url}</a></p>'
        said = "<p>It runs on this machine only, until <code>stop()</code> or the kernel's end.</p>"
        return card("Gradebook", "the practice site, in your browser", link + said)


def serve(site: Site, *, port: int = 0) -> Server:
    """Serve the site on 127.0.0.1 under gradebook.localhost; there is no other address to choose.

    Args:
        site: The site; built with `clock=system_clock`, its sessions and codes live in real time.
        port: 0 lets the system pick one.

    Raises:
        PortTaken: The port cannot be had.
        InvalidInput: An argument of the wrong type.

    Examples:
        >>> with serve(Site()) as server:
        ...     server.client("alice").log_in("alice", "penguin").status
        200
    """
    return Server(site, port=port)


class _Listening(ThreadedWSGIServer):
    daemon_threads = True

    def __init__(self, site: Site, bound: socket.socket) -> None:
        port = bound.getsockname()[1]
        super().__init__(LOOPBACK, port, at_once(site.wsgi), _Handler, fd=bound.fileno())
        self.site, self.swept_at = site, time.monotonic()

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002
        return ip_address(client_address[0]).is_loopback

    def service_actions(self) -> None:
        if time.monotonic() - self.swept_at > SWEEP_S:
            self.swept_at = time.monotonic()
            self.site.sweep()

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (the base's name)
        """Say nothing: what happens is in the site's own log and crashes."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a browser hangs up."""


class _Handler(WSGIRequestHandler):
    timeout = SILENT_S
    default_request_version = "HTTP/1.0"  # an answer to HTTP/0.9 would have no headers at all
    _own_answer = False

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self._own_answer = True  # and the last one: the connection ends with it
        super().send_error(code, message, explain)

    def end_headers(self) -> None:
        for name, value in GUARDED.items() if self._own_answer else ():
            self.send_header(name, value)
        super().end_headers()

    def version_string(self) -> str:
        return "gradebook"  # the versions of its parts are nobody's business

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (the base's name)
        """Say nothing on stderr."""


def at_once(application: Callable[..., Any]) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application with each answer whole, and what it was read from closed.

    Werkzeug's server leaves a file open when a browser hangs up while it is sent.
    """

    def whole_answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        parts = application(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    return whole_answer


def _listen(site: Site, port: int) -> _Listening:
    try:  # werkzeug would write about a taken port to stderr, and exit
        bound = socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise PortTaken(f"Port {port} of {LOOPBACK} cannot be had.") from error
    with bound:
        return _Listening(site, bound)  # it has a socket of its own now


def _stop(listening: _Listening, thread: threading.Thread, pid: int) -> None:
    if os.getpid() != pid:  # a forked process shares the socket, and has no thread to wait for
        listening.server_close()
        return
    listening.shutdown()
    listening.server_close()
    thread.join(5)
