"""How the site's code fetches from an address: from this machine and from nowhere else.

Nothing of the secure site fetches anything. A mistake that believes an address in a token does, and
what an attacker writes there must not lead out of the machine.
"""

import http.client
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import text
from labkit.practice.transport import LOOPBACK

MOST_BYTES = 1 << 16
PATIENCE_S = 2.0
PIECE_BYTES = 1 << 12


class NotFetched(LabkitError):
    """Nothing came from that address."""


def fetch(url: str) -> bytes:
    """Return what an http server of this machine answers; redirects are not followed.

    Args:
        url: An address under 127.0.0.1 or a name that ends in ".localhost"; whatever the name
            says, the connection goes to 127.0.0.1.

    Raises:
        NotFetched: Another address, nobody there, no 200, more than 64 KiB, or too slow.
    """
    host, port, path = _taken_apart(url)
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE_S)
    end = time.monotonic() + PATIENCE_S
    late = threading.Timer(PATIENCE_S, _hang_up, (connection,))
    late.daemon = True
    late.start()
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        answer = connection.getresponse()
        data = _body(answer, end)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetched("Nobody answers at that address.") from error
    finally:
        late.cancel()
        connection.close()
    if answer.status != 200 or len(data) > MOST_BYTES:
        raise NotFetched("The answer is none to use.", status=answer.status)
    return data


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """End a connection whose headers trickle: its own time-out begins anew with each byte."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, end: float) -> bytes:
    """Read to the end, and no further than one byte too much: a trickle must not hold the site."""
    data = b""
    while time.monotonic() <= end:
        piece = answer.read1(PIECE_BYTES)
        data += piece
        if not piece or len(data) > MOST_BYTES:
            return data
    raise NotFetched("The answer comes too slowly.")


def _taken_apart(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(text(url, "address", at_most=2048))
        host, port = parts.hostname or "", parts.port or 80
    except (ValueError, InvalidInput) as error:
        raise NotFetched("That is no address.") from error
    if parts.scheme != "http" or not (host == LOOPBACK or host.endswith(".localhost")):
        raise NotFetched("Only http addresses of this machine are fetched.")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
