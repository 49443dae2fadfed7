"""The office's pages: who there is, and which role each has."""

from typing import Any

from flask import Flask

from labkit.practice.accounts import Accounts
from labkit.practice.answers import for_program
from labkit.practice.gradebook import Row
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field
from labkit.practice.routes.answers import body, both, done, in_person, shown, source, visitor

ROLES = ("student", "teacher", "admin")


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:
    """Enter the routes."""
    routes = _People(parts, accounts)
    both(app, "/users", routes.all, "GET")
    both(app, "/users/<name>", routes.one, "GET")
    both(app, "/users/<name>/role", routes.role, "POST")


class _People:
    def __init__(self, parts: Parts, accounts: Accounts) -> None:
        self.parts, self.accounts = parts, accounts

    def all(self) -> Any:
        return shown("users.html", users=[self._shown(row) for row in self.parts.gradebook.users()])

    def one(self, name: str) -> Any:
        user = self._shown(self._row(name))
        by = visitor().subject
        grantable = [role for role in ROLES if by and self.parts.policy.may_grant(by, role)]
        factor = self.parts.enrolment.secret(visitor().name) is not None
        values = {"user": user, "roles": grantable, "factor": factor}
        return user if for_program() else shown("user.html", **values)

    def role(self, name: str) -> Any:
        by, role = in_person(), field(body(), "role", at_most=64)
        self._row(name)
        if by.subject is None or not self.parts.policy.may_grant(by.subject, role):
            raise Refusal("You may not hand out this role.", status=403)
        self.accounts.prove(by.name, "role:grant", body(), source())
        self.parts.gradebook.change_user(name, {"role": role})
        self.parts.tokens.revocations.revoke_user(name)
        return done(f"/users/{name}?done=role", name=name, role=role)

    def _row(self, name: str) -> Row:
        row = self.parts.gradebook.user(name)
        if row is None:
            raise Refusal("There is no such user.", status=404)
        return row

    def _shown(self, row: Row) -> dict[str, Any]:
        return self.parts.serialiser.user(row, visitor().name)
