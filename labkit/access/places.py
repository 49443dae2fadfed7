"""Checks of a policy's parts; an error says at which place of the document it was."""

import difflib
from collections.abc import Iterable

from labkit.access.errors import InvalidPolicy
from labkit.access.model import names
from labkit.errors import LabkitError
from labkit.inputs import text

Path = tuple[str | int, ...]


def checked_names(path: Path, values: object, what: str) -> tuple[str, ...]:
    """Return the names in `values`, in order, each once."""
    try:
        return names(values, what)
    except LabkitError as error:
        raise placed(error, path) from None


def checked_title(path: Path, value: object) -> str:
    """Return what a rule is called."""
    try:
        return text(value, "rule's name", at_least=1, at_most=200)
    except LabkitError as error:
        raise placed(error, (*path, "name")) from None


def listed(path: Path, values: object) -> tuple[object, ...]:
    """Return the conditions of a rule as they stand."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidPolicy(
            "The conditions must be a list.", remedy="Write when = […], even for one.", at=path
        )
    return tuple(values)


def check_type(path: Path, value: object, kind: type) -> None:
    """Refuse what is of another kind."""
    if not isinstance(value, kind):
        raise InvalidPolicy(
            f"A {kind.__name__} is expected here, not {type(value).__name__}.", at=path
        )


def placed(error: LabkitError, path: Path) -> LabkitError:
    """Return the error with its place, unless it has one."""
    error.evidence.setdefault("at", path)
    return error


def hint(wrong: str, known: Iterable[str]) -> str:
    """Return what to do about a name that is not known."""
    near = difflib.get_close_matches(wrong, list(known)[:1000], n=1)
    return f"Did you mean {near[0]!r}?" if near else "Define it, or take it out."
