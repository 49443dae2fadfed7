"""What a visitor does with an account: log in, take the second step, change the password.

No framework here: values in, values out, and a `Refusal` with the status that the answer has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labkit.errors import LabkitError
from labkit.practice.gradebook import Row
from labkit.practice.parts import Parts
from labkit.sessions import Session

Body = Mapping[str, Any]


class Refusal(LabkitError):
    """The site says no: evidence holds the `status`, and `wait_s` where waiting would help."""

    @property
    def status(self) -> int:
        """The status that the answer has."""
        return int(str(self.evidence["status"]))


@dataclass(frozen=True)
class Accounts:
    """The account flows over the site's parts; as safe for threads as they are."""

    parts: Parts

    def log_in(self, old_id: str | None, body: Body, peer: str, headers: Mapping[str, str]) -> str:
        """Check name and password, and return the id of a new session.

        Raises:
            Refusal: Throttled, or the name or a password is wrong.
        """
        parts, name = self.parts, _text(body, "name")
        keys = parts.log_in_throttle.keys(name, peer, headers)
        self._admitted(parts.log_in_throttle.admit(keys, parts.clock()))
        user = self._user(name)
        password = self._matching(user, body)
        self._note("log-in", name, peer, password is not None)
        if user is None or password is None:
            status, said = parts.log_in.refusal(user is not None)
            raise Refusal(said, status=status)
        parts.log_in_throttle.on_success(name, peer, headers)
        self._rehash(user, password)
        return parts.sessions.log_in(old_id, name, level=parts.log_in.level_after_password(user))

    def second_step(self, session_id: str, session: Session, body: Body) -> str:
        """Check a code of the second step, and return the id of the full session.

        Raises:
            Refusal: Throttled, no code, or a wrong one.
        """
        parts = self.parts
        user = parts.second_step.subject(session.user or "", body)
        wait = parts.code_throttle.admit(parts.code_throttle.keys(user), parts.clock())
        self._admitted(wait)
        code = parts.second_step.code(body)
        if code is None or not self._code_right(user, code):
            raise Refusal("The code is wrong, old, or was used before.", status=401)
        parts.code_throttle.on_success(user)
        return parts.sessions.raise_level(session_id, "full")

    def change_password(self, session_id: str, user: str, body: Body) -> str:
        """Store a new password, end all other sessions, and return this one's new id.

        Raises:
            Refusal: The current password is wrong, or the policy refuses the new one.
        """
        parts = self.parts
        self.prove(user, "password:change", body, field="current")
        row = parts.gradebook.user(user) or {}
        problems = parts.password_policy.problems(_text(body, "new"), (user, row["shown_as"]))
        if problems:
            raise Refusal(f"{problems[0].sentence} {problems[0].remedy}", status=400)
        new = parts.hasher.hash(parts.password_policy.admit(_text(body, "new")))
        parts.gradebook.change_user(user, {"password_hash": new})
        parts.revocations.revoke_user(user)
        return parts.sessions.after_credential_change(user, session_id) or ""

    def prove(self, user: str, action: str, body: Body, *, field: str = "password") -> None:
        """Ask for the password once more where the action is a sensitive one.

        Raises:
            Refusal: It is, and the password in the body is wrong.
        """
        if not self.parts.step_up.required(action):
            return
        row = self._user(user)
        if self._matching(row, {"password": body.get(field)}) is None:
            raise Refusal("For this, give your current password.", status=403)

    def enrol(self, user: str, code: str) -> tuple[str, ...]:
        """Make the pending second factor active with its first code; return recovery codes.

        Raises:
            Refusal: The code is wrong.
        """
        if not self.parts.enrolment.confirm(user, code):
            raise Refusal("The code is wrong. Wait for the next one and try again.", status=400)
        return self.parts.recovery_codes.replace(user)

    def _user(self, name: str) -> Row | None:
        user = self.parts.gradebook.user(name)
        if user is None or not user["active"]:
            return None
        return user | {"second_factor": self.parts.enrolment.secret(name) is not None}

    def _matching(self, user: Row | None, body: Body) -> str | None:
        for password in self.parts.log_in.passwords_in(body):
            for form in self._forms(password):
                if self.parts.log_in.check(user, form):
                    return form
        return None

    def _forms(self, password: str) -> tuple[str, ...]:
        try:
            return self.parts.password_policy.forms(password)
        except LabkitError:
            return ("",)  # never stored; checked all the same, so that it costs the same

    def _rehash(self, user: Row, password: str) -> None:
        if self.parts.hasher.needs_rehash(user["password_hash"]):
            new = self.parts.hasher.hash(password)
            self.parts.gradebook.change_user(user["name"], {"password_hash": new})

    def _code_right(self, user: str, code: str) -> bool:
        secret = self.parts.enrolment.secret(user)
        if secret is None:
            return False
        if self.parts.totp.verify(user, secret, code) is not None:
            return True
        return self.parts.recovery_codes.consume(user, code)

    def _admitted(self, wait_s: float) -> None:
        if wait_s > 0:
            raise Refusal("Too many attempts. Wait, then try again.", status=429, wait_s=wait_s)

    def _note(self, event: str, name: str, peer: str, ok: bool) -> None:
        fields = {"event": event, "name": name, "peer": peer, "status": "ok" if ok else "refused"}
        self.parts.log.append(self.parts.log_line.render(fields))


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(f"The field {name} is missing.", status=400)
    return value
