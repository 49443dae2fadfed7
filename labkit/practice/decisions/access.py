"""The site's authorization decisions: who asks, what a path needs, what a body may change."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]

# What each path needs, by method; None is public. What is not listed needs what nobody has.
_FOR_BOTH: Mapping[str, Mapping[str, str | None]] = {
    "/log-in": {"POST": None},
    "/log-in/code": {"POST": None},
    "/log-out": {"POST": None},
    "/calendar/key": {"POST": "profile:edit"},
    "/grades": {"GET": "grades:read"},
    "/grades/<id>": {"GET": "grades:read", "PUT": "grades:edit", "POST": "grades:edit"},
    "/grades/<id>/approve": {"POST": "grades:approve"},
    "/messages": {"GET": "messages:read", "POST": "messages:post"},
    "/password": {"POST": "profile:edit"},
    "/second-factor": {"GET": "profile:read", "POST": "profile:edit"},
    "/second-factor/confirm": {"POST": "profile:edit"},
    "/second-factor/remove": {"POST": "profile:edit"},
    "/sessions/end-others": {"POST": "profile:edit"},
    "/users": {"GET": "users:list"},
    "/users/<name>": {"GET": "users:list"},
    "/users/<name>/role": {"POST": "users:role"},
}
NEEDED: Mapping[str, Mapping[str, str | None]] = {
    **_FOR_BOTH,
    **{f"/api{path}": methods for path, methods in _FOR_BOTH.items()},
    "/": {"GET": "grades:read"},
    "/log-in": {"GET": None, "POST": None},
    "/log-in/code": {"GET": None, "POST": None},
    "/static/<file>": {"GET": None},
    "/.well-known/jwks.json": {"GET": None},
    "/calendar/<name>.ics": {"GET": None},
    "/api/calendar": {"GET": "profile:read"},
    "/profile": {"GET": "profile:read", "POST": "profile:edit"},
    "/api/me": {"GET": "profile:read", "POST": "profile:edit", "PATCH": "profile:edit"},
    "/api/session": {"GET": None},
    "/api/grades/ticket": {"POST": "grades:read"},
    "/grades.csv": {"GET": None},
    "/api/token": {"POST": "tokens:get"},
    "/api/token/refresh": {"POST": None},
}
NOBODYS = "nobody:this"
_PLACES = {"id": r"\d{1,18}", "name": r"[a-z]{1,32}", "file": r"\w[\w.-]*"}


def _pattern(path: str) -> re.Pattern[str]:
    inner = re.sub(r"<(\w+)>", lambda place: _PLACES[place[1]], path.replace(".", r"\."))
    return re.compile(inner, re.ASCII)


_PATTERNS = tuple((_pattern(path), NEEDED[path]) for path in NEEDED if "<" in path)


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
        methods = NEEDED.get(path) or next(
            (listed for pattern, listed in _PATTERNS if pattern.fullmatch(path)), {}
        )
        return methods.get("GET" if method == "HEAD" else method, NOBODYS)

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
