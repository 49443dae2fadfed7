"""How a request reaches the practice site: by calling it in process, or on a loopback port."""

import http.client
import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from labkit.catalogue import SiteBroken
from labkit.errors import InvalidInput
from labkit.exchange import Request, Response

LOOPBACK = "127.0.0.1"
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Transport(Protocol):
    """Carries one request to the site and brings back the response."""

    def send(self, request: Request, peer: str) -> Response:
        """Send the request as coming from the address `peer`."""


@dataclass(frozen=True)
class InProcess:
    """Calls the application directly: no socket, the same every time."""

    application: Wsgi
    host: str
    scheme: str = "https"

    def send(self, request: Request, peer: str) -> Response:
        """Send the request as coming from the address `peer`.

        Raises:
            InvalidInput: It holds what no HTTP request can.
        """
        status: list[str] = []
        headers: list[tuple[str, str]] = []

        def start_response(line: str, fields: list[tuple[str, str]], *_: object) -> None:
            status.append(line)
            headers.extend(fields)

        chunks = self.application(self._environ(request, peer), start_response)
        body = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close:
            close()
        return Response(int(status[-1].split()[0]), tuple(headers), body)

    def _environ(self, request: Request, peer: str) -> dict[str, Any]:
        if any(map(_no_header, (request.method, request.path, *request.headers.values()))):
            raise _unsendable()
        path, _, query = request.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": peer,
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_HOST": self.host,
        }
        return environ | dict(_variable(name, value) for name, value in request.headers.items())


def _no_header(value: str) -> bool:
    return not value.isascii() or not value.isprintable()


def _unsendable() -> InvalidInput:
    return InvalidInput(
        "The request holds a character that HTTP cannot carry there.",
        remedy="In a path, write it as %XX (urllib.parse.quote); in a body anything goes.",
    )


def _variable(name: str, value: str) -> tuple[str, str]:
    key = name.upper().replace("-", "_")
    return (key if key == "CONTENT_TYPE" else f"HTTP_{key}"), value


@dataclass(frozen=True)
class OnLoopback:
    """Speaks HTTP to a server on this machine; there is no way to name another address."""

    port: int
    host: str

    def send(self, request: Request, peer: str) -> Response:  # noqa: ARG002 (the socket says it)
        """Send the request; the site sees 127.0.0.1 as the peer.

        Raises:
            InvalidInput: It holds what no HTTP request can.
            SiteBroken: Nobody answers.
        """
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        headers = {"Host": f"{self.host}:{self.port}", **request.headers}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            return Response(answer.status, tuple(answer.getheaders()), answer.read())
        except ValueError as error:  # a control character, or one that HTTP cannot carry
            raise _unsendable() from error
        except (OSError, http.client.HTTPException) as error:
            raise SiteBroken("The site on the port gives no answer.") from error
        finally:
            connection.close()
