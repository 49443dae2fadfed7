"""One practice site, as lessons and attacks hold it: clients, leaks, a clock, and a way back."""

from collections.abc import Callable

from labkit.clock import ManualClock
from labkit.database import Database
from labkit.errors import InvalidInput
from labkit.exchange import Exchange
from labkit.practice.app import create_app
from labkit.practice.defences import Defences
from labkit.practice.parts import Parts
from labkit.practice.people import PEOPLE, Person
from labkit.practice.surface import MALLORYS_ADDRESS, Client, InProcess
from labkit.practice.views import Leak

HOST = "gradebook.localhost"


class Site:
    """The gradebook built from the given defences, in memory, with a clock that stands still.

    Not for threads: one lesson or one attack at a time. `restore` undoes everything an attack did.

    Args:
        defences: What it is composed of; secure with no argument.

    Examples:
        >>> site = Site()
        >>> site.client("alice").log_in("alice", "penguin").status
        200
    """

    def __init__(self, defences: Defences | None = None) -> None:
        self.defences = defences or Defences()
        self.clock = ManualClock()
        self.exchanges: list[Exchange] = []
        self._database = Database()
        self._parts = Parts.build(self.defences, database=self._database, clock=self.clock)
        self.application = create_app(self._parts, hosts=(HOST,))
        self._opened = self._database.snapshot(), self.clock()

    @property
    def crashes(self) -> list[Exception]:
        """What the site's own code raised and did not expect, oldest first."""
        return self._parts.crashes

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
        return self._parts.hasher.verify

    def restore(self) -> None:
        """Put data, clock and record back to the moment after the site was built."""
        image, now = self._opened
        self._database.restore(image)
        self.clock.now = now
        self.exchanges.clear()
        self._parts.crashes.clear()
        self._parts.log.clear()
