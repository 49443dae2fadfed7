"""The gradebook's web application: thin routes that carry values to the parts and back."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, jsonify, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from labkit.browser import read_cookies
from labkit.errors import InvalidInput
from labkit.practice.accounts import Accounts, Refusal
from labkit.practice.parts import Parts
from labkit.practice.routes import account, grades, people, tokens
from labkit.practice.visitor import Visitor, visitor_of

MOST_BODY = 2 << 20  # bytes; a megabyte password must reach the policy, which refuses it cheaply


def create_app(parts: Parts, *, hosts: tuple[str, ...]) -> Flask:
    """Return the WSGI application.

    Args:
        parts: Everything that decides.
        hosts: The names that the Host header may have, without a port.
    """
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY, DEBUG=False, TESTING=False)
    app.extensions["labkit"] = parts
    app.url_map.merge_slashes = False
    app.before_request(lambda: _before(parts, hosts))
    app.after_request(lambda response: _after(parts, response))
    app.register_error_handler(Exception, lambda error: _error(parts, error))
    app.add_template_filter(lambda value: Markup(parts.escaper.text(value)), "shown")
    app.context_processor(lambda: _context(parts))
    for routes in (account, grades, people, tokens):
        routes.register(app, parts, Accounts(parts))
    return app


def _before(parts: Parts, hosts: tuple[str, ...]) -> None:
    if request.host.rpartition(":")[0] not in hosts and request.host not in hosts:
        raise Refusal("This server does not answer to that name.", status=421)
    g.set_cookie, g.nonce = {}, parts.headers.new_nonce()
    cookies = read_cookies(request.headers.get("Cookie", ""))
    headers = dict(request.headers)
    g.visitor = visitor_of(parts, cookies, dict(request.args), headers)
    _check_csrf(parts, g.visitor)
    if request.url_rule is not None:
        _guard(parts, g.visitor)


def _check_csrf(parts: Parts, visitor: Visitor) -> None:
    if visitor.by_token or not parts.csrf.needs_check(request.method, request.path):
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token")
    if not visitor.session_id or not parts.csrf.token_ok(sent, visitor.session_id):
        raise Refusal("The form is too old or came from elsewhere. Load it again.", status=403)


def _guard(parts: Parts, visitor: Visitor) -> None:
    permission = parts.guard.required(request.method, request.path)
    if permission is None:
        return
    if visitor.subject is None:
        raise Refusal("Log in first.", status=parts.guard.status(known=False, visible=False))
    if not parts.policy.could_allow(visitor.subject, permission):
        raise Refusal(
            "Your role does not allow this.", status=parts.guard.status(known=True, visible=True)
        )


def _after(parts: Parts, response: Response) -> Response:
    for name, value in parts.headers.for_page(nonce=g.get("nonce") or "0" * 22).items():
        response.headers.setdefault(name, value)
    for name, value in g.get("set_cookie", {}).items():
        header = parts.cookies.header(name, value) if value else parts.cookies.removal(name)
        response.headers.add("Set-Cookie", header)
    return response


def _error(parts: Parts, error: Exception) -> Any:
    if isinstance(error, Refusal):
        return _refused(error.status, error.cause, _refusal_headers(error))
    if isinstance(error, HTTPException):
        return _refused(error.code or 500, error.description or "", {})
    if isinstance(error, InvalidInput):
        return _refused(400, str(error), {})
    parts.crashes.append(error)
    return _refused(500, "The site made a mistake of its own.", {})


def _refusal_headers(refusal: Refusal) -> dict[str, str]:
    headers = {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="gradebook"'
    wait = float(str(refusal.evidence.get("wait_s", 0)))
    if wait > 0:
        headers["Retry-After"] = "3600" if wait == float("inf") else f"{wait:.0f}"
    return headers


def _refused(status: int, said: str, headers: Mapping[str, str]) -> Any:
    if wants_json():
        return jsonify(error=said), status, dict(headers)
    visitor: Visitor | None = g.get("visitor")
    if status == 401 and (visitor is None or visitor.subject is None) and request.method == "GET":
        return redirect("/log-in", 303)
    return render_template("refusal.html", status=status, said=said), status, dict(headers)


def wants_json() -> bool:
    """Return whether the answer is for a program: the API, or who asks for JSON."""
    return request.path.startswith("/api/") or request.path.startswith("/.well-known/")


def _context(parts: Parts) -> dict[str, Any]:
    visitor: Visitor | None = g.get("visitor")
    token = parts.csrf.token_for(visitor.session_id) if visitor and visitor.session_id else ""
    field = Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)
    user = visitor.user_row(parts) if visitor else None
    return {"csrf": field, "me": user, "can": visitor.can(parts) if visitor else (), "notice": ""}
