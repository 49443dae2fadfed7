"""Other services around the gradebook, each under its own name: what a token is worth elsewhere."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask

from labkit.practice.neighbours import forum, sandbox, screens
from labkit.practice.parts import Parts

# What `Site.client(at=…)` takes, and the name in the Host header.
HOSTS: Mapping[str, str] = {
    "gradebook": "gradebook.localhost",
    "forum": "forum.gradebook.localhost",
    "sandbox": "sandbox.gradebook.localhost",
    "screens": "screens.gradebook.localhost",
}
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_named = re.compile(r"([a-z0-9.-]+)(?::\d{1,5})?", re.ASCII | re.IGNORECASE).fullmatch


def neighbours(parts: Parts) -> dict[str, Flask]:
    """Return the other services' applications, by host name."""
    rooms = {"forum": forum, "sandbox": sandbox, "screens": screens}
    return {HOSTS[name]: room.create_app(parts) for name, room in rooms.items()}


def by_host(applications: Mapping[str, Wsgi], otherwise: Wsgi) -> Wsgi:
    """Return one application that hands each request to the one that its Host header names.

    Args:
        applications: By host name, without a port.
        otherwise: Who answers to every other name, if only to refuse it.
    """

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host = _named(str(environ.get("HTTP_HOST", "")))
        asked = applications.get(host[1].lower(), otherwise) if host else otherwise
        return asked(environ, start_response)

    return application
