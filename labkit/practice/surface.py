"""What an attack may touch of the practice site: HTTP clients, stated leaks, its own account.

A client is made by a site and can reach nothing else: in process it calls the WSGI application, on
a port it connects to 127.0.0.1 and names the site in the Host header.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from labkit.catalogue import Site as AnySite
from labkit.catalogue import SiteBroken
from labkit.encoding import brief
from labkit.errors import InvalidInput
from labkit.exchange import Exchange, Request, Response
from labkit.practice.people import Person
from labkit.practice.transport import Transport

MALLORYS_ADDRESS = "198.51.100.7"  # RFC 5737: a documentation address, no one's machine
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


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
            InvalidInput: It is no request.
            SiteBroken: The site answered with a 5xx status: it crashed.
        """
        if not isinstance(request, Request):
            raise InvalidInput(
                f"A client sends a Request, not {brief(request)}.",
                remedy="For a path alone there are get() and post().",
            )
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

    def appoint(self, name: str, role: str) -> None:
        """Give somebody another role, as the office does."""

    def sync(self) -> bool:
        """Let the program at home renew its token; whether it could, without a new log-in."""

    def backup(self) -> str:
        """Return what lies in the program's backup: its refresh token of now."""


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

    @property
    def mallorys_program(self) -> tuple[str, str]:
        """The program that Mallory runs, and the secret by which the site knows it."""

    def client(
        self, who: str = "mallory", *, peer: str = MALLORYS_ADDRESS, at: str = "gradebook"
    ) -> Client:
        """Return a new visitor without cookies: at the gradebook or at a service around it."""

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
        """Return what the story leaks; the practice site's own `leak` lists it."""

    def legacy_row(self, name: str) -> None:
        """Store somebody's password as it was stored years ago: they have not logged in since."""
