"""One attack on the secure practice site and on one with a mistake: what such widgets share."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import traitlets

from labkit import inputs
from labkit.catalogue import Attack, Mistake
from labkit.errors import InvalidInput
from labkit.exchange import Exchange
from labkit.matrix import Catalogue
from labkit.widgets.base import Panel
from labkit.widgets.log_in_sides import SECURE, Side, SideBySide, find, meet, site_for
from labkit.widgets.worker import Report, Worker


class Stopped(Exception):
    """The attack was cancelled; nobody is told."""


class _Record(list[Exchange]):
    """A site's record that says how long it is, and ends an attack that is cancelled."""

    def __init__(self, cancelled: threading.Event, told: Callable[[int], object]) -> None:
        super().__init__()
        self._cancelled, self._told = cancelled, told

    def append(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        if self._cancelled.is_set():
            raise Stopped
        super().append(exchange)
        self._told(len(self))


class TwoSites(Panel, script_name="two_sites"):
    """Picks an attack and a mistake, runs the one on two sites, and shows both outcomes.

    The attack runs beside the kernel, in process and on loopback addresses only; after Cancel it
    ends with its next request. A lock guards the run, which the worker's thread and the kernel's
    both touch.

    A subclass says what it is called, which attacks it is about, and how it shows an outcome.

    Args:
        attacks: Ids of the attacks to choose from; without it all that it is about.
        catalogue: Where they are looked up; all of labkit's without it.
    """

    title: ClassVar[str] = ""
    small: ClassVar[str] = ""
    before: ClassVar[str] = "What was sent, and what the two sites answered, will stand here."

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    attack = traitlets.Unicode().tag(sync=True)
    mistake = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, attacks: Sequence[str] | None = None, *, catalogue: Catalogue | None = None
    ) -> None:
        self._book = catalogue or Catalogue.load()
        ids = _chosen(self._book, attacks, self.is_about)
        self._lock = threading.RLock()
        self._cancelled = threading.Event()
        self._result: SideBySide | None = None
        self.worker = Worker(self._failed)
        super().__init__(attack=ids[0], mistake=ids[0])
        self.set_trait("spec", self._spec(ids))
        self.observe(self.guarded(self._attack_chosen), "attack")
        self.observe(self.guarded(self._tell_story), "mistake")

    def is_about(self, attack: str) -> bool:
        """Return whether an attack of the catalogue, by its id, is one to choose from."""
        raise NotImplementedError(f"{type(self).__name__} needs is_about().")

    def body(self, sides: SideBySide) -> str:
        """Return what an attack brought, as HTML."""
        return sides.body()

    @property
    def result(self) -> SideBySide | None:
        """What the last attack brought, as the object that the twin in code shows."""
        with self._lock:
            return self._result

    def start(self) -> None:
        """Begin the attack, in the worker."""
        attack, mistake = find(self._book, self.attack, self.mistake)
        self._drop()
        with self._lock:
            cancelled = self._cancelled = threading.Event()
        self._tell("opening two sites", busy=True)
        self.worker.start(lambda: self._meet(attack, mistake, cancelled))

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self._tell_story()
        if self.result:
            self.show("sides", self.body(self.result))

    def do_start(self, _message: Mapping[str, object]) -> None:
        """Begin the attack."""
        self.start()

    def do_cancel(self, _message: Mapping[str, object]) -> None:
        """Stop the attack; it is not told how far it came."""
        self._drop()
        self._tell("Stopped: half an attack proves nothing.", busy=False)

    def _drop(self) -> None:
        with self._lock:
            self._cancelled.set()
        self.worker.cancel()

    def _meet(
        self, attack: Attack, mistake: Mistake, cancelled: threading.Event
    ) -> Iterator[Report]:
        sides: list[Side] = []
        for each in (None, mistake):
            title = SECURE if each is None else "The site with the mistake"
            site = site_for(self._book, each)
            site.exchanges = _Record(cancelled, partial(self._sent, cancelled, title))
            sides.append(meet(attack, each, site))
            yield lambda: None
        yield lambda: self._ended(SideBySide(attack, *sides))

    def _sent(self, cancelled: threading.Event, title: str, number: int) -> None:
        with self._lock:
            if not cancelled.is_set() and (number < 10 or number % 5 == 0):
                self._tell(f"{title}: {number} exchanges", busy=True)

    def _ended(self, result: SideBySide) -> None:
        with self._lock:
            self._result = result
        self.show("sides", self.body(result), said=result.said)
        sent = sum(side.result.attempts for side in (result.secure, result.mistaken))
        spent = sum(side.result.seconds for side in (result.secure, result.mistaken))
        self._tell(f"Done: {sent} exchanges in {spent:.1f} s.", busy=False)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Stopped):
            self.fail(error)

    def _attack_chosen(self, _change: object = None) -> None:
        if self.attack in self._book.mistakes:
            self.mistake = self.attack
        self._tell_story()

    def _tell_story(self, _change: object = None) -> None:
        attack = self._book.attacks[self.attack]
        doc = (attack.run.__doc__ or "").strip().replace("`", "")
        self.send({"story": f"{doc} Mallory starts with: {_lower(attack.start)}."})

    def _spec(self, ids: Sequence[str]) -> dict[str, Any]:
        wrong = {name: _capital(self._book.mistakes[name].title) for name in ids}
        return {
            "title": self.title,
            "small": self.small,
            "before": self.before,
            "attacks": [{"value": n, "text": self._book.attacks[n].title} for n in ids],
            "mistakes": [{"value": name, "text": text} for name, text in wrong.items()],
        }

    def _tell(self, words: str, *, busy: bool) -> None:
        message: dict[str, Any] = {"told": words, "busy": busy}
        self.send(message)

    @traitlets.validate("attack")
    def _is_an_attack(self, proposal: dict[str, str]) -> str:
        if proposal["value"] not in self._book.attacks:
            raise traitlets.TraitError("There is no such attack.")
        return proposal["value"]

    @traitlets.validate("mistake")
    def _is_a_mistake(self, proposal: dict[str, str]) -> str:
        if proposal["value"] not in self._book.mistakes:
            raise traitlets.TraitError("There is no such mistake.")
        return proposal["value"]


def _chosen(book: Catalogue, attacks: object, is_about: Callable[[str], bool]) -> list[str]:
    """The ids to choose from: those asked for, else those that the widget is about."""
    both = [name for name in book.attacks if name in book.mistakes]
    if attacks is None:
        return [name for name in both if is_about(name)] or both
    if isinstance(attacks, str) or not isinstance(attacks, Sequence) or not attacks:
        raise InvalidInput('The attacks must be a list of ids, such as ["G1", "G4"].')
    for name in attacks:
        find(book, inputs.text(name, "id of an attack", at_most=20), name)
    return list(attacks)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    first = text[:1] if text.startswith("Mallory") else text[:1].lower()
    return first + text[1:].rstrip(".")
