"""What a visitor does with an account: log in, take the second step, change the password.

No framework here: values in, values out, and a `Refusal` with the status that the answer has.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from labkit.errors import InvalidInput, LabkitError
from labkit.practice.gradebook import Row
from labkit.practice.parts import Parts
from labkit.practice.refusal import Body, Refusal, field
from labkit.sessions import Session

MOST_NAME = 256
MOST_CODE = 256
FULL = "full"


@dataclass(frozen=True)
class Source:
    """Where a request came from: the peer's address, and the headers that it sent."""

    peer: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Accounts:
    """The account flows over the site's parts; as safe for threads as they are."""

    parts: Parts

    def log_in(self, old_id: str | None, body: Body, source: Source) -> str:
        """Check name and password, and return the id of a new session.

        Raises:
            Refusal: Throttled, or the name or a password is wrong.
            SessionNotFound: Another request took the old session.
        """
        parts, name = self.parts, field(body, "name", at_most=MOST_NAME)
        user = self._user(name)
        password = self._attempt(name, user, body, source)
        self._note("log-in", user, source, body, ok=password is not None)
        if user is None or password is None:
            status, said = parts.log_in.refusal(user is not None)
            raise Refusal(said, status=status)
        self._rehash(user, password)
        return parts.sessions.log_in(old_id, name, level=parts.log_in.level_after_password(user))

    def second_step(self, session_id: str, session: Session, body: Body) -> str:
        """Check a code of the second step, and return the id of the full session.

        Raises:
            Refusal: Throttled, no code, or a wrong one.
            SessionNotFound: The session has ended, or another request took it.
        """
        user = self.parts.second_step.subject(session.user or "", body)
        if not self._code_passes(user, body):
            raise Refusal("The code is wrong, old, or was used before.", status=401)
        return self.parts.sessions.raise_level(session_id, FULL)

    def change_password(self, session_id: str, user: str, body: Body, source: Source) -> str:
        """Store a new password, end everything that the old one opened, but this session.

        Returns:
            This session's new id; "" if another request ended it meanwhile.

        Raises:
            Refusal: The current password is wrong, or the policy refuses the new one.
        """
        parts = self.parts
        self.prove(user, "password:change", body, source, named="current")
        shown_as = (parts.gradebook.user(user) or {}).get("shown_as", "")
        typed = field(body, "new", at_most=1 << 20)
        problems = parts.password_policy.problems(typed, (user, shown_as))
        if problems:
            raise Refusal(f"{problems[0].sentence} {problems[0].remedy}", status=400)
        new = parts.hasher.hash(parts.password_policy.admit(typed))
        parts.gradebook.change_user(user, {"password_hash": new})
        self.end_tokens(user)
        return parts.sessions.after_credential_change(user, session_id) or ""

    def prove(
        self, user: str, action: str, body: Body, source: Source, *, named: str = "password"
    ) -> None:
        """Ask for the password, and a code where a factor is active, before a sensitive action.

        That the session is young is no proof: a stolen one can be young too.

        Args:
            user: Who is logged in.
            action: What they want, as `StepUp` names it.
            body: The request's fields; `code` holds the code.
            source: Where it came from: guesses here count like guesses at the log-in.
            named: The field that holds the password.

        Raises:
            Refusal: A proof is missing or wrong, or there were too many attempts.
        """
        if not self.parts.step_up.required(action):
            return
        row = self._user(user)
        if self._attempt(user, row, {"password": body.get(named)}, source) is None:
            raise Refusal("For this, give your current password.", status=403)
        if row is not None and row["second_factor"] and not self._code_passes(user, body):
            raise Refusal("For this, give a code of your second factor.", status=403)

    def enrol(self, user: str, body: Body) -> tuple[str, ...]:
        """Make the pending second factor active with its first code; return recovery codes.

        Raises:
            Refusal: The code is wrong.
            NothingToConfirm: No enrolment waits for a code.
        """
        if not self.parts.enrolment.confirm(user, field(body, "code", at_most=MOST_CODE)):
            raise Refusal("The code is wrong. Wait for the next one and try again.", status=400)
        return self.parts.recovery_codes.replace(user)

    def end_tokens(self, user: str) -> None:
        """Take back every token of the user, for programs and to refresh with."""
        self.parts.tokens.revocations.revoke_user(user)
        self.parts.tokens.refresh.revoke_user(user)

    def _user(self, name: str) -> Row | None:
        user = self.parts.gradebook.user(name)
        if user is None or not user["active"]:
            return None
        return user | {"second_factor": self.parts.enrolment.secret(name) is not None}

    def _attempt(self, name: str, user: Row | None, body: Body, source: Source) -> str | None:
        throttle = self.parts.log_in_throttle
        keys = throttle.keys(name, source.peer, source.headers)
        _admitted(throttle.admit(keys, self.parts.clock()))
        password = self._matching(user, body)
        if user is not None and password is not None:
            throttle.on_success(name, source.peer, source.headers)
        return password

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

    def _code_passes(self, user: str, body: Body) -> bool:
        throttle = self.parts.code_throttle
        _admitted(throttle.admit(throttle.keys(user), self.parts.clock()))
        passed = self.parts.second_step.passed(body, lambda code: self._code_right(user, code))
        if passed:
            throttle.on_success(user)
        return passed

    def _code_right(self, user: str, code: str) -> bool:
        secret = self.parts.enrolment.secret(user)
        if secret is None or len(code) > MOST_CODE:
            return False
        try:
            if self.parts.totp.verify(user, secret, code) is not None:
                return True
            return self.parts.recovery_codes.consume(user, code)
        except InvalidInput:  # half a surrogate pair is a wrong code
            return False

    def _note(self, event: str, user: Row | None, source: Source, body: Body, *, ok: bool) -> None:
        # The name of nobody is not noted: it may be a password typed into the wrong field.
        name = user["name"] if user else "(unknown)"
        told = {"event": event, "name": name, "peer": source.peer}
        status = "ok" if ok else "refused"
        line = told | {"status": status, "password": body.get("password"), "user": user}
        self.parts.log.append(self.parts.log_line.render(line))


def _admitted(wait_s: float) -> None:
    if wait_s == float("inf"):
        raise Refusal(
            "Too many attempts. Use a device that you have logged in from before, or ask the"
            " office.",
            status=429,
        )
    if wait_s > 0:
        raise Refusal("Too many attempts. Wait, then try again.", status=429, wait_s=wait_s)
