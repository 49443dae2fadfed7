"""What the other services have in common: JSON in, JSON out, and a bearer token that says who."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from labkit.errors import LabkitError
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal
from labkit.practice.tokens import user_in
from labkit.tokens import TokenVerifier

MOST_BODY = 1 << 16
CRASHED = "The service made a mistake of its own."


def service(name: str, parts: Parts) -> Flask:
    """Return an application that answers errors with JSON and keeps its crashes with the site's."""
    app = Flask(name, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.logger.disabled = True
    app.url_map.merge_slashes = False

    def answer(error: Exception) -> Any:
        match error:
            case Refusal():
                return jsonify(error=error.cause), error.status, challenge(error)
            case HTTPException():
                allowed = {key: value for key, value in error.get_headers() if key == "Allow"}
                return jsonify(error=error.name), error.code or 500, allowed
        parts.crashes.append(error)
        return jsonify(error=CRASHED), 500

    def challenge(refusal: Refusal) -> dict[str, str]:
        # RFC 9110 §11.6.1, RFC 6750 §3: a 403 here is always a token that is not enough.
        lacks = "insufficient_scope" if refusal.status == 403 else ""
        why = f', error="{error}"' if (error := refusal.evidence.get("error", lacks)) else ""
        asks = refusal.status in (401, 403)
        return {"WWW-Authenticate": f'Bearer realm="{name}"{why}'} if asks else {}

    def guarded(response: Response) -> Response:
        response.headers.extend(parts.headers.for_page(nonce=parts.headers.new_nonce()))
        return response

    app.register_error_handler(Exception, answer)
    app.after_request(guarded)
    return app


def body() -> Mapping[str, Any]:
    """Return the request's JSON object.

    Raises:
        Refusal: It is none.
    """
    try:
        found = request.get_json(silent=True, force=True)
    except RecursionError:  # a hundred thousand brackets
        found = None
    if not isinstance(found, dict):
        raise Refusal("The body must be one JSON object.", status=400)
    return found


def bearer(verifier: TokenVerifier) -> dict[str, Any]:
    """Return the claims of the token that came with the request.

    Raises:
        Refusal: There is none, or it is not valid here.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refusal("Send a token.", status=401)
    try:
        claims = verifier.verify(token.strip())
        return claims | {"sub": user_in(claims)}
    except LabkitError as error:
        raise Refusal("The token is not valid.", status=401, error="invalid_token") from error
