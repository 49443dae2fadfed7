"""The plain values of access control: who asks, what a policy says, and what was decided."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from labkit.access.errors import InvalidPolicy
from labkit.errors import InvalidInput
from labkit.inputs import function, text

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}", re.ASCII)
_BUILT_IN = frozenset({"id", "roles", "tenant"})

Test = Callable[["Subject", object, Mapping[str, object]], bool]


def name(value: object, what: str) -> str:
    """Return `value` if it can name a role or a permission.

    Raises:
        InvalidPolicy: It is no str of 1 to 128 letters, digits and `_ . : / -`.
    """
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise InvalidPolicy(
            f"{text(value, what, at_most=200)!r} is no name for a {what}.",
            remedy="Use letters, digits and _ . : / - (there are no wildcards: list each name).",
            value=value,
        )
    return value


def names(values: object, what: str) -> tuple[str, ...]:
    """Return the names in `values`, in order, each once.

    Raises:
        InvalidPolicy: It is a lone str, no iterable, or holds what is no name.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidPolicy(
            f"The {what}s must be a list of names, not {type(values).__name__}.",
            remedy=f"Write [{values!r:.60}]." if isinstance(values, str) else "",
        )
    return tuple(dict.fromkeys(name(value, what) for value in values))


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, as the server knows them from a verified session; immutable, safe to share.

    Args:
        id: The account's identifier.
        roles: The roles held now (read them at each request: a role cached at log-in outlives
            its removal).
        tenant: The tenant the subject acts in, or None.
        attributes: What else conditions may look at.

    Examples:
        >>> Subject("carol", roles={"teacher"}, attributes={"classes": ["7a"]}).roles
        frozenset({'teacher'})
    """

    id: str
    roles: frozenset[str] = frozenset()
    tenant: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __init__(
        self,
        id: str,  # noqa: A002 — the word that policies use, as in `subject.id`
        roles: Iterable[str] = (),
        tenant: str | None = None,
        attributes: Mapping[str, object] | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "id", text(id, "subject's id", at_least=1, at_most=256))
        put(self, "roles", _held(roles))
        put(self, "tenant", tenant if tenant is None else text(tenant, "tenant", at_least=1))
        put(self, "attributes", MappingProxyType(_attributes(attributes or {})))


def _held(roles: object) -> frozenset[str]:
    if isinstance(roles, str | bytes) or not isinstance(roles, Iterable):
        raise InvalidInput(
            f"The roles must be a set of names, not {type(roles).__name__}.",
            remedy="Write roles={'teacher'}: a bare string would be a set of letters.",
        )
    return frozenset(text(role, "role", at_least=1, at_most=256) for role in roles)


def _attributes(values: object) -> dict[str, object]:
    if not isinstance(values, Mapping):
        raise InvalidInput(f"The attributes must be a mapping, not {type(values).__name__}.")
    checked = {text(key, "attribute's name", at_least=1): value for key, value in values.items()}
    if clash := sorted(_BUILT_IN & checked.keys()):
        raise InvalidInput(
            f"The attribute {clash[0]!r} would hide the subject's own field.",
            remedy="Give it another name.",
        )
    return checked


@dataclass(frozen=True)
class Role:
    """One role of a policy.

    Args:
        permissions: What it grants without a condition.
        inherits: The roles whose permissions and rules it has too.
        granted_by: The roles that may hand this one out; nobody, unless it is said.
    """

    permissions: Iterable[str] = ()
    inherits: Iterable[str] = ()
    granted_by: Iterable[str] = ()


@dataclass(frozen=True)
class Condition:
    """A named test in Python, for what the little language of `conditions` cannot say.

    Args:
        text: How an explanation names it.
        test: Called with subject, resource and environment; only True holds.

    Raises:
        InvalidInput: The text is none, or the test no function.
    """

    text: str
    test: Test

    def __post_init__(self) -> None:
        text(self.text, "condition's text", at_least=1, at_most=500)
        function(self.test, "condition's test")


@dataclass(frozen=True)
class Rule:
    """A permit or a forbid: these permissions, for these roles, when all conditions hold.

    Args:
        name: What an explanation quotes, best as a sentence: "a student reads own grades".
        permissions: The actions that it speaks about.
        roles: Whom it is for. A permit needs at least one; a forbid without any is for everyone.
        when: Conditions, all of which must hold: "owns", a name registered with the document,
            text such as "resource.state == 'draft'", or a `Condition`.
    """

    name: str
    permissions: Iterable[str]
    roles: Iterable[str] = ()
    when: Iterable[str | Condition] = ()


@dataclass(frozen=True)
class StaticSeparation:
    """Roles of which one subject may hold at most one (static separation of duty)."""

    name: str
    roles: Iterable[str]


@dataclass(frozen=True)
class DynamicSeparation:
    """Steps on one item that need different people, such as entering and approving a grade.

    Args:
        name: What an explanation quotes.
        permissions: The later steps.
        not_by: The resource's fields that name who did the earlier ones (an id, a list of ids,
            or None for nobody).
    """

    name: str
    permissions: Iterable[str]
    not_by: Iterable[str]


@dataclass(frozen=True)
class PolicyDocument:
    """A whole policy as data; `Policy` checks and compiles it, `read_policy` reads it from TOML.

    Args:
        roles: Role name → role.
        permits: What is allowed. Everything else is denied.
        forbids: What is denied even to those whom a role or a permit allows.
        static: Roles that one subject may not hold together.
        dynamic: Steps that the same subject may not take on one item.
        across_tenants: Permissions that reach over the border between tenants.
        permissions: All permissions, if given: any other name in the policy is then an error.
        owner_field: The resource's field that names its owner, for "owns".
        tenant_field: The resource's field that names its tenant.
        conditions: Name → Python test, for use in `when`.
    """

    roles: Mapping[str, Role]
    permits: tuple[Rule, ...] = ()
    forbids: tuple[Rule, ...] = ()
    static: tuple[StaticSeparation, ...] = ()
    dynamic: tuple[DynamicSeparation, ...] = ()
    across_tenants: Iterable[str] = ()
    permissions: Iterable[str] | None = None
    owner_field: str = "owner"
    tenant_field: str = "tenant"
    conditions: Mapping[str, Test] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and why.

    Args:
        allowed: The answer.
        rule: The rule that decided: a rule's own name, "role NAME", or "deny by default".
        why: One sentence for a person.
        missing: What would have been needed, each as a short phrase; empty when allowed.
    """

    allowed: bool
    rule: str
    why: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the access matrix."""

    subject: str
    action: str
    resource: str | None
    decision: Decision
