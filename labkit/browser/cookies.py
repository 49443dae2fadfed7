"""Cookies: their attributes as data, one strict writer and one strict reader."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from labkit.browser.errors import CookieRefused
from labkit.inputs import text, whole

SameSite = Literal["Strict", "Lax", "None"]

# RFC 6265bis §5.6: a browser ignores a cookie whose name and value have more octets than this.
MOST_OCTETS = 4096
# RFC 6265bis §5.5: browsers cut a longer life to 400 days.
LONGEST_LIFE_S = 400 * 86400
MOST_HEADER = 16384

_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII).fullmatch
_octets = re.compile(r'[!#-+\--:<-\[\]-~]*|"[!#-+\--:<-\[\]-~]*"', re.ASCII).fullmatch
_path = re.compile(r"/[ -:<-~]*", re.ASCII).fullmatch
_unseen = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search


@dataclass(frozen=True)
class CookieAttributes:
    """What a site asks of browsers for one cookie; it never has a Domain.

    Args:
        name: The whole name, with its prefix.
        http_only: Scripts cannot read it (they can still act while it is sent).
        secure: It travels over https only, and to loopback where a browser counts that as safe.
        same_site: Whether it goes along with requests that another site causes: "Strict" never,
            "Lax" only when the user follows a link, "None" always.
        path: Paths that begin so get it; no wall between applications of one host.
        max_age_s: Its life in seconds; None until the browser closes, 0 to delete it.
    """

    name: str
    http_only: bool = True
    secure: bool = True
    same_site: SameSite = "Lax"
    path: str = "/"
    max_age_s: int | None = None


class CookiePolicy:
    """Decides the attributes of a site's cookies and writes their headers; safe for threads.

    The `__Host-` prefix makes the browser itself refuse the cookie without Secure, with a Domain,
    or for another path, so a sibling host cannot plant one of that name.

    Args:
        max_age_s: The cookies' life in seconds; None until the browser closes.

    Examples:
        >>> CookiePolicy().header("session", "abc")
        '__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax'

    Source: RFC 6265bis §4.1.
    """

    def __init__(self, *, max_age_s: int | None = None) -> None:
        self.max_age_s = max_age_s if max_age_s is None else _life(max_age_s)

    def attributes(self, name: str) -> CookieAttributes:
        """Return the attributes of the cookie that the site calls `name`."""
        return CookieAttributes(name=f"__Host-{_name(name)}", max_age_s=self.max_age_s)

    def header(self, name: str, value: str) -> str:
        """Return the value of a Set-Cookie header.

        Args:
            name: The cookie as the site calls it, without a prefix.
            value: Printable ASCII without space, comma, semicolon, backslash and inner quotes.

        Raises:
            CookieRefused: The name, the value or the attributes would not survive every browser.
        """
        return _rendered(self.attributes(name), value, None)

    def removal(self, name: str) -> str:
        """Return the value of a Set-Cookie header that makes the browser forget the cookie.

        It asks the browser only: end the session on the server too.
        """
        return _rendered(self.attributes(name), "", 0)


def read_cookies(header: str) -> dict[str, str]:
    """Read a Cookie request header.

    A pair that no strict server writes is left out, since other applications of the same host (on
    any port) set cookies too. So is a name that comes twice: their order tells nothing about who
    set which, and a sibling host may have planted one.

    Args:
        header: The header's value, at most 16 384 characters.

    Returns:
        Values by name; a value in quotes keeps them.

    Raises:
        CookieRefused: It is no str, too long, or holds a control character.

    Examples:
        >>> read_cookies("__Host-session=abc; theme=dark; theme=light")
        {'__Host-session': 'abc'}

    Source: RFC 6265bis §4.2.
    """
    if not isinstance(header, str) or len(header) > MOST_HEADER:
        raise CookieRefused(f"A Cookie header is a str of at most {MOST_HEADER} characters.")
    if _unseen(header):
        raise CookieRefused("The Cookie header holds a control character.")
    pairs = [part.strip(" \t").partition("=") for part in header.split(";")]
    times = Counter(name for name, _, _ in pairs)
    return {
        name: value
        for name, equals, value in pairs
        if equals and times[name] == 1 and _token(name) and _octets(value)
    }


def _rendered(attributes: CookieAttributes, value: str, max_age_s: int | None) -> str:
    _check(attributes)
    if not isinstance(value, str) or not _octets(value):
        raise CookieRefused(
            "The cookie's value holds a character that cookies cannot carry.",
            remedy="Encode it as base64url first.",
        )
    if len(attributes.name) + len(value) > MOST_OCTETS:
        raise CookieRefused(
            f"The cookie has more than {MOST_OCTETS} octets, so browsers would ignore it.",
            remedy="Keep the data on the server, under the session.",
        )
    life = attributes.max_age_s if max_age_s is None else max_age_s
    parts = [f"{attributes.name}={value}", f"Path={attributes.path}"]
    parts += [] if life is None else [f"Max-Age={_life(life)}"]
    parts += ["Secure"] if attributes.secure else []
    parts += ["HttpOnly"] if attributes.http_only else []
    return "; ".join([*parts, f"SameSite={attributes.same_site}"])


def _check(attributes: CookieAttributes) -> None:
    name = _name(attributes.name).lower()  # browsers compare the prefixes without case
    if not isinstance(attributes.path, str) or not _path(attributes.path[:1025]):
        raise CookieRefused("A cookie's path begins with / and holds no control character or ';'.")
    if len(attributes.path) > 1024:
        raise CookieRefused("A cookie's path has at most 1024 characters.")
    if attributes.same_site not in ("Strict", "Lax", "None"):
        raise CookieRefused("SameSite is Strict, Lax or None.")
    if not attributes.secure and attributes.same_site == "None":
        raise CookieRefused("Browsers refuse SameSite=None without Secure.")
    if not attributes.secure and name.startswith(("__host-", "__secure-")):
        raise CookieRefused("Browsers refuse a __Host- or __Secure- cookie without Secure.")
    if attributes.path != "/" and name.startswith("__host-"):
        raise CookieRefused("Browsers refuse a __Host- cookie with a path other than /.")


def _name(name: str) -> str:
    if not _token(text(name, "cookie's name", at_least=1, at_most=256)):
        raise CookieRefused("A cookie's name holds letters, digits and !#$%&'*+.^_`|~- only.")
    return name


def _life(seconds: int) -> int:
    return whole(seconds, "cookie's life in seconds", at_most=LONGEST_LIFE_S)
