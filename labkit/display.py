"""Small pieces of HTML in the project's visual language; plain strings, no Jupyter.

An object that shows itself derives from `Shown`, gives `html()`, and has a text twin in `__repr__`.
All values pass through `labkit.encoding.escaped` before they get here, or here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from labkit.encoding import escaped as escaped
from labkit.encoding import printable as printable

STATES = {
    "held": "M8 1 2.5 3v4.2c0 3.4 2.3 6.4 5.5 7.8 3.2-1.4 5.5-4.4 5.5-7.8V3L8 1Z"
    "m-.8 9.6L4.6 8l1-1 1.6 1.6 3.2-3.2 1 1-4.2 4.2Z",
    "breached": "M11 6V4.2A3 3 0 0 0 5.2 3.3l1.3.6A1.6 1.6 0 0 1 9.6 4.2V6H3.5A1 1 0 0 0 2.5 7v7"
    "a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V7a1 1 0 0 0-1-1H11Zm-2.3 5.2V13H7.3v-1.8a1.2 1.2 0 1 1 1.4 0Z",
    "broken": "M8 1.5 15 14H1L8 1.5Zm-.7 4.7v4h1.4v-4H7.3Zm0 5v1.4h1.4v-1.4H7.3Z",
    "refused": "M5 1h6l4 4v6l-4 4H5l-4-4V5l4-4Zm.6 3.6L4.6 5.6 7 8l-2.4 2.4 1 1L8 9l2.4 2.4 1-1"
    "L9 8l2.4-2.4-1-1L8 7 5.6 4.6Z",
}
MAIN_SHEET = "labkit.css"
_DASHED_CIRCLE = (
    '<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="1.5"'
    ' stroke-dasharray="3 2.2"/>'
)


class Shown(ABC):
    """Something that a notebook shows as HTML; `repr` is its twin in text."""

    @abstractmethod
    def html(self) -> str:
        """Return the inner HTML, without the style sheet."""

    def _repr_html_(self) -> str:
        return page(self.html())


@cache
def style() -> str:
    """Return the style sheet of everything that is shown: labkit.css, then each topic's own."""
    sheets = [
        each for each in files("labkit").joinpath("static").iterdir() if each.name.endswith(".css")
    ]
    ordered = sorted(sheets, key=lambda each: (each.name != MAIN_SHEET, each.name))
    return "\n".join(each.read_text("utf-8") for each in ordered)


def page(body: str) -> str:
    """Wrap HTML for a notebook's output: the style sheet and the scope it applies to.

    The two classes tell MathJax that a stored string's dollar signs are no formula.
    """
    scope = "lk mathjax_ignore tex2jax_ignore"
    return f'<style>{style()}</style><div class="{scope}">{body}</div>'


def icon(state: str) -> str:
    """Return the state's icon as SVG, hidden from screen readers (the word says it)."""
    inner = (
        f'<path fill="currentColor" d="{STATES[state]}"/>' if state in STATES else _DASHED_CIRCLE
    )
    return f'<svg viewBox="0 0 16 16" aria-hidden="true">{inner}</svg>'


def verdict(state: str, word: str = "") -> str:
    """Return a state as icon and word; the form differs too, so it reads in greyscale."""
    state = str(state)
    kind = state if state in STATES else "idle"
    return (
        f'<span class="lk-verdict {kind}">{icon(kind)}{escaped(word or state.capitalize())}</span>'
    )


def prose(text: str) -> str:
    """Return text as HTML, escaped, with `code` in backquotes set as code.

    Examples:
        >>> prose("Call `store` <now>.")
        'Call <code>store</code> &lt;now&gt;.'
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(
        f"<code>{escaped(part)}</code>" if place % 2 else escaped(part)
        for place, part in enumerate(parts)
    )


def card(title: str, small: str, body: str) -> str:
    """Return a card; `title` and `small` are escaped here, `body` is HTML."""
    sub = f" <small>{escaped(small)}</small>" if small else ""
    heading = f'<h3 class="lk-title">{escaped(title)}{sub}</h3>'
    return f'<section class="lk-card">{heading}{body}</section>'


def details(summary: str, body: str) -> str:
    """Return HTML folded away behind a line."""
    return f'<details class="lk-more"><summary>{escaped(summary)}</summary>{body}</details>'


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; every cell is escaped unless it is `Html`."""
    top = "".join(f'<th scope="col">{escaped(name)}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<table class="lk-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


class Html(str):
    """Text that is HTML already and was escaped where it was made."""

    __slots__ = ()


def _cell(cell: object) -> str:
    return cell if isinstance(cell, Html) else escaped(cell)
