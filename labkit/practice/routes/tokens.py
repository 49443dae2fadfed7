"""Tokens for programs, and the keys that other services verify them with."""

from typing import Any

from flask import Flask

from labkit.practice.accounts import Accounts
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field
from labkit.practice.routes.answers import body, in_person
from labkit.tokens import Exchange, TokenError

CLIENT = "gradebook-app"
MOST_TOKEN = 8192


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:  # noqa: ARG001
    """Enter the routes."""
    routes = _Tokens(parts)
    app.add_url_rule("/api/token", "token", routes.token, methods=["POST"])
    app.add_url_rule("/api/token/refresh", "refresh", routes.refresh, methods=["POST"])
    app.add_url_rule("/.well-known/jwks.json", "jwks", parts.keys.jwks)


class _Tokens:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def token(self) -> Any:
        name = in_person().name
        return self._pair(name, self.parts.refresh_tokens.issue(name, CLIENT))

    def refresh(self) -> Any:
        fresh = self._exchanged(field(body(), "refresh_token", at_most=MOST_TOKEN))
        return self._pair(fresh.user, fresh.token)

    def _exchanged(self, token: str) -> Exchange:
        try:
            fresh = self.parts.refresh_tokens.exchange(token, CLIENT)
        except TokenError as error:
            raise _no_longer_valid() from error
        row = self.parts.gradebook.user(fresh.user)
        if row is None or not row["active"]:
            raise _no_longer_valid()
        return fresh

    def _pair(self, user: str, refresh_token: str) -> Any:
        row = self.parts.gradebook.user(user) or {}
        return {
            "access_token": self.parts.token_issuer.issue(user, row),
            "token_type": "Bearer",
            "expires_in": int(self.parts.token_issuer.lifetime_s),
            "refresh_token": refresh_token,
        }


def _no_longer_valid() -> Refusal:
    return Refusal("This refresh token is not valid (any more).", status=401, error="invalid_token")
