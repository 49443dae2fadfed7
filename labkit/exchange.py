"""What passes between a client and a site: requests and responses as plain, frozen data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from labkit.encoding import brief, printable
from labkit.errors import InvalidInput

SHOWN_BODY, SHOWN_LINE = 2000, 96
MOST_CHARACTERS = 1 << 20


@dataclass(frozen=True)
class Request:
    """One HTTP request, before it is sent. `path` is sent as written: nothing tidies it.

    Raises:
        InvalidInput: A part of it is of another type, or too long.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self) -> None:
        _str(self.method, "method")
        _str(self.path, "path")
        if not isinstance(self.headers, Mapping):
            raise InvalidInput(f"The headers are a mapping, not {brief(self.headers)}.")
        for name, value in self.headers.items():
            _str(name, "name of a header")
            _str(value, "value of a header")
        if not isinstance(self.body, bytes):
            raise InvalidInput(
                f"The body must be bytes, not {brief(self.body)}.",
                remedy="Request.of_json and Request.form make it from values.",
            )

    @classmethod
    def form(cls, path: str, fields: Mapping[str, str], **headers: str) -> "Request":
        """Return a POST as a browser's form sends it.

        Raises:
            InvalidInput: The fields are no mapping, or hold what a form cannot say.
        """
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            body = urlencode({**fields}).encode()
        except (TypeError, ValueError) as error:
            raise InvalidInput(
                f"A form cannot say {brief(fields)} as it is.",
                remedy="It has a mapping from text to text.",
            ) from error
        return cls("POST", path, kind | headers, body)

    @classmethod
    def of_json(cls, method: str, path: str, value: object, **headers: str) -> "Request":
        """Return a request with a JSON body.

        Raises:
            InvalidInput: JSON cannot say the value.
        """
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            body = json.dumps(value).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidInput(
                f"JSON cannot say {brief(value)} as it is.",
                remedy="It has None, bool, int, float, str, and lists and dicts of them.",
            ) from error
        return cls(method, path, kind | headers, body)

    def having(self, **headers: str) -> "Request":
        """Return the same request with these headers too."""
        return replace(self, headers={**self.headers, **headers})


@dataclass(frozen=True)
class Response:
    """One HTTP response, read to its end."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 show as the replacement character."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def header(self, name: str) -> str:
        """Return the first header of that name, in any case, or ""."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Exchange:
    """A request with its response, and who sent it. Its text shows what went over the wire."""

    who: str
    request: Request
    response: Response

    def __str__(self) -> str:
        asked = f"{self.request.method} {self.request.path}"
        return f"{_line(self.who)}: {_cut(_line(asked))} → {self.response.status}"

    def wire(self) -> str:
        """Return both messages as text, each body cut after 2000 characters."""
        return f"{self._asked()}\n\n{self._answered()}"

    def _asked(self) -> str:
        lines = [_line(f"{self.request.method} {self.request.path} HTTP/1.1")]
        lines += [_line(f"{name}: {value}") for name, value in self.request.headers.items()]
        return _message(lines, self.request.body)

    def _answered(self) -> str:
        lines = [f"HTTP/1.1 {self.response.status}"]
        lines += [_line(f"{name}: {value}") for name, value in self.response.headers]
        return _message(lines, self.response.body)


def _str(value: object, what: str) -> None:
    """Refuse what is no text; which characters HTTP can carry, only sending shows."""
    if not isinstance(value, str):
        raise InvalidInput(f"The {what} must be a str, not {brief(value)}.")
    if len(value) > MOST_CHARACTERS:
        raise InvalidInput(f"The {what} has over {MOST_CHARACTERS} characters.")


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def _cut(line: str) -> str:
    """A token in an address fills lines; the whole of it stands in what went over the wire."""
    return line if len(line) <= SHOWN_LINE else f"{line[: SHOWN_LINE - 16]} … {line[-12:]}"


def _message(lines: list[str], body: bytes) -> str:
    text = body[:SHOWN_BODY].decode("utf-8", "replace")
    cut = " …" if len(body) > SHOWN_BODY else ""
    return "\n".join([*lines, "", *(printable(line) for line in text.splitlines())]) + cut
