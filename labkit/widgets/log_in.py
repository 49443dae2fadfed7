"""The log-in simulator: one attack on the secure practice site and on one with a mistake."""

from typing import ClassVar

from labkit.widgets.log_in_sides import SMALL, TITLE
from labkit.widgets.two_sites import TwoSites

TOPIC = "G"


class LogInSimulator(TwoSites):
    """Spraying, stuffing, enumeration, brute force: what was sent, and what the two sites said.

    The attack runs beside the kernel, in process and on loopback addresses only; after Cancel it
    ends with its next request. `simulate` is the same in code.

    Args:
        attacks: Ids of the attacks to choose from; without it all on the guessing of passwords.
        catalogue: Where they are looked up; all of labkit's without it.
    """

    about: ClassVar[str] = (
        "one attack on two sites that differ in one decision. Run this cell to use it."
    )
    title: ClassVar[str] = TITLE
    small: ClassVar[str] = SMALL

    def is_about(self, attack: str) -> bool:
        """Return whether an attack is one on the guessing of passwords."""
        return attack.startswith(TOPIC)
