"""One of the site's people at home while an attack goes on, in the browser they always use."""

from dataclasses import replace

from labkit.catalogue import SiteBroken
from labkit.exchange import Exchange, Request, Response
from labkit.practice.people import Person
from labkit.practice.surface import Client
from labkit.practice.transport import Transport

HOME = "192.0.2.10"  # RFC 5737: a documentation address
# What people take where nothing stops them, the dearest first.
EASY = ("football", "baseball", "password")


class Victim:
    """A person whose password stays with them; as safe for threads as a client.

    They are logged in when they appear, so the site knows their browser from before.

    Args:
        person: Who it is.
        transport: How the site is reached.
        record: Where the outline of each exchange is appended: no more than Mallory may see.

    Raises:
        SiteBroken: The site refuses the right password.
    """

    def __init__(self, person: Person, transport: Transport, record: list[Exchange]) -> None:
        self.name = person.name
        self._password = person.password
        self._refresh_token = ""
        self._client = Client(person.name, transport, _Outlines(record), HOME)
        if not self.log_in():
            raise SiteBroken(f"The site refuses {self.name}, who gave the right password.")

    def __repr__(self) -> str:
        return f"Victim({self.name!r})"

    def log_in(self) -> bool:
        """Log in afresh with the right password, from the browser that was used before."""
        self._client.csrf_token = ""  # the page is loaded again: the old session may have ended
        return self._client.log_in(self.name, self._password).ok

    def take_easy_password(self) -> bool:
        """Try to change to an easy password, one after the other; whether the site took one."""
        return any(self._change(password) for password in EASY)

    def take_password(self, new: str) -> bool:
        """Try to change to a password that the story gives them; whether the site took it."""
        return self._change(new)

    def appoint(self, name: str, role: str) -> None:
        """Give somebody another role, as the office does.

        Raises:
            SiteBroken: The site does not let the office do it.
        """
        told = {"role": role, "password": self._password}
        if not self._client.post(f"/api/users/{name}/role", told).ok:
            raise SiteBroken(f"The site does not let {self.name} give {name} a role.")

    def sync(self) -> bool:
        """Let the program at home renew its token; whether it could, without a new log-in."""
        answer = self._client.post("/api/token/refresh", {"refresh_token": self.backup()})
        self._refresh_token = (answer.json() or {}).get("refresh_token", self._refresh_token)
        return answer.ok

    def backup(self) -> str:
        """Return what lies in the program's backup: its refresh token of now.

        Raises:
            SiteBroken: The site issues none.
        """
        if not self._refresh_token:
            told = self._client.post("/api/token").json() or {}
            self._refresh_token = str(told.get("refresh_token", ""))
        if not self._refresh_token:
            raise SiteBroken(f"The site gives {self.name}'s program no token.")
        return self._refresh_token

    def _change(self, new: str) -> bool:
        change = {"current": self._password, "new": new}
        if not self._client.post("/api/password", change).ok:
            return False
        self._password = new
        return True


class _Outlines(list[Exchange]):
    """Keeps who asked for what and the answer's status; what else was said is the person's own."""

    def __init__(self, record: list[Exchange]) -> None:
        super().__init__()
        self._record = record

    def append(self, exchange: Exchange) -> None:
        request = Request(exchange.request.method, exchange.request.path)
        outline = replace(
            exchange, request=request, response=Response(exchange.response.status, (), b"")
        )
        self._record.append(outline)
