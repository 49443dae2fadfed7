"""How a route reads a request and answers it, as a page or as JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, g, jsonify, redirect, render_template, request

from labkit.practice.accounts import Source
from labkit.practice.answers import for_program
from labkit.practice.refusal import Refusal
from labkit.practice.visitor import Visitor

View = Callable[..., Any]


def both(app: Flask, path: str, view: View, *methods: str) -> None:
    """Enter a view at its path for people and under /api for programs."""
    for prefix in ("", "/api"):
        name = f"{prefix}{path}:{','.join(methods)}".replace(".", "-")
        app.add_url_rule(prefix + path, name, view, methods=list(methods))


def visitor() -> Visitor:
    """Return who asks."""
    found: Visitor = g.visitor
    return found


def in_person() -> Visitor:
    """Return who asks, if it is a person: a token for programs does not open the account itself.

    Raises:
        Refusal: A bearer token says who it is.
    """
    if visitor().session is None:
        raise Refusal("Log in with your password for this.", status=403)
    return visitor()


def source() -> Source:
    """Return where the request came from."""
    return Source(request.remote_addr or "", dict(request.headers.items()))


def body() -> Mapping[str, Any]:
    """Return the fields of the request's form or JSON object.

    Raises:
        Refusal: The JSON is none, or no object.
    """
    if not request.is_json:
        return request.form.to_dict()
    try:
        found = request.get_json(silent=True)
    except RecursionError:  # a hundred thousand brackets
        found = None
    if not isinstance(found, dict):
        raise Refusal("The body must be one JSON object.", status=400)
    return found


def body_if_any() -> Mapping[str, Any]:
    """Return the fields of the request, or none where it does not need any."""
    return body() if request.is_json and request.get_data() not in (b"", b"null") else {}


def shown(template: str, /, **values: Any) -> Any:
    """Answer with a page, or with the same values as JSON."""
    return jsonify(values) if for_program() else render_template(template, **values)


def done(to: str, status: int = 200, /, **values: Any) -> Any:
    """Answer that something changed: with JSON, or by leading back to a page."""
    return (jsonify(values), status) if for_program() else redirect(to, 303)


def set_cookie(name: str, value: str) -> None:
    """Send a cookie with the answer, as the site calls it; "" removes it."""
    g.set_cookie[name] = value
