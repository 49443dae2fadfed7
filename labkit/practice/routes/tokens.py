"""Tokens for programs, and the keys that other services verify them with."""

import hmac
from collections.abc import Mapping
from typing import Any

from flask import Flask

from labkit.practice.accounts import Accounts
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field
from labkit.practice.routes.answers import body, body_if_any, in_person
from labkit.practice.tokens import APP, AUDIENCE, AUDIENCES
from labkit.tokens import Exchange, TokenError

MOST_TOKEN = 8192
MOST_NAME = 64


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:  # noqa: ARG001
    """Enter the routes."""
    routes = _Tokens(parts)
    app.add_url_rule("/api/token", "token", routes.token, methods=["POST"])
    app.add_url_rule("/api/token/refresh", "refresh", routes.refresh, methods=["POST"])
    app.add_url_rule("/.well-known/jwks.json", "jwks", parts.tokens.keys.jwks)


class _Tokens:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def token(self) -> Any:
        """Issue to a person, for a program and a service of their choice."""
        name, asked = in_person().name, body_if_any()
        audience, program = _audience(asked), self._program(asked)
        fresh = self.parts.tokens.refresh.issue(name, program)
        return self._pair(name, fresh, audience)

    def refresh(self) -> Any:
        """Exchange a refresh token, presented by the program that it was issued to."""
        asked = body()
        token, audience = field(asked, "refresh_token", at_most=MOST_TOKEN), _audience(asked)
        fresh = self._exchanged(token, self._proven_program(asked))
        return self._pair(fresh.user, fresh.token, audience)

    def _exchanged(self, token: str, program: str) -> Exchange:
        try:
            fresh = self.parts.tokens.refresh.exchange(token, program)
        except TokenError as error:
            raise _no_longer_valid() from error
        row = self.parts.gradebook.user(fresh.user)
        if row is None or not row["active"]:
            raise _no_longer_valid()
        return fresh

    def _pair(self, user: str, refresh_token: str, audience: str) -> Any:
        row, issuer = self.parts.gradebook.user(user) or {}, self.parts.tokens.issuer
        return {
            "access_token": issuer.issue(user, row, audience=audience),
            "token_type": "Bearer",
            "expires_in": int(issuer.lifetime_s),
            "refresh_token": refresh_token,
        }

    def _program(self, asked: Mapping[str, Any]) -> str:
        name = field({"client_id": APP, **asked}, "client_id", at_most=MOST_NAME)
        if name not in self.parts.tokens.programs:
            raise Refusal("No such program is known here.", status=400)
        return name

    def _proven_program(self, asked: Mapping[str, Any]) -> str:
        """Return the program that asks, once it has shown its secret (RFC 6749 §6)."""
        name = self._program(asked)
        secret = self.parts.tokens.programs[name]
        if secret is None:
            return name
        shown = field({"client_secret": "-", **asked}, "client_secret", at_most=MOST_TOKEN)
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            raise Refusal("The program's secret is wrong.", status=401, error="invalid_token")
        return name


def _audience(asked: Mapping[str, Any]) -> str:
    name = field({"audience": AUDIENCE, **asked}, "audience", at_most=MOST_NAME)
    if name not in AUDIENCES:
        raise Refusal("Tokens are issued for " + ", ".join(AUDIENCES) + ".", status=400)
    return name


def _no_longer_valid() -> Refusal:
    return Refusal("This refresh token is not valid (any more).", status=401, error="invalid_token")
