"""What a token and the changes of it say, in words fit for a screen."""

from collections.abc import Mapping
from typing import Any

from labkit.display import printable
from labkit.forging.segments import as_object
from labkit.forging.steps import Part, Step

MOST_SHOWN = 4000


def edits(changes: Mapping[str, Any]) -> str:
    """Return what a change of members does, such as `alg set; kid removed`."""
    removed = [name for name, value in changes.items() if value is None]
    put = [name for name in changes if name not in removed]
    said = [f"{', '.join(put)} set"] * bool(put) + [f"{', '.join(removed)} removed"] * bool(removed)
    return "; ".join(said) or "spelled anew"


def became(part: Part, before: bytes, after: bytes) -> str:
    """Return what became of a part, seen from its bytes before and after."""
    if part == "signature":
        return f"{len(before)} bytes before, {len(after) or 'none'} now"
    old, new = as_object(before), as_object(after)
    differs = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return edits({name: new.get(name) for name in differs})


def told(part: Part, data: bytes) -> str:
    """Return what a part says, as far as it can be read."""
    if part == "signature":
        return f"{len(data)} bytes, not verified" if data else "empty"
    return printable(data[:MOST_SHOWN].decode("utf-8", "backslashreplace")) or "(nothing to read)"


def done(step: Step) -> str:
    """Return a step as one line."""
    return printable(f"{step.part}: {step.name}").replace("\n", "\\n")


def cut(value: str) -> str:
    """Return a text, its end left out where it is very long."""
    left = len(value) - MOST_SHOWN
    return f"{value[:MOST_SHOWN]} … {left} more" if left > 0 else value
