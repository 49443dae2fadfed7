"""The forum: a second service. It has no passwords and no users, only the gradebook's tokens.

It has an audience of its own and believes the role that a token names. Somebody else runs it, and
its log keeps more than it should: `labkit.practice.leaks`.
"""

from typing import Any

from flask import Flask

from labkit.practice.gradebook import Row
from labkit.practice.neighbours.service import bearer, body, service
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal, field

MODERATORS = frozenset({"teacher", "admin"})
MOST_TEXT = 2000
LAST_ID = (1 << 63) - 1  # SQLite counts no further
SCHEMA = """
CREATE TABLE IF NOT EXISTS threads (
  id INTEGER PRIMARY KEY, author TEXT NOT NULL, text TEXT NOT NULL);
"""
FIRST = ("carol", "Welcome. Be kind, and sign with your name.")


def create_app(parts: Parts) -> Flask:
    """Return the WSGI application."""
    app, routes = service("forum", parts), _Forum(parts)
    app.add_url_rule("/api/threads", "threads", routes.all)
    app.add_url_rule("/api/threads", "post", routes.post, methods=["POST"])
    app.add_url_rule(
        f"/api/threads/<int(max={LAST_ID}):number>", "remove", routes.remove, methods=["DELETE"]
    )
    return app


class _Forum:
    def __init__(self, parts: Parts) -> None:
        self.parts, self.database = parts, parts.gradebook.database
        self.database.script(SCHEMA)
        if not self._threads():
            self._write(*FIRST)

    def all(self) -> Any:
        bearer(self.parts.tokens.forum)
        return {"threads": self._threads()}

    def post(self) -> Any:
        claims = bearer(self.parts.tokens.forum)
        self._write(claims["sub"], field(body(), "text", at_most=MOST_TEXT))
        return {"threads": self._threads()}, 201

    def remove(self, number: int) -> Any:
        claims = bearer(self.parts.tokens.forum)
        if str(claims.get("role")) not in MODERATORS:
            raise Refusal("Only moderators remove a thread.", status=403)
        if not self.database.write("DELETE FROM threads WHERE id = ?", (number,)):
            raise Refusal("There is no such thread.", status=404)
        return {"removed": number}

    def _threads(self) -> list[Row]:
        return self.database.records("SELECT * FROM threads ORDER BY id")

    def _write(self, author: str, text: str) -> None:
        self.database.write("INSERT INTO threads (author, text) VALUES (?, ?)", (author, text))
