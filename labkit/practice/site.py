"""One practice site, as lessons and attacks hold it: clients, leaks, a clock, and a way back."""

from collections.abc import Callable
from pathlib import Path

from labkit.clock import Clock, ManualClock
from labkit.database import Database
from labkit.errors import InvalidInput
from labkit.exchange import Exchange
from labkit.inputs import number
from labkit.practice.app import create_app
from labkit.practice.defences import Defences
from labkit.practice.parts import Parts
from labkit.practice.people import PEOPLE, Person
from labkit.practice.surface import MALLORYS_ADDRESS, Client, InProcess
from labkit.practice.views import Leak

HOST = "gradebook.localhost"


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
    ) -> None:
        self.defences = defences or Defences()
        self.clock = clock or ManualClock()
        self.exchanges: list[Exchange] = []
        self._database = Database(database)
        self._parts = Parts.build(self.defences, database=self._database, clock=self.clock)
        self.application = create_app(self._parts, hosts=(HOST,))
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
        return next(person for person in PEOPLE if person.name == "mallory")

    def client(self, who: str = "mallory", *, peer: str = MALLORYS_ADDRESS) -> Client:
        """Return a new visitor without cookies; `peer` is the address that the site sees."""
        return Client(who, InProcess(self.application, HOST), self.exchanges, peer)

    def as_mallory(self) -> Client:
        """Return a visitor who has logged in to the attacker's own account."""
        client = self.client("mallory")
        client.log_in("mallory", self.mallory.password)
        return client

    def leak(self, table: str) -> Leak:
        """Return what a stolen backup shows: "users" gives each name's stored password."""
        if table != "users":
            raise InvalidInput(f"No story leaks {table!r}.", remedy='Ask for "users".')
        return Leak({row["name"]: row["password_hash"] for row in self._parts.gradebook.users()})

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

    def close(self) -> None:
        """Close the database; the site answers no more."""
        self._database.close()
