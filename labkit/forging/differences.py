"""Where two texts differ, and how to show that without all that is alike."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

LEAST_ALIKE = 4  # fewer units between two differences are alike by chance
MOST_COMPARED = 1_000_000  # pairs of units; beyond, all between the ends counts as different
Piece = tuple[str, bool]


def pieces(one: str, other: str, unit: int = 1) -> list[Piece]:
    """Cut `one` into what is alike in `other` and what is not, by whole units of characters.

    Returns:
        Each piece, with whether it differs.

    Examples:
        >>> pieces("sub: mallory, role: student", "sub: grace, role: admin")[1:4]
        [('mallory', True), (', role: ', False), ('student', True)]
        >>> pieces("7b 22 7d", "7b 27 7d", unit=3)
        [('7b ', False), ('22', True), (' ', False), ('7d', False)]
    """
    first, second = _units(one, unit), _units(other, unit)
    found: list[Piece] = []
    at = 0
    for start, size in _alike(first, second):
        for text, differs in ((first[at:start], True), (first[start : start + size], False)):
            found += _piece("".join(text), differs)
        at = start + size
    return found


def shortened(cut: Sequence[Piece], around: int, most: int) -> Iterator[Piece]:
    """Leave out what is alike and far from a difference, and the inside of long differences.

    Examples:
        >>> list(shortened([("abcdefgh", False), ("X", True)], around=2, most=9))
        [('… gh', False), ('X', True)]
    """
    for place, (text, differs) in enumerate(cut):
        if differs:
            yield _middle(text, most), True
        elif len(text) <= 2 * around + 3:
            yield text, False
        else:
            head = text[:around].rstrip() + " …" if place else "…"
            tail = " " + text[-around:].lstrip() if place + 1 < len(cut) else ""
            yield head + tail, False


def _piece(text: str, differs: bool) -> list[Piece]:
    """Return one piece, or none of nothing; the space behind a difference is not part of it."""
    if differs and text.endswith(" ") and text.strip():
        return [(text[:-1], True), (" ", False)]
    return [(text, differs)] if text else []


def _alike(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where and how long they are alike, seen from the first; at last its end."""
    start = _common(first, second)
    rest = min(len(first), len(second)) - start
    end = min(_common(first[::-1], second[::-1]), rest)
    yield 0, start
    one, other = first[start : len(first) - end], second[start : len(second) - end]
    if len(one) * len(other) <= MOST_COMPARED:
        for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
            if block.size >= LEAST_ALIKE:
                yield start + block.a, block.size
    yield len(first) - end, end


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _units(text: str, unit: int) -> list[str]:
    return [text[at : at + unit] for at in range(0, len(text), unit)]


def _middle(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} … {len(text) - most} characters more"
