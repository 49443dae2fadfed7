"""What a mistake and an attack are, and what an attack has to say of the site it met.

A mistake is a subclass of a defence that overrides one decision. An attack is a function that meets
a site and answers `breached(...)` with what it gained, or `held(...)` with what stopped it.
"""

import importlib
import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import ModuleType
from typing import Protocol, TypeVar

from labkit.display import Shown, card, details, verdict
from labkit.encoding import brief, escaped
from labkit.errors import InvalidInput, LabkitError
from labkit.exchange import Exchange

MOST_TOLD = 40  # exchanges shown of one attack; a guesser sends hundreds that are alike


class Outcome(StrEnum):
    """How a site came out of an attack."""

    HELD = "held"
    BREACHED = "breached"
    BROKEN = "broken"
    NOT_APPLICABLE = "not applicable"


class SiteBroken(LabkitError):
    """The site crashed or refused its honest user: it did not defend itself, it broke."""


class NotApplicable(LabkitError):
    """The attack's trick is not needed here: another mistake already opens the door."""


class Site(Protocol):
    """What every attack is handed; the practice site offers more on its surface."""

    @property
    def exchanges(self) -> list[Exchange]:
        """All HTTP exchanges so far, oldest first."""


S = TypeVar("S", bound=Site)
T = TypeVar("T")


@dataclass(frozen=True)
class Verdict:
    """An attack's answer: the outcome, why, and what it cost where that was counted."""

    outcome: Outcome
    said: str
    cost: str = ""


def breached(gained: str, *, cost: str = "") -> Verdict:
    """Say what the attacker has now and must not have."""
    return Verdict(Outcome.BREACHED, gained, cost)


def held(reason: str, *, cost: str = "") -> Verdict:
    """Say what stopped the attacker."""
    return Verdict(Outcome.HELD, reason, cost)


@dataclass(frozen=True)
class AttackResult(Shown):
    """One attack on one site: the outcome, the evidence, the exchanges and the effort."""

    attack: str
    title: str
    outcome: Outcome
    said: str
    exchanges: tuple[Exchange, ...] = ()
    cost: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def attempts(self) -> int:
        """How many requests the attack sent."""
        return len(self.exchanges)

    def __repr__(self) -> str:
        wire = "".join(f"\n  {exchange}" for exchange in self.exchanges[-3:])
        cost = f"\n  cost: {self.cost}" if self.cost else ""
        return f"{self.outcome}: {self.said}{cost}{wire}"

    def html(self) -> str:
        """Return the result as a card: verdict, evidence, and the exchanges folded away."""
        cost = f'<div class="lk-src">{escaped(self.cost)}</div>' if self.cost else ""
        last = self.exchanges[-1:]
        asked = "".join(f'<div class="lk-mono">{escaped(exchange)}</div>' for exchange in last)
        wire = self._wire()
        count = f"{self.attempts} HTTP exchange" + ("s" if self.attempts != 1 else "")
        body = f"<p>{verdict(self.outcome)} {escaped(self.said)}</p>{asked}{cost}"
        return card(self.title, self.attack, body + (details(count, wire) if wire else ""))

    def _wire(self) -> str:
        told = [f"<pre>{escaped_lines(exchange.wire())}</pre>" for exchange in self.exchanges]
        if len(told) > MOST_TOLD:
            left, half = len(told) - MOST_TOLD, MOST_TOLD // 2
            told[half:-half] = [f"<p>… {left} more exchanges …</p>"]
        return "".join(told)


def escaped_lines(text: str) -> str:
    """Escape each line and keep the line breaks."""
    return "\n".join(escaped(line) for line in text.split("\n"))


@dataclass(frozen=True)
class Attack:
    """An attack of the catalogue; call it with a site.

    Args:
        id: Its id in the catalogue, the same as the mistake it exploits.
        title: What it does, in a few words.
        start: What its story hands the attacker.
        run: The attack itself.
        also_under: Other mistakes that let it through, each with the reason.
        moot_under: Mistakes that make its trick needless (it answers NOT_APPLICABLE).
    """

    id: str
    title: str
    start: str
    run: Callable[..., Verdict]
    also_under: Mapping[str, str] = field(default_factory=dict)
    moot_under: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, site: Site) -> AttackResult:
        """Run the attack against the site and tell how it went.

        Raises:
            InvalidInput: It is no site.
        """
        if not isinstance(getattr(site, "exchanges", None), list):
            raise InvalidInput(
                f"An attack meets a site, not {brief(site)}.",
                remedy="Hand it a site that stands: Site(defences).",
            )
        before, start = len(site.exchanges), time.perf_counter()
        answer = self._answer(site)
        seconds = time.perf_counter() - start
        sent = tuple(site.exchanges[before:])
        return AttackResult(
            self.id, self.title, answer.outcome, answer.said, sent, answer.cost, seconds
        )

    def _answer(self, site: Site) -> Verdict:
        try:
            return self.run(site)
        except NotApplicable as reason:
            return Verdict(Outcome.NOT_APPLICABLE, str(reason))
        except SiteBroken as reason:
            return Verdict(Outcome.BROKEN, str(reason))


def attack(
    id: str,  # noqa: A002 (the catalogue's own word)
    title: str,
    *,
    start: str,
    also_under: Mapping[str, str] | None = None,
    moot_under: Mapping[str, str] | None = None,
) -> Callable[[Callable[[S], Verdict]], Attack]:
    """Turn a function that takes a site into an attack of the catalogue."""
    return lambda run: Attack(id, title, start, run, also_under or {}, moot_under or {})


@dataclass(frozen=True)
class Mistake:
    """A mistake of the catalogue: one class that overrides one decision of a defence.

    Args:
        id: Its id in the catalogue.
        title: What is wrong, in a few words.
        part: The class; its docstring tells the mistake, its base is the secure part.
        cwe: Numbers of the weaknesses in MITRE's CWE list.
        asvs: Ids of the requirements in OWASP's ASVS 5.0.
        given: Mistakes that the story presupposes; they are switched on too.
        beside: Parts that the story needs and that are no mistakes by themselves.
        also: Other attacks that get through, each with the reason.
    """

    id: str
    title: str
    part: type
    cwe: tuple[int, ...] = ()
    asvs: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[type, ...] = ()

    def __repr__(self) -> str:
        return f"{self.id}: {self.title}"


def mistake(
    id: str,  # noqa: A002 (the catalogue's own word)
    title: str,
    *,
    cwe: tuple[int, ...] = (),
    asvs: tuple[str, ...] = (),
    given: tuple[str, ...] = (),
    also: Mapping[str, str] | None = None,
    beside: tuple[type, ...] = (),
) -> Callable[[type[T]], type[T]]:
    """Enter a class into the catalogue as a mistake."""

    def enter(part: type[T]) -> type[T]:
        entry = Mistake(id, title, part, cwe, asvs, given, also or {}, beside)
        setattr(part, "mistake", entry)  # noqa: B010 (mypy: the class does not declare it)
        return part

    return enter


def mistakes_in(package: ModuleType) -> dict[str, Mistake]:
    """Return the mistakes defined in a package's modules, by id."""
    found = (value.__dict__.get("mistake") for value in _values(package) if isinstance(value, type))
    return _by_id(entry for entry in found if isinstance(entry, Mistake))


def attacks_in(package: ModuleType) -> dict[str, Attack]:
    """Return the attacks defined in a package's modules, by id."""
    return _by_id(value for value in _values(package) if isinstance(value, Attack))


E = TypeVar("E", Mistake, Attack)


def _by_id(entries: Iterator[E]) -> dict[str, E]:
    result: dict[str, E] = {}
    for entry in entries:
        if result.setdefault(entry.id, entry) is not entry:
            raise LabkitError(
                f"The catalogue has two entries {entry.id!r}.",
                remedy="Give one of them an id of its own.",
            )
    return dict(sorted(result.items(), key=lambda item: _order(item[0])))


def _order(id: str) -> tuple[str, int, str]:  # noqa: A002
    digits = "".join(character for character in id if character.isdigit())
    return id[:1], int(digits or 0), id


def _values(package: ModuleType) -> Iterator[object]:
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        yield from vars(module).values()
