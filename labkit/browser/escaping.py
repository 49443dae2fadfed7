"""Escaping: what a user wrote is shown and never becomes part of the page's code."""

import re

from labkit.browser.errors import UnsafeUrl
from labkit.encoding import escaped
from labkit.errors import InvalidInput

MOST_TEXT = 1 << 20
MOST_URL = 8192
SCHEMES = frozenset({"http", "https", "mailto"})
# No link, no code, no style, and nothing that a script finds elements or globals by.
PLAIN_ATTRIBUTES = frozenset({"alt", "aria-label", "placeholder", "title", "value"})

# A browser drops tabs and line ends inside a URL and reads a backslash as a slash.
_doubtful = re.compile(
    r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
).search
# Whatever stands before the first ":" in the first segment is taken for a scheme, as browsers do.
_scheme = re.compile(r"([^:/?#]*):").match

Shown = str | int | float


class Escaper:
    """Makes values safe for the place in a page where they stand; keeps no state, so thread-safe.

    Each method is for one place: an element's text or a quoted attribute (`text`), or an attribute
    that holds a link (`url`). None is for a script, a style, a comment or an unquoted attribute.
    """

    def text(self, value: Shown) -> str:
        """Return the value for an element's text or a quoted attribute.

        What cannot be seen (control characters, bidirectional overrides, half a surrogate pair) is
        spelled out.

        Raises:
            InvalidInput: It is no str, int or float, or over a million characters.

        Examples:
            >>> Escaper().text("<img src=x onerror='alert(1)'>")
            '&lt;img src=x onerror=&#x27;alert(1)&#x27;&gt;'
        """
        return escaped(_shown(value))

    def attribute(self, name: str, value: Shown) -> str:
        """Return `name="value"`, quoted, for an attribute that only shows text.

        Raises:
            InvalidInput: The attribute does more than that, or `text` refuses the value.

        Examples:
            >>> Escaper().attribute("title", 'a "b"')
            'title="a &quot;b&quot;"'
        """
        if not isinstance(name, str) or name not in PLAIN_ATTRIBUTES:
            raise InvalidInput(
                "This is no attribute that only shows text.",
                remedy=f"Take one of {', '.join(sorted(PLAIN_ATTRIBUTES))}, or url() for a link.",
            )
        return f'{name}="{self.text(value)}"'

    def url(self, value: str) -> str:
        """Return a link for a quoted attribute: http, https, mailto, or relative.

        A relative one may be "//host/path", which leads to another site as "https:" does.

        Raises:
            UnsafeUrl: Another scheme, a space, a backslash or what cannot be seen.

        Examples:
            >>> Escaper().url("/grades?class=2&sort=name")
            '/grades?class=2&amp;sort=name'
            >>> Escaper().url("javascript:alert(1)")
            Traceback (most recent call last):
                ...
            labkit.browser.errors.UnsafeUrl: The link has another scheme. Take http:, ...
        """
        if not isinstance(value, str) or len(value) > MOST_URL:
            raise UnsafeUrl(f"A link is a str of at most {MOST_URL} characters.")
        if _doubtful(value):
            raise UnsafeUrl(
                "The link holds a space, a backslash or a character that cannot be seen."
            )
        scheme = _scheme(value)
        if scheme and scheme[1].lower() not in SCHEMES:
            raise UnsafeUrl("The link has another scheme.")
        return escaped(value)


def _shown(value: Shown) -> Shown:
    if not isinstance(value, str | int | float):
        raise InvalidInput(f"A page shows a str, int or float, not {type(value).__name__}.")
    if isinstance(value, str) and len(value) > MOST_TEXT:
        raise InvalidInput(f"The text has {len(value)} characters; a page shows {MOST_TEXT}.")
    if isinstance(value, int) and value.bit_length() > 4096:
        raise InvalidInput("The number has more than 4096 bits.")
    return value
