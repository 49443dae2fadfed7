"""The sandbox: a copy of the gradebook to try things out in, where anyone may be anyone.

It issues tokens under names of its own. But whoever set it up copied the keys as well.
"""

from typing import Any

from flask import Flask

from labkit.errors import LabkitError
from labkit.practice.neighbours.service import body, service
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field
from labkit.practice.tokens import AUDIENCE, ISSUER
from labkit.tokens import TokenIssuer

NAME = "https://sandbox.gradebook.localhost"
AREAS = f"{ISSUER}/areas/"  # one for each school that tries the program


def create_app(parts: Parts) -> Flask:
    """Return the WSGI application."""
    app = service("sandbox", parts)
    issuers: dict[str, TokenIssuer] = {}

    def issuer(name: str) -> TokenIssuer:
        if name not in issuers:
            keys = parts.tokens.keys
            issuers[name] = TokenIssuer(
                keys,
                algorithm=parts.tokens.issuer.algorithm,
                issuer=name,
                audience=AUDIENCE,
                clock=parts.clock,
            )
        return issuers[name]

    def token() -> Any:
        """Issue to everyone, for any name and role; with an area, under the area's name."""
        asked = body()
        name, role = field(asked, "name", at_most=64), field(asked, "role", at_most=64)
        in_area = asked.get("area") is not None
        under = AREAS + "demo" if in_area else NAME
        try:
            return {"access_token": issuer(under).issue(name, {"role": role})}
        except LabkitError as error:
            raise Refusal(error.cause, status=400) from error

    app.add_url_rule("/api/token", "token", token, methods=["POST"])
    return app
