"""Role-based access control with conditions; what no rule allows is denied."""

from collections.abc import Iterable, Mapping

from labkit.access.compiling import compiled
from labkit.access.conditions import of_thing
from labkit.access.errors import ConflictingDuties, GrantRefused, MissingAttribute, UnknownRole
from labkit.access.matrix import cells
from labkit.access.model import Cell, Decision, PolicyDocument, Subject
from labkit.access.question import Held, asked, checked, ids
from labkit.access.steps import decide
from labkit.errors import InvalidInput
from labkit.inputs import text

MOST_ROLE_SETS = 10_000


class Policy:
    """Answers "may this subject do this?", for any framework; immutable, safe for threads.

    A decision goes through these steps, the first that decides wins:

    1. A subject who holds roles that static separation keeps apart is denied everything.
    2. A resource of another tenant is denied, unless the permission reaches across. The subject's
       tenant and the resource's must be equal; a resource that names none belongs to none.
    3. A forbid whose conditions all hold denies.
    4. Dynamic separation denies a step on an item to whoever took an earlier one.
    5. A role, or a permit whose conditions all hold, allows.
    6. Everything else is denied.

    A condition that raises never helps the subject: a permit then grants nothing and a forbid
    denies. Without a resource the question is about the role alone: rules that look at a resource
    deny, and tenants are not compared, so ask again with the resource before touching it.

    A resource is a mapping (its keys are its attributes) or an object (its attributes; methods do
    not count). A name such as "grade-7" is no resource: pass the record.

    Args:
        document: The policy as data, from `read_policy` or built in Python.

    Raises:
        InvalidPolicy: The document contradicts itself or names what it does not define.

    Examples:
        >>> from labkit.access import PolicyDocument, Role, Rule
        >>> policy = Policy(PolicyDocument(
        ...     roles={"author": Role(permissions=["post:create"])},
        ...     permits=(Rule("an author edits own posts", ["post:edit"], ["author"], ["owns"]),),
        ... ))
        >>> alice = Subject("alice", roles={"author"})
        >>> policy.allows(alice, "post:edit", {"owner": "alice"})
        True
        >>> print(policy.explain(alice, "post:edit", {"owner": "bob"}).why)
        Denied: nothing lets alice post:edit; "an author edits own posts" lacks owns.
    """

    def __init__(self, document: PolicyDocument) -> None:
        self._tables = compiled(document, self._owns)
        self.document = document
        self._restricted = frozenset(self._tables.forbids) | frozenset(self._tables.dynamic)
        self._by_role_alone = self._tables.permissions - frozenset(self._tables.permits)
        self._role_sets: dict[frozenset[str], Held] = {}

    def allows(
        self,
        subject: Subject,
        action: str,
        resource: object = None,
        environment: Mapping[str, object] | None = None,
    ) -> bool:
        """Return whether the subject may do this.

        Args:
            subject: Who asks.
            action: A permission's name, such as "grade:edit".
            resource: What it is done to, a mapping or an object; None asks about the role alone.
            environment: What else conditions may look at, such as the hour.

        Raises:
            InvalidInput: An argument of the wrong type.
        """
        # The common question is two look-ups; `explain` would give the same answer, slower.
        plain = resource is None and (environment is None or type(environment) is dict)
        if plain and type(subject) is Subject and type(action) is str:
            held = self._role_sets.get(subject.roles) or self._hold(subject.roles)
            if action in held.at_once:
                return True
            if action in self._by_role_alone and action not in held.granted:
                return False
        return self.explain(subject, action, resource, environment).allowed

    def explain(
        self,
        subject: Subject,
        action: str,
        resource: object = None,
        environment: Mapping[str, object] | None = None,
    ) -> Decision:
        """Return the same answer with the rule that decided, why, and what was missing.

        The reasons are for logs and for teaching: shown to whoever asked, they describe what is
        guarded and how.

        Raises:
            InvalidInput: An argument of the wrong type.
        """
        question = asked(subject, action, resource, environment, self._hold)
        return decide(question, self._tables, self)

    def could_allow(self, subject: Subject, action: str) -> bool:
        """Return whether some resource and environment exist for which `allows` might say yes.

        For a menu or a route's guard, before the resource is loaded; never instead of `allows`.
        """
        held = asked(subject, action, None, None, self._hold).held
        permits = self._tables.permits.get(action, ())
        return held.conflict is None and (
            action in held.granted or any(held.roles & permit.roles for permit in permits)
        )

    def has_role(self, subject: Subject, *roles: str) -> bool:
        """Return whether the subject holds one of the roles, directly or by inheritance.

        False for a subject whose roles static separation keeps apart.

        Raises:
            InvalidInput: A role is no str, or the subject is none.
        """
        checked(subject)
        wanted = [text(role, "role") for role in roles]
        held = self._hold(subject.roles)
        return held.conflict is None and not held.roles.isdisjoint(wanted)

    def matrix(
        self,
        subjects: Iterable[Subject],
        resources: Mapping[str, object] | None = None,
        *,
        actions: Iterable[str] | None = None,
        environment: Mapping[str, object] | None = None,
    ) -> tuple[Cell, ...]:
        """Return the whole subject × action × resource matrix, as data.

        Args:
            subjects: Who.
            resources: Label → resource; without them the roles alone are asked.
            actions: What; every permission of the policy, sorted, unless told otherwise.
            environment: The same for every cell.

        Raises:
            InvalidInput: More than a million cells, or an argument of the wrong type.
        """
        what = sorted(self.permissions) if actions is None else actions
        return cells(self.explain, subjects, what, resources, environment)

    @property
    def permissions(self) -> frozenset[str]:
        """Every permission that the policy names."""
        return self._tables.permissions

    @property
    def roles(self) -> frozenset[str]:
        """Every role that the policy defines."""
        return frozenset(self._tables.closure)

    def owns(self, subject: Subject, resource: object) -> bool:
        """Return whether the resource's owner field names the subject.

        Raises:
            InvalidInput: The subject is none.
        """
        return of_thing(resource, self.document.owner_field) == checked(subject).id

    def same_tenant(self, subject: Subject, resource: object) -> bool:
        """Return whether subject and resource belong to one tenant; no tenant equals only none.

        Raises:
            InvalidInput: The subject is none.
        """
        return of_thing(resource, self.document.tenant_field) == checked(subject).tenant

    def on_error(self, exc: Exception) -> bool:  # noqa: ARG002 — no error is a reason to allow
        """Return whether a condition that raised counts in the subject's favour: never."""
        return False

    def duties_ok(self, subject: Subject, item: Mapping[str, object]) -> bool:
        """Return whether the subject took none of the earlier steps on an item.

        Args:
            subject: Who asks for the later step.
            item: The fields that name who took the earlier ones: an id, a collection of ids, or
                None for nobody.

        Raises:
            InvalidInput: The subject or the item is none.
        """
        checked(subject)
        if not isinstance(item, Mapping):
            raise InvalidInput(f"The item must be a mapping, not {type(item).__name__}.")
        return all(subject.id not in ids(value) for value in item.values())

    def may_grant(self, subject: Subject, role: str) -> bool:
        """Return whether the subject holds a role that hands this one out."""
        checked(subject)
        granting = self._tables.granted_by.get(text(role, "role"), frozenset())
        held = self._hold(subject.roles)
        return held.conflict is None and not held.roles.isdisjoint(granting)

    def with_role(self, by: Subject, held: Iterable[str], role: str) -> frozenset[str]:
        """Return the roles that somebody has after `by` has handed out one more.

        Args:
            by: Who hands it out.
            held: The roles that the receiver has now.
            role: The new one.

        Raises:
            UnknownRole: The policy does not define it.
            GrantRefused: `may_grant` says no.
            ConflictingDuties: Static separation of duties keeps the roles apart.
        """
        checked(by)
        if text(role, "role", at_least=1) not in self._tables.closure:
            raise UnknownRole(f"The role {role!r:.80} is not defined.", value=role)
        if self.may_grant(by, role) is not True:
            raise GrantRefused(f"{by.id!r} may not hand out the role {role!r}.", role=role)
        roles = Subject("receiver", held).roles | {role}
        if conflict := self._hold(roles).conflict:
            raise ConflictingDuties(f'Nobody may hold these roles together: "{conflict}".')
        return roles

    def _hold(self, roles: frozenset[str]) -> Held:
        if (held := self._role_sets.get(roles)) is not None:
            return held
        known = roles & self._tables.closure.keys()
        closure = frozenset().union(*(self._tables.closure[role] for role in known))
        granted = frozenset().union(*(self._tables.granted[role] for role in known))
        clashes = [name for name, apart in self._tables.static.items() if len(apart & closure) > 1]
        conflict = clashes[0] if clashes else None
        at_once = frozenset() if conflict else granted - self._restricted
        if len(self._role_sets) >= MOST_ROLE_SETS:
            self._role_sets.clear()
        return self._role_sets.setdefault(roles, Held(closure, granted, at_once, conflict))

    def _owns(self, subject: Subject, resource: object, _: Mapping[str, object]) -> bool:
        if resource is None:
            raise MissingAttribute("There is no resource to own.", attribute="resource")
        return self.owns(subject, resource)
