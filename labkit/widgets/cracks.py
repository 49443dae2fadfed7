"""The crack lab: pick a stolen table and an attack, watch the guesses, stop them."""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

import traitlets

from labkit import inputs
from labkit.cracking import Progress, Report, crack
from labkit.errors import InvalidInput
from labkit.widgets.base import Panel
from labkit.widgets.crack_table import (
    ATTACKS,
    BUDGETS,
    CHARACTERS,
    LONGEST,
    MASK,
    SMALL,
    SOURCE,
    TITLE,
    CrackTable,
    Guessing,
    Row,
    budget_for,
    practice_leaks,
    price,
    told,
)
from labkit.widgets.worker import Report as Step
from labkit.widgets.worker import Worker

AT_MOST_S = 60.0
EVERY_S = 0.2

Leaked = Mapping[str, str]


@dataclass
class _Run:
    """One attack under way."""

    leaked: Leaked
    guessing: Guessing
    table: CrackTable
    gpu_seconds_a_row: float
    cancelled: threading.Event = field(default_factory=threading.Event)
    begun: float = field(default_factory=time.perf_counter)
    shown_at: float = float("-inf")


class CrackLab(Panel, script_name="cracks"):
    """A stolen table, an attack and a budget: guesses by the thousand, finds as they come.

    The guessing runs beside the kernel and ends within a quarter of a second after Cancel.
    Passwords and masks are messages, never traits, so no saved notebook holds one. `crack_lab` is
    the same in code.

    A lock guards the run, which the worker's thread and the kernel's both touch.

    Args:
        tables: The stolen tables by their names, or one table; without it the practice site's,
            under four ways of storing.
        at_most_s: CPU seconds that this machine computes for one attack, at most.
    """

    about: ClassVar[str] = "a stolen table, and what guesses make of it. Run this cell to use it."
    title: ClassVar[str] = TITLE
    small: ClassVar[str] = SMALL
    attacks: ClassVar[Mapping[str, str]] = ATTACKS
    mask: ClassVar[str] = MASK
    paid: ClassVar[str] = "Budget for a row"
    source: str = SOURCE

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    table = traitlets.Unicode().tag(sync=True)
    attack = traitlets.Enum(list(ATTACKS), "dictionary").tag(sync=True)
    characters = traitlets.Enum(list(CHARACTERS), "?l").tag(sync=True)
    longest = traitlets.Int(5, min=1, max=LONGEST).tag(sync=True)
    budget = traitlets.Enum(list(BUDGETS), "1 ms").tag(sync=True)

    def __init__(
        self,
        tables: Mapping[str, Leaked] | Leaked | None = None,
        *,
        at_most_s: float = AT_MOST_S,
    ) -> None:
        self._tables = _named(practice_leaks() if tables is None else tables)
        self._at_most_s = inputs.number(at_most_s, "cap in seconds", at_least=0.1, at_most=3600)
        self._lock = threading.RLock()
        self._run: _Run | None = None
        self._mask = self.mask
        self._shown: CrackTable | None = None
        self.worker = Worker(self._failed)
        super().__init__(table=next(iter(self._tables)))
        self.set_trait("spec", self._spec())
        chosen = ["table", "attack", "characters", "longest", "budget"]
        self.observe(self.guarded(self._chosen), chosen)

    @property
    def guessing(self) -> Guessing:
        """What the controls stand at."""
        return Guessing(self.attack, self._mask, self.characters, self.longest)

    @property
    def result(self) -> CrackTable:
        """The table with what was found so far, as the object that `crack_lab` returns."""
        with self._lock:
            return self._shown or CrackTable.of(self._leaked)

    @property
    def _leaked(self) -> Leaked:
        return self._tables[self.table]

    def rows(self, table: CrackTable) -> str:
        """Return what is guessed and what was found, as HTML."""
        return table.table()

    def start(self) -> None:
        """Begin guessing, in the worker."""
        paid = BUDGETS[self.budget]
        run = _Run(self._leaked, self.guessing, CrackTable.of(self._leaked), paid)
        run.guessing.candidates()  # refused now, not later
        self._drop()
        with self._lock:
            self._run = run
            self._put(run.table)
        self._tell("starting", busy=True)
        self.worker.start(lambda: self._crack(run))

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self._plan()
        self._put(self.result)

    def do_mask(self, message: Mapping[str, object]) -> None:
        """Take the pattern of the mask attack."""
        self._mask = inputs.text(message.get("mask"), "mask", at_most=200)
        self._chosen()

    def do_start(self, _message: Mapping[str, object]) -> None:
        """Begin guessing."""
        self.start()

    def do_cancel(self, _message: Mapping[str, object]) -> None:
        """Stop guessing; what was found so far stays."""
        run = self._drop()
        if run is not None:
            self._put(replace(run.table, stopped=True))
            self._tell("Stopped.", busy=False)

    def _drop(self) -> _Run | None:
        """End the run under way and return it; from here on it reports nothing."""
        with self._lock:
            run, self._run = self._run, None
        if run is not None:
            run.cancelled.set()
        self.worker.cancel()
        return run

    def _chosen(self, _change: object = None) -> None:
        self._drop()
        with self._lock:
            self._shown = None
        self._plan()
        self._put(self.result)
        self._tell("", busy=False)

    def _crack(self, run: _Run) -> Iterator[Step]:
        run.begun = time.perf_counter()
        report = crack(
            run.leaked,
            run.guessing.candidates(),
            budget=budget_for(run.leaked, run.gpu_seconds_a_row, self._at_most_s),
            progress=partial(self._progressed, run),
            cancelled=run.cancelled.is_set,
        )
        yield lambda: self._ended(run, report)

    def _progressed(self, run: _Run, progress: Progress) -> None:
        now = time.perf_counter()
        with self._lock:
            new = len(progress.finds) - len(run.table.found)
            if self._run is not run or (not new and now - run.shown_at < EVERY_S):
                return
            run.shown_at, run.table = now, run.table.having(progress.finds)
            if new:
                last = {find.name for find in progress.finds[-new:]}
                self._put(run.table, said=_said([r for r in run.table.rows if r.name in last]))
            done, words = told(progress, now - run.begun, self._at_most_s)
            self._tell(words, busy=True, progress=done)

    def _ended(self, run: _Run, report: Report) -> None:
        with self._lock:
            if self._run is not run:
                return
            self._run, ended = None, run.table.ended(report)
            self._put(ended, said=report.summary)
            self._tell(f"Done. Computed here: {report.cpu_s:.2g} s of CPU time.", busy=False)

    def _failed(self, error: BaseException) -> None:
        with self._lock:
            self._run = None
        self.fail(error)

    def _spec(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "small": self.small,
            "paid": self.paid,
            "tables": [_option(name, name) for name in self._tables],
            "attacks": [_option(name, text) for name, text in self.attacks.items()],
            "characters": [_option(mark, text) for mark, text in CHARACTERS.items()],
            "longest": LONGEST,
            "budgets": [_option(name, f"{name} of one RTX 4090") for name in BUDGETS],
            "mask": self.mask,
        }

    def _plan(self) -> None:
        paid = price(self._leaked, BUDGETS[self.budget])
        told = {"about": self.guessing.about(), "price": f"{paid} {self.source}"}
        self.send({"plan": told})

    def _put(self, table: CrackTable, *, said: str = "") -> None:
        with self._lock:
            self._shown = table
        self.show("rows", self.rows(table), said=said)
        self.show("notes", table.notes())

    def _tell(self, words: str, *, busy: bool, progress: float | None = None) -> None:
        message: dict[str, Any] = {"told": words, "busy": busy, "progress": progress}
        self.send(message)

    @traitlets.validate("table")
    def _is_a_table(self, proposal: dict[str, str]) -> str:
        if proposal["value"] not in self._tables:
            raise traitlets.TraitError("There is no such table.")
        return proposal["value"]


def _named(tables: object) -> dict[str, Leaked]:
    if not isinstance(tables, Mapping) or not tables:
        raise InvalidInput(
            "The crack lab needs a stolen table, from name to stored string.",
            remedy='Give site.leak("users"), or several tables by their names.',
        )
    nested = [isinstance(value, Mapping) for value in tables.values()]
    named = dict(tables) if all(nested) else {"the table": tables}
    for name, leaked in named.items():
        inputs.text(name, "name of a table", at_least=1, at_most=80)
        for row, stored in leaked.items():
            inputs.text(row, "row's name", at_most=1024)
            inputs.text(stored, "stored string", at_most=16_384)
    return named


def _option(value: str, text: str) -> dict[str, str]:
    return {"value": value, "text": text}


def _said(rows: list[Row]) -> str:
    return " ".join(f"Found: {row.name}, {row.told}." for row in rows)
