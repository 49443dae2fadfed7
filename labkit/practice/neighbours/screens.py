"""The screens in the class rooms: an older program that signs with the gradebook's keys.

Who is logged in may show their own grades on a screen, under a title of their choice. The program
puts the claims together as text, and copies into them what it was sent.
"""

import base64
import json
import secrets
from typing import Any

from flask import Flask

from labkit.practice.neighbours.service import bearer, body, service
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field
from labkit.practice.tokens import AUDIENCE, ISSUER

MOST_TITLE = 500
LONGEST_S = 8 * 3600  # a working day


def create_app(parts: Parts) -> Flask:
    """Return the WSGI application."""
    app = service("screens", parts)

    def token() -> Any:
        """Issue to the bearer of a token, with a title, and an end where one is asked for."""
        claims, asked = bearer(parts.tokens.verifier), body()
        if "title" in claims:  # else who copied one would never have to log in again
            raise Refusal("A screen's token gets no other.", status=403)
        title = field(asked, "title", at_most=MOST_TITLE)
        now = int(parts.clock())
        written = (
            f'{{"iss":"{ISSUER}","aud":"{AUDIENCE}","iat":{now},'
            f'"exp":{_end(asked.get("until"), now)},"jti":"{secrets.token_urlsafe(16)}",'
            f'"sub":"{claims["sub"]}","role":"{claims.get("role", "")}","title":"{title}"}}'
        )
        return {"access_token": _signed(parts, written)}

    app.add_url_rule("/api/token", "token", token, methods=["POST"])
    return app


def _end(until: object, now: int) -> str:
    """Return `exp` as JSON: a number is held to a working day, and anything else is copied."""
    if until is None:
        return str(now + LONGEST_S)
    if isinstance(until, int | float):
        return str(int(max(now, min(until, now + LONGEST_S))))
    return json.dumps(until)


def _signed(parts: Parts, claims: str) -> str:
    key = parts.tokens.keys.signing_key()
    header = json.dumps({"alg": key.alg, "kid": key.kid, "typ": "at+jwt"})
    message = f"{_segment(header.encode())}.{_segment(claims.encode())}"
    return f"{message}.{_segment(key.sign(message.encode()))}"


def _segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
