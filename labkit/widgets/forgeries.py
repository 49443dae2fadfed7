"""The forge bench: pick an attack on a token, see each byte that changes, send it to two sites."""

from typing import ClassVar

from labkit.widgets.forged_sides import SMALL, TITLE, ForgedSides
from labkit.widgets.log_in_sides import SideBySide
from labkit.widgets.two_sites import TwoSites

# Of this topic too, but about reading, renewing and exhausting: no token is made to get in.
ELSEWHERE = ("T14", "T15", "T16", "T17", "T18", "T23")


class ForgeBench(TwoSites):
    """None, confusion, an own key, a key server, a path: what each changes, and who believes it.

    The attack runs beside the kernel, in process; a key server that it needs listens on loopback
    only. After Cancel it ends with its next request. `forge_bench` is the same in code.

    Args:
        attacks: Ids of the attacks to choose from; without it all that send a forged token.
        catalogue: Where they are looked up; all of labkit's without it.
    """

    about: ClassVar[str] = (
        "one token, changed byte by byte, sent to two sites. Run this cell to use it."
    )
    title: ClassVar[str] = TITLE
    small: ClassVar[str] = SMALL
    before: ClassVar[str] = (
        "The token, what was changed in it, and what the two sites answered will stand here."
    )

    @property
    def forged(self) -> ForgedSides | None:
        """What the last attack brought, as the object that `forge_bench` returns."""
        return ForgedSides(self.result) if self.result else None

    def is_about(self, attack: str) -> bool:
        """Return whether an attack is one with a forged or misused token."""
        return attack.startswith("T") and attack not in ELSEWHERE

    def body(self, sides: SideBySide) -> str:
        """Return the token with its changes, and both sites."""
        return ForgedSides(sides).body()
