"""What a visitor hears when a request does not succeed: the same care in a page and in JSON."""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import Response, g, jsonify, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from labkit.errors import InvalidInput
from labkit.practice.accounts import MOST_NAME
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal
from labkit.practice.visitor import STRANGER, Visitor
from labkit.second_factor.errors import SecondFactorError
from labkit.sessions import SessionError

CRASHED = "The site made a mistake of its own."
SAID = {
    404: "There is nothing here.",
    405: "That cannot be done here.",
    413: "That is more than the site takes.",
}
FORMS = {"/log-in": "log_in.html", "/log-in/code": "code.html"}


def answer_to(parts: Parts, error: Exception) -> Any:
    """Return the answer to a request that ended in an error, expected or not."""
    try:
        return _answer(parts, error)
    except Exception as another:  # the page itself could not be made
        parts.crashes.append(another)
        return Response(CRASHED, 500, content_type="text/plain; charset=utf-8")


def for_program() -> bool:
    """Return whether the answer is JSON: the path alone decides, so that a cache cannot mix up."""
    return request.path.startswith(("/api/", "/.well-known/"))


def _answer(parts: Parts, error: Exception) -> Any:
    match error:
        case Refusal():
            return _refused(error.status, error.cause, _headers(error))
        case HTTPException():
            status = error.code or 500
            return _refused(status, SAID.get(status, HTTPStatus(status).phrase), _allowed(error))
        case SessionError():
            return _refused(401, "Your session has ended. Load the page again.", _challenge())
        case InvalidInput():
            return _refused(400, "The request holds something that the site cannot read.", {})
        case SecondFactorError():
            return _refused(400, str(error), {})
    parts.crashes.append(error)
    return _refused(500, CRASHED, {})


def _headers(refusal: Refusal) -> dict[str, str]:
    if refusal.status == 401:
        return _challenge(str(refusal.evidence.get("error", "")))
    if refusal.status == 403 and g.get("visitor", STRANGER).by_token:
        return _challenge("insufficient_scope")
    if refusal.wait_s > 0:
        return {"Retry-After": str(ceil(refusal.wait_s))}
    return {}


def _challenge(error: str = "") -> dict[str, str]:
    """Return what a token is asked for, or lacks (RFC 9110 §11.6.1, RFC 6750 §3)."""
    why = f', error="{error}"' if error else ""
    return {"WWW-Authenticate": f'Bearer realm="gradebook"{why}'}


def _allowed(error: HTTPException) -> dict[str, str]:
    return {name: value for name, value in error.get_headers() if name == "Allow"}


def _refused(status: int, said: str, headers: Mapping[str, str]) -> Any:
    if for_program():
        return jsonify(error=said), status, dict(headers)
    visitor: Visitor = g.get("visitor", STRANGER)
    reads = request.method == "GET" and request.accept_mimetypes.accept_html
    if status == 401 and reads and visitor.subject is None:
        return redirect("/log-in/code" if visitor.halfway else "/log-in", 303)
    return _page(status, said, visitor), status, dict(headers)


def _page(status: int, said: str, visitor: Visitor) -> str:
    form = FORMS.get(request.path, "")
    if form and status in (400, 401, 429) and (form != "code.html" or visitor.halfway):
        return render_template(form, notice=said, name=_typed_name())
    words = HTTPStatus(status).phrase
    return render_template("refusal.html", status=status, words=words, said=said, back=_back())


def _typed_name() -> str:
    """Return the name to fill in again; reading the form may be what failed, so nothing is read."""
    read: Mapping[str, str] = vars(request).get("form", {})
    return read.get("name", "")[:MOST_NAME]


def _back() -> str:
    """Return where the form stood that a refused request came from."""
    path = request.path
    if request.method != "POST" or path.startswith("/log-"):
        return "/log-in" if path.startswith("/log-") else "/"
    if path.startswith(("/password", "/sessions")):
        return "/profile"
    return path.removesuffix("/confirm").removesuffix("/remove").removesuffix("/approve")
