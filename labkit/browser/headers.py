"""Security headers as data: what a site asks of browsers for each answer."""

import re
import secrets

from labkit.errors import InvalidInput

_nonce = re.compile(r"[A-Za-z0-9_-]{22,128}", re.ASCII).fullmatch


class SecurityHeaders:
    """Decides the headers of a site's answers; keeps no state, so thread-safe.

    Args:
        https: The site is served over https, so browsers shall never try http again.

    Examples:
        >>> headers = SecurityHeaders()
        >>> page = headers.for_page(nonce=headers.new_nonce())
        >>> page["X-Content-Type-Options"], page["Cache-Control"]
        ('nosniff', 'no-store')
    """

    def __init__(self, *, https: bool = False) -> None:
        if not isinstance(https, bool):
            raise InvalidInput("https is True or False.")
        self.https = https

    def new_nonce(self) -> str:
        """Return a nonce for the scripts of one answer: 128 random bits, base64url."""
        return secrets.token_urlsafe(16)

    def content_security_policy(self, nonce: str) -> str:
        """Return the policy: own resources only, and only the scripts that carry this nonce.

        A script that the site itself writes with the nonce still runs, whatever it holds: the
        policy is a second line behind escaping.

        Args:
            nonce: From `new_nonce`, a new one for each answer.

        Raises:
            InvalidInput: It is no such nonce.

        Source: W3C Content Security Policy Level 3.
        """
        if not isinstance(nonce, str) or not _nonce(nonce):
            raise InvalidInput(
                "The nonce must be 22 to 128 characters of base64url.",
                remedy="Take one from new_nonce().",
            )
        return (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )

    def referrer_policy(self) -> str:
        """Return what a link to another site tells about the page it stands on: nothing.

        "no-referrer" would be stricter, but then browsers send `Origin: null` with the site's own
        forms, and the origin check behind the CSRF token would refuse them.
        """
        return "same-origin"

    def cache_control(self, *, private: bool) -> str:
        """Return how long an answer may be kept: one made for one user, by nobody."""
        return "no-store" if private else "no-cache"

    def for_page(self, *, nonce: str, private: bool = True) -> dict[str, str]:
        """Return all headers for one answer.

        Args:
            nonce: From `new_nonce`, a new one for each answer.
            private: The answer depends on who asked.
        """
        headers = {
            "Content-Security-Policy": self.content_security_policy(nonce),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
            "Referrer-Policy": self.referrer_policy(),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": self.cache_control(private=private),
        }
        if self.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return headers
