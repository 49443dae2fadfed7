"""What one change did to a token: the bytes, their base64url, and the JSON they spell."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from labkit.display import Shown, card, details, escaped, printable
from labkit.forging.segments import encoded

Part = Literal["header", "payload", "signature"]
PARTS: tuple[Part, ...] = ("header", "payload", "signature")
MOST_READ = 1 << 16
MOST_SHOWN = 1200
MOST_IN_A_LINE = 120
# Characters shown before and after what differs.
AROUND, AROUND_HTML = 24, 399
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

    def __repr__(self) -> str:
        lines = [f"{self.part}: {_line(self.name)}"]
        for label, old, new in self.views():
            lines += _twin(label, old, new)
        return "\n".join(lines)

    def html(self) -> str:
        """Return the step as a card."""
        return card(self.name, f"in the {self.part}", self.body())

    def folded(self) -> str:
        """Return the step behind its own line."""
        return details(f"{self.part}: {_line(self.name)}", self.body())

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


def differing(one: str, other: str, unit: int = 1) -> tuple[int, int]:
    """Return from where to where `one` differs from `other`, in whole units of characters.

    Examples:
        >>> differing("7b 22", "7b 27", unit=3)
        (3, 5)
        >>> differing("abcd", "axxd"), differing("abc", "abc"), differing("ab", "aab")
        ((1, 3), (3, 3), (1, 1))
    """
    start = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )
    rest = min(len(one), len(other)) - start
    backwards = zip(reversed(one), reversed(other), strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards))
    end = len(one) - min(alike, rest)
    return start - start % unit, end + (-1 - end) % unit if end > start else end


def _marked(one: str, other: str, tag: str, unit: int) -> str:
    if not one:
        return "<i>nothing</i>"
    if one == other:
        return f"<code>{escaped(_cut(one))}</code>"
    return f"<code>{_window(one, other, tag, unit)}</code>"


def _window(one: str, other: str, tag: str, unit: int) -> str:
    """What differs in its tag, with what stands around it; long parts are left out."""
    start, end = differing(one, other, unit)
    first, last = max(0, start - AROUND_HTML), min(len(one), end + AROUND_HTML)
    head = "… " * bool(first) + one[first:start]
    tail = one[end:last] + " …" * (last < len(one))
    middle = _middle(one[start:end], MOST_SHOWN)
    inside = f"<{tag}>{escaped(middle)}</{tag}>" if middle else ""
    return f"{escaped(head)}{inside}{escaped(tail)}"


def _twin(label: str, old: str, new: str) -> list[str]:
    old, new = _line(old), _line(new)
    start, end = differing(new, old, UNITS[label])
    first = max(0, start - AROUND)
    cuts = [_middle(text[first:], MOST_IN_A_LINE) for text in (old, new)]
    head = "… " * bool(first)
    said = [head + cut if text else "(nothing)" for cut, text in zip(cuts, (old, new), strict=True)]
    lines = [f"  {label:9} - {said[0]}", f"  {'':9} + {said[1]}"]
    carets = "^" * (min(end, first + MOST_IN_A_LINE) - start)
    return lines + [f"  {'':9}   {' ' * (len(head) + start - first)}{carets}"] * bool(carets)


def _middle(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} … {len(text) - most} characters more"


def _cut(text: str) -> str:
    return _middle(text, MOST_SHOWN)


def _text(data: bytes) -> str:
    return data[:MOST_READ].decode("utf-8", "backslashreplace")


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")
