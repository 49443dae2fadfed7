"""Who can mint: which of the parties can make a credential that another service believes."""

from dataclasses import dataclass

from labkit.comparing.design import LOG_IN_SERVER, Design, known
from labkit.comparing.designs import Sessions, Stateless
from labkit.display import Shown, card, table
from labkit.errors import InvalidInput, LabkitError

VICTIM, WANTED = "grace", "admin"
SERVICES = 3


@dataclass(frozen=True)
class Minting(Shown):
    """For each way of sharing a secret: who made an admin's credential, and was believed.

    Args:
        rows: What the parties share, and who of them can mint.
        services: How many services there were beside the log-in server.
    """

    rows: tuple[tuple[str, tuple[str, ...]], ...]
    services: int

    def __getitem__(self, name: str) -> tuple[str, ...]:
        """Return who can mint where this is shared.

        Raises:
            NoSuchPart: Nothing of that name was tried.
        """
        found = dict(self.rows)
        return found[known(name, found, "way of sharing")]

    @property
    def title(self) -> str:
        """What the rows answer."""
        return f"Who can mint an admin's log-in, of a log-in server and {named(self.services)}"

    def __repr__(self) -> str:
        width = max(len(name) for name, _ in self.rows)
        lines = [f"  {name:<{width}}  {told(who)}" for name, who in self.rows]
        return "\n".join([self.title, *lines])

    def html(self) -> str:
        """Return the rows as a card."""
        return card(self.title, "", self.body())

    def body(self) -> str:
        """Return the same without a card."""
        return table(("shared", "who can mint"), [(name, told(who)) for name, who in self.rows])


def minters(design: Design) -> tuple[str, ...]:
    """Return the parties that can make an admin's credential which every service believes.

    Each party really tries, with nothing but what it holds.

    Raises:
        InvalidInput: It is no design.

    Examples:
        >>> minters(Stateless(services=2))
        ('log-in server',)
        >>> minters(Stateless(services=2, algorithm="HS256"))
        ('log-in server', 'service 1', 'service 2')
    """
    if not isinstance(design, Design):
        raise InvalidInput(f"This must be a Design, not {type(design).__name__}.")
    return tuple(party for party in design.parties if _mints(design, party))


def minting(*, services: int = SERVICES) -> Minting:
    """Try it with a shared secret, with key pairs, and with a shared table of sessions.

    Args:
        services: How many services there are beside the log-in server.

    Raises:
        InvalidInput: `services` is no int from 1 to 1000.
    """
    rows = (
        ("one HS256 secret", Stateless(services=services, algorithm="HS256")),
        ("RS256 public keys", Stateless(services=services, algorithm="RS256")),
        ("ES256 public keys", Stateless(services=services, algorithm="ES256")),
        ("a table of sessions that all may write", Sessions(services=services)),
        ("the same, services granted look-ups only", Sessions(services=services, grants=True)),
    )
    return Minting(tuple((name, minters(design)) for name, design in rows), services)


def told(who: tuple[str, ...]) -> str:
    """Return the parties in words."""
    if not who:
        return "nobody"
    services = len(who) - (LOG_IN_SERVER in who)
    if not services:
        return f"the {LOG_IN_SERVER} alone"
    return f"the {LOG_IN_SERVER} and {named(services)}"


def named(services: int) -> str:
    """Return a number of services in words."""
    return "1 service" if services == 1 else f"{services} services"


def _mints(design: Design, party: str) -> bool:
    try:
        credential = design.mint(party, VICTIM, WANTED)
        found = [design.ask(credential, service) for service in design.services]
    except LabkitError:
        return False
    return all(each == (VICTIM, WANTED) for each in found)
