"""From a policy document to tables that answer at once; every contradiction is found here."""

from collections.abc import Iterable, Mapping

from labkit.access.conditions import parse_condition
from labkit.access.errors import (
    ConflictingDuties,
    InvalidCondition,
    InvalidPolicy,
    UnknownPermission,
    UnknownRole,
)
from labkit.access.hierarchy import ancestors, closures
from labkit.access.model import (
    Condition,
    DynamicSeparation,
    PolicyDocument,
    Role,
    Rule,
    StaticSeparation,
    Test,
    name,
)
from labkit.access.places import (
    Path,
    check_type,
    checked_names,
    checked_title,
    hint,
    listed,
    placed,
)
from labkit.access.tables import Compiled, Duties, Tables
from labkit.encoding import brief
from labkit.errors import LabkitError
from labkit.inputs import function, text

MOST_ROLES = 10_000
OWNS = "owns"


def compiled(document: PolicyDocument, owns: Test) -> Tables:
    """Check a document and return its tables.

    Args:
        document: The policy as data.
        owns: What "owns" means.

    Raises:
        InvalidPolicy: A subclass for each cause; `evidence["at"]` is the path to the place.
        ConflictingDuties: A role inherits from two that exclude each other.
    """
    if not isinstance(document, PolicyDocument):
        raise InvalidPolicy(
            f"A policy is made from a PolicyDocument, not {type(document).__name__}.",
            remedy="Read one with read_policy(path).",
        )
    for field in ("permits", "forbids", "static", "dynamic"):
        if not isinstance(getattr(document, field), list | tuple):
            raise InvalidPolicy(f"The {field} must be a list or a tuple.", at=(field,))
    if not isinstance(document.conditions, Mapping):
        raise InvalidPolicy("The conditions must be a mapping of names to tests.")
    for title, test in document.conditions.items():
        text(title, "condition's name", at_least=1, at_most=500)
        function(test, "test of a condition")
    return _Compiler(document, owns).tables()


class _Compiler:
    def __init__(self, document: PolicyDocument, owns: Test) -> None:
        self.document = document
        self.tests = {**document.conditions, OWNS: owns}
        self.seen: set[str] = set()
        self.declared: frozenset[str] | None = None
        if document.permissions is not None:
            self.declared = frozenset(self._permissions(("permissions",), document.permissions))

    def tables(self) -> Tables:
        document = self.document
        closure = self._closure()
        permits = self._rules("permit", document.permits)
        own = self._own(permits)
        for field in (document.owner_field, document.tenant_field):
            name(field, "field")
        return Tables(
            closure=closure,
            granted=closures(closure, own),
            own=own,
            permits=_by_permission([rule for rule in permits if rule.conditions]),
            forbids=_by_permission(self._rules("forbid", document.forbids)),
            static=self._static(closure),
            dynamic=self._dynamic(),
            granted_by=self._granted_by(),
            across=frozenset(self._permissions(("tenants", "across"), document.across_tenants)),
            permissions=frozenset(self.seen),
        )

    def _closure(self) -> dict[str, tuple[str, ...]]:
        roles = self.document.roles
        if not isinstance(roles, Mapping) or len(roles) > MOST_ROLES:
            raise InvalidPolicy(f"The roles must be a mapping of at most {MOST_ROLES} names.")
        direct: dict[str, tuple[str, ...]] = {}
        for role, definition in roles.items():
            checked_names(("roles", role if isinstance(role, str) else brief(role)), [role], "role")
            check_type(("roles", role), definition, Role)
            direct[role] = self._roles(("roles", role, "inherits"), definition.inherits)
        return ancestors(direct)

    def _own(self, permits: list[Compiled]) -> dict[tuple[str, str], str]:
        own = {}
        for role, definition in self.document.roles.items():
            path = ("roles", role, "permissions")
            for permission in self._permissions(path, definition.permissions):
                own[role, permission] = f"role {role}"
        for rule in permits:
            if not rule.conditions:
                for role in rule.roles:
                    for permission in rule.permissions:
                        own.setdefault((role, permission), rule.name)
        return own

    def _rules(self, kind: str, rules: Iterable[Rule]) -> list[Compiled]:
        return [self._rule((kind, index), rule) for index, rule in enumerate(rules)]

    def _rule(self, path: Path, rule: Rule) -> Compiled:
        check_type(path, rule, Rule)
        title = checked_title(path, rule.name)
        permissions = self._permissions((*path, "permissions"), rule.permissions)
        roles = self._roles((*path, "roles"), rule.roles)
        if not permissions or (path[0] == "permit" and not roles):
            raise InvalidPolicy(
                f"The rule {title!r} is for nobody or for nothing.",
                remedy="Name its permissions, and for a permit its roles.",
                at=(*path, "roles" if permissions else "permissions"),
            )
        when = (*path, "when")
        conditions = tuple(self._condition(when, each) for each in listed(when, rule.when))
        return Compiled(title, frozenset(permissions), frozenset(roles), conditions)

    def _condition(self, path: Path, condition: object) -> Condition:
        if isinstance(condition, Condition):
            return condition
        try:
            written = text(condition, "condition", at_least=1, at_most=500)
            if test := self.tests.get(written):
                return Condition(written, test)
            if not written.isidentifier():
                return parse_condition(written)
        except LabkitError as error:
            raise placed(error, path) from None
        raise InvalidCondition(
            f"The condition {written!r} is not defined.",
            remedy=hint(written, self.tests),
            at=path,
            value=written,
        )

    def _static(self, closure: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
        static = {}
        for index, separation in enumerate(self.document.static):
            path: Path = ("separation", "static", index)
            check_type(path, separation, StaticSeparation)
            roles = frozenset(self._roles((*path, "roles"), separation.roles))
            title = checked_title(path, separation.name)
            if len(roles) < 2:
                raise InvalidPolicy(
                    f"{title!r} keeps fewer than two roles apart.", at=(*path, "roles")
                )
            _check_apart(title, roles, closure)
            static[title] = roles
        return static

    def _dynamic(self) -> dict[str, Duties]:
        dynamic: dict[str, Duties] = {}
        for index, separation in enumerate(self.document.dynamic):
            path: Path = ("separation", "dynamic", index)
            check_type(path, separation, DynamicSeparation)
            title = checked_title(path, separation.name)
            fields = checked_names((*path, "not_by"), separation.not_by, "field")
            permissions = self._permissions((*path, "permissions"), separation.permissions)
            if not fields or not permissions:
                empty = "permissions" if fields else "not_by"
                raise InvalidPolicy(f"{title!r} separates nothing.", at=(*path, empty))
            for permission in permissions:
                dynamic[permission] = (*dynamic.get(permission, ()), (title, fields))
        return dynamic

    def _granted_by(self) -> dict[str, frozenset[str]]:
        return {
            role: frozenset(self._roles(("roles", role, "granted_by"), definition.granted_by))
            for role, definition in self.document.roles.items()
        }

    def _roles(self, path: Path, values: Iterable[str]) -> tuple[str, ...]:
        found = checked_names(path, values, "role")
        for role in found:
            if role not in self.document.roles:
                raise UnknownRole(
                    f"The role {role!r} is not defined.",
                    remedy=hint(role, self.document.roles),
                    at=path,
                    value=role,
                )
        return found

    def _permissions(self, path: Path, values: Iterable[str]) -> tuple[str, ...]:
        found = checked_names(path, values, "permission")
        for permission in found:
            if self.declared is not None and permission not in self.declared:
                raise UnknownPermission(
                    f"The permission {permission!r} is not in the list of permissions.",
                    remedy=hint(permission, self.declared),
                    at=path,
                    value=permission,
                )
        self.seen.update(found)
        return found


def _check_apart(title: str, roles: frozenset[str], closure: Mapping[str, tuple[str, ...]]) -> None:
    for role, above in closure.items():
        if len(roles.intersection(above)) > 1:
            raise ConflictingDuties(
                f"The role {role!r} inherits what {title!r} keeps apart.",
                remedy="Inherit from one of them only.",
                at=("roles", role, "inherits"),
                value=role,
            )


def _by_permission(rules: list[Compiled]) -> dict[str, tuple[Compiled, ...]]:
    table: dict[str, list[Compiled]] = {}
    for rule in rules:
        for permission in rule.permissions:
            table.setdefault(permission, []).append(rule)
    return {permission: tuple(found) for permission, found in table.items()}
