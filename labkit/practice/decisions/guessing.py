"""The log-in flow's decisions: which passwords are tried, and what a refusal gives away."""

import secrets
from collections.abc import Mapping
from typing import Any

from labkit.errors import LabkitError
from labkit.passwords.hashing import Hasher


class LogIn:
    """Checks a name and a password; safe for threads, for it keeps no state.

    Args:
        hasher: What stored passwords are checked with.
        dummy: What it made of a password that nobody knows; a new one without it.
    """

    def __init__(self, hasher: Hasher, *, dummy: str | None = None) -> None:
        self.hasher = hasher
        self._dummy = dummy or hasher.hash(secrets.token_urlsafe(12))

    def passwords_in(self, body: Mapping[str, Any]) -> list[str]:
        """Return the passwords that a request asks to try: one, and only if it is text."""
        password = body.get("password")
        return [password] if isinstance(password, str) else []

    def check(self, user: Mapping[str, Any] | None, password: str) -> bool:
        """Return whether the password is the user's.

        An unknown name costs the same hash as a known one (ASVS 6.3.8). What remains: a row under
        an older scheme costs that scheme's time until its owner logs in again.
        """
        stored = user["password_hash"] if user else self._dummy
        return self._verified(password, stored) and user is not None

    def refusal(self, known: bool) -> tuple[int, str]:  # noqa: ARG002 (a mistake reads it)
        """Return status and text for a log-in that failed: the same for every name."""
        return 401, "The name or the password is wrong."

    def level_after_password(self, user: Mapping[str, Any]) -> str:
        """Return how far a right password alone carries: "full", or "password" before step two."""
        return "password" if user["second_factor"] else "full"

    def _verified(self, password: str, stored: str) -> bool:
        try:
            return self.hasher.verify(password, stored)
        except LabkitError:
            self.hasher.verify("", self._dummy)
            return False
