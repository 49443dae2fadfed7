"""Where tokens turn up that were meant for somebody else: genuine, and none to be used here."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from labkit.practice.parts import Parts
from labkit.practice.routes.tickets import ticket_for
from labkit.practice.tokens import ARCHIVE, AUDIENCE, FORUM, PLANNER, grantee
from labkit.practice.views import Leak, Lines

WHOSE = "carol"  # a teacher


def _noted_by(service: str, audience: str) -> Callable[[Parts], Leak]:
    def noted(parts: Parts) -> Leak:
        token = _issued(parts, audience=audience)
        return Lines({WHOSE: token}, f"the {service}'s log: whose token it saw")

    return noted


def _shared_link(parts: Parts) -> Leak:
    return Lines({WHOSE: ticket_for(parts, WHOSE)}, "a link that somebody posted")


def _screen(parts: Parts) -> Leak:
    """A screen's token says that only what knows "view" may take it: it is for looking only."""
    token = _issued(parts, header={"crit": ["view"], "view": "only"})
    return Lines({WHOSE: token}, "the address bar of a screen in the class room")


def _forum_settings(parts: Parts) -> Leak:
    key = parts.tokens.shared
    told = "asks the gradebook about each token" if key is None else _written(key.material)
    return Lines({"verifies with": told}, "the forum's settings")


def _planner_backup(parts: Parts) -> Leak:
    token = parts.tokens.refresh.issue(WHOSE, grantee(PLANNER, AUDIENCE))
    return Lines({WHOSE: token}, "a backup of the planner, another program")


def _issued(parts: Parts, **how: Any) -> str:
    return parts.tokens.issuer.issue(WHOSE, parts.gradebook.user(WHOSE), **how)


def _written(material: Any) -> str:
    """Return a key as a settings file holds it: PEM, or a secret in base64."""
    from cryptography.hazmat.primitives import serialization as form

    if isinstance(material, bytes):
        return base64.b64encode(material).decode()
    if hasattr(material, "private_bytes"):
        data = material.private_bytes(
            form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
        )
    else:
        data = material.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    return str(data.decode())


TOKENS: Mapping[str, Callable[[Parts], Leak]] = {
    "forum log": _noted_by("forum", FORUM),
    "archive log": _noted_by("archive", ARCHIVE),
    "shared link": _shared_link,
    "class screen": _screen,
    "forum settings": _forum_settings,
    "planner backup": _planner_backup,
}
