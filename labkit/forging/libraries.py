"""Who accepts what: the corpus, met by three libraries and by labkit. Recorded, with versions.

The table is written by `python -m benchmarks.forgeries --write`, where each library is used with
every check that it offers; a test computes it again with the versions that are installed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from labkit.display import Shown, card, details, escaped, printable, table
from labkit.errors import InvalidInput
from labkit.forging.corpus.mint import ALGORITHMS

MOST_NAMED = 6
NONE = "–"
Fates = Mapping[str, str]  # of a token's name: the algorithms, or "all"


@dataclass(frozen=True)
class Library:
    """What one library made of the corpus.

    Args:
        name: Its name on PyPI.
        version: The version that was measured.
        how: How it was used.
        callers: Families that it leaves to its caller, each with its word on that.
        accepted: The forged tokens that it accepted, by family.
        keyless: Those of them that the issuer's key never signed.
        refused: The valid tokens that it refused.
        crashed: The forged tokens that it refused by accident, with an error outside its own.
    """

    name: str
    version: str
    how: str
    callers: Mapping[str, str] = field(repr=False)
    accepted: Mapping[str, Fates] = field(repr=False)
    keyless: Fates = field(repr=False)
    refused: Fates = field(repr=False)
    crashed: Fates = field(repr=False)

    def through(self, family: str, algorithm: str) -> tuple[str, ...]:
        """Return the names of one family's tokens that got through."""
        return _named(self.accepted.get(family, {}), algorithm)


@dataclass(frozen=True)
class Libraries(Shown):
    """The table for one algorithm.

    Args:
        algorithm: The algorithm that every library was pinned to.
        measured: The day, as YYYY-MM-DD.
        python: The Python that it was measured with.
        families: How many forged tokens each family has, and how many of them the issuer signed.
        valid: How many valid tokens there are.
        libraries: What each made of them.
    """

    algorithm: str
    measured: str
    python: str
    families: Mapping[str, tuple[int, int]] = field(repr=False)
    valid: int
    libraries: tuple[Library, ...]

    @property
    def forged(self) -> int:
        """How many forged tokens there are."""
        return sum(total for total, _ in self.families.values())

    def library(self, name: str) -> Library:
        """Return one library's part.

        Raises:
            InvalidInput: It is not in the table.
        """
        for each in self.libraries:
            if each.name == name:
                return each
        names = ", ".join(each.name for each in self.libraries)
        raise InvalidInput(f"There is no library {name!r} here.", remedy=f"Take one of {names}.")

    def accepted(self, name: str) -> int:
        """Return how many forged tokens a library accepted."""
        library = self.library(name)
        return sum(len(library.through(family, self.algorithm)) for family in self.families)

    def beyond_callers(self, name: str) -> int:
        """Return how many of them it does not leave to its caller to refuse."""
        library = self.library(name)
        left = set(self.families) - library.callers.keys()
        return sum(len(library.through(family, self.algorithm)) for family in left)

    def __repr__(self) -> str:
        head, *rest = [self._head(), *self._rows()]
        widths = [max(len(str(row[n])) for row in (head, *rest)) for n in range(len(head))]
        lines = [
            "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
            for row in (head, *rest)
        ]
        told = [self._summary(), *(line.rstrip() for line in lines), *self._notes()]
        return printable("\n".join(told))

    def html(self) -> str:
        """Return the table as a card; names of what got through are folded behind it."""
        said, *left, measured = (escaped(note) for note in self._notes())
        told = "".join(f"<p>{note}</p>" for note in left)
        folded = details("* what is left to the caller", told) if left else ""
        named = "".join(self._folded(library) for library in self.libraries)
        note = f'<div class="lk-src">{said} {measured}</div>'
        body = table(self._head(), self._rows()) + note + folded + named
        title = f"Who accepts what, {self.algorithm}"
        return card(title, self._summary().partition(": ")[2], body)

    def _head(self) -> tuple[str, ...]:
        return ("family", "forged", *(f"{each.name} {each.version}" for each in self.libraries))

    def _rows(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        quiet, silent = 0, 0
        for family, (total, _) in self.families.items():
            counts = [len(each.through(family, self.algorithm)) for each in self.libraries]
            if any(counts):
                cells = (
                    self._cell(*pair, family) for pair in zip(self.libraries, counts, strict=True)
                )
                rows.append((family, total, *cells))
            else:
                quiet, silent = quiet + 1, silent + total
        if quiet:
            rows.append((f"{quiet} more families", silent, *(NONE for _ in self.libraries)))
        rows.append(("all together", self.forged, *map(self._total, self.libraries)))
        own = (self.beyond_callers(each.name) or NONE for each in self.libraries)
        rows.append(("without *", "", *own))
        refused = (len(_named(each.refused, self.algorithm)) or NONE for each in self.libraries)
        rows.append(("valid, but refused", self.valid, *refused))
        crashed = (len(_named(each.crashed, self.algorithm)) or NONE for each in self.libraries)
        return [*rows, ("refused by a crash", self.forged, *crashed)]

    def _cell(self, library: Library, count: int, family: str) -> str:
        mark = " *" if count and family in library.callers else ""
        return f"{count}{mark}" if count else NONE

    def _total(self, library: Library) -> object:
        return self.accepted(library.name) or NONE

    def _summary(self) -> str:
        keyless = self.forged - sum(signed for _, signed in self.families.values())
        through = sum(len(_named(each.keyless, self.algorithm)) for each in self.libraries)
        held = "no library accepts one" if not through else f"{through} were accepted"
        rest = self.forged - keyless
        return (
            f"{self.algorithm}: {keyless} tokens that the issuer's key did not sign: {held}; "
            f"{rest} that it signed and that are to be refused all the same."
        )

    def _notes(self) -> Iterator[str]:
        yield "How many forged tokens each accepts. * The library leaves this to its caller."
        for library in self.libraries:
            for family, said in library.callers.items():
                if library.through(family, self.algorithm):
                    yield f"* {library.name}, {family}: {said}."
        yield f"Measured on {self.measured} with Python {self.python}."

    def _folded(self, library: Library) -> str:
        lists = [
            f"{family}: {_some(names)}"
            for family in self.families
            if (names := library.through(family, self.algorithm))
        ]
        lists += [
            f"{what}: {_some(names)}"
            for what, fates in (("valid, but refused", library.refused), ("crash", library.crashed))
            if (names := _named(fates, self.algorithm))
        ]
        items = "".join(f"<p>{escaped(line)}</p>" for line in (f"Used: {library.how}.", *lists))
        return details(f"{library.name} {library.version}, by name", items)


def libraries(algorithm: str = "HS256") -> Libraries:
    """Return which forged tokens PyJWT, joserfc, authlib and labkit accept, as it was recorded.

    Args:
        algorithm: "HS256", "RS256", "ES256" or "EdDSA".

    Raises:
        InvalidInput: There is no table for this algorithm.

    Examples:
        >>> libraries("ES256").accepted("labkit")
        0
    """
    if algorithm not in ALGORITHMS:
        names = ", ".join(ALGORITHMS)
        raise InvalidInput("There is no table for this algorithm.", remedy=f"Take one of {names}.")
    record = recorded()
    families = {
        family: (counts[algorithm][0], counts[algorithm][1])
        for family, counts in record["families"].items()
        if algorithm in counts
    }
    each = tuple(Library(name, **told) for name, told in record["libraries"].items())
    return Libraries(
        algorithm, record["measured"], record["python"], families, record["valid"][algorithm], each
    )


@cache
def recorded() -> dict[str, Any]:
    """Return the table as it was written."""
    raw = files("labkit.forging").joinpath("libraries.json").read_text("utf-8")
    record: dict[str, Any] = json.loads(raw)
    return record


def _named(fates: Fates, algorithm: str) -> tuple[str, ...]:
    return tuple(
        name for name, where in fates.items() if where == "all" or algorithm in where.split()
    )


def _some(names: tuple[str, ...]) -> str:
    left = len(names) - MOST_NAMED
    more = f", and {left} more" if left > 0 else ""
    return "; ".join(names[:MOST_NAMED]) + more
