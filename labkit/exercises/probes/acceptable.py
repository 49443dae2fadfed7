"""A desk where new passwords are judged by one function, and a guesser with the public list."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import Any

from labkit.catalogue import Verdict, attack, breached, held
from labkit.cracking import common
from labkit.exercises.trial import SmallTarget, answered, expect
from labkit.exercises.variants import Variant
from labkit.exercises.words import phrase

TOP = 3000  # ASVS 6.2.4
SHORTEST = 6  # with two characters more they have the eight that most rules ask for
LONG = 15  # NIST SP 800-63B-4 §3.1.1.2
FIRST = ("Alice", "Erin", "Bob", "Clara", "Dunja", "Edgar", "Flora", "Gavin")
LAST = ("Moreau", "Castellanos", "Okafor", "Lindqvist", "Halloran", "Iyer", "Adeyemi", "Voss")
ACCENTED = ("Søren Kjærgård", "Zoë Brontë", "Jürgen Weiß", "María Núñez", "Håkon Bøe")
RIVERS = ("riverbanks", "ottomans", "teaspoons", "hedgehogs", "postcards", "umbrellas")
SEVEN = ("7", "3", "4", "5", "6", "8", "9")
EASTERN = ("三匹の猫", "二羽の鳩", "五頭の馬", "四本の松")
NORTHERN = ("фонарь", "колокол", "костёр", "ветер")
PLAIN = ("vocal", "tundra", "mosaic", "elbow", "walnut", "copper", "hazard", "noodle")
ENDINGS = ("@123", "#123", "!234", "?777", "*100", "$321")  # what people add besides 1!


class Desk(SmallTarget):
    """Asks `acceptable` whether a person may take a password."""

    def __init__(self, acceptable: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._acceptable = acceptable
        self.listed = _listed()
        first, last = own.ordered("first", FIRST), own.ordered("last", LAST)
        plain = [" ".join(name) for name in zip(first[:3], last, strict=False)]
        self.names = (*plain, own.usual("accented", ACCENTED))
        self.phrases, self.plain = _phrases(own), _plain(own)
        self.ending = own.usual("ending", ENDINGS)

    def takes(self, name: str, password: str) -> bool:
        """Return whether the function takes this password from this person."""
        return answered(bool, self._acceptable, password, name, self.listed)


@cache
def _listed() -> frozenset[str]:
    return frozenset(word.casefold() for word in common())


def _phrases(own: Variant) -> tuple[str, ...]:
    """Return phrases that fit rules of composition too, which can so be given and attacked."""
    some, other, *_ = own.ordered("numbers", SEVEN)
    return (
        f"Kettle, {some} {own.usual('rivers', RIVERS)}, an armchair",
        f"{phrase(own).capitalize()}, {other} rd time",
        f"Тихий {own.usual('northern', NORTHERN)} над болотом, {some} лет",
        f"Four words, a comma, {other} more words, then on up to sixty-four char",
    )


def _plain(own: Variant) -> tuple[str, ...]:
    return (
        " ".join(own.ordered("plain", PLAIN)[:4]),
        f"東京の静かな灯台と{own.usual('eastern', EASTERN)}が寝ている",
        f"тихий {own.usual('northern', NORTHERN)} над болотом",
    )


def _people_with_phrases(desk: Desk) -> None:
    for name, taken in product(desk.names[:2], desk.phrases):
        expect(desk.takes(name, taken), f"{name} may not take {taken!r}.")


DAY = (("People choose long phrases, in their own languages", _people_with_phrases),)


@attack("plain", "Plain words", start="Alice, who will not play along")
def plain_words(desk: Desk) -> Verdict:
    """No attack but Alice again, with long phrases that have no capital, digit or mark."""
    name = desk.names[0]
    for taken in desk.plain:
        expect(desk.takes(name, taken), f"{name} may not take {taken!r}.")
    return held("Long phrases of plain words are taken, in any script.")


@attack("rules", "The list, dressed up for the rules", start="The public list of common passwords")
def dress_up(desk: Desk) -> Verdict:
    """Mallory turns each word among the 3000 commonest into what people make of it under a rule."""
    return _walk(desk, _dressed(desk.ending), "the words among the 3000 commonest, dressed up")


@attack("capitals", "The list in other letters", start="The public list of common passwords")
def change_case(desk: Desk) -> Verdict:
    """Mallory tries the long entries of the list as they are, and with capitals in them."""
    long = [word for word in common() if len(word) >= LONG]
    return _walk(desk, (form for word in long for form in _cases(word)), "the long entries")


@attack("name_year", "A name and a year", start="The names of the class")
def name_and_year(desk: Desk) -> Verdict:
    """Mallory joins each person's name with years of birth and of school."""
    for name in desk.names:
        for place, guess in enumerate(_named(name), 1):
            if desk.takes(name, guess):
                return breached(f"{name} may take {guess!r}, guess {place} made of the name.")
    return held("Nothing that is a name and a year is taken.")


def _walk(desk: Desk, guesses: Iterator[str], what: str) -> Verdict:
    name = desk.names[0]
    for place, guess in enumerate(guesses, 1):
        if desk.takes(name, guess):
            return breached(f"{name} may take {guess!r}, and it is guess {place} of {what}.")
    return held(f"None of {what} is taken.")


def _dressed(ending: str) -> Iterator[str]:
    words = [word for word in common(TOP) if word.isalpha() and len(word) >= SHORTEST]
    yield from (f"{word.capitalize()}1!" for word in words)
    yield from (f"{word.capitalize()}{ending}" for word in words[:300])


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
