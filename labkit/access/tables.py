"""What a policy is compiled to: tables in which a decision looks things up."""

from collections.abc import Mapping
from dataclasses import dataclass

from labkit.access.model import Condition

Duties = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule whose names are checked and whose conditions can be called."""

    name: str
    permissions: frozenset[str]
    roles: frozenset[str]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """A document that was found sound.

    Args:
        closure: Role → itself and all that it inherits from, near ones first.
        granted: Role → permissions that it has without a condition, inherited ones too.
        own: (role, permission) → the rule that grants it right there, for explanations.
        permits: Permission → the permits that have conditions.
        forbids: Permission → forbids.
        static: Name → roles that exclude each other.
        dynamic: Permission → (name, fields that must not name the subject).
        granted_by: Role → the roles that may hand it out.
        across: Permissions that reach over tenants.
        permissions: Every permission that the policy names.
    """

    closure: Mapping[str, tuple[str, ...]]
    granted: Mapping[str, frozenset[str]]
    own: Mapping[tuple[str, str], str]
    permits: Mapping[str, tuple[Compiled, ...]]
    forbids: Mapping[str, tuple[Compiled, ...]]
    static: Mapping[str, frozenset[str]]
    dynamic: Mapping[str, Duties]
    granted_by: Mapping[str, frozenset[str]]
    across: frozenset[str]
    permissions: frozenset[str]
