"""A calendar of one's own appointments, at an address that holds a secret key."""

from typing import Any

from flask import Flask, Response, request

from labkit.practice.accounts import Accounts
from labkit.practice.calendar import icalendar
from labkit.practice.meter import WatchedBytes
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal
from labkit.practice.routes.answers import both, done, in_person


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:  # noqa: ARG001
    """Enter the routes."""
    routes = _Calendar(parts)
    app.add_url_rule("/calendar/<name>.ics", "calendar", routes.feed)
    app.add_url_rule("/api/calendar", "calendar-address", routes.address)
    both(app, "/calendar/key", routes.new_key, "POST")


def address(parts: Parts, name: str) -> str:
    """Return the address of somebody's calendar, key included."""
    row = parts.gradebook.user(name) or {}
    return f"/calendar/{name}.ics?key={row['feed_key']}"


class _Calendar:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._nobodys = parts.feed_key.new()

    def feed(self, name: str) -> Any:
        """Answer whoever knows the key; a wrong key and an unknown name answer alike."""
        row = self.parts.gradebook.user(name)
        active = row is not None and row["active"]
        expected = row["feed_key"] if row is not None and active else self._nobodys
        presented = request.args.get("key", "").encode("utf-8", "replace")
        watched = WatchedBytes(expected.encode()).watched_by(self.parts.meter)
        if not self.parts.feed_key.matches(presented, watched) or not active:
            raise Refusal("There is no calendar at this address.", status=404)
        text = icalendar(self.parts.gradebook.appointments(name))
        return Response(text, content_type="text/calendar; charset=utf-8")

    def address(self) -> Any:
        return {"address": address(self.parts, in_person().name)}

    def new_key(self) -> Any:
        name = in_person().name
        self.parts.gradebook.change_user(name, {"feed_key": self.parts.feed_key.new()})
        return done("/profile?done=calendar", address=address(self.parts, name))
