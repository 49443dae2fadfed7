"""What a check shows: one row for the honest user and one for each attack."""

from collections import Counter
from dataclasses import dataclass, field

from labkit.catalogue import Outcome
from labkit.display import Html, Shown, card, prose, verdict
from labkit.encoding import escaped

NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Row:
    """One line: its state, what was tried, what happened, and a question that leads on.

    `id` is the attack's, or "honest".
    """

    state: str
    title: str
    said: str
    question: str = ""
    id: str = ""

    def __str__(self) -> str:
        question = f"\n{'':15}{self.question}" if self.question else ""
        return f"{self.state:<15}{self.title}: {self.said}{question}"


@dataclass(frozen=True)
class Report(Shown):
    """The rows of one check; `solved` only if the honest user got in and every attack was held.

    `flag` is shown once it is solved; `beside`, what more there is to see, at every check.
    """

    exercise: str
    rows: tuple[Row, ...]
    after: str = ""
    flag: str = field(default="", repr=False)
    beside: Shown | None = None

    @property
    def solved(self) -> bool:
        """Whether every row is held."""
        return all(row.state == Outcome.HELD for row in self.rows)

    @property
    def breached_by(self) -> tuple[str, ...]:
        """The ids of the attacks that got through."""
        return tuple(row.id for row in self.rows if row.state == Outcome.BREACHED)

    def __repr__(self) -> str:
        lines = [f"{self.exercise}: {self._counts()}", *map(str, self.rows), *self._end()]
        return "\n".join([*lines, "", repr(self.beside)] if self.beside else lines)

    def html(self) -> str:
        """Return the report as a card."""
        rows = "".join(
            f"<tr><td>{verdict(row.state)}</td><td>{_cell(row)}</td></tr>" for row in self.rows
        )
        after = "".join(f"<p>{prose(line)}</p>" for line in self._end())
        beside = self.beside.html() if self.beside else ""
        where = '<div class="lk-src">Checked in this kernel, by your own copy of labkit.</div>'
        table = f'<table class="lk-report">{rows}</table>'
        return card(self.exercise, self._counts(), Html(table + after + where)) + beside

    def _end(self) -> list[str]:
        flag = f"Your flag: `{self.flag}`" if self.flag else ""
        return [line for line in (self.after, flag) if line] if self.solved else []

    def _counts(self) -> str:
        counts = Counter(row.state for row in self.rows)
        return " · ".join(f"{number} {state}" for state, number in counts.items())


def _cell(row: Row) -> str:
    why = " ".join(part for part in (escaped(row.said), prose(row.question)) if part)
    return f'{escaped(row.title)}<div class="why">{why}</div>'
