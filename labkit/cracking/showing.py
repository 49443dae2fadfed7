"""Real word lists hold slurs: they still count as finds, but are not spelled out on a screen."""

from collections.abc import Iterator
from hashlib import sha256

from labkit.encoding import printable
from labkit.errors import InvalidInput

LONGEST_SHOWN = 64
_UNLEET = str.maketrans("@4310!5$7+", "aaeioisstt")
_STEM_LENGTHS = range(4, 8)
# The stems of slurs and obscenities as hashes, so that neither the source nor a search through it
# spells them out. Short, so a harmless word may be masked too; that costs nothing but the word.
_STEMS = """
05b71b9303 08a841e996 093b7636b2 0f28c4960d 158869a973 168311ea92
16ea09fc78 566f532d48 5c85efe299 665cb762e3 6ac3c336e4 72edcd7bf6
85fc17f706 8c5c043913 90836c4075 94a2b576a9 94c6d2e10a 9ae315a94e
a6ee0e6b8b a76d588d00 c2c3b68b48 c82838fa3b d0a32ecf89 d75a838dc7
d8682d7adb dd32831e9d f50c51ed23 f6952d6eef fd70ad909b
"""
_OFFENSIVE = frozenset(_STEMS.split())


def shown(word: str) -> str:
    """Return a password as it may stand on a screen: printable, not endless, no slur spelled out.

    Args:
        word: The password.

    Raises:
        InvalidInput: It is no str.

    Examples:
        >>> shown("sunshine")
        'sunshine'
    """
    if not isinstance(word, str):
        raise InvalidInput(f"The password must be a str, not {type(word).__name__}.")
    shortened = word if len(word) <= LONGEST_SHOWN else word[: LONGEST_SHOWN - 1] + "…"
    return (
        word[:1] + "•" * (len(shortened) - 1) if is_offensive(shortened) else printable(shortened)
    )


def is_offensive(word: str) -> bool:
    """Return whether a slur or an obscenity stands in a word, plain or in leet."""
    lower = word.lower()
    return any(
        _key(part) in _OFFENSIVE
        for form in {lower, lower.translate(_UNLEET)}
        for part in _parts(form)
    )


def _parts(word: str) -> Iterator[str]:
    return (
        word[start : start + length]
        for length in _STEM_LENGTHS
        for start in range(len(word) - length + 1)
    )


def _key(part: str) -> str:
    return sha256(part.encode("utf-8", "replace")).hexdigest()[:10]
