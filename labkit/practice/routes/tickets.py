"""A link that downloads one's grades: a browser's link carries no header, so a ticket is in it."""

import csv
import io
from typing import Any

from flask import Flask, Response, request

from labkit.access import Subject
from labkit.errors import LabkitError
from labkit.practice.accounts import Accounts
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal
from labkit.practice.routes.answers import in_person
from labkit.practice.tokens import TICKET, user_in

LIFE_S = 8 * 3600.0  # a working day
COLUMNS = ("student", "course", "points")


def ticket_for(parts: Parts, user: str) -> str:
    """Return the path of the download, good for a working day and for nothing else."""
    ticket = parts.tokens.issuer.issue(
        user, parts.gradebook.user(user), lifetime_s=LIFE_S, token_type=TICKET
    )
    return f"/grades.csv?ticket={ticket}"


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:  # noqa: ARG001
    """Enter the routes."""
    routes = _Tickets(parts)
    app.add_url_rule("/api/grades/ticket", "ticket", routes.ticket, methods=["POST"])
    app.add_url_rule("/grades.csv", "download", routes.download)


class _Tickets:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def ticket(self) -> Any:
        # Not for a token: what lives for a working day would come of what lives for minutes.
        return {"link": ticket_for(self.parts, in_person().name)}

    def download(self) -> Any:
        subject = self._holder(request.args.get("ticket", ""))
        grades = [
            grade
            for grade in self.parts.gradebook.grades()
            if self.parts.may(subject, "grades:read", grade)
        ]
        sheet = io.StringIO()
        lines = csv.DictWriter(sheet, COLUMNS, extrasaction="ignore")
        lines.writeheader()
        lines.writerows(grades)
        return Response(sheet.getvalue(), content_type="text/csv; charset=utf-8")

    def _holder(self, ticket: str) -> Subject:
        """Return whose ticket it is, with the roles that they have now."""
        try:
            claims = self.parts.tokens.tickets.verify(ticket)
            return self.parts.subject(user_in(claims), {}, {})
        except LabkitError as error:
            raise Refusal("This link is not valid (any more).", status=403) from error
