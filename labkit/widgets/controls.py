"""Controls over one object that shows itself: what the three timelines of tokens share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import traitlets

from labkit.widgets.base import Panel

Control = dict[str, Any]


class Told(Protocol):
    """What is shown beneath the controls."""

    @property
    def said(self) -> str:
        """What screen readers hear when it has changed."""

    def body(self) -> str:
        """Return it as HTML, without a card."""


class Controls(Panel, script_name="controls"):
    """Controls, a trait each; turning one shows what comes of it beneath.

    A subclass says what it is called, lists its controls and gives its `timeline`.

    Touched by one thread at a time, the kernel's.
    """

    title: ClassVar[str] = ""
    small: ClassVar[str] = ""
    controls: ClassVar[Sequence[Control]] = ()
    buttons: ClassVar[Sequence[Control]] = ()

    spec = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, **chosen: Any) -> None:
        super().__init__(**chosen)
        spec = {"title": self.title, "small": self.small, "controls": list(self.controls)}
        spec |= {"before": "Run this cell to draw it.", "buttons": list(self.buttons)}
        self.set_trait("spec", spec)
        self.observe(self.guarded(self._turned), [each["name"] for each in self.controls])

    @property
    def timeline(self) -> Told:
        """What is shown, as the object that the twin in code returns."""
        raise NotImplementedError(f"{type(self).__name__} needs a timeline.")

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self.show("result", self.timeline.body())

    def _turned(self, _change: object) -> None:
        shown = self.timeline
        self.show("result", shown.body(), said=shown.said)


def choice(name: str, label: str, options: Mapping[Any, str]) -> Control:
    """Return buttons of which one is pressed: from a trait's values to words."""
    return {"kind": "choice", "name": name, "label": label, "options": _options(options)}


def listed(name: str, label: str, options: Mapping[str, str]) -> Control:
    """Return a list to choose from: from a trait's values to words."""
    return {"kind": "list", "name": name, "label": label, "options": _options(options)}


def slider(
    name: str, label: str, values: Sequence[int], text: Callable[[int], str], unit: str = ""
) -> Control:
    """Return a slider over a trait's values; `unit` is for a value that is none of them."""
    texts = [text(each) for each in values]
    stands = {"values": list(values), "texts": texts, "unit": unit}
    return {"kind": "slider", "name": name, "label": label, **stands}


def pressed(do: str, text: str, *, primary: bool = False) -> Control:
    """Return a button that sends a message."""
    return {"do": do, "text": text, "primary": primary}


def _options(options: Mapping[Any, str]) -> list[dict[str, Any]]:
    return [{"value": value, "text": text} for value, text in options.items()]
