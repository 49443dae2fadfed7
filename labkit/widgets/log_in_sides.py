"""One attack on two sites, side by side: the simulator without buttons."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from labkit import inputs
from labkit.catalogue import Attack, AttackResult, Mistake, Outcome, escaped_lines
from labkit.difference import difference
from labkit.display import Shown, card, details, verdict
from labkit.encoding import escaped, printable
from labkit.errors import InvalidInput
from labkit.exchange import Exchange
from labkit.matrix import Catalogue
from labkit.practice import Site
from labkit.widgets.lanes import Gap, Message, lanes

TITLE, SMALL = "Log-in simulator", "one attack, two sites that differ in one decision"
SECURE = "The secure site"
FORM = "/api/session"  # where a client fetches the form's token before it posts
LOG_IN, CLAIMED = "/api/log-in", "X-Forwarded-For"
# Arrows at the beginning and at the end of a trace, and exchanges to open, before a gap.
FIRST_RUNS, LAST_RUNS = 5, 3
FIRST_OPEN, LAST_OPEN = 10, 10


@dataclass(frozen=True)
class Run:
    """Exchanges in a row that ask for the same and get the same answer.

    Args:
        who: Who sent them.
        asked: What was asked, in a few words.
        status: The status of the answers.
        times: How many there are.
        names: How many names they tried.
        sources: How many addresses they claimed to come from.
    """

    who: str
    asked: str
    status: int
    times: int
    names: int = 0
    sources: int = 0

    @property
    def request(self) -> str:
        """What went to the site, in words."""
        return self.asked if self.times == 1 else f"{self.asked}, {_times(self)}"

    @property
    def answer(self) -> str:
        """What came back, in words."""
        return f"{self.status} {_phrase(self.status)}".strip()

    def __str__(self) -> str:
        return f"{self.who}: {self.request} → {self.answer}"


@dataclass(frozen=True)
class Side:
    """One of the two sites, and how it came out.

    Args:
        mistake: The mistake that is switched on, or None for the secure site.
        result: What the attack brought.
    """

    mistake: Mistake | None
    result: AttackResult

    @property
    def title(self) -> str:
        """What the site is, in words."""
        return SECURE if self.mistake is None else f"With one mistake: {self.mistake.title}"

    @property
    def runs(self) -> tuple[Run, ...]:
        """Who sent what, equal exchanges in a row taken together."""
        return tuple(_runs(self.result.exchanges))

    def __repr__(self) -> str:
        result = self.result
        lines = [f"{self.title}", f"  {result.outcome}: {result.said}"]
        lines += [f"  cost: {result.cost}"] * bool(result.cost)
        lines += [
            f"  {run}" if isinstance(run, Run) else f"  {run.text}" for run in _few(self.runs)
        ]
        return "\n".join(printable(line) for line in lines)

    def html(self) -> str:
        """Return verdict, evidence, lanes, and the exchanges to open."""
        result = self.result
        return (
            f'<section class="lk-side"><h4>{escaped(self.title)}</h4>'
            f'<p class="said">{verdict(result.outcome)} {escaped(result.said)}</p>'
            f'{self._lanes()}<p class="lk-src">{escaped(result.cost)}</p>'
            f"<div>{self._wire()}</div></section>"
        )

    def _lanes(self) -> str:
        runs = self.runs
        if not runs:
            return '<p class="lk-hint">Nothing was sent.</p>'
        names = list(dict.fromkeys(run.who.capitalize() for run in runs))
        opened = _opened(runs) if self.result.outcome is Outcome.BREACHED else None
        who = names[0] if len(names) == 1 else "Visitors"
        arrows: list[Message | Gap] = []
        for run in _few(runs):
            if isinstance(run, Gap):
                arrows.append(run)
                continue
            sender = "" if len(names) == 1 else f"{run.who}: "
            arrows.append(Message(0, 1, sender + run.request))
            kind = "strong" if run is opened else "refused" if run.status == 429 else ""
            arrows.append(Message(1, 0, run.answer, kind))
        return lanes([who, "Site"], arrows)

    def _wire(self) -> str:
        sent = self.result.exchanges
        numbered = list(enumerate(sent, 1))
        shown = numbered
        if len(numbered) > FIRST_OPEN + LAST_OPEN:
            shown = numbered[:FIRST_OPEN] + numbered[-LAST_OPEN:]
        each = "".join(
            details(f"{number}  {exchange}", f"<pre>{escaped_lines(exchange.wire())}</pre>")
            for number, exchange in shown
        )
        some = f", {len(shown)} of them" if len(shown) < len(sent) else ""
        note = f"{_counted(len(sent), 'HTTP exchange')}{some} to open"
        return details(note, each) if sent else ""


@dataclass(frozen=True)
class SideBySide(Shown):
    """An attack on the secure site, and on the same site with one mistake.

    Args:
        attack: What was done.
        secure: How the secure site came out.
        mistaken: How the site with the mistake came out.
    """

    attack: Attack
    secure: Side
    mistaken: Side

    def __repr__(self) -> str:
        return f"{self.attack.title}\n{self.secure!r}\n{self.mistaken!r}"

    @property
    def said(self) -> str:
        """Both outcomes in one line."""
        secure, mistaken = self.secure.result.outcome, self.mistaken.result.outcome
        return f"Secure site: {secure}. Site with one mistake: {mistaken}."

    def html(self) -> str:
        """Return both in a card."""
        return card(TITLE, SMALL, f"<p>{escaped(self.attack.title)}</p>{self.body()}")

    def body(self) -> str:
        """Return the two sides, and the code that they differ in."""
        sides = f"{self.secure.html()}{self.mistaken.html()}"
        return f'<div class="lk-sides">{sides}</div>{self._code()}'

    def _code(self) -> str:
        mistake = self.mistaken.mistake
        try:
            differs = difference(mistake.part) if mistake else None
        except InvalidInput:  # it replaces a pair of methods, or a constant
            differs = None
        if differs is None:
            return ""
        summary = f"The one decision that differs: {differs.part}.{differs.method}"
        return details(summary, differs.body())


def simulate(
    attack: str, mistake: str | None = None, *, catalogue: Catalogue | None = None
) -> SideBySide:
    """Run an attack on the secure practice site and on one with a mistake, side by side.

    Args:
        attack: Its id in the catalogue, such as "G4".
        mistake: The id of the mistake; the attack's own without it.
        catalogue: Where they are looked up; all of labkit's without it.

    Raises:
        InvalidInput: There is no such attack or mistake.

    Examples:
        >>> sides = simulate("P4")
        >>> sides.secure.result.outcome, sides.mistaken.result.outcome
        (<Outcome.HELD: 'held'>, <Outcome.BREACHED: 'breached'>)
    """
    book = catalogue or Catalogue.load()
    chosen, wrong = find(book, attack, attack if mistake is None else mistake)
    secure, mistaken = (meet(chosen, each, site_for(book, each)) for each in (None, wrong))
    return SideBySide(chosen, secure, mistaken)


def find(book: Catalogue, attack: str, mistake: str) -> tuple[Attack, Mistake]:
    """Return an attack and a mistake of the catalogue by their ids.

    Raises:
        InvalidInput: There is no such attack or mistake.
    """
    for name, known, what in (
        (attack, book.attacks, "attack"),
        (mistake, book.mistakes, "mistake"),
    ):
        if inputs.text(name, f"id of the {what}", at_least=1, at_most=20) not in known:
            raise InvalidInput(
                f"The catalogue has no {what} {name!r}.", remedy=f"It has {', '.join(known)}."
            )
    return book.attacks[attack], book.mistakes[mistake]


def site_for(book: Catalogue, mistake: Mistake | None) -> Site:
    """Return a fresh practice site, in memory, with the mistake and what its story presupposes."""
    return Site(book.defences(mistake))


def meet(attack: Attack, mistake: Mistake | None, site: Site) -> Side:
    """Run the attack on a site and close the site."""
    try:
        return Side(mistake, attack(site))
    finally:
        site.close()


def _runs(exchanges: Sequence[Exchange]) -> Iterator[Run]:
    posts = [each for each in exchanges if each.request.path != FORM]
    for key, same in groupby(posts, key=lambda e: (e.who, _what(e), e.response.status)):
        each = list(same)
        who, what, status = key
        names = list(dict.fromkeys(map(_name, each))) if what == f"POST {LOG_IN}" else []
        sources = {e.request.headers.get(CLAIMED, "") for e in each} - {""}
        asked = _log_in(names, each[0]) if names else what
        yield Run(who, asked, status, len(each), len(names), len(sources))


def _what(exchange: Exchange) -> str:
    return f"{exchange.request.method} {exchange.request.path.partition('?')[0]}"


def _log_in(names: Sequence[str], first: Exchange) -> str:
    if len(names) > 1:
        return f"log in as {len(names)} names"
    passwords = _body(first).get("password")
    batch = f" with {len(passwords)} passwords" if isinstance(passwords, list) else ""
    return f"log in as {names[0]}{batch}" if names[0] else f"log in{batch}"


def _times(run: Run) -> str:
    once = run.times == run.names
    moved = f", as if from {run.sources} addresses" if run.sources > 1 else ""
    return ("once each" if once else f"{run.times} times") + moved


def _name(exchange: Exchange) -> str:
    return str(_body(exchange).get("name", ""))[:40]


def _body(exchange: Exchange) -> dict[str, object]:
    try:
        told = json.loads(exchange.request.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _few(runs: Sequence[Run]) -> list[Run | Gap]:
    left = len(runs) - FIRST_RUNS - LAST_RUNS
    if left <= 1:
        return list(runs)
    cut = runs[FIRST_RUNS:-LAST_RUNS]
    told = _counted(sum(run.times for run in cut), "exchange") + " more like these"
    return [*runs[:FIRST_RUNS], Gap(told), *runs[-LAST_RUNS:]]


def _opened(runs: Sequence[Run]) -> Run | None:
    """The answer that an attack was after: the last that gave something away."""
    return next((run for run in reversed(runs) if run.status < 300), None)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
