"""The office's pages: who there is, and which role each has."""

from typing import Any

from flask import Flask

from labkit.practice.accounts import Accounts, Refusal
from labkit.practice.parts import Parts
from labkit.practice.routes.answers import body, both, done, shown, visitor


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:  # noqa: ARG001
    """Enter the routes."""
    routes = _People(parts)
    both(app, "/users", routes.all, "GET")
    both(app, "/users/<name>/role", routes.role, "POST")


class _People:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def all(self) -> Any:
        users = [
            self.parts.serialiser.user(row, visitor().name) for row in self.parts.gradebook.users()
        ]
        return shown("users.html", users=users, roles=("student", "teacher", "admin"))

    def role(self, name: str) -> Any:
        role, by = body().get("role"), visitor().subject
        if not isinstance(role, str) or self.parts.gradebook.user(name) is None:
            raise Refusal("There is no such user or role.", status=404)
        if by is None or not self.parts.policy.may_grant(by, role):
            raise Refusal("You may not hand out this role.", status=403)
        self.parts.gradebook.change_user(name, {"role": role})
        self.parts.revocations.revoke_user(name)
        return done("/users", name=name, role=role)
