"""What an attack on a leaked table brought, and what ended it for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from labkit.cracking.budget import usd
from labkit.cracking.rates import Rate
from labkit.cracking.showing import shown
from labkit.cracking.words import count, dollars, duration
from labkit.display import Shown, table
from labkit.encoding import escaped, printable

MOST_ROWS_SHOWN = 40


class Limit(StrEnum):
    """What ended the guessing for a row, the weightiest last."""

    USED_UP = "candidates used up"
    BUDGET = "budget"
    MACHINE = "this machine"
    CANCELLED = "cancelled"
    NO_RATE = "no published rate"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Find:
    """One password found.

    Args:
        name: The row.
        password: The password.
        place: Its place among the candidates, from 1; 0 where it was read without a guess.
        scheme: How it was stored.
    """

    name: str
    password: str = field(repr=False)
    place: int
    scheme: str


@dataclass(frozen=True)
class Left:
    """One row that was not cracked.

    Args:
        name: The row.
        scheme: How it was stored.
        tried: Candidates tried on it.
        limit: What ended it.
        reason: The same in words.
    """

    name: str
    scheme: str
    tried: int
    limit: Limit
    reason: str


@dataclass(frozen=True)
class Plan:
    """What the budget buys against rows that share one computation.

    Args:
        names: The rows that one guess is tried on.
        rate: The published rate that prices a guess.
        gpu_seconds: These rows' share of the budget.
        buys: How many candidates that share buys.
    """

    names: tuple[str, ...]
    rate: Rate
    gpu_seconds: float
    buys: int

    def __str__(self) -> str:
        rows = f"{len(self.names)} rows at once" if len(self.names) > 1 else "one row"
        paid = f"{duration(self.gpu_seconds)} buy {count(self.buys)} guesses against {rows}"
        return f"{self.rate}; {paid}"


@dataclass(frozen=True)
class Report(Shown):
    """What was found, what it would have cost, and why the rest was not.

    Immutable and the same for the same input, but for `cpu_s`; threads may share it.

    Args:
        finds: The passwords found, in the table's order.
        left: The rows that were not cracked, in the table's order.
        plans: What the budget buys, cheapest guess first.
        guesses: Candidates computed, counted once for all rows that share a computation.
        gpu: The GPU that prices them.
        gpu_seconds: What the guesses cost, in seconds of that GPU.
        estimate: Whether a price used is an estimate.
        cpu_s: CPU seconds that this machine really took.
    """

    finds: tuple[Find, ...]
    left: tuple[Left, ...]
    plans: tuple[Plan, ...]
    guesses: int
    gpu: str
    gpu_seconds: float
    estimate: bool
    cpu_s: float = field(default=0.0, compare=False)

    @cached_property
    def found(self) -> Mapping[str, str]:
        """From row to password."""
        return MappingProxyType({find.name: find.password for find in self.finds})

    @property
    def usd(self) -> tuple[float, float]:
        """What the guesses cost to rent, lowest and highest, in US dollars."""
        return usd(self.gpu_seconds, self.gpu)

    @property
    def summary(self) -> str:
        """The result in one line."""
        about = "about " if self.estimate else ""
        return (
            f"{len(self.finds)} of {len(self.finds) + len(self.left)} found"
            f" · {count(self.guesses)} guesses"
            f" · {about}{duration(self.gpu_seconds)} of one {self.gpu} ({dollars(*self.usd)})"
        )

    def rows(self) -> list[tuple[str, str, str]]:
        """Return name, scheme, and the password or why there is none, for display."""
        finds = [(printable(f.name), f.scheme, f"found: {shown(f.password)}") for f in self.finds]
        return finds + [(printable(row.name), row.scheme, row.reason) for row in self.left]

    def __repr__(self) -> str:
        rows = self.rows()
        lines = _columns(rows[:MOST_ROWS_SHOWN])
        more = len(rows) - MOST_ROWS_SHOWN
        return "\n".join([self.summary, *lines, *([f"… and {more} rows more"] if more > 0 else [])])

    def html(self) -> str:
        """Return the same as a table."""
        body = table(("row", "stored as", "result"), self.rows()[:MOST_ROWS_SHOWN])
        return f"<p>{escaped(self.summary)}</p>{body}"


def _columns(rows: list[tuple[str, str, str]]) -> list[str]:
    names = max((len(row[0]) for row in rows), default=0)
    schemes = max((len(row[1]) for row in rows), default=0)
    return [f"{name:<{names}}  {scheme:<{schemes}}  {last}" for name, scheme, last in rows]
