"""Every mistake against every attack: what each site gave away, beside what was expected of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import labkit.attacks
import labkit.mistakes
from labkit.catalogue import Attack, AttackResult, Mistake, Outcome, attacks_in, mistakes_in
from labkit.display import Shown, card
from labkit.encoding import brief, escaped
from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import function
from labkit.practice.defences import Defences
from labkit.practice.journey import walk
from labkit.practice.site import Site

SIGNS = {
    Outcome.HELD: "·",
    Outcome.BREACHED: "✕",
    Outcome.BROKEN: "!",
    Outcome.NOT_APPLICABLE: "–",
}


@dataclass(frozen=True)
class Catalogue:
    """The mistakes and attacks that meet in a matrix, by id."""

    mistakes: Mapping[str, Mistake]
    attacks: Mapping[str, Attack]

    @classmethod
    def load(cls) -> "Catalogue":
        """Collect everything in `labkit.mistakes` and `labkit.attacks`."""
        return cls(mistakes_in(labkit.mistakes), attacks_in(labkit.attacks))

    def only(self, *ids: str) -> "Catalogue":
        """Return the part with these mistakes and the attacks of the same ids.

        Raises:
            LabkitError: There is no such mistake.
        """
        for name in ids:
            if not isinstance(name, str) or name not in self.mistakes:
                raise LabkitError(
                    f"The catalogue has no mistake {brief(name)}.",
                    remedy="`labkit catalogue` lists them.",
                )
        return Catalogue(
            {name: self.mistakes[name] for name in ids}, {name: self.attacks[name] for name in ids}
        )

    def expected(self, mistake: Mistake | None, attack: Attack) -> Outcome:
        """Return what the hand-written sets say of this pair."""
        if mistake is None:
            return Outcome.HELD
        if mistake.id in attack.moot_under:
            return Outcome.NOT_APPLICABLE
        let_in = attack.id == mistake.id or attack.id in mistake.also
        through = let_in or mistake.id in attack.also_under
        return Outcome.BREACHED if through else Outcome.HELD

    def defences(self, mistake: Mistake | None, *, premises_only: bool = False) -> Defences:
        """Return the secure defences with the mistake and what its story presupposes."""
        if mistake is None:
            return Defences()
        premises = (*(self._named(name).part for name in mistake.given), *mistake.beside)
        own = () if premises_only else (mistake.part,)
        return Defences().having(*premises, *own)

    def _named(self, name: str) -> Mistake:
        if name not in self.mistakes:
            raise LabkitError(f"A mistake presupposes {name!r}, which the catalogue does not have.")
        return self.mistakes[name]


@dataclass(frozen=True)
class Cell:
    """One pair: a mistake (None for the secure site), an attack, what happened, what should."""

    mistake: str | None
    attack: str
    outcome: Outcome
    expected: Outcome
    result: AttackResult

    @property
    def as_expected(self) -> bool:
        """Whether they agree; BROKEN agrees with nothing."""
        return self.outcome is self.expected

    def record(self) -> dict[str, str | None]:
        """Return the pair as plain values, for JSON."""
        return {
            "mistake": self.mistake,
            "attack": self.attack,
            "outcome": str(self.outcome),
            "expected": str(self.expected),
        }


@dataclass(frozen=True)
class Matrix(Shown):
    """All cells, the control rows of mistakes with premises, and the honest user's days."""

    catalogue: Catalogue
    cells: tuple[Cell, ...]
    controls: tuple[Cell, ...]
    journeys: tuple[Cell, ...]

    @property
    def surprises(self) -> tuple[Cell, ...]:
        """The cells whose outcome is not the expected one."""
        every = (*self.cells, *self.controls, *self.journeys)
        return tuple(cell for cell in every if not cell.as_expected)

    @cached_property
    def rows(self) -> dict[str | None, dict[str, Cell]]:
        """The cells by mistake and attack; None is the secure site."""
        rows: dict[str | None, dict[str, Cell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.mistake, {})[cell.attack] = cell
        return rows

    def records(self) -> list[dict[str, str | None]]:
        """Return every pair as plain values, for JSON."""
        return [cell.record() for cell in self.cells]

    def __repr__(self) -> str:
        attacks = list(self.catalogue.attacks)
        head = " " * 36 + " ".join(f"{name:>4}" for name in attacks)
        return "\n".join([head, *self._lines(), "", *self._told()])

    def html(self) -> str:
        """Return the matrix as a table; the sign and its title say what the colour says."""
        columns = "".join(
            f'<th class="col" scope="col"><span>{escaped(attack.title)}</span></th>'
            for attack in self.catalogue.attacks.values()
        )
        rows = "".join(self._html_row(name, cells) for name, cells in self.rows.items())
        small = f"{len(self.surprises)} of {len(self.cells)} cells are not as expected"
        table = f'<table class="lk-matrix"><tr><td class="corner"></td>{columns}</tr>{rows}</table>'
        return card("Mistakes against attacks", small, table)

    def title(self, mistake: str | None) -> str:
        """Return a row's name."""
        return "no mistake" if mistake is None else repr(self.catalogue.mistakes[mistake])

    def _lines(self) -> Iterator[str]:
        for mistake, cells in self.rows.items():
            signs = " ".join(f"{SIGNS[cell.outcome]:>4}" for cell in cells.values())
            yield f"{self.title(mistake)[:35]:<36}{signs}"

    def _told(self) -> Iterator[str]:
        yield "✕ breached   · held   – not applicable   ! broken"
        yield f"{len(self.cells)} pairs, {len(self.surprises)} not as expected"
        for cell in self.surprises:
            where = self.title(cell.mistake)
            said = f"{where} × {cell.attack}: {cell.outcome}, expected {cell.expected}"
            yield f"  {said}: {cell.result.said}"

    def _html_row(self, mistake: str | None, cells: Mapping[str, Cell]) -> str:
        boxes = "".join(
            f'<td class="{_css(cell)}" title="{escaped(self.title(mistake))} × '
            f'{escaped(cell.attack)}: {cell.outcome}">{SIGNS[cell.outcome]}</td>'
            for cell in cells.values()
        )
        name = escaped(self.title(mistake))
        return f'<tr><th class="row" scope="row">{name}</th>{boxes}</tr>'


def _css(cell: Cell) -> str:
    return {Outcome.BREACHED: "x", Outcome.NOT_APPLICABLE: "na", Outcome.BROKEN: "broken"}.get(
        cell.outcome, ""
    )


def run(
    catalogue: Catalogue | None = None, *, progress: Callable[[int, int], object] | None = None
) -> Matrix:
    """Build a site for the secure defences and for each mistake, and run every attack on each.

    Args:
        catalogue: A part of the catalogue; all of it unless given.
        progress: Called before each site with how many are done, and how many there are.

    Raises:
        InvalidInput: It is no catalogue, or `progress` no function.
    """
    book = Catalogue.load() if catalogue is None else catalogue
    if not isinstance(book, Catalogue):
        raise InvalidInput(
            f"The matrix takes a Catalogue, not {brief(book)}.",
            remedy='A part of it is Catalogue.load().only("T4").',
        )
    if progress is not None:
        function(progress, "progress")
    rows = (None, *book.mistakes.values())
    cells: list[Cell] = []
    journeys: list[Cell] = []
    for done, mistake in enumerate(rows):
        if progress is not None:
            progress(done, len(rows))
        site = _site(book.defences(mistake))
        cells += [
            _cell(site, mistake, attack, book.expected(mistake, attack))
            for attack in book.attacks.values()
        ]
        journeys.append(_journey(site, mistake))
    return Matrix(book, tuple(cells), tuple(_controls(book)), tuple(journeys))


def _site(defences: Defences) -> Site:
    # The same few guesses meet the same rows again and again; what they cost is counted each time.
    return Site(defences, remember_checks=True)


def _cell(site: Site, mistake: Mistake | None, attack: Attack, expected: Outcome) -> Cell:
    site.restore()
    result = attack(site)
    return Cell(mistake.id if mistake else None, attack.id, result.outcome, expected, result)


def _journey(site: Site, mistake: Mistake | None) -> Cell:
    site.restore()
    day = walk(site)
    return Cell(mistake.id if mistake else None, "journey", day.outcome, Outcome.HELD, day)


def _controls(book: Catalogue) -> Iterator[Cell]:
    """With the premises alone, a mistake's own attack must be held: else it proves nothing."""
    for mistake in book.mistakes.values():
        if mistake.given or mistake.beside:
            site = _site(book.defences(mistake, premises_only=True))
            yield _cell(site, mistake, book.attacks[mistake.id], Outcome.HELD)
