"""One practice site, as lessons and attacks hold it: clients, leaks, a clock, and a way back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from labkit.clock import Clock, ManualClock
from labkit.database import Database
from labkit.encoding import brief
from labkit.errors import InvalidInput
from labkit.exchange import Exchange, Request
from labkit.inputs import number
from labkit.interleaving import Run
from labkit.practice.app import create_app
from labkit.practice.defences import Defences
from labkit.practice.elsewhere import FORUM
from labkit.practice.leaks import as_stored_once, leaked
from labkit.practice.neighbours import HOSTS, by_host, neighbours
from labkit.practice.parts import Parts
from labkit.practice.people import PEOPLE, Person
from labkit.practice.race import every_order
from labkit.practice.surface import MALLORYS_ADDRESS, Client
from labkit.practice.tokens import NEWSLETTER
from labkit.practice.transport import InProcess
from labkit.practice.victim import Victim
from labkit.practice.views import Leak

HOST = HOSTS["gradebook"]
T = TypeVar("T")


class Site:
    """The gradebook built from the given defences.

    Without further arguments it is in memory and its clock stands still, so that a lesson repeats.
    The application may be asked by several threads at once, as a server does; `restore`, which
    undoes everything that an attack did, is for moments when nobody asks.

    Args:
        defences: What it is composed of; secure with no argument.
        clock: The time, in seconds since the epoch; a clock that stands still unless given.
        database: A SQLite file, or ":memory:". A file keeps accounts, grades and sessions; keys of
            tokens and of forms are made anew each time, so tokens end and forms are loaded again.
        remember_checks: Do the same password check only once in this process, and hash the same
            new password only once for each time that a run stores it, where the hasher is
            labkit's own: for a run of many attacks, never where somebody measures time.
        passwords: By name, the passwords of people who have others than `PEOPLE` says.

    Examples:
        >>> site = Site()
        >>> site.client("alice").log_in("alice", "penguin").status
        200
    """

    def __init__(
        self,
        defences: Defences | None = None,
        *,
        clock: Clock | None = None,
        database: str | Path = ":memory:",
        remember_checks: bool = False,
        passwords: Mapping[str, str] | None = None,
    ) -> None:
        if not isinstance(defences, Defences | None):
            raise InvalidInput(
                f"A site is composed of Defences, not of {brief(defences)}.",
                remedy="Put a mistake in its place: Site(Defences().having(TheMistake)).",
            )
        self.defences = defences or Defences()
        self.clock = clock or ManualClock()
        self.people = _people(passwords or {})
        self.exchanges: list[Exchange] = []
        self._database = Database(database)
        self._parts = Parts.build(
            self.defences,
            database=self._database,
            clock=self.clock,
            people=self.people,
            remember=remember_checks,
        )
        self.application = create_app(self._parts, hosts=(HOST,))
        self.wsgi = by_host(neighbours(self._parts), self.application)
        self._opened = self._database.snapshot(), self.clock()

    @property
    def crashes(self) -> list[Exception]:
        """What the site's own code raised and did not expect, oldest first."""
        return list(self._parts.crashes)

    @property
    def log(self) -> list[str]:
        """The last lines of the site's log, oldest first."""
        return list(self._parts.log)

    @property
    def bytes_read(self) -> int:
        """How many bytes of secrets the site's own code went through so far: time, counted."""
        return self._parts.meter.read

    @property
    def mallory(self) -> Person:
        """The attacker's own honest account, with its password."""
        return self.person("mallory")

    @property
    def leaked_elsewhere(self) -> Mapping[str, str]:
        """Names and passwords that leaked from a forum, which has nothing to do with this site."""
        return dict(FORUM)

    @property
    def mallorys_program(self) -> tuple[str, str]:
        """The program that Mallory runs, and the secret by which the site knows it."""
        return NEWSLETTER, str(self._parts.tokens.programs[NEWSLETTER])

    def person(self, name: str) -> Person:
        """Return one of the site's people.

        Raises:
            InvalidInput: There is no such person.
        """
        for person in self.people:
            if person.name == name:
                return person
        names = ", ".join(each.name for each in self.people)
        raise InvalidInput(f"Nobody is called {name!r}.", remedy=f"There are {names}.")

    def client(
        self, who: str = "mallory", *, peer: str = MALLORYS_ADDRESS, at: str = "gradebook"
    ) -> Client:
        """Return a new visitor without cookies.

        Args:
            who: The name shown in the exchanges.
            peer: The address that the site sees.
            at: "gradebook", or one of the services around it: "forum", "sandbox", "screens".

        Raises:
            InvalidInput: There is no such service.
        """
        named = who if at == "gradebook" else f"{who} at the {at}"
        return Client(named, InProcess(self.wsgi, host_of(at)), self.exchanges, peer)

    def as_mallory(self) -> Client:
        """Return a visitor who has logged in to the attacker's own account."""
        client = self.client("mallory")
        client.log_in("mallory", self.mallory.password)
        return client

    def victim(self, name: str) -> Victim:
        """Return one of the site's people, logged in at home, in the browser they always use.

        Raises:
            InvalidInput: There is no such person.
            SiteBroken: The site refuses them.
        """
        return Victim(self.person(name), InProcess(self.wsgi, HOST), self.exchanges)

    def cost(self, request: Request) -> int:
        """Send a request as a new visitor and return the password hashing that it caused.

        An attacker reads it off the time of the answer. In process it is counted instead: the
        same on every machine, and without noise.

        Returns:
            Units of the time that one KiB takes in one pass of Argon2id.
        """
        client = self.client()
        client.get("/api/session")
        before = self._parts.hasher.units
        client.send(request.having(**{"X-CSRF-Token": client.csrf_token}))
        return self._parts.hasher.units - before

    def race(self, *racers: tuple[Client, Callable[[Client], T]]) -> tuple[Run[T], ...]:
        """Let clients act at the same moment: once in every order of their steps at the store.

        Each order begins with the site and the clients as they are now, and afterwards the site
        is as it was. Only steps at what they share count, and sessions and the gradebook's rows
        are not in the store: see `labkit.practice.race`.

        Args:
            racers: From two to eight clients, each with what it does.

        Returns:
            One `Run` for each order: `order`, such as "ABBA", and the clients' `results`.

        Raises:
            SiteBroken: The site crashed in one of the orders.
            StoreError: The site's data is in a file.
            InvalidInput: Too few or too many racers.

        Examples:
            >>> site = Site()
            >>> one, other = site.client(), site.client(peer="192.0.2.7")
            >>> guess = lambda client: client.log_in("alice", "walrus").status
            >>> for run in site.race((one, guess), (other, guess)):
            ...     print(run.order, run.results)
            AABB (401, 401)
            ABABBB (401, 401)
            ABBAAA (401, 401)
            BAABBB (401, 401)
            BABAAA (401, 401)
            BBAA (401, 401)
        """
        image = self._database.snapshot()
        return every_order(self._parts.junction, lambda: self._database.restore(image), racers)

    def leak(self, table: str) -> Leak:
        """Return what a story leaks.

        Args:
            table: "users": each name's stored password; "log": the site's log, line by line;
                "old dump": MD5 digests that another site lost, without names; "forum log",
                "archive log": a teacher's token, as another service wrote it down; "shared
                link": a teacher's download, posted for everybody; "class screen": the token in
                the address bar of a screen; "forum settings": what the forum verifies with;
                "planner backup": a refresh token that another program kept.

        Raises:
            InvalidInput: No story leaks this.
        """
        return leaked(self._parts, table)

    def legacy_row(self, name: str) -> None:
        """Store somebody's password as it was stored years ago: they have not logged in since.

        Raises:
            InvalidInput: There is no such person.
        """
        old = as_stored_once(self.person(name).password)
        self._parts.gradebook.change_user(name, {"password_hash": old})

    def stolen_check(self) -> Callable[[str, str], bool]:
        """Return the site's own code that checks a password against a stored one.

        A scheme must hold although its code is known (Kerckhoffs): a leak often holds both.
        """
        return self._parts.hasher.inside.verify

    def later(self, seconds: float) -> None:
        """Let time pass, where the site's clock is one that stands still.

        Raises:
            InvalidInput: The site has a clock that runs by itself, or the time runs backwards.
        """
        if not isinstance(self.clock, ManualClock):
            raise InvalidInput("This site's clock runs by itself.", remedy="Wait.")
        self.clock.advance(number(seconds, "seconds"))

    def sweep(self) -> int:
        """Forget sessions, counts and tokens that have expired; return how many rows that was.

        A site on a port does it by itself; in process nothing is swept unasked, so that an attack
        which comes late finds what a careless site would still accept.
        """
        return self._parts.sweep()

    def restore(self) -> None:
        """Put data, clock and record back to the moment after the site was built.

        Raises:
            StoreError: The site's data is in a file.
        """
        image, now = self._opened
        self._database.restore(image)
        if isinstance(self.clock, ManualClock):
            self.clock.now = now
        self.exchanges.clear()
        self._parts.crashes.clear()
        self._parts.log.clear()
        self._parts.meter.reset()
        self._parts.hasher.forget_order()

    def close(self) -> None:
        """Close the database; the site answers no more."""
        self._database.close()


def host_of(at: str) -> str:
    """Return the host name of the gradebook or of a service around it.

    Raises:
        InvalidInput: There is no such service.
    """
    if not isinstance(at, str) or at not in HOSTS:
        raise InvalidInput(f"There is no service {at!r}.", remedy=f"There are {', '.join(HOSTS)}.")
    return HOSTS[at]


def _people(passwords: Mapping[str, str]) -> tuple[Person, ...]:
    return tuple(replace(each, password=passwords.get(each.name, each.password)) for each in PEOPLE)
