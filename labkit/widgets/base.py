"""What all widgets share: files, style sheet, messages, and errors that are seen."""

import logging
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, ClassVar

import anywidget

from labkit.display import style
from labkit.encoding import printable
from labkit.errors import InvalidInput, LabkitError

log = logging.getLogger(__name__)


def script(name: str) -> str:
    """Return a widget's ES module: what all share, then its own file in static/."""
    static = files("labkit.widgets").joinpath("static")
    return "\n".join(static.joinpath(f"{part}.js").read_text("utf-8") for part in ("panel", name))


def stylesheet(name: str) -> str:
    """Return the project's style sheet, and after it a widget's own file in static/."""
    return style() + files("labkit.widgets").joinpath("static", f"{name}.css").read_text("utf-8")


class Panel(anywidget.AnyWidget):
    """A card in the notebook that sends what the student does and shows what it is told.

    The browser's side sends messages such as `{"do": "type", "password": ...}`; each is handled
    by the method `do_type`. Messages are not kept in the notebook; traits may be, so nothing that
    a student types is ever a trait. Under "chosen" a message has the traits that it is meant for:
    the browser holds a change back while an earlier one is under way, but never a message.

    A subclass names its file in static/ with `script_name=`. Callbacks may come from several
    threads at once: what a subclass shares between them, it guards with a lock.
    """

    _css: ClassVar[str] = style()
    about: ClassVar[str] = ""

    def __init_subclass__(cls, *, script_name: str = "", **kwargs: Any) -> None:
        if script_name:
            cls._esm = script(script_name)
        super().__init_subclass__(**kwargs)

    def __init__(self, **traits: Any) -> None:
        self.error: BaseException | None = None
        super().__init__(**traits)
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.about}"

    def show(self, region: str, html: str, *, said: str = "") -> None:
        """Put HTML (made of escaped values) into a region; `said` is read out by screen readers."""
        self.send({"show": region, "html": html, "said": said})

    def fail(self, error: BaseException) -> None:
        """Show an error in the widget: a callback's error is seen nowhere else."""
        self.error = error
        if not isinstance(error, LabkitError):
            log.error("In a widget", exc_info=error)
        self.send({"error": in_words(error)})

    def guarded(self, callback: Callable[..., object]) -> Callable[..., None]:
        """Return `callback` such that what it raises is shown in the widget."""

        def call(*args: object, **kwargs: object) -> None:
            try:
                callback(*args, **kwargs)
            except Exception as error:
                self.fail(error)

        return call

    def set_state(self, sync_data: Mapping[str, object]) -> None:
        """Take over what the browser set; a value that no trait accepts is shown as an error."""
        self.guarded(super().set_state)(sync_data)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        self.guarded(self._dispatch)(content)

    def _dispatch(self, content: object) -> None:
        if not isinstance(content, dict) or not isinstance(content.get("do"), str):
            raise InvalidInput("The widget sent a message without a name.")
        name = content["do"]
        handler = getattr(self, f"do_{name}", None) if name.isidentifier() else None
        if handler is None:
            raise InvalidInput(f"The widget sent a message that it does not know: {name[:40]}.")
        if isinstance(chosen := content.get("chosen"), dict):
            self.set_state(chosen)
        handler(content)


def in_words(error: BaseException) -> dict[str, str]:
    """Return an error as cause and remedy, without a traceback."""
    if isinstance(error, LabkitError):
        return {"cause": printable(error.cause), "remedy": printable(error.remedy)}
    return {
        "cause": f"This widget met an error of its own: {type(error).__name__}: "
        + printable(error)[:300],
        "remedy": "Run its cell again. If it comes back, please report it.",
    }
