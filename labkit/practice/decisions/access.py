"""The site's authorization decisions: who asks, what a path needs, what a body may change."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]

# What each path needs, by method. A path that is not listed needs a permission nobody has.
NEEDED: tuple[tuple[str, dict[str, str | None]], ...] = (
    (r"/|/log-in|/static/[\w.-]+|/favicon\.ico|/\.well-known/jwks\.json", {"GET": None}),
    (r"/log-in|/log-in/code|/log-out", {"POST": None}),
    (r"/api/session", {"GET": None}),
    (r"/api/log-in|/api/log-in/code|/api/log-out", {"POST": None}),
    (r"/log-in/code", {"GET": None}),
    (r"/(api/)?grades", {"GET": "grades:read"}),
    (r"/(api/)?grades/\d+", {"GET": "grades:read", "PUT": "grades:edit", "POST": "grades:edit"}),
    (r"/(api/)?grades/\d+/approve", {"POST": "grades:approve"}),
    (r"/(api/)?messages", {"GET": "messages:read", "POST": "messages:post"}),
    (r"/profile|/api/me", {"GET": "profile:read", "POST": "profile:edit", "PATCH": "profile:edit"}),
    (r"/(api/)?password", {"POST": "profile:edit"}),
    (r"/(api/)?second-factor(/confirm|/remove)?", {"GET": "profile:read", "POST": "profile:edit"}),
    (r"/(api/)?sessions(/end-others)?", {"GET": "profile:read", "POST": "profile:edit"}),
    (r"/api/token", {"POST": "tokens:get"}),
    (r"/api/token/refresh", {"POST": None}),
    (r"/(api/)?users", {"GET": "users:list"}),
    (r"/(api/)?users/[a-z]{1,32}/role", {"POST": "users:role"}),
)
NOBODYS = "nobody:this"


class Identity:
    """Reads who is asking from evidence that the client cannot write; safe for threads.

    Args:
        user: Looks a user's row up by name.
        cookie: The name of the session's cookie.
    """

    def __init__(self, user: Callable[[str], Row | None], *, cookie: str) -> None:
        self._user = user
        self.cookie = cookie

    def session_id(self, cookies: Mapping[str, str], query: Mapping[str, str]) -> str | None:  # noqa: ARG002
        """Return the session id that was presented: from its cookie and nowhere else."""
        return cookies.get(self.cookie)

    def roles(self, user: str, headers: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the user's roles as they stand now, so a demotion acts at once (ASVS 8.3.2)."""
        row = self._user(user)
        return (row["role"],) if row and row["active"] else ()

    def tenant(self, user: str, params: Mapping[str, str]) -> str:  # noqa: ARG002
        """Return the class that the user belongs to, whatever the request asks for."""
        row = self._user(user)
        return str(row["class_id"]) if row else ""


class Guard:
    """Says which permission a request needs before any route runs; safe for threads."""

    def required(self, method: str, path: str) -> str | None:
        """Return the permission, or None for what is public; unlisted paths are nobody's."""
        method = "GET" if method == "HEAD" else method
        for pattern, methods in NEEDED:
            if method in methods and re.fullmatch(pattern, path, re.ASCII):
                return methods[method]
        return NOBODYS

    def status(self, *, known: bool, visible: bool) -> int:
        """Return the status of a refusal: 401 who are you, 403 not allowed, 404 nothing to see.

        A thing that the asker may not even see answers like a thing that does not exist.
        """
        if not known:
            return 401
        return 403 if visible else 404


class ProfileForm:
    """Which of a user's own fields the user may write; safe for threads."""

    def writable(self) -> frozenset[str]:
        """Return the names of the fields."""
        return frozenset({"shown_as", "about"})


class Serialiser:
    """Which fields of a thing go into a response; safe for threads."""

    def user(self, user: Row, viewer: str) -> dict[str, Any]:
        """Return a user as others see it: a name, and the e-mail address to its owner."""
        fields = ("name", "shown_as", "role", "class_id", "about")
        seen = {field: user[field] for field in fields}
        return seen | {"email": user["email"]} if viewer == user["name"] else seen

    def grade(self, grade: Row, roles: tuple[str, ...]) -> dict[str, Any]:
        """Return a grade; the private note goes to teachers only."""
        hidden = set() if "teacher" in roles else {"note"}
        return {field: value for field, value in grade.items() if field not in hidden}
