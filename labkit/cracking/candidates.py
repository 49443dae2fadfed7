"""What to guess, best guesses first: real passwords, what people do to them, and every string.

Candidates are made one at a time and can be gone over again, so a list of 10^15 costs no memory;
its size is known without making it.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain, islice, product

from labkit.cracking.words import count
from labkit.errors import InvalidInput
from labkit.inputs import text, whole

LISTED = 30_000


class Candidates:
    """Guesses in order, made lazily, as often as they are asked for.

    Holds no state between runs: each iteration starts afresh, so threads may share it.

    Args:
        make: Starts one run.
        size: How many there are; where `at_most` is true, how many at most.
        name: What they are, for reports.
        at_most: Whether some may be missing or told twice.

    Examples:
        >>> list(listed(["sun", "moon"]))
        ['sun', 'moon']
    """

    def __init__(
        self, make: Callable[[], Iterator[str]], size: int, name: str, *, at_most: bool = False
    ) -> None:
        self._make, self.size, self.name, self.at_most = make, size, name, at_most

    def __iter__(self) -> Iterator[str]:
        return self._make()

    def __add__(self, other: "Candidates") -> "Candidates":
        """These, then the others."""
        if not isinstance(other, Candidates):
            return NotImplemented
        return Candidates(
            lambda: chain(self, other),
            self.size + other.size,
            f"{self.name}, then {other.name}",
            at_most=self.at_most or other.at_most,
        )

    def first(self, number: int) -> "Candidates":
        """Return the first `number` of these.

        Raises:
            InvalidInput: `number` is no int of zero or more.
        """
        whole(number, "number of candidates")
        return Candidates(
            lambda: islice(iter(self), number),
            min(number, self.size),
            f"the first {count(number)} of {self.name}",
            at_most=self.at_most,
        )

    def __repr__(self) -> str:
        most = "at most " if self.at_most else ""
        return f"<{self.name}: {most}{count(self.size)}>"


def listed(these: Iterable[str], name: str = "words") -> Candidates:
    """Return the given words, in their order.

    Raises:
        InvalidInput: One of them is no str, or too long.
    """
    if isinstance(these, str) or not isinstance(these, Iterable):
        raise InvalidInput("Words must be an iterable of str, not one str or nothing of the kind.")
    kept = tuple(text(each, "word") for each in these)
    return Candidates(lambda: iter(kept), len(kept), name)


def common(number: int = LISTED) -> Candidates:
    """Return the most common real passwords, commonest first (zxcvbn's list, MIT licence).

    Args:
        number: How many, up to 30 000.

    Raises:
        InvalidInput: `number` is outside 1 to 30 000.

    Examples:
        >>> list(common(3))
        ['123456', 'password', '12345678']
    """
    whole(number, "number of common passwords", at_least=1, at_most=LISTED)
    name = f"the {count(number)} most common passwords"
    return Candidates(lambda: islice(iter(ranked()), number), number, name)


@cache
def ranked() -> tuple[str, ...]:
    """Return zxcvbn's list of 30 000 real passwords, commonest first."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return tuple(FREQUENCY_LISTS["passwords"])


def joined(parts: Iterable[str], number: int, separator: str = "") -> Candidates:
    """Return every sequence of `number` words out of `parts`, joined.

    Args:
        parts: The words; at most a million.
        number: Words in one candidate, 1 to 16.
        separator: What stands between them.

    Raises:
        InvalidInput: A wrong word, number or separator.

    Examples:
        >>> list(joined(["red", "fox"], 2, "-"))
        ['red-red', 'red-fox', 'fox-red', 'fox-fox']
    """
    whole(number, "number of words", at_least=1, at_most=16)
    text(separator, "separator", at_most=16)
    kept = tuple(listed(parts))
    return Candidates(
        lambda: map(separator.join, product(kept, repeat=number)),
        len(kept) ** number,
        f"{number} words out of {count(len(kept))}",
    )
