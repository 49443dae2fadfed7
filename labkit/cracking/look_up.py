"""A look-up in a rainbow table: from every column to the ends, then one chain from its start."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labkit.cracking.reduction import maker, reduced_to, stepper

if TYPE_CHECKING:
    from labkit.cracking.rainbow import RainbowTable


@dataclass(frozen=True)
class Find:
    """A password that a look-up found.

    Args:
        password: The password.
        start: The first password of the chain that holds it.
        column: Where in that chain it stands, from 0.
        hashes: Hashes that the look-up computed.
        false_alarms: Ends that matched though their chain did not hold the hash.
    """

    password: str
    start: str
    column: int
    hashes: int
    false_alarms: int


@dataclass(frozen=True)
class LookUp:
    """A whole look-up, found or not.

    Args:
        digest: The hash looked up, in hex.
        find: What was found, or None.
        hashes: Hashes computed.
        false_alarms: Chains walked again in vain.
        steps: What happened, one line each.
    """

    digest: str
    find: Find | None
    hashes: int
    false_alarms: int
    steps: tuple[str, ...] = field(repr=False)


class Walk:
    """One look-up under way; used by one thread."""

    def __init__(self, table: RainbowTable, digest: bytes) -> None:
        self.table, self.digest = table, digest
        self.make, self.step = maker(table.algorithm), stepper(table.mask, table.algorithm)
        self.hashes = self.false_alarms = 0
        self.steps: list[str] = []

    def run(self) -> LookUp:
        """Walk from the last column to the first until a chain holds the digest."""
        find = None
        for column in reversed(range(self.table.length)):
            end = self._end_from(column)
            number = bisect_left(self.table.ends, end)
            if number == len(self.table.ends) or self.table.ends[number] != end:
                self._say(column, end, "no chain ends there")
                continue
            find = self._in_chain(self.table.starts[number], column, end)
            if find is not None:
                break
        return LookUp(self.digest.hex(), find, self.hashes, self.false_alarms, tuple(self.steps))

    def _end_from(self, column: int) -> int:
        """Where a chain would end that held the digest in this column."""
        place = reduced_to(self.digest, column, self.table.mask.size)
        for later in range(column + 1, self.table.length):
            place = self.step(place, later)
            self.hashes += 1
        return place

    def _in_chain(self, start: int, column: int, end: int) -> Find | None:
        """Walk the chain again from its start; an end alone may belong to a merged chain."""
        place, at = start, self.table.mask.at
        for earlier in range(column):
            place = self.step(place, earlier)
        self.hashes += column + 1
        if self.make(at(place).encode()) != self.digest:
            self.false_alarms += 1
            self._say(column, end, f"the chain from {at(start)} ends there: a false alarm")
            return None
        self._say(column, end, f"the chain from {at(start)} ends there and holds {at(place)}")
        return Find(at(place), at(start), column, self.hashes, self.false_alarms)

    def _say(self, column: int, end: int, what: str) -> None:
        self.steps.append(f"if in column {column}, the end is {self.table.mask.at(end)}: {what}")
