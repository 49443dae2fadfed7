"""Grades and messages."""

from typing import Any

from flask import Flask, request

from labkit.access import Subject
from labkit.practice.accounts import Accounts
from labkit.practice.answers import for_program
from labkit.practice.gradebook import Row
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field
from labkit.practice.routes.answers import body, both, done, shown, visitor

MOST_MESSAGE = 2000


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:  # noqa: ARG001
    """Enter the routes."""
    routes = _Grades(parts)
    app.add_url_rule("/", "home", routes.all)
    both(app, "/grades", routes.all, "GET")
    both(app, "/grades/<int:grade_id>", routes.one, "GET", "PUT", "POST")
    both(app, "/grades/<int:grade_id>/approve", routes.approve, "POST")
    both(app, "/messages", routes.messages, "GET", "POST")


class _Grades:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def all(self) -> Any:
        subject, book = self._subject(), self.parts.gradebook
        own = "student" in subject.roles
        listed = book.grades_of(subject.id) if own else book.grades()
        found = [grade for grade in listed if self.parts.may(subject, "grades:read", grade)]
        return shown("grades.html", grades=[self._shown(grade) for grade in found])

    def one(self, grade_id: int) -> Any:
        if request.method in ("GET", "HEAD"):
            grade = self._permitted("grades:read", grade_id)
            return self._shown(grade) if for_program() else self._page(grade)
        self._permitted("grades:edit", grade_id)
        self.parts.gradebook.change_grade(grade_id, _points(body()), visitor().name)
        return done(f"/grades/{grade_id}", id=grade_id)

    def approve(self, grade_id: int) -> Any:
        grade = self._permitted("grades:approve", grade_id)
        if not self.parts.gradebook.approve_grade(grade, visitor().name):
            raise Refusal("The grade was changed a moment ago. Look at it again.", status=409)
        return done(f"/grades/{grade_id}", id=grade_id)

    def messages(self) -> Any:
        class_id = self._subject().tenant or ""
        if request.method == "POST":
            text = field(body(), "text", at_most=MOST_MESSAGE)
            self.parts.gradebook.post_message(visitor().name, class_id, text)
            return done("/messages", 201)
        serialiser, name = self.parts.serialiser, visitor().name
        members = [serialiser.user(row, name) for row in self.parts.gradebook.members(class_id)]
        messages = self.parts.gradebook.messages(class_id)
        return shown("messages.html", messages=messages, members=members)

    def _page(self, grade: Row) -> Any:
        subject = self._subject()
        may = [p for p in ("edit", "approve") if self.parts.may(subject, f"grades:{p}", grade)]
        return shown("grade.html", grade=self._shown(grade), may=may)

    def _permitted(self, permission: str, grade_id: int) -> Row:
        subject, grade = self._subject(), self.parts.gradebook.grade(grade_id)
        if grade is not None and self.parts.may(subject, permission, grade):
            return grade
        if grade is not None and self.parts.may(subject, "grades:read", grade):
            status = self.parts.guard.status(known=True, visible=True)
            raise Refusal("You may look at this grade and no more.", status=status)
        status = self.parts.guard.status(known=True, visible=False)
        raise Refusal("There is no such grade for you.", status=status)

    def _shown(self, grade: Row) -> Row:
        return self.parts.serialiser.grade(grade, tuple(self._subject().roles))

    def _subject(self) -> Subject:
        subject = visitor().subject
        if subject is None:
            raise Refusal("Log in first.", status=401)
        return subject


def _points(fields: Any) -> int:
    value = fields.get("points")
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
        raise Refusal("Points are a whole number from 0 to 100.", status=400)
    return int(text)
