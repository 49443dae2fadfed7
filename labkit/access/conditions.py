"""Conditions on subject, resource and environment, for what a role alone cannot say.

A condition is `SIDE.ATTRIBUTE OPERATOR VALUE`. SIDE is subject, resource or environment; VALUE is
another attribute or a TOML value; OPERATOR is one of `== != < <= > >= in`, `not in`. There is no
`and` or `or`: the conditions of one rule must all hold, and another rule is another way in.

An attribute that is absent or None decides nothing: the condition raises and so denies. Two
unknown owners are not the same owner.
"""

import operator
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.access.errors import ConditionFailed, InvalidCondition, MissingAttribute
from labkit.access.model import Condition, Subject
from labkit.inputs import text

_PATH = r"(subject|resource|environment)\.([A-Za-z][A-Za-z0-9_]*)"
_CONDITION = re.compile(
    rf"\s*{_PATH}\s*(==|!=|<=|>=|<|>|\bnot\s+in\b|\bin\b)\s*(\S.*?)\s*", re.ASCII
)
_OPERAND = re.compile(_PATH, re.ASCII)

Sides = tuple[Subject, object, Mapping[str, object]]
Operand = Callable[[Sides], object]


def parse_condition(condition: str) -> Condition:
    """Read one condition; nothing in it is ever run as code.

    Raises:
        InvalidCondition: It has another form.

    Examples:
        >>> late = parse_condition("environment.hour >= 22")
        >>> late.test(Subject("alice"), None, {"hour": 23})
        True
    """
    match = _CONDITION.fullmatch(text(condition, "condition", at_least=1, at_most=500))
    if match is None:
        raise InvalidCondition(
            f"{condition!r} is no condition.",
            remedy='Write one like "resource.owner == subject.id" or "environment.hour < 18".',
            value=condition,
        )
    side, attribute, sign, right = match.groups()
    sign = " ".join(sign.split())
    comparison = Comparison(_Lookup(side, attribute), sign, _operand(right, condition, sign))
    return Condition(condition.strip(), comparison)


@dataclass(frozen=True)
class Comparison:
    """A comparison that can be called as a test; immutable, safe for threads."""

    left: Operand
    sign: str
    right: Operand

    def __call__(
        self, subject: Subject, resource: object, environment: Mapping[str, object]
    ) -> bool:
        """Return whether it holds.

        Raises:
            MissingAttribute: One of its attributes is absent or None.
            ConditionFailed: The values cannot be compared so.
        """
        sides = (subject, resource, environment)
        return _compare(self.left(sides), self.sign, self.right(sides))


@dataclass(frozen=True)
class _Lookup:
    side: str
    attribute: str

    def __call__(self, sides: Sides) -> object:
        subject, resource, environment = sides
        if self.side == "subject":
            value = of_subject(subject, self.attribute)
        else:
            thing = resource if self.side == "resource" else environment
            value = of_thing(thing, self.attribute)
        if value is None:
            raise MissingAttribute(
                f"{self.side}.{self.attribute} is missing.",
                remedy="Pass it, or do not ask for it.",
                attribute=f"{self.side}.{self.attribute}",
            )
        return value


def of_subject(subject: Subject, attribute: str) -> object:
    """Return a subject's own field or attribute, or None."""
    if attribute in {"id", "roles", "tenant"}:
        return getattr(subject, attribute)
    return subject.attributes.get(attribute)


def of_thing(thing: object, attribute: str) -> object:
    """Return a mapping's item or an object's attribute, or None.

    A mapping is asked for its keys only, so that `items` is never its method; a method of an
    object is no data and counts as absent.
    """
    if isinstance(thing, Mapping):
        return thing.get(attribute)
    value = getattr(thing, attribute, None)
    return None if callable(value) else value


def _operand(written: str, condition: str, sign: str) -> Operand:
    if path := _OPERAND.fullmatch(written):
        return _Lookup(*path.groups())
    value = _literal(written, condition)
    if sign.endswith("in") and not isinstance(value, list):
        raise InvalidCondition(
            f"{condition!r} looks for membership in a single value.",
            remedy='Write a list: ["a", "b"].',
            value=condition,
        )
    return lambda _sides: value


def _literal(written: str, condition: str) -> object:
    try:
        read = tomllib.loads(f"value = {written}") if written.isprintable() else {}
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        read = {}
    if read.keys() != {"value"}:
        raise InvalidCondition(
            f"{condition!r} ends in {written!r}, which is no value.",
            remedy="Quote a text: resource.state == 'draft'.",
            value=condition,
        )
    return read["value"]


_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare(left: object, sign: str, right: object) -> bool:
    if sign in {"==", "!="}:
        return _same(left, right) is (sign == "==")
    if sign in {"in", "not in"}:
        return _among(left, right) is (sign == "in")
    try:
        return _ORDER[sign](left, right) is True
    except TypeError as error:
        raise ConditionFailed(
            f"{type(left).__name__} {sign} {type(right).__name__} has no answer.",
            remedy="Compare values of one type.",
        ) from error


def _same(left: object, right: object) -> bool:
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)


def _among(value: object, values: object) -> bool:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Collection):
        raise ConditionFailed(
            f"Membership in a {type(values).__name__} has no answer.",
            remedy="Use a list or a set: in a text, 'a' is in 'admin' by accident.",
        )
    return any(_same(value, each) for each in values)
