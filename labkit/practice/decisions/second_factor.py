"""The second step's decisions: whose code it is, and which code was given."""

from collections.abc import Callable, Mapping
from typing import Any


class SecondStep:
    """Reads a request for the second step; safe for threads, for it keeps no state."""

    def subject(self, session_user: str, body: Mapping[str, Any]) -> str:  # noqa: ARG002
        """Return whose code is checked: the user of the session, whatever the body names."""
        return session_user

    def code(self, body: Mapping[str, Any]) -> str | None:
        """Return the code that was given, or None where there is none that is text."""
        code = body.get("code")
        return code if isinstance(code, str) and code else None

    def passed(self, body: Mapping[str, Any], right: Callable[[str], bool]) -> bool:
        """Return whether the step is done: a code was given, and it is right.

        Args:
            body: The request's fields.
            right: Checks a code and uses it up.
        """
        code = self.code(body)
        return code is not None and right(code)
