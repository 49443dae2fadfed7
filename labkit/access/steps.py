"""The steps of a decision, in their order; the first that decides wins."""

from collections.abc import Mapping
from typing import Protocol

from labkit.access.model import Decision, PolicyDocument, Subject
from labkit.access.question import Question, earlier_steps, unmet
from labkit.access.tables import Tables

DEFAULT = "deny by default"


class Seams(Protocol):
    """What the steps leave to the policy's own methods."""

    document: PolicyDocument

    def same_tenant(self, subject: Subject, resource: object) -> bool:
        """Return whether subject and resource belong to one tenant."""

    def on_error(self, exc: Exception) -> bool:
        """Return whether a condition that raised counts in the subject's favour."""

    def duties_ok(self, subject: Subject, item: Mapping[str, object]) -> bool:
        """Return whether the subject took none of the earlier steps."""


def decide(question: Question, tables: Tables, policy: Seams) -> Decision:
    """Return the decision of the first step that has one, or the denial by default."""
    for step in (_conflict, _foreign, _forbidden, _duties, _granted):
        if (decision := step(question, tables, policy)) is not None:
            return decision
    return _permitted(question, tables, policy)


def _conflict(question: Question, _tables: Tables, _policy: Seams) -> Decision | None:
    if (name := question.held.conflict) is None:
        return None
    because = f'{question.who} holds roles that "{name}" keeps apart'
    return question.denied(name, because, "holding only one of the separated roles")


def _foreign(question: Question, tables: Tables, policy: Seams) -> Decision | None:
    if question.resource is None or question.action in tables.across:
        return None
    if policy.same_tenant(question.subject, question.resource) is True:
        return None
    because = f"{question.who} and the resource belong to different tenants"
    lacks = f"subject.tenant == resource.{policy.document.tenant_field}"
    return question.denied("tenants are separate", because, lacks)


def _forbidden(question: Question, tables: Tables, policy: Seams) -> Decision | None:
    for rule in tables.forbids.get(question.action, ()):
        if rule.roles and question.held.roles.isdisjoint(rule.roles):
            continue
        lacking, raised = unmet(
            rule, question, counts_if_raised=lambda exc: not policy.on_error(exc)
        )
        if not lacking:
            unsure = f", since it could not be decided: {', '.join(raised)}" if raised else ""
            because = f'"{rule.name}" forbids {question.what}{unsure}'
            return question.denied(rule.name, because, f'that "{rule.name}" does not apply')
    return None


def _duties(question: Question, tables: Tables, policy: Seams) -> Decision | None:
    for name, fields in tables.dynamic.get(question.action, ()):
        item = earlier_steps(question.resource, fields)
        if isinstance(item, str):
            return question.denied(name, f'"{name}" cannot be decided without {item}', item)
        if policy.duties_ok(question.subject, item) is not True:
            because = f'"{name}", and {question.who} took an earlier step on this item'
            return question.denied(name, because, "another person")
    return None


def _granted(question: Question, tables: Tables, _policy: Seams) -> Decision | None:
    if question.action not in question.held.granted:
        return None
    held = question.subject.roles
    role = min(
        (role for role in question.held.roles if (role, question.action) in tables.own),
        key=lambda role: (role not in held, role),
    )
    how = "" if role in held else f" (inherited by {_heir(role, question, tables)})"
    because = f"the role {role}{how} grants {question.what} to {question.who}"
    return question.allowed(tables.own[role, question.action], because)


def _heir(role: str, question: Question, tables: Tables) -> str:
    held = question.subject.roles & tables.closure.keys()
    return min(each for each in held if role in tables.closure[each])


def _permitted(question: Question, tables: Tables, policy: Seams) -> Decision:
    lacking: list[str] = []
    for rule in tables.permits.get(question.action, ()):
        if question.held.roles.isdisjoint(rule.roles):
            continue
        lacks, _ = unmet(rule, question, counts_if_raised=policy.on_error)
        if not lacks:
            because = f'"{rule.name}" lets {question.who} {question.what}'
            return question.allowed(rule.name, because)
        lacking.append(f'"{rule.name}" lacks {" and ".join(lacks)}')
    return _default(question, tables, lacking)


def _default(question: Question, tables: Tables, lacking: list[str]) -> Decision:
    if question.action not in tables.permissions:
        return question.denied(DEFAULT, f"no rule speaks about {question.what}", "a rule")
    because = "; ".join([f"nothing lets {question.who} {question.what}", *lacking])
    return question.denied(DEFAULT, because, *(lacking or _who_could(question.action, tables)))


def _who_could(action: str, tables: Tables) -> tuple[str, ...]:
    roles = {role for role, permission in tables.own if permission == action}
    roles.update(*(permit.roles for permit in tables.permits.get(action, ())))
    return (f"a role: {', '.join(sorted(roles)[:10])}",) if roles else ("a rule that allows it",)
