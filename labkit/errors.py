"""The root of every error that labkit raises on purpose."""

from typing import Any, ClassVar


class LabkitError(Exception):
    """Something was refused: the cause, what to do about it, and the evidence.

    Args:
        cause: What is wrong, one sentence, without key material.
        remedy: What to do about it; a subclass may carry its own as a class attribute.
        evidence: Plain values to look at (never a password, a key or a secret).

    Examples:
        >>> error = LabkitError("The salt has 4 bytes.", remedy="Use 16.", salt_bytes=4)
        >>> str(error)
        'The salt has 4 bytes. Use 16.'
        >>> error.evidence
        {'salt_bytes': 4}
    """

    default_remedy: ClassVar[str] = ""

    def __init__(self, cause: str, *, remedy: str = "", **evidence: object) -> None:
        self.cause = cause
        self.remedy = remedy or self.default_remedy
        self.evidence = evidence
        super().__init__(cause)

    def __str__(self) -> str:
        return f"{self.cause} {self.remedy}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.cause, self.remedy, self.evidence)


def _rebuild(
    kind: type[LabkitError], cause: str, remedy: str, evidence: dict[str, object]
) -> LabkitError:
    return kind(cause, remedy=remedy, **evidence)


class InvalidInput(LabkitError, ValueError):
    """An argument has the wrong type, is empty, too large or outside its range."""


class StoreError(LabkitError):
    """A store could not be read or written; nothing was half-written."""
