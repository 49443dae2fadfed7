"""A desk where new passwords are judged by one function, and a guesser with the public list."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import Any

from labkit.catalogue import Verdict, attack, breached, held
from labkit.cracking import common
from labkit.exercises.trial import SmallTarget, answered, expect

TOP = 3000  # ASVS 6.2.4
SHORTEST = 6  # with two characters more they have the eight that most rules ask for
LONG = 15  # NIST SP 800-63B-4 §3.1.1.2
NAMES = ("Alice Moreau", "Erin Castellanos", "Søren Kjærgård", "Bob Okafor")
# They fit every rule of composition too, so that such rules can be given and attacked.
PHRASES = (
    "Kettle, 7 riverbanks, an ottoman",
    "Quiet lantern over the møør, 3 rd time",
    "Тихий фонарь над болотом, 7 лет",
    "Four words, a comma, 2 more words, and then up to sixty-four char",
)
PLAIN = (
    "vocal tundra mosaic elbow",
    "東京の静かな灯台と三匹の猫が寝ている",
    "тихий фонарь над болотом",
)


class Desk(SmallTarget):
    """Asks `acceptable` whether a person may take a password."""

    def __init__(self, acceptable: Callable[..., Any]) -> None:
        super().__init__()
        self._acceptable = acceptable
        self.listed = _listed()

    def takes(self, name: str, password: str) -> bool:
        """Return whether the function takes this password from this person."""
        return answered(bool, self._acceptable, password, name, self.listed)


@cache
def _listed() -> frozenset[str]:
    return frozenset(word.casefold() for word in common())


def _people_with_phrases(desk: Desk) -> None:
    for name, phrase in product(NAMES[:2], PHRASES):
        expect(desk.takes(name, phrase), f"{name} may not take {phrase!r}.")


DAY = (("People choose long phrases, in their own languages", _people_with_phrases),)


@attack("plain", "Plain words", start="Alice, who will not play along")
def plain_words(desk: Desk) -> Verdict:
    """No attack but Alice again, with long phrases that have no capital, digit or mark."""
    for phrase in PLAIN:
        expect(desk.takes(NAMES[0], phrase), f"Alice may not take {phrase!r}.")
    return held("Long phrases of plain words are taken, in any script.")


@attack("rules", "The list, dressed up for the rules", start="The public list of common passwords")
def dress_up(desk: Desk) -> Verdict:
    """Mallory turns each word among the 3000 commonest into what people make of it under a rule."""
    return _walk(desk, _dressed(), "the words among the 3000 commonest, dressed up")


@attack("capitals", "The list in other letters", start="The public list of common passwords")
def change_case(desk: Desk) -> Verdict:
    """Mallory tries the long entries of the list as they are, and with capitals in them."""
    long = [word for word in common() if len(word) >= LONG]
    return _walk(desk, (form for word in long for form in _cases(word)), "the long entries")


@attack("name_year", "A name and a year", start="The names of the class")
def name_and_year(desk: Desk) -> Verdict:
    """Mallory joins each person's name with years of birth and of school."""
    for name in NAMES:
        for place, guess in enumerate(_named(name), 1):
            if desk.takes(name, guess):
                return breached(f"{name} may take {guess!r}, guess {place} made of the name.")
    return held("Nothing that is a name and a year is taken.")


def _walk(desk: Desk, guesses: Iterator[str], what: str) -> Verdict:
    for place, guess in enumerate(guesses, 1):
        if desk.takes(NAMES[0], guess):
            return breached(f"Alice may take {guess!r}, and it is guess {place} of {what}.")
    return held(f"None of {what} is taken.")


def _dressed() -> Iterator[str]:
    words = [word for word in common(TOP) if word.isalpha() and len(word) >= SHORTEST]
    yield from (f"{word.capitalize()}1!" for word in words)
    yield from (f"{word.capitalize()}@123" for word in words[:300])


def _cases(word: str) -> Iterator[str]:
    yield from (word, word.upper(), word.capitalize(), word.title())


def _named(name: str) -> Iterator[str]:
    first, _, last = name.partition(" ")
    for year in (*range(1990, 2013), *range(2020, 2028)):
        yield from (
            f"{first}{year}!",
            f"{first}{last}{year}!",
            f"{name} {year}",
            f"{name}, {year}!",
        )
        yield from (f"{year}{last}{first}".lower(), f"{first}.{last}.{year}".lower())
