"""What the four designs have in common: people, services, one shared store, a clock."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from labkit.clock import Clock, ManualClock
from labkit.comparing.counting import LOOK_UP, Tally, counted
from labkit.comparing.errors import NoRenewal, NoSuchPart, NotAdmitted
from labkit.database import Database
from labkit.errors import InvalidInput
from labkit.inputs import function, text, whole
from labkit.stores import SqliteStore, Store

LOG_IN_SERVER = "log-in server"
MOST_SERVICES = 1000
MOST_CHARACTERS = 16_384
START = 1_800_000_000.0  # what a virtual clock shows in the beginning
_PERSON = "person:"
_BANNED = "banned"


@dataclass(frozen=True)
class Credential:
    """What a browser holds after a log-in.

    Args:
        sent: What goes with every request.
        renewal: What is exchanged for a new credential, or "".

    Raises:
        InvalidInput: One of them is no str, or longer than a header may be.
    """

    sent: str = field(repr=False)
    renewal: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for part in (self.sent, self.renewal):
            text(part, "credential", at_most=MOST_CHARACTERS)


class Admitted(NamedTuple):
    """Who a service takes the sender of a request for."""

    user: str
    role: str


class Design(ABC):
    """One way for several services to know who asks, built from labkit's real parts.

    A log-in server and the services share one SQLite store behind a proxy that counts. Passwords
    are left out: `log_in` believes its caller. Used by one thread at a time.

    Args:
        services: How many services there are.
        clock: The time, in seconds since the epoch; a `ManualClock` unless given.

    Attributes:
        services: The services' names.
        asked: Look-ups and writes at the shared store by the services.
        managed: The same by the log-in server.
    """

    name: ClassVar[str]

    def __init__(self, *, services: int = 1, clock: Clock | None = None) -> None:
        number = whole(services, "number of services", at_least=1, at_most=MOST_SERVICES)
        self.services = tuple(f"service {n}" for n in range(1, number + 1))
        self.clock: Clock = ManualClock() if clock is None else function(clock, "clock")
        self.asked, self.managed = Tally(), Tally()
        self.database = Database()
        store = SqliteStore(self.database)
        self.store: Store = counted(store, self.managed)
        self.services_store: Store = counted(store, self.asked)
        self.look_ups: Store = counted(store, self.asked, only=LOOK_UP)

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone who holds a part of the design."""
        return (LOG_IN_SERVER, *self.services)

    def log_in(self, user: str, role: str) -> Credential:
        """Log a person in, whose password was right.

        Args:
            user: Who it is.
            role: Their role if they come for the first time; later the directory decides.

        Raises:
            NotAdmitted: The person is banned.
        """
        if self.store.get(_person(user)) is None:
            self.enter(user, role)
        return self.issue(user, self.role_of(user))

    @abstractmethod
    def issue(self, user: str, role: str) -> Credential:
        """Make the credential of a person who has just logged in with this role."""

    @abstractmethod
    def ask(self, credential: Credential, service: str = "service 1") -> Admitted:
        """Send one request to a service; return who it takes the sender for.

        Raises:
            LabkitError: The service refuses.
        """

    def renew(self, credential: Credential) -> Credential:  # noqa: ARG002
        """Exchange what the credential holds for a new one.

        Raises:
            LabkitError: The log-in server refuses, or this design renews nothing.
        """
        raise NoRenewal(f"There is nothing to renew in {self.name}.")

    @abstractmethod
    def log_out(self, credential: Credential) -> None:
        """End the log-in at the server, as far as the design can."""

    def enter(self, user: str, role: str, *, at: Store | None = None) -> None:
        """Write a person's role into the directory.

        Args:
            user: Who it is.
            role: What they may be.
            at: The store as the one who writes may use it; the log-in server's unless given.

        Raises:
            InvalidInput: A name or a role is no text of a fitting length.
            NotGranted: The store does not let them write.
        """
        (at or self.store).put(_person(user), text(role, "role", at_least=1, at_most=64))

    def demote(self, user: str, role: str) -> None:
        """Give a person another role, and do what the design can to make it known."""
        self.enter(user, role)

    def ban(self, user: str) -> None:
        """Shut a person out, and do what the design can to make it known."""
        self.store.put(_person(user), _BANNED)

    @abstractmethod
    def mint(self, party: str, user: str, role: str) -> Credential:
        """Make a credential with nothing but what one party holds.

        Args:
            party: One of `parties`, malicious or broken into.
            user: Whom the credential is to stand for.
            role: The role that it is to give.

        Raises:
            LabkitError: What the party holds is not enough.
        """

    @abstractmethod
    def header(self, credential: Credential) -> tuple[str, str]:
        """Return the header's name and value that carry the credential in each request."""

    def break_store(self) -> None:
        """Let the shared store answer nobody any more."""
        self.asked.down = self.managed.down = True

    def wire_bytes(self, credential: Credential) -> int:
        """Return how many bytes the credential takes in each request: its header's line."""
        return len("{}: {}\r\n".format(*self.header(credential)).encode())

    def state_bytes(self) -> int:
        """Return how many bytes the store keeps for log-ins: text in UTF-8, 8 a number.

        The directory of people, which every design has, and indexes are left out.
        """
        tables = self.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        rows = [row for (table,) in tables for row in self.database.rows(f"SELECT * FROM {table}")]
        kept = [each for row in rows if not str(row[0]).startswith(_PERSON) for each in row]
        return sum(
            len(each.encode()) if isinstance(each, str) else 8 * (each is not None) for each in kept
        )

    def role_of(self, user: str, *, at: Store | None = None) -> str:
        """Return the role in the directory: one look-up.

        Raises:
            NotAdmitted: The person is banned or unknown.
        """
        role = (at or self.store).get(_person(user))
        if role is None or role == _BANNED:
            raise NotAdmitted("This person is banned, or was never here.")
        return role


def known(name: object, names: Collection[str], what: str) -> str:
    """Return the name if it is one of those that there are.

    Raises:
        NoSuchPart: It is not.
    """
    if not isinstance(name, str) or name not in names:
        raise NoSuchPart(f"There is no such {what}.", remedy=f"Choose from: {', '.join(names)}.")
    return name


def held(credential: object) -> Credential:
    """Return the credential if it is one.

    Raises:
        InvalidInput: It is something else.
    """
    if not isinstance(credential, Credential):
        raise InvalidInput(f"The credential is a Credential, not {type(credential).__name__}.")
    return credential


def _person(user: object) -> str:
    return _PERSON + text(user, "user", at_least=1, at_most=256)
