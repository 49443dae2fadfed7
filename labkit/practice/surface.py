"""What an attack may touch of the practice site: HTTP clients, stated leaks, its own account.

A client is made by a site and can reach nothing else: in process it calls the WSGI application, on
a port it connects to 127.0.0.1 and names the site in the Host header.
"""

import http.client
import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote_to_bytes

from labkit.catalogue import Site as AnySite
from labkit.catalogue import SiteBroken
from labkit.errors import InvalidInput
from labkit.exchange import Exchange, Request, Response
from labkit.practice.people import Person

LOOPBACK = "127.0.0.1"
MALLORYS_ADDRESS = "198.51.100.7"  # RFC 5737: a documentation address, no one's machine
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Transport(Protocol):
    """Carries one request to the site and brings back the response."""

    def send(self, request: Request, peer: str) -> Response:
        """Send the request as coming from the address `peer`."""


@dataclass(frozen=True)
class InProcess:
    """Calls the application directly: no socket, the same every time."""

    application: Wsgi
    host: str
    scheme: str = "https"

    def send(self, request: Request, peer: str) -> Response:
        """Send the request as coming from the address `peer`.

        Raises:
            InvalidInput: It holds what no HTTP request can.
        """
        status: list[str] = []
        headers: list[tuple[str, str]] = []

        def start_response(line: str, fields: list[tuple[str, str]], *_: object) -> None:
            status.append(line)
            headers.extend(fields)

        chunks = self.application(self._environ(request, peer), start_response)
        body = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close:
            close()
        return Response(int(status[-1].split()[0]), tuple(headers), body)

    def _environ(self, request: Request, peer: str) -> dict[str, Any]:
        if any(map(_no_header, (request.method, request.path, *request.headers.values()))):
            raise _unsendable()
        path, _, query = request.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": peer,
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_HOST": self.host,
        }
        return environ | dict(_variable(name, value) for name, value in request.headers.items())


def _no_header(value: str) -> bool:
    return not value.isascii() or not value.isprintable()


def _unsendable() -> InvalidInput:
    return InvalidInput(
        "The request holds a character that HTTP cannot carry there.",
        remedy="In a path, write it as %XX (urllib.parse.quote); in a body anything goes.",
    )


def _variable(name: str, value: str) -> tuple[str, str]:
    key = name.upper().replace("-", "_")
    return (key if key == "CONTENT_TYPE" else f"HTTP_{key}"), value


@dataclass(frozen=True)
class OnLoopback:
    """Speaks HTTP to a server on this machine; there is no way to name another address."""

    port: int
    host: str

    def send(self, request: Request, peer: str) -> Response:  # noqa: ARG002 (the socket says it)
        """Send the request; the site sees 127.0.0.1 as the peer.

        Raises:
            InvalidInput: It holds what no HTTP request can.
            SiteBroken: Nobody answers.
        """
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        headers = {"Host": f"{self.host}:{self.port}", **request.headers}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            return Response(answer.status, tuple(answer.getheaders()), answer.read())
        except ValueError as error:  # a control character, or one that HTTP cannot carry
            raise _unsendable() from error
        except (OSError, http.client.HTTPException) as error:
            raise SiteBroken("The site on the port gives no answer.") from error
        finally:
            connection.close()


@dataclass
class Client:
    """One visitor with a cookie jar of its own, who follows no redirect unasked.

    Args:
        who: The name shown in the exchanges.
        transport: How the site is reached.
        record: Where each exchange is appended.
        peer: The address that the site sees, in process.
    """

    who: str
    transport: Transport
    record: list[Exchange] = field(repr=False)
    peer: str = MALLORYS_ADDRESS
    csrf_token: str = field(default="", repr=False)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)

    def send(self, request: Request) -> Response:
        """Send the request with this client's cookies, record the exchange, keep new cookies.

        Raises:
            SiteBroken: The site answered with a 5xx status: it crashed.
        """
        request = self._with_cookies(request)
        response = self.transport.send(request, self.peer)
        self.record.append(Exchange(self.who, request, response))
        self._keep(response)
        if response.status >= 500:
            said = response.text.strip().splitlines() or ["no reason"]
            raise SiteBroken(
                f"The site crashed at {request.method} {request.path}: {said[-1]}",
                remedy="An error must close the door, not break it.",
            )
        return response

    def get(self, path: str, **headers: str) -> Response:
        """Send a GET that asks for JSON."""
        return self.send(Request("GET", path, {"Accept": "application/json"} | headers))

    def post(self, path: str, value: object = None, **headers: str) -> Response:
        """Send JSON with the session's CSRF token, as the site's own pages do."""
        return self.change("POST", path, value, **headers)

    def change(self, method: str, path: str, value: object = None, **headers: str) -> Response:
        """Send JSON by any method, with the session's CSRF token."""
        if not self.csrf_token:
            self.get("/api/session")
        token = {"X-CSRF-Token": self.csrf_token}
        return self.send(Request.of_json(method, path, value, **(token | headers)))

    def log_in(self, name: str, password: str) -> Response:
        """Ask for a session; whether it came is the response's status."""
        return self.post("/api/log-in", {"name": name, "password": password})

    def _with_cookies(self, request: Request) -> Request:
        if not self.cookies or "Cookie" in request.headers:
            return request
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers: Mapping[str, str] = {**request.headers, "Cookie": jar}
        return Request(request.method, request.path, headers, request.body)

    def _keep(self, response: Response) -> None:
        for key, header in response.headers:
            if key.lower() == "set-cookie":
                self._keep_cookie(header)
        told = response.json()
        if isinstance(told, dict) and "csrf_token" in told:
            self.csrf_token = str(told["csrf_token"])

    def _keep_cookie(self, header: str) -> None:
        self.csrf_token = ""  # it was bound to the session that ends here
        name, _, value = header.partition(";")[0].partition("=")
        if value and "max-age=0" not in header.lower():
            self.cookies[name.strip()] = value
        else:
            self.cookies.pop(name.strip(), None)


class Victim(Protocol):
    """Somebody who uses the site while it is attacked; the password stays with them."""

    def log_in(self) -> bool:
        """Log in with the right password, from the browser that was used before."""

    def take_password(self, new: str) -> bool:
        """Change to a password that the story gives them; whether the site took it."""

    def take_easy_password(self) -> bool:
        """Try to change to an easy password; whether the site took one."""


class Order(Protocol[T_co]):
    """What came of one order of the steps in a race."""

    @property
    def order(self) -> str:
        """Who took each step, such as "ABBA"."""

    @property
    def results(self) -> tuple[T_co | None, ...]:
        """What each client came to."""


class Site(AnySite, Protocol):
    """The practice site as an attack meets it."""

    @property
    def bytes_read(self) -> int:
        """How many bytes of secrets the site's own code went through so far: time, counted."""

    @property
    def mallory(self) -> Person:
        """The attacker's own honest account, with its password."""

    def client(self, who: str = "mallory", *, peer: str = MALLORYS_ADDRESS) -> Client:
        """Return a new visitor without cookies."""

    def as_mallory(self) -> Client:
        """Return a visitor who has logged in to the attacker's own account."""

    @property
    def leaked_elsewhere(self) -> Mapping[str, str]:
        """Names and passwords that leaked from a forum, which has nothing to do with this site."""

    def victim(self, name: str) -> Victim:
        """Return one of the site's people, logged in at home, in the browser they always use."""

    def later(self, seconds: float) -> None:
        """Let time pass."""

    def cost(self, request: Request) -> int:
        """Send a request as a new visitor and return the work units of hashing that it caused."""

    def race(self, *racers: tuple[Client, Callable[[Client], T]]) -> Sequence[Order[T]]:
        """Let clients act at the same moment: once in every order of their steps at the store."""

    def stolen_check(self) -> Callable[[str, str], bool]:
        """Return the site's own code that checks a password against a stored one."""

    def leak(self, table: str) -> Mapping[str, str]:
        """Return what the story leaks: "users", "log" or "old dump"."""

    def legacy_row(self, name: str) -> None:
        """Store somebody's password as it was stored years ago: they have not logged in since."""
