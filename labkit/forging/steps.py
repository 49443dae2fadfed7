"""What one change did to a token: the bytes, their base64url, and the JSON they spell."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from labkit.display import Shown, card, details, escaped, printable
from labkit.forging.segments import encoded

Part = Literal["header", "payload", "signature"]
PARTS: tuple[Part, ...] = ("header", "payload", "signature")
MOST_SHOWN = 1200
MOST_BYTES = 96
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
        yield "bytes", _hex(self.before), _hex(self.after)
        yield "base64url", _cut(encoded(self.before)), _cut(encoded(self.after))
        if self.part != "signature":
            yield "JSON", _cut(_text(self.before)), _cut(_text(self.after))

    def body(self) -> str:
        """Return the three views before and after; what differs is framed and says so."""
        return "".join(
            f'<div class="lk-step {LETTERS[self.part]}"><b>{label}</b>'
            f"<p><i>before</i> {_marked(old, new, 'del')}</p>"
            f"<p><i>after</i> {_marked(new, old, 'ins')}</p></div>"
            for label, old, new in self.views()
        )


def differing(one: str, other: str) -> tuple[int, int]:
    """Return from where to where `one` differs from `other`.

    Examples:
        >>> differing("abcd", "axxd"), differing("abc", "abc"), differing("ab", "aab")
        ((1, 3), (3, 3), (1, 1))
    """
    start = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )
    rest = min(len(one), len(other)) - start
    backwards = zip(reversed(one), reversed(other), strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards))
    return start, len(one) - min(alike, rest)


def marked(one: str, other: str, tag: str = "mark") -> str:
    """Return `one` as HTML with what differs from `other` in a tag of its own."""
    start, end = differing(one, other)
    middle = f"<{tag}>{escaped(one[start:end])}</{tag}>" if end > start else ""
    return f"{escaped(one[:start])}{middle}{escaped(one[end:])}"


def _marked(one: str, other: str, tag: str) -> str:
    return f"<code>{marked(one, other, tag)}</code>" if one else "<i>nothing</i>"


def _twin(label: str, old: str, new: str) -> list[str]:
    old, new = _line(old), _line(new)
    start, end = differing(new, old)
    lines = [f"  {label:9} - {old or '(nothing)'}", f"  {'':9} + {new or '(nothing)'}"]
    return lines + ([f"  {'':9}   {' ' * start}{'^' * (end - start)}"] if end > start else [])


def _hex(data: bytes) -> str:
    more = f" … {len(data) - MOST_BYTES} bytes more" if len(data) > MOST_BYTES else ""
    return data[:MOST_BYTES].hex(" ") + more


def _cut(text: str) -> str:
    left = len(text) - MOST_SHOWN
    return f"{text[:MOST_SHOWN]} … {left} characters more" if left > 0 else text


def _text(data: bytes) -> str:
    return data[: 4 * MOST_SHOWN].decode("utf-8", "backslashreplace")


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")
