"""One question put to a policy, and the words of its answers."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from labkit.access.errors import ConditionFailed, MissingAttribute
from labkit.access.model import Decision, Subject
from labkit.access.tables import Compiled
from labkit.encoding import printable
from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import text

_NOTHING: Mapping[str, object] = MappingProxyType({})
_NO_DATA = (str, bytes, bytearray, int, float, complex, list, tuple, set, frozenset)
_ABSENT = object()
_LONE = (str, bytes, bytearray, memoryview)


@dataclass(frozen=True, slots=True)
class Held:
    """What one set of roles amounts to; computed once for each set.

    Args:
        roles: The roles and all that they inherit from.
        granted: The permissions that they have without a condition.
        at_once: Those of `granted` that no forbid and no duty can take back.
        conflict: The static separation that they break, or None.
    """

    roles: frozenset[str]
    granted: frozenset[str]
    at_once: frozenset[str]
    conflict: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """Subject, action, resource and environment, checked."""

    subject: Subject
    action: str
    resource: object
    environment: Mapping[str, object]
    held: Held

    def denied(self, rule: str, because: str, *missing: str) -> Decision:
        """Return a refusal."""
        return Decision(False, rule, f"Denied: {because}.", missing)

    def allowed(self, rule: str, because: str) -> Decision:
        """Return a permission."""
        return Decision(True, rule, f"Allowed: {because}.")

    @property
    def who(self) -> str:
        """The subject's id, safe to print."""
        return printable(self.subject.id)

    @property
    def what(self) -> str:
        """The action, safe to print."""
        return printable(self.action)


def asked(
    subject: Subject,
    action: str,
    resource: object,
    environment: Mapping[str, object] | None,
    hold: Callable[[frozenset[str]], Held],
) -> Question:
    """Check a question's arguments.

    Raises:
        InvalidInput: One has the wrong type.
    """
    checked(subject)
    text(action, "action", at_least=1, at_most=256)
    if isinstance(resource, _NO_DATA):
        raise InvalidInput(
            f"A {type(resource).__name__} is no resource.",
            remedy="Pass the record, a mapping or an object, not its name.",
        )
    if environment is not None and not isinstance(environment, Mapping):
        raise InvalidInput(f"The environment must be a mapping, not {type(environment).__name__}.")
    return Question(subject, action, resource, environment or _NOTHING, hold(subject.roles))


def checked(subject: object) -> Subject:
    """Return the subject, if it is one.

    Raises:
        InvalidInput: It is something else.
    """
    if not isinstance(subject, Subject):
        raise InvalidInput(
            f"The subject must be a Subject, not {type(subject).__name__}.",
            remedy="Make one from the verified session; nobody in particular has no permissions.",
        )
    return subject


def unmet(
    rule: Compiled, question: Question, *, counts_if_raised: Callable[[Exception], bool]
) -> tuple[list[str], list[str]]:
    """Ask all conditions of a rule.

    Args:
        rule: The rule.
        question: What is asked.
        counts_if_raised: Whether a condition that raised counts as holding.

    Returns:
        The conditions that do not hold, and those that raised, as phrases.
    """
    lacking: list[str] = []
    raised: list[str] = []
    for condition in rule.conditions:
        try:
            held = condition.test(question.subject, question.resource, question.environment)
            if not isinstance(held, bool):
                raise ConditionFailed(f"It answered {type(held).__name__}, not a bool.")
        except Exception as exc:
            raised.append(f"{condition.text} ({_said(exc)})")
            held = counts_if_raised(exc)
            if not held:
                lacking.append(raised[-1])
        else:
            if not held:
                lacking.append(condition.text)
    return lacking, raised


def earlier_steps(resource: object, fields: Iterable[str]) -> dict[str, object] | str:
    """Return the fields that name who took the earlier steps, or the one that is missing."""
    item: dict[str, object] = {}
    for field in fields:
        value = (
            resource.get(field, _ABSENT)
            if isinstance(resource, Mapping)
            else getattr(resource, field, _ABSENT)
        )
        if value is _ABSENT or resource is None:
            return f"resource.{field}"
        item[field] = value
    return item


def ids(value: object) -> Collection[object]:
    """Return the ids in a field: one, several, or none.

    Examples:
        >>> ids("carol"), ids(["carol", "dan"]), ids(None)
        (('carol',), ['carol', 'dan'], ())
    """
    if value is None:
        return ()
    if isinstance(value, Collection) and not isinstance(value, _LONE):
        return value
    return (value,)


def _said(exc: Exception) -> str:
    if isinstance(exc, MissingAttribute):
        return "missing"
    return printable(exc) if isinstance(exc, LabkitError) else f"it raised {type(exc).__name__}"
