"""Log in, second step, log out, profile, password, sessions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, redirect, render_template, request

from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import text
from labkit.practice.accounts import FULL, Accounts
from labkit.practice.answers import for_program
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal
from labkit.practice.routes.answers import (
    body,
    body_if_any,
    both,
    done,
    in_person,
    set_cookie,
    source,
    visitor,
)
from labkit.practice.routes.calendar import address
from labkit.practice.visitor import Visitor
from labkit.sessions import Session
from labkit.tokens import TokenError

MOST_PROFILE = 200  # characters in one field


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:
    """Enter the routes."""
    routes = _Account(parts, accounts)
    app.add_url_rule("/log-in", "log-in-page", routes.log_in_page)
    app.add_url_rule("/log-in/code", "code-page", routes.code_page)
    app.add_url_rule("/api/session", "session", routes.session)
    both(app, "/log-in", routes.log_in, "POST")
    both(app, "/log-in/code", routes.code, "POST")
    both(app, "/log-out", routes.log_out, "POST")
    app.add_url_rule("/profile", "profile", routes.profile, methods=["GET", "POST"])
    app.add_url_rule("/api/me", "me", routes.profile, methods=["GET", "POST", "PATCH"])
    both(app, "/password", routes.password, "POST")
    both(app, "/sessions/end-others", routes.end_others, "POST")


class _Account:
    def __init__(self, parts: Parts, accounts: Accounts) -> None:
        self.parts, self.accounts = parts, accounts

    def log_in_page(self) -> Any:
        if visitor().subject is not None:
            return redirect("/", 303)
        self._anonymous()
        return render_template("log_in.html")

    def code_page(self) -> Any:
        return render_template("code.html") if visitor().halfway else redirect("/log-in", 303)

    def session(self) -> Any:
        session_id = self._anonymous()
        who = visitor()
        level = who.session.level if who.session else "anonymous"
        return {"user": who.name, "level": level, "csrf_token": self._token(session_id)}

    def log_in(self) -> Any:
        old = visitor().session_id or None
        return self._entered(self.accounts.log_in(old, body(), source()))

    def code(self) -> Any:
        who = visitor()
        if who.session is None or who.session.user is None:
            raise Refusal("Give your password first.", status=401)
        return self._entered(self.accounts.second_step(who.session_id, who.session, body()))

    def log_out(self) -> Any:
        """End what the request came with: a session, or a bearer token with its refresh token."""
        who, refresh_token = visitor(), body_if_any().get("refresh_token")
        if who.claims is not None:
            self._take_back(who.claims)
        if who.session_id:
            self.parts.sessions.revoke(who.session_id)
        if isinstance(refresh_token, str):
            self._forget(refresh_token)
        set_cookie("session", "")
        return done("/log-in")

    def profile(self) -> Any:
        if request.method not in ("GET", "HEAD"):
            return self._change_profile()
        name, me = visitor().name, visitor().user_row(self.parts) or {}
        if for_program():
            return self.parts.serialiser.user(me, name)
        factor = self.parts.enrolment.secret(name) is not None
        where = [self._told(each) for each in self.parts.sessions.sessions_of(name)]
        calendar = address(self.parts, name)
        return render_template("profile.html", sessions=where, factor=factor, calendar=calendar)

    def password(self) -> Any:
        who = in_person()
        new_id = self.accounts.change_password(who.session_id, who.name, body(), source())
        set_cookie("session", new_id)
        token = self._token(new_id) if new_id else ""
        return done("/profile?done=password", csrf_token=token)

    def end_others(self) -> Any:
        """End every other session of this person's, and every token that a program holds."""
        who = in_person()
        self.accounts.end_tokens(who.name)
        ended = self.parts.sessions.revoke_all(who.name, keep=who.session_id)
        return done("/profile?done=sessions", ended=ended)

    def _change_profile(self) -> Any:
        writable = self.parts.profile_form.writable()
        values = {k: v for k, v in body().items() if k in writable and isinstance(v, str)}
        for name, value in values.items():
            if len(text(value, name, at_most=1 << 21)) > MOST_PROFILE:
                raise Refusal(f"The field {name} takes {MOST_PROFILE} characters.", status=400)
        if not values.get("shown_as", "?").strip():
            raise Refusal("Others have to see some name.", status=400)
        self.parts.gradebook.change_user(visitor().name, values)
        return done("/profile?done=profile", changed=sorted(values))

    def _take_back(self, claims: Mapping[str, Any]) -> None:
        try:
            self.parts.tokens.revocations.revoke(claims)
        except (TokenError, InvalidInput) as error:  # let in without a name or an end
            raise Refusal("The token cannot be taken back.", status=400) from error

    def _forget(self, refresh_token: str) -> None:
        try:
            self.parts.tokens.refresh.revoke(refresh_token)
        except LabkitError:
            return  # it opens nothing (any more)

    def _told(self, session: Session) -> tuple[str, bool]:
        since = datetime.fromtimestamp(session.created_at, UTC)
        now = visitor().session
        here = now is not None and now.id_hash == session.id_hash
        return f"Since {since.day} {since:%B %Y, %H:%M} UTC", here

    def _entered(self, session_id: str) -> Any:
        set_cookie("session", session_id)
        session = self.parts.sessions.look_up(session_id)
        if session is None or session.user is None:
            raise Refusal("Your session has ended. Log in again.", status=401)
        full = session.level == FULL
        if full:
            device = self.parts.log_in_throttle.trusted_devices.issue(session.user)
            set_cookie("device", device)
        to = "/" if full else "/log-in/code"
        return done(to, level=session.level, csrf_token=self._token(session_id))

    def _anonymous(self) -> str:
        if visitor().session_id:
            return visitor().session_id
        session_id = self.parts.sessions.open()
        set_cookie("session", session_id)
        g.visitor = Visitor(session_id, self.parts.sessions.look_up(session_id))
        return session_id

    def _token(self, session_id: str) -> str:
        return self.parts.csrf.token_for(session_id)
