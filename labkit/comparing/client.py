"""A client that does what it can to go on: it asks, renews, and at last logs in again."""

from dataclasses import dataclass

from labkit.comparing.design import Admitted, Design
from labkit.errors import LabkitError

USER, ROLE, LOWER_ROLE = "grace", "admin", "student"


@dataclass
class Client:
    """Somebody at a keyboard, or a program with a copy of their credential; for one thread.

    Args:
        design: What it talks to.
        user: Who it logs in as.
        role: The role of that person.
        again: Whether it knows the password, so that it can log in again.
    """

    design: Design
    user: str = USER
    role: str = ROLE
    again: bool = False

    def __post_init__(self) -> None:
        self.credential = self.design.log_in(self.user, self.role)
        self.log_ins, self.renewals, self.requests = 1, 0, 0

    def ask(self, service: str = "service 1") -> Admitted | None:
        """Send a request and return who the service took the sender for; None if nothing helps."""
        self.requests += 1
        return self._asked(service) or self._renewed(service) or self._anew(service)

    def _asked(self, service: str) -> Admitted | None:
        try:
            return self.design.ask(self.credential, service)
        except LabkitError:
            return None

    def _renewed(self, service: str) -> Admitted | None:
        try:
            self.credential = self.design.renew(self.credential)
        except LabkitError:
            return None
        self.renewals += 1
        return self._asked(service)

    def _anew(self, service: str) -> Admitted | None:
        if not self.again:
            return None
        try:
            self.credential = self.design.log_in(self.user, self.role)
        except LabkitError:
            return None
        self.log_ins += 1
        return self._asked(service)
