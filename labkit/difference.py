"""What a mistake changed: one method of a secure part, beside the same method as it should be."""

import difflib
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from labkit.display import Shown, card
from labkit.encoding import brief, escaped
from labkit.errors import InvalidInput


@dataclass(frozen=True)
class Difference(Shown):
    """One decision, wrong and right.

    Args:
        part: The secure class, by name.
        method: The method that was replaced.
        lines: The lines of a comparison: `- ` mistaken, `+ ` secure, two spaces for both.
    """

    part: str
    method: str
    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join([f"{self.part}.{self.method}: - mistaken, + secure", *self.lines])

    def html(self) -> str:
        """Return the comparison as a card."""
        return card(f"{self.part}.{self.method}", "the one method that differs", self.body())

    def body(self) -> str:
        """Return the comparison alone; every line keeps its sign."""
        rows = "\n".join(_row(line) for line in self.lines)
        note = (
            '<div class="lk-src">− as the mistaken site has it · + as the secure site has it</div>'
        )
        return f'<pre class="lk-diff">{rows}</pre>{note}'


def difference(mistaken: type) -> Difference:
    """Compare the one method that a mistake overrides with the secure part's own.

    Args:
        mistaken: A class from `labkit.mistakes`.

    Raises:
        InvalidInput: It is no class, or overrides no method, or more than one.
    """
    if not isinstance(mistaken, type):
        raise InvalidInput(f"The mistake must be a class, not {brief(mistaken)}.")
    own = [name for name, value in vars(mistaken).items() if inspect.isfunction(value)]
    if len(own) != 1:
        raise InvalidInput(
            f"{mistaken.__name__} overrides {len(own)} methods.",
            remedy="A mistake overrides one decision: pass a class from labkit.mistakes.",
        )
    base = next(part for part in mistaken.__mro__[1:] if own[0] in vars(part))
    wrong, right = _source(vars(mistaken)[own[0]]), _source(vars(base)[own[0]])
    lines = (line for line in difflib.ndiff(wrong, right) if not line.startswith("?"))
    return Difference(base.__name__, own[0], tuple(line.rstrip() for line in lines))


def _source(function: object) -> list[str]:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()  # type: ignore[arg-type] # a function
    return list(_without_docstring(line.split("  # noqa")[0].rstrip() for line in lines))


def _without_docstring(lines: Iterator[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        quotes = line.count('"""')
        if not inside and not quotes:
            yield line
        if quotes == 1:
            inside = not inside


def _row(line: str) -> str:
    kind = {"-": "wrong", "+": "right"}.get(line[:1], "same")
    sign = {"-": "−", "+": "+"}.get(line[:1], " ")
    return f'<span class="{kind}">{sign} {escaped(line[2:])}</span>'
