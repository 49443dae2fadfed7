"""The whole subject × action × resource matrix of a policy, as data."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from labkit.access.model import Cell, Decision, Subject
from labkit.access.question import checked
from labkit.errors import InvalidInput

MOST_CELLS = 1_000_000


class Explain(Protocol):
    """Answers one question, as `Policy.explain` does."""

    def __call__(
        self,
        subject: Subject,
        action: str,
        resource: object = None,
        environment: Mapping[str, object] | None = None,
    ) -> Decision:
        """Return whether the subject may do this, and why."""


def cells(
    explain: Explain,
    subjects: Iterable[Subject],
    actions: Iterable[str],
    resources: Mapping[str, object] | None,
    environment: Mapping[str, object] | None,
) -> tuple[Cell, ...]:
    """Return every cell, subject by subject; see `Policy.matrix`.

    Raises:
        InvalidInput: More than a million cells, or an argument of the wrong type.
    """
    _check_listed(subjects, "subjects")
    _check_listed(actions, "actions")
    if not isinstance(resources, Mapping | None):
        raise InvalidInput(f"The resources must be a mapping, not {type(resources).__name__}.")
    who, what = tuple(subjects), tuple(actions)
    for subject in who:
        checked(subject)
    things: list[tuple[str | None, object]] = [(None, None)]
    if resources is not None:
        things = list(resources.items())
    if len(who) * len(what) * len(things) > MOST_CELLS:
        raise InvalidInput(f"The matrix would have more than {MOST_CELLS} cells.")
    return tuple(
        Cell(subject.id, action, label, explain(subject, action, thing, environment))
        for subject in who
        for action in what
        for label, thing in things
    )


def _check_listed(given: object, name: str) -> None:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidInput(f"The {name} must be a list, not {type(given).__name__}.")
