"""Setting up and removing the second factor: an authenticator, and recovery codes beside it."""

import base64
from typing import Any

from flask import Flask, request

from labkit.practice.accounts import Accounts
from labkit.practice.parts import Parts
from labkit.practice.routes.answers import body, both, done, in_person, shown, source
from labkit.second_factor import qr_png

PAGE = "second_factor.html"


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:
    """Enter the routes."""
    routes = _SecondFactor(parts, accounts)
    both(app, "/second-factor", routes.state, "GET", "POST")
    both(app, "/second-factor/confirm", routes.confirm, "POST")
    both(app, "/second-factor/remove", routes.remove, "POST")


class _SecondFactor:
    def __init__(self, parts: Parts, accounts: Accounts) -> None:
        self.parts, self.accounts = parts, accounts

    def state(self) -> Any:
        name = in_person().name
        if request.method == "POST":
            self.accounts.prove(name, "factor:add", body(), source())
            self.parts.enrolment.begin(name)
        state = self.parts.enrolment.state(name)
        pending = self._pending(name) if state == "pending" else None
        left = self.parts.recovery_codes.left(name) if state == "active" else 0
        return shown(PAGE, state=state, pending=pending, codes=(), left=left)

    def confirm(self) -> Any:
        codes = self.accounts.enrol(in_person().name, body())
        return shown(PAGE, state="active", pending=None, codes=codes, left=len(codes))

    def remove(self) -> Any:
        name = in_person().name
        self.accounts.prove(name, "factor:remove", body(), source())
        self.parts.enrolment.remove(name)
        return done("/second-factor?done=factor", state="none")

    def _pending(self, name: str) -> dict[str, str]:
        waiting = self.parts.enrolment.show(name)
        png = base64.b64encode(qr_png(waiting.uri)).decode()
        return {"secret": waiting.base32, "uri": waiting.uri, "png": png}
