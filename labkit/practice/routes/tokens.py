"""Tokens for programs, and the keys that other services verify them with."""

import hmac
from collections.abc import Mapping
from typing import Any

from flask import Flask, jsonify, request

from labkit.practice.accounts import Accounts
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field
from labkit.practice.routes.answers import body, body_if_any, in_person
from labkit.practice.tokens import APP, AUDIENCE, AUDIENCES, grantee
from labkit.tokens import TokenError

MOST_TOKEN = 8192
MOST_NAME = 64
KEPT_S = 300  # how long others may keep the key set: they need not ask for every token
BASIC = 'Basic realm="gradebook"'  # how a program proves who it is (RFC 6749 §2.3.1)


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:  # noqa: ARG001
    """Enter the routes."""
    routes = _Tokens(parts)
    app.add_url_rule("/api/token", "token", routes.token, methods=["POST"])
    app.add_url_rule("/api/token/refresh", "refresh", routes.refresh, methods=["POST"])
    app.add_url_rule("/.well-known/jwks.json", "jwks", routes.jwks)


class _Tokens:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def jwks(self) -> Any:
        """Publish the public keys (RFC 7517 §5)."""
        return self.parts.tokens.keys.jwks(), {"Cache-Control": f"public, max-age={KEPT_S}"}

    def token(self) -> Any:
        """Issue to a person, for a program and a service of their choice."""
        name, asked = in_person().name, body_if_any()
        audience, program = _audience(asked), self._program(asked)
        fresh = self.parts.tokens.refresh.issue(name, grantee(program, audience))
        return self._pair(name, fresh, audience)

    def refresh(self) -> Any:
        """Exchange a refresh token, presented by the program that it was issued to.

        What goes wrong is told as RFC 6749 §5.2 says.
        """
        try:
            return self._renewed(_with_basic(body()))
        except Refusal as refusal:
            told = {
                "error": refusal.evidence.get("error", "invalid_request"),
                "error_description": refusal.cause,
            }
            asks = {"WWW-Authenticate": BASIC} if refusal.status == 401 else {}
            return jsonify(told), refusal.status, asks

    def _renewed(self, asked: Mapping[str, Any]) -> Any:
        token, audience = field(asked, "refresh_token", at_most=MOST_TOKEN), _audience(asked)
        try:
            fresh = self.parts.tokens.refresh.exchange(
                token, grantee(self._proven_program(asked), audience)
            )
        except TokenError as error:
            raise _no_longer_valid() from error
        row = self.parts.gradebook.user(fresh.user)
        if row is None or not row["active"]:
            raise _no_longer_valid()
        return self._pair(fresh.user, fresh.token, audience)

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
            raise Refusal("No such program is known here.", status=400, error="invalid_client")
        return name

    def _proven_program(self, asked: Mapping[str, Any]) -> str:
        """Return the program that asks, once it has shown its secret (RFC 6749 §6)."""
        name = self._program(asked)
        secret = self.parts.tokens.programs[name]
        if secret is None:
            return name
        shown = field({"client_secret": "-", **asked}, "client_secret", at_most=MOST_TOKEN)
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            raise Refusal("The program's secret is wrong.", status=401, error="invalid_client")
        return name


def _with_basic(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was asked, with the program's name and secret where its header has them."""
    shown = request.authorization
    if shown is None or shown.type != "basic":
        return asked
    if "client_secret" in asked:  # RFC 6749 §2.3: one way to prove it in each request
        raise Refusal("The secret stands in the header or in the body.", status=400)
    return {**asked, "client_id": shown.username, "client_secret": shown.password}


def _audience(asked: Mapping[str, Any]) -> str:
    name = field({"audience": AUDIENCE, **asked}, "audience", at_most=MOST_NAME)
    if name not in AUDIENCES:
        services = ", ".join(AUDIENCES)
        raise Refusal(f"Tokens are issued for {services}.", status=400, error="invalid_target")
    return name


def _no_longer_valid() -> Refusal:
    said = "This refresh token is not valid (any more)."
    return Refusal(said, status=400, error="invalid_grant")
