"""The gradebook's web application: thin routes that carry values to the parts and back."""

import re
from typing import Any

from flask import Flask, Response, g, request
from markupsafe import Markup

from labkit.browser import read_cookies
from labkit.practice.accounts import Accounts
from labkit.practice.answers import answer_to
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal
from labkit.practice.routes import (
    account,
    calendar,
    grades,
    people,
    second_factor,
    tickets,
    tokens,
)
from labkit.practice.visitor import STRANGER, Visitor, visitor_of

MOST_BODY = 2 << 20  # bytes; a megabyte password must reach the policy, which refuses it cheaply
# What these paths ask for stands in the body, where no other site can make a browser put it.
PROVEN_BY_BODY = frozenset({"/api/token/refresh"})
DONE = {
    "profile": "Your profile is saved.",
    "password": "Your password is changed. Everything that the old one had opened is closed.",
    "factor": "The second factor is off.",
    "sessions": "Every other session has ended, and so has every token of a program.",
    "role": "The role is set.",
    "calendar": "Your calendar has a new address. The old one leads nowhere.",
}

_host = re.compile(r"([a-z0-9.-]+)(?::\d{1,5})?", re.ASCII | re.IGNORECASE).fullmatch


def create_app(parts: Parts, *, hosts: tuple[str, ...]) -> Flask:
    """Return the WSGI application.

    Args:
        parts: Everything that decides.
        hosts: The names that the Host header may have, without a port.
    """
    app = Flask(__name__, template_folder="templates", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.logger.disabled = True  # it writes to stderr; what goes wrong is kept in parts.crashes
    app.extensions["labkit"] = parts
    app.url_map.merge_slashes = False
    app.before_request(lambda: _before(parts, hosts))
    app.after_request(lambda response: _after(parts, response))
    app.register_error_handler(Exception, lambda error: answer_to(parts, error))
    app.add_template_filter(lambda value: Markup(parts.escaper.text(value)), "shown")
    app.context_processor(lambda: _context(parts))
    app.static_folder = "static"
    app.add_url_rule("/static/<filename>", "static", app.send_static_file)
    for routes in (account, calendar, second_factor, grades, people, tickets, tokens):
        routes.register(app, parts, Accounts(parts))
    return app


def _before(parts: Parts, hosts: tuple[str, ...]) -> None:
    g.set_cookie, g.visitor, g.nonce = {}, STRANGER, parts.headers.new_nonce()
    named = _host(request.headers.get("Host", ""))
    if named is None or named[1].lower() not in hosts:
        raise Refusal("This server does not answer to that name.", status=421)
    cookies = read_cookies(request.headers.get("Cookie", ""))
    g.visitor = visitor_of(parts, cookies, dict(request.args), dict(request.headers.items()))
    _check_csrf(parts, g.visitor)
    if request.url_rule is not None:
        _guard(parts, g.visitor)


def _check_csrf(parts: Parts, visitor: Visitor) -> None:
    if visitor.by_token or not parts.csrf.needs_check(request.method, request.path):
        return
    if request.path in PROVEN_BY_BODY:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token")
    if not visitor.session_id or not parts.csrf.token_ok(sent, visitor.session_id):
        raise Refusal("The form is too old or came from elsewhere. Load it again.", status=403)


def _guard(parts: Parts, visitor: Visitor) -> None:
    # The path as it was sent: Flask's own `request.path` is tidied, "//users" is "/users" there.
    permission = parts.guard.required(request.method, request.environ.get("PATH_INFO", ""))
    if permission is None:
        return
    if visitor.subject is None:
        raise Refusal("Log in first.", status=parts.guard.status(known=False, visible=False))
    if not parts.policy.could_allow(visitor.subject, permission):
        raise Refusal(
            "Your role does not allow this.", status=parts.guard.status(known=True, visible=True)
        )


def _after(parts: Parts, response: Response) -> Response:
    for name, value in parts.headers.for_page(nonce=g.nonce).items():
        response.headers.setdefault(name, value)
    for name, value in g.set_cookie.items():
        header = parts.cookies.header(name, value) if value else parts.cookies.removal(name)
        response.headers.add("Set-Cookie", header)
    return response


def _context(parts: Parts) -> dict[str, Any]:
    visitor: Visitor = g.visitor
    token = parts.csrf.token_for(visitor.session_id) if visitor.session_id else ""
    field = Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)
    return {
        "csrf": field,
        "me": visitor.user_row(parts),
        "can": visitor.can(parts),
        "notice": DONE.get(request.args.get("done", ""), ""),
        "here": request.path,
    }
