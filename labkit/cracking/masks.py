"""Every string of a pattern, in order, each found by its place without making the others."""

import re
from collections.abc import Iterator
from itertools import chain, product

from labkit.cracking.candidates import Candidates
from labkit.cracking.errors import MaskError
from labkit.errors import InvalidInput
from labkit.inputs import text, whole

MOST_POSITIONS = 64
CHARACTERS = {
    "l": "abcdefghijklmnopqrstuvwxyz",
    "u": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "d": "0123456789",
    "s": " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
}
CHARACTERS["a"] = CHARACTERS["l"] + CHARACTERS["u"] + CHARACTERS["d"] + CHARACTERS["s"]
_MARKS = {f"?{mark}": characters for mark, characters in CHARACTERS.items()}
_TOKEN = re.compile(r"\?(.)|([^?])|\?$", re.DOTALL)


class Mask(Candidates):
    """Every string of a pattern: ``?l`` lower case, ``?u`` upper, ``?d`` digit, ``?s`` symbol.

    ``?a`` is any of these 95 and ``??`` a question mark; other characters stand for themselves.

    Args:
        pattern: One mark or character for each position, at most 64 positions.
        sets: Sets of one's own, by a digit: ``Mask("?1?1", {"1": "aeiou"})``.

    Raises:
        MaskError: An unknown mark, an empty set, or too many positions.

    Examples:
        >>> mask = Mask("?l?l?d")
        >>> mask.size, mask.at(0), mask.at(6759), mask.index("ab7")
        (6760, 'aa0', 'zz9', 17)
    """

    def __init__(self, pattern: str, sets: dict[str, str] | None = None) -> None:
        text(pattern, "mask", at_least=1, at_most=1000)
        self.pattern = pattern
        self.positions = _positions(pattern, sets or {})
        size = 1
        for each in self.positions:
            size *= len(each)
        super().__init__(self._run, size, f"mask {pattern}")

    def _run(self) -> Iterator[str]:
        return map("".join, product(*self.positions))

    def at(self, index: int) -> str:
        """Return the string at a place, without making those before it.

        Raises:
            InvalidInput: There is no such place.
        """
        whole(index, "place in the mask", at_most=self.size - 1)
        found = []
        for each in reversed(self.positions):
            index, here = divmod(index, len(each))
            found.append(each[here])
        return "".join(reversed(found))

    def index(self, word: str) -> int:
        """Return the place of a string, the inverse of `at`.

        Raises:
            InvalidInput: The mask does not make it.
        """
        if word not in self:
            raise InvalidInput(f"The mask {self.pattern} does not make this word.")
        place = 0
        for each, character in zip(self.positions, word, strict=True):
            place = place * len(each) + each.index(character)
        return place

    def __contains__(self, word: object) -> bool:
        return (
            isinstance(word, str)
            and len(word) == len(self.positions)
            and all(character in each for each, character in zip(self.positions, word, strict=True))
        )


def brute_force(characters: str, shortest: int, longest: int) -> Candidates:
    """Return every string over a set of characters, the short ones first.

    Args:
        characters: A mark such as ``?l``, or the characters themselves.
        shortest: Least length.
        longest: Greatest length, at most 64.

    Raises:
        MaskError: An unknown mark or no characters.
        InvalidInput: The lengths are out of range.

    Examples:
        >>> everything = brute_force("?d", 1, 4)
        >>> everything.size, list(everything.first(3))
        (11110, ['0', '1', '2'])
    """
    text(characters, "set of characters", at_least=1, at_most=1000)
    whole(shortest, "shortest length", at_least=1, at_most=MOST_POSITIONS)
    whole(longest, "longest length", at_least=shortest, at_most=MOST_POSITIONS)
    alphabet = {"1": _MARKS.get(characters, characters)}
    masks = [Mask("?1" * length, alphabet) for length in range(shortest, longest + 1)]
    name = f"every string of {shortest} to {longest} out of {len(masks[0].positions[0])} characters"
    return Candidates(lambda: chain.from_iterable(masks), sum(m.size for m in masks), name)


def _positions(pattern: str, sets: dict[str, str]) -> tuple[str, ...]:
    known = {**CHARACTERS, "?": "?", **{mark: _set(mark, sets[mark]) for mark in sets}}
    positions = []
    for found in _TOKEN.finditer(pattern):
        mark, plain = found[1], found[2]
        if plain is None and (mark is None or mark not in known):
            raise MaskError(f"The mask has an unknown mark at character {found.start() + 1}.")
        positions.append(plain if plain is not None else known[mark])
    if len(positions) > MOST_POSITIONS:
        raise MaskError(f"The mask has {len(positions)} positions; at most 64 are taken.")
    return tuple(positions)


def _set(mark: object, characters: object) -> str:
    if not isinstance(mark, str) or not re.fullmatch("[1-9]", mark):
        raise MaskError("A set of one's own is named by a digit from 1 to 9.")
    checked = text(characters, "set of characters", at_least=1, at_most=1000)
    return "".join(dict.fromkeys(checked))
