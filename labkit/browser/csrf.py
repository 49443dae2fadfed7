"""Forged requests: another site makes the victim's browser act inside the victim's session."""

import hmac
import secrets
from collections.abc import Mapping

from labkit.encoding import base64url, from_base64url
from labkit.errors import InvalidInput
from labkit.inputs import octets, text

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NONCE_BYTES = 16
TOKEN_CHARACTERS = 64  # base64url of 16 + 32 bytes
MOST_HEADERS = 256


class CsrfGuard:
    """Issues and checks CSRF tokens that are bound to one session; keeps no state, so thread-safe.

    A token is a nonce and the HMAC-SHA256 of session and nonce. The nonce makes each one different,
    so that a compressed page does not give it away byte by byte. A token lives as long as its
    session id; since log-in changes that, a token noted before log-in is worthless after it.

    It does not help against a script that runs in the site's own pages: that can read the token.

    Args:
        key: At least 32 random bytes, the same on every server of the site.

    Examples:
        >>> guard = CsrfGuard(b"k" * 32)
        >>> token = guard.token_for("session-id")
        >>> guard.token_ok(token, "session-id"), guard.token_ok(token, "another")
        (True, False)
    """

    def __init__(self, key: bytes) -> None:
        self._key = octets(key, "CSRF key", at_least=32, at_most=1024)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key=<hidden>)"

    def token_for(self, session_id: str) -> str:
        """Return a new token for the forms of this session: 64 characters of base64url."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64url(nonce + self._mac(nonce, _session_id(session_id)))

    def token_ok(self, sent: str | None, session_id: str) -> bool:
        """Return whether `sent` is a token made for this session; a missing one never is.

        It compares in constant time.

        Args:
            sent: What the form or the header carried, of whatever type a body can hold.
            session_id: The id of the session that the request belongs to.

        Raises:
            InvalidInput: The session id is no str, or empty.
        """
        checked = _session_id(session_id)
        if not isinstance(sent, str) or len(sent) != TOKEN_CHARACTERS:
            return False
        try:
            token = from_base64url(sent)
        except InvalidInput:
            return False
        nonce, mac = token[:NONCE_BYTES], token[NONCE_BYTES:]
        return hmac.compare_digest(mac, self._mac(nonce, checked))

    def needs_check(self, method: str, path: str) -> bool:
        """Return whether a request needs a token: every method that may change something.

        Log-in is no exception: without a check a victim can be logged in to the attacker's account.

        Args:
            method: As sent; methods are case-sensitive (RFC 9110 §9.1), so "get" is not GET.
            path: The request's path.
        """
        text(path, "path", at_most=1 << 16)
        return text(method, "method", at_most=1 << 10) not in SAFE_METHODS

    def origin_ok(self, headers: Mapping[str, str], own_origin: str) -> bool:
        """Return whether nothing in the headers says that another origin caused the request.

        A second line behind the token: browsers write these headers and scripts cannot. A client
        that sends neither (no browser, or an old one) passes here and meets the token.

        Args:
            headers: The request's headers, names in any case.
            own_origin: Scheme, host and port, such as "https://gradebook.example".
        """
        own = text(own_origin, "own origin", at_least=1)
        site, origin = _values(headers, "sec-fetch-site"), _values(headers, "origin")
        return all(each in ("same-origin", "none") for each in site) and all(
            each == own for each in origin
        )

    def _mac(self, nonce: bytes, session_id: str) -> bytes:
        # Nonce first and of fixed length: no two pairs give the same message.
        return hmac.digest(self._key, b"labkit csrf\0" + nonce + session_id.encode(), "sha256")


def _session_id(session_id: str) -> str:
    return text(session_id, "session id", at_least=1)


def _values(headers: Mapping[str, str], name: str) -> list[str]:
    if not isinstance(headers, Mapping) or len(headers) > MOST_HEADERS:
        raise InvalidInput(f"The headers are a mapping of at most {MOST_HEADERS} names.")
    return [value for key, value in headers.items() if isinstance(key, str) and key.lower() == name]
