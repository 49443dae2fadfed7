"""Tokens for programs, and the keys that other services verify them with."""

from typing import Any

from flask import Flask

from labkit.errors import LabkitError
from labkit.practice.accounts import Accounts, Refusal
from labkit.practice.parts import Parts
from labkit.practice.routes.answers import body, visitor

CLIENT = "gradebook-app"


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
        if visitor().session is None:
            raise Refusal("Log in with your password for this.", status=403)
        return self._pair(visitor().name, self.parts.refresh_tokens.issue(visitor().name, CLIENT))

    def refresh(self) -> Any:
        token = body().get("refresh_token")
        try:
            fresh = self.parts.refresh_tokens.exchange(token, CLIENT)  # type: ignore[arg-type] # it checks
        except LabkitError as error:
            raise Refusal("This refresh token is not valid (any more).", status=401) from error
        return self._pair(fresh.user, fresh.token)

    def _pair(self, user: str, refresh_token: str) -> Any:
        row = self.parts.gradebook.user(user) or {}
        access = self.parts.token_issuer.issue(user, row)
        lifetime = int(self.parts.token_issuer.lifetime_s)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": lifetime,
            "refresh_token": refresh_token,
        }
