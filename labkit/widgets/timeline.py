"""Spans on one axis, as HTML: rows with a name, a now-line, ticks. A table tells the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labkit.encoding import escaped


@dataclass(frozen=True)
class Span:
    """A span in a row.

    Args:
        kind: Its form: a class in timelines.css.
        begins: Where it begins, on the axis.
        ends: Where it ends.
        word: What stands in it where there is room; the table says it too.
    """

    kind: str
    begins: float
    ends: float
    word: str = ""


@dataclass(frozen=True)
class Row:
    """A row.

    Args:
        name: What it is called.
        spans: What is in it, later ones on top.
        ticks: Moments with a short line.
        thin: Whether it belongs to the row above.
    """

    name: str
    spans: tuple[Span, ...] = ()
    ticks: tuple[float, ...] = ()
    thin: bool = False


@dataclass(frozen=True)
class Axis:
    """From where to where, and what stands at its ticks.

    Args:
        first: The left end.
        last: The right end.
        ticks: Places with their names.
    """

    first: float
    last: float
    ticks: tuple[tuple[float, str], ...]

    def share(self, place: float) -> float:
        """Return how far along a place is, from 0 to 1; what lies outside is at an end."""
        return min(max((place - self.first) / (self.last - self.first), 0.0), 1.0)

    def side(self, place: float, near: float = 0.0) -> str:
        """Return the class for words that would reach over an end of the axis."""
        share = self.share(place)
        return ' class="right"' if share <= near else ' class="left"' if share >= 1 - near else ""

    def at(self, place: float) -> str:
        """Return the same for a style."""
        return f"left:{self.share(place):.2%}"


def timeline(
    axis: Axis,
    rows: Sequence[Row],
    lines: Iterable[tuple[float, str]],
    *,
    soft: Iterable[float] = (),
) -> str:
    """Return the picture; it is hidden from screen readers, so a table must tell the same.

    Args:
        axis: The axis.
        rows: The rows, from the top.
        lines: Moments with a line across all rows and a name above it.
        soft: Moments with a dashed line and no name.
    """
    drawn = "".join(_row(axis, row) for row in rows)
    marks = "".join(f'<i class="soft" style="{axis.at(at)}"></i>' for at in soft)
    marks += "".join(_line(axis, at, name) for at, name in lines)
    ticks = "".join(
        f'<u{axis.side(at)} style="{axis.at(at)}">{escaped(name)}</u>' for at, name in axis.ticks
    )
    return (
        f'<div class="lk-tl" aria-hidden="true">{drawn}<div class="over">{marks}</div>'
        f'<div class="ticks">{ticks}</div></div>'
    )


def legend(*forms: tuple[str, str]) -> str:
    """Return what the forms mean: pairs of classes and words."""
    each = "".join(
        f'<li><span class="lk-tl"><i class="{kind}"></i></span>{escaped(words)}</li>'
        for kind, words in forms
    )
    return f'<ul class="lk-key" aria-hidden="true">{each}</ul>'


def _row(axis: Axis, row: Row) -> str:
    spans = "".join(_span(axis, span) for span in row.spans)
    ticks = "".join(f'<span class="fetch" style="{axis.at(at)}"></span>' for at in row.ticks)
    kind = "row thin" if row.thin else "row"
    return (
        f'<div class="{kind}"><span>{escaped(row.name)}</span>'
        f'<div class="track">{spans}{ticks}</div></div>'
    )


def _span(axis: Axis, span: Span) -> str:
    begins, ends = axis.share(span.begins), axis.share(span.ends)
    if begins >= ends:
        return ""
    word = f"<span>{escaped(span.word)}</span>" if span.word else ""
    style = f"left:{begins:.2%};width:{ends - begins:.2%}"
    return f'<div class="seg {span.kind}" style="{style}">{word}</div>'


def _line(axis: Axis, at: float, name: str) -> str:
    side = axis.side(at, 0.08)
    return f'<i style="{axis.at(at)}"></i><b{side} style="{axis.at(at)}">{escaped(name)}</b>'
