"""What people do to a word when a form asks for a capital and a digit, as rules that compose.

A rule makes a few variants of one word. `apply` goes over all words with the first rule before it
turns to the second: the likeliest change to every word comes before the next.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from labkit.cracking.candidates import Candidates
from labkit.errors import InvalidInput
from labkit.inputs import whole

_LEET = str.maketrans("aeiost", "43105+")
_LEET_COMMON = str.maketrans("aeios", "@3!0$")


@dataclass(frozen=True)
class Rule:
    """One habit: from a word to its variants.

    Args:
        name: What it does, for reports.
        fan_out: How many variants it makes at most.
        make: Yields the variants of a word; nothing where it would not change the word.
    """

    name: str
    fan_out: int
    make: Callable[[str], Iterable[str]]

    def __call__(self, word: str) -> Iterator[str]:
        """Return the variants of one word."""
        return iter(self.make(word))

    def then(self, other: "Rule") -> "Rule":
        """Return the rule that does this one, then the other to each variant.

        Examples:
            >>> list(capitalised.then(digits(1))("alice"))[:3]
            ['Alice0', 'Alice1', 'Alice2']
        """
        return Rule(
            f"{self.name}, then {other.name}",
            self.fan_out * other.fan_out,
            lambda word: (last for first in self(word) for last in other(first)),
        )


def _changed(change: Callable[[str], str]) -> Callable[[str], Iterable[str]]:
    return lambda word: (other for other in (change(word),) if other != word)


unchanged = Rule("as it is", 1, lambda word: (word,))
capitalised = Rule("capitalised", 1, _changed(lambda word: word[:1].upper() + word[1:]))
upper = Rule("in capitals", 1, _changed(str.upper))
reversed_ = Rule("backwards", 1, _changed(lambda word: word[::-1]))
doubled = Rule("twice", 1, lambda word: (word * 2,))
leet = Rule(
    "in leet",
    2,
    lambda word: dict.fromkeys(
        other for other in (word.translate(_LEET_COMMON), word.translate(_LEET)) if other != word
    ),
)


def digits(number: int = 1) -> Rule:
    """Return the rule that appends every run of up to `number` digits.

    Args:
        number: Most digits, 1 to 4.

    Raises:
        InvalidInput: `number` is out of range.

    Examples:
        >>> digits(2).fan_out
        110
    """
    whole(number, "number of digits", at_least=1, at_most=4)
    tails = [f"{value:0{size}}" for size in range(1, number + 1) for value in range(10**size)]
    return Rule(f"and up to {number} digits", len(tails), lambda word: (word + t for t in tails))


def years(first: int = 1950, last: int = 2026) -> Rule:
    """Return the rule that appends a year, the latest first.

    Raises:
        InvalidInput: The years are out of order or not from 1000 to 9999.

    Examples:
        >>> list(years(2024, 2026)("summer"))
        ['summer2026', 'summer2025', 'summer2024']
    """
    whole(first, "first year", at_least=1000, at_most=9999)
    whole(last, "last year", at_least=first, at_most=9999)
    tails = [str(year) for year in range(last, first - 1, -1)]
    return Rule("and a year", len(tails), lambda word: (word + tail for tail in tails))


def endings(tails: Iterable[str] = ("!", "1!", "123", "123!", ".")) -> Rule:
    """Return the rule that appends each of the given endings."""
    kept = tuple(tails)
    if not all(isinstance(tail, str) for tail in kept):
        raise InvalidInput("An ending must be a str.")
    return Rule("and an ending", len(kept), lambda word: (word + tail for tail in kept))


def apply(base: Candidates, *rules: Rule) -> Candidates:
    """Return the variants of every word under the first rule, then under the second, and so on.

    Raises:
        InvalidInput: There is no rule, or something is no rule or no candidates.

    Examples:
        >>> from labkit.cracking.candidates import listed
        >>> list(apply(listed(["summer", "Lisa"]), unchanged, capitalised, endings(["!"])))
        ['summer', 'Lisa', 'Summer', 'summer!', 'Lisa!']
    """
    if not isinstance(base, Candidates) or not rules:
        raise InvalidInput("Rules need candidates to work on, and at least one rule.")
    if not all(isinstance(rule, Rule) for rule in rules):
        raise InvalidInput("Only rules can be applied; make one with Rule(name, fan_out, make).")

    def run() -> Iterator[str]:
        return (variant for rule in rules for word in base for variant in rule(word))

    fan_out = sum(rule.fan_out for rule in rules)
    name = f"{base.name} ({'; '.join(rule.name for rule in rules)})"
    return Candidates(run, base.size * fan_out, name, at_most=True)
