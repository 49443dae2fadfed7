"""Secrets that somebody made up instead of drawing them: sentences that describe themselves."""

from collections.abc import Iterator, Sequence
from itertools import product

from labkit.cracking import Candidates, listed
from labkit.errors import InvalidInput
from labkit.inputs import text

MOST_SLOTS = 8
# What a secret says of itself when a person types it into a settings file.
SLOTS: tuple[tuple[str, ...], ...] = (
    ("", "my", "this is my", "this is a", "your", "the", "a", "change this", "keep this", "some"),
    ("", "super", "very", "super duper", "top", "ultra", "really"),
    ("secret", "secure", "private", "strong", "safe", "random", "long"),
    ("", "jwt", "token", "signing", "auth", "api", "app"),
    ("", "key", "secret", "password", "string", "phrase", "value"),
)
SEPARATORS = ("", "-", "_", " ")


def phrases(
    slots: Sequence[Sequence[str]] = SLOTS, separators: Sequence[str] = SEPARATORS
) -> Candidates:
    """Return the phrases that take one choice from each slot, under one separator after another.

    Args:
        slots: For each place, what may stand there; "" leaves it out, a space parts words.
        separators: What stands between words.

    Raises:
        InvalidInput: Something is no str, or there are too many slots.

    Examples:
        >>> list(phrases([["", "my"], ["secret"], ["key"]], ["-"]))
        ['secret-key', 'my-secret-key']
        >>> phrases()
        <phrases: at most 96 040>
    """
    kept = _kept(slots)
    if not isinstance(separators, Sequence):
        raise InvalidInput("The separators must be a list of str.", remedy='["-", "_"]')
    between = tuple(text(each, "separator", at_most=16) for each in separators)

    def run() -> Iterator[str]:
        for separator in between:
            for choice in product(*kept):
                yield separator.join(word for words in choice for word in words)

    size = len(between)
    for slot in kept:
        size *= len(slot)
    return Candidates(run, size, "phrases", at_most=True)


def _kept(slots: Sequence[Sequence[str]]) -> list[tuple[list[str], ...]]:
    if isinstance(slots, str) or not isinstance(slots, Sequence) or len(slots) > MOST_SLOTS:
        raise InvalidInput(f"Phrases need a list of at most {MOST_SLOTS} lists of words.")
    return [tuple(words.split() for words in listed(slot)) for slot in slots]
