"""How a route reads a request and answers it, as a page or as JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, g, jsonify, redirect, render_template, request

from labkit.practice.accounts import Refusal
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


def api() -> bool:
    """Return whether the answer is for a program."""
    return request.path.startswith("/api/")


def body() -> Mapping[str, Any]:
    """Return the fields of the request's form or JSON object.

    Raises:
        Refusal: The JSON is none, or no object.
    """
    if not request.is_json:
        return request.form.to_dict()
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise Refusal("The body must be one JSON object.", status=400)
    return found


def shown(template: str, /, **values: Any) -> Any:
    """Answer with a page, or with the same values as JSON."""
    return jsonify(values) if api() else render_template(template, **values)


def done(to: str, status: int = 200, /, **values: Any) -> Any:
    """Answer that something changed: with JSON, or by leading back to a page."""
    return (jsonify(values), status) if api() else redirect(to, 303)


def set_session(session_id: str) -> None:
    """Send the session's cookie with the answer; "" removes it."""
    g.set_cookie["session"] = session_id
