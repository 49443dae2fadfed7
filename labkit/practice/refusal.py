"""The site says no: what every route raises and the application turns into an answer."""

from collections.abc import Mapping
from typing import Any

from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import text

Body = Mapping[str, Any]


class Refusal(LabkitError):
    """The site says no: evidence holds the `status`, and `wait_s` where waiting would help."""

    @property
    def status(self) -> int:
        """The status that the answer has."""
        return int(str(self.evidence["status"]))

    @property
    def wait_s(self) -> float:
        """Seconds to wait before another attempt; 0 where nobody has to."""
        return float(str(self.evidence.get("wait_s", 0)))


def field(body: Body, name: str, *, at_most: int) -> str:
    """Return a field of a request that has to be there, as text of 1 to `at_most` characters.

    Raises:
        Refusal: It is missing, no text, or too long.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(f"The field {name} is missing.", status=400)
    if len(value) > at_most:
        raise Refusal(f"The field {name} takes {at_most} characters.", status=400)
    try:
        return text(value, name, at_most=at_most)
    except InvalidInput as error:
        raise Refusal(f"The field {name} holds what is no character.", status=400) from error
