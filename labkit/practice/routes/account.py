"""Log in, second step, log out, profile, password, second factor, sessions."""

import base64
from functools import partial
from typing import Any

from flask import Flask, g, render_template, request

from labkit.practice.accounts import Accounts, Refusal
from labkit.practice.parts import Parts
from labkit.practice.routes.answers import api, body, both, done, set_session, shown, visitor
from labkit.practice.visitor import Visitor
from labkit.second_factor import qr_png


def register(app: Flask, parts: Parts, accounts: Accounts) -> None:
    """Enter the routes."""
    routes = _Account(parts, accounts)
    app.add_url_rule("/log-in", "log-in-page", routes.log_in_page)
    app.add_url_rule("/log-in/code", "code-page", partial(render_template, "code.html"))
    app.add_url_rule("/api/session", "session", routes.session)
    both(app, "/log-in", routes.log_in, "POST")
    both(app, "/log-in/code", routes.code, "POST")
    both(app, "/log-out", routes.log_out, "POST")
    app.add_url_rule("/profile", "profile", routes.profile, methods=["GET", "POST"])
    app.add_url_rule("/api/me", "me", routes.profile, methods=["GET", "POST", "PATCH"])
    both(app, "/password", routes.password, "POST")
    both(app, "/second-factor", routes.second_factor, "GET", "POST")
    both(app, "/second-factor/confirm", routes.confirm, "POST")
    both(app, "/second-factor/remove", routes.remove, "POST")
    both(app, "/sessions/end-others", routes.end_others, "POST")


class _Account:
    def __init__(self, parts: Parts, accounts: Accounts) -> None:
        self.parts, self.accounts = parts, accounts

    def log_in_page(self) -> Any:
        self._anonymous()
        return render_template("log_in.html")

    def session(self) -> Any:
        session_id = self._anonymous()
        who = visitor()
        level = who.session.level if who.session else "anonymous"
        return {"user": who.name, "level": level, "csrf_token": self._token(session_id)}

    def log_in(self) -> Any:
        old = visitor().session_id or None
        peer = request.remote_addr or ""
        session_id = self.accounts.log_in(old, body(), peer, dict(request.headers))
        return self._entered(session_id)

    def code(self) -> Any:
        who = visitor()
        if who.session is None or who.session.user is None:
            raise Refusal("Give your password first.", status=401)
        return self._entered(self.accounts.second_step(who.session_id, who.session, body()))

    def log_out(self) -> Any:
        if visitor().session_id:
            self.parts.sessions.revoke(visitor().session_id)
        set_session("")
        return done("/log-in")

    def profile(self) -> Any:
        if request.method != "GET":
            return self._change_profile()
        name, me = visitor().name, visitor().user_row(self.parts) or {}
        where = [
            f"{s.level}, since {s.created_at:.0f}" for s in self.parts.sessions.sessions_of(name)
        ]
        if api():
            return self.parts.serialiser.user(me, name)
        factor = self.parts.enrolment.state(name) == "active"
        return render_template("profile.html", sessions=where, factor=factor)

    def password(self) -> Any:
        self._full_session()
        new_id = self.accounts.change_password(visitor().session_id, visitor().name, body())
        set_session(new_id)
        return done("/profile", csrf_token=self._token(new_id))

    def second_factor(self) -> Any:
        name = visitor().name
        if request.method == "POST":
            self._full_session()
            self.accounts.prove(name, "factor:add", body())
            self.parts.enrolment.begin(name)
        state = self.parts.enrolment.state(name)
        pending = self._pending(name) if state == "pending" else None
        return shown("second_factor.html", state=state, pending=pending, codes=())

    def confirm(self) -> Any:
        self._full_session()
        codes = self.accounts.enrol(visitor().name, str(body().get("code", "")))
        return shown("second_factor.html", state="active", pending=None, codes=codes)

    def remove(self) -> Any:
        self._full_session()
        self.accounts.prove(visitor().name, "factor:remove", body())
        self.parts.enrolment.remove(visitor().name)
        return done("/second-factor", state="none")

    def end_others(self) -> Any:
        self._full_session()
        ended = self.parts.sessions.revoke_all(visitor().name, keep=visitor().session_id)
        return done("/profile", ended=ended)

    def _change_profile(self) -> Any:
        writable = self.parts.profile_form.writable()
        values = {k: v for k, v in body().items() if k in writable and isinstance(v, str)}
        if any(len(value) > 200 for value in values.values()):
            raise Refusal("That is too long: 200 characters are taken.", status=400)
        self.parts.gradebook.change_user(visitor().name, values)
        return done("/profile", changed=sorted(values))

    def _pending(self, name: str) -> dict[str, str]:
        waiting = self.parts.enrolment.show(name)
        png = base64.b64encode(qr_png(waiting.uri)).decode()
        return {"secret": waiting.base32, "uri": waiting.uri, "png": png}

    def _entered(self, session_id: str) -> Any:
        set_session(session_id)
        session = self.parts.sessions.look_up(session_id)
        level = session.level if session else "anonymous"
        to = "/log-in/code" if level == "password" else "/"
        return done(to, level=level, csrf_token=self._token(session_id))

    def _anonymous(self) -> str:
        if visitor().session_id:
            return visitor().session_id
        session_id = self.parts.sessions.open()
        set_session(session_id)
        g.visitor = Visitor(session_id, self.parts.sessions.look_up(session_id))
        return session_id

    def _full_session(self) -> None:
        # A bearer token reads and writes grades; the account itself takes the person's session.
        if visitor().session is None:
            raise Refusal("Log in with your password for this.", status=403)

    def _token(self, session_id: str) -> str:
        return self.parts.csrf.token_for(session_id)
