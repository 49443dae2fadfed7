"""What one change did to a token: the bytes, their base64url, and the JSON they spell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from labkit.display import Shown, card, details, escaped, printable
from labkit.forging.differences import Piece, pieces, shortened
from labkit.forging.segments import encoded

Part = Literal["header", "payload", "signature"]
PARTS: tuple[Part, ...] = ("header", "payload", "signature")
MOST_READ = 1 << 16
MOST_SHOWN = 1200
MOST_IN_A_LINE = 72
# Characters shown before and after what differs.
AROUND, AROUND_HTML = 12, 60
UNITS = {"bytes": 3, "base64url": 1, "JSON": 1}  # two hex digits and the space behind them
LETTERS: dict[str, str] = {"header": "h", "payload": "p", "signature": "s"}


@dataclass(frozen=True)
class Step(Shown):
    """One change of one part. Immutable.

    Args:
        name: What was done, in a few words.
        part: The part that it changed.
        before: The part's bytes before, as far as they could be decoded.
        after: The part's bytes after.
    """

    name: str
    part: Part
    before: bytes
    after: bytes

    @property
    def line(self) -> str:
        """The part and what was done to it, in one line."""
        return f"{self.part}: {_line(self.name)}"

    def __repr__(self) -> str:
        lines = [self.line]
        for label, old, new in self.views():
            lines += _twin(label, old, new)
        return "\n".join(lines)

    def html(self) -> str:
        """Return the step as a card."""
        return card(self.name, f"in the {self.part}", self.body())

    def folded(self) -> str:
        """Return the step behind its own line."""
        return details(self.line, self.body())

    def views(self) -> Iterator[tuple[str, str, str]]:
        """Yield what to show of it: a label, and the text before and after."""
        before, after = self.before[:MOST_READ], self.after[:MOST_READ]
        yield "bytes", before.hex(" "), after.hex(" ")
        yield "base64url", encoded(before), encoded(after)
        if self.part != "signature":
            yield "JSON", _text(before), _text(after)

    def body(self) -> str:
        """Return the three views before and after; what differs is framed and says so."""
        return "".join(
            f'<div class="lk-step {LETTERS[self.part]}"><b>{label}</b>'
            f"<p><i>before</i> {_marked(old, new, 'del', UNITS[label])}</p>"
            f"<p><i>after</i> {_marked(new, old, 'ins', UNITS[label])}</p></div>"
            for label, old, new in self.views()
        )


def _marked(one: str, other: str, tag: str, unit: int) -> str:
    if not one:
        return "<i>nothing</i>"
    cut = shortened(pieces(one, other, unit), AROUND_HTML, MOST_SHOWN)
    marked = (f"<{tag}>{escaped(t)}</{tag}>" if differs else escaped(t) for t, differs in cut)
    return f"<code>{''.join(marked)}</code>"


def _twin(label: str, old: str, new: str) -> list[str]:
    old, new, unit = _line(old), _line(new), UNITS[label]
    before = "".join(text for text, _ in _few(old, new, unit))
    after = list(_few(new, old, unit))
    carets = "".join((" ^"[differs]) * len(text) for text, differs in after).rstrip()
    return [
        f"  {label:9} - {before or '(nothing)'}",
        f"  {'':9} + {''.join(text for text, _ in after) or '(nothing)'}",
        *([f"  {'':9}   {carets}"] if carets and old else []),
    ]


def _few(one: str, other: str, unit: int) -> Iterator[Piece]:
    return shortened(pieces(one, other, unit), AROUND, MOST_IN_A_LINE)


def _text(data: bytes) -> str:
    return data[:MOST_READ].decode("utf-8", "backslashreplace")


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")
