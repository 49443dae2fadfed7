"""What is guessed, and against which rows: groups, and candidates up to a budget."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass, field
from itertools import islice

from labkit.cracking.budget import MOST_GUESSES
from labkit.cracking.candidates import Candidates
from labkit.cracking.rates import Rate
from labkit.cracking.report import Limit
from labkit.cracking.work import Work


@dataclass
class Group:
    """Rows that share one computation, with what their digests are."""

    work: Work
    rate: Rate
    targets: dict[bytes, list[str]] = field(default_factory=dict)


class Source:
    """Candidates up to what the budget buys, and what ended them."""

    def __init__(self, candidates: Iterable[str], buys: int) -> None:
        self.guesses, self.buys, self.taken = iter(candidates), buys, 0
        self.of = min(buys, size_of(candidates))
        self.limit: Limit | None = None

    @property
    def rest(self) -> int:
        """How many may still be taken."""
        return self.of - self.taken

    def take(self, number: int) -> list[str]:
        """Return up to `number` more; with none left, `limit` says whether the budget ended it."""
        batch = list(islice(self.guesses, min(number, self.buys - self.taken)))
        self.taken += len(batch)
        if not batch:
            more = self.taken == self.buys and next(self.guesses, None) is not None
            self.limit = Limit.BUDGET if more else Limit.USED_UP
        return batch


def size_of(candidates: Iterable[str]) -> int:
    """Return how many candidates there are, or where that cannot be told, the most there may be."""
    if isinstance(candidates, Candidates):
        return candidates.size
    return len(candidates) if isinstance(candidates, Sized) else MOST_GUESSES
