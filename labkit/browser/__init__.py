"""What is about the web and knows no framework: cookies, CSRF tokens, escaping, headers."""

from labkit.browser.cookies import CookieAttributes, CookiePolicy, read_cookies
from labkit.browser.csrf import CsrfGuard
from labkit.browser.errors import BrowserError, CookieRefused, UnsafeUrl
from labkit.browser.escaping import Escaper
from labkit.browser.headers import SecurityHeaders

__all__ = [
    "BrowserError",
    "CookieAttributes",
    "CookiePolicy",
    "CookieRefused",
    "CsrfGuard",
    "Escaper",
    "SecurityHeaders",
    "UnsafeUrl",
    "read_cookies",
]
