"""Was this password in a breach? Asked by range, so that the asker does not give it away.

Of the password's SHA-1 only the first five hex digits leave this program. The answer lists every
breached hash that begins with them, and the comparison is made here (k-anonymity, as the Pwned
Passwords service does it).
"""

import functools
import hashlib
import http.client
import re
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from labkit import inputs
from labkit.encoding import printable
from labkit.errors import InvalidInput
from labkit.passwords.lists import ranked_passwords
from labkit.passwords.policy_errors import MalformedRange, NoConsent, RangeUnavailable

PREFIX_DIGITS = 5
MOST_CHARACTERS = 1 << 20  # an answer has some 40 kB
_PREFIX = re.compile(r"[0-9A-F]{5}")
_LINE = re.compile(r"([0-9A-Fa-f]{35}):([0-9]{1,12})")


class RangeSource(Protocol):
    """Anything that answers for a range of hashes: bundled, on line, or a test's own."""

    def range_for(self, prefix: str) -> str:
        """Return the lines SUFFIX:COUNT for hashes that begin with `prefix` (5 hex digits)."""


def times_seen(password: str, source: RangeSource) -> int:
    """Return how often a password was counted in breaches; 0 if it is not listed.

    Args:
        password: The password, as it would be hashed.
        source: Whom to ask.

    Raises:
        BreachCheckError: The source did not answer, or not in this format.

    Examples:
        >>> times_seen("password", BundledRanges())
        1
        >>> times_seen("a fresh one, made up for this line", BundledRanges())
        0
    """
    digest = _sha1(inputs.text(password, "password"))
    inputs.offering(source, "source of ranges", "range_for")
    prefix, suffix = digest[:PREFIX_DIGITS], digest[PREFIX_DIGITS:]
    return parse_range(source.range_for(prefix)).get(suffix, 0)


def parse_range(answer: str) -> dict[str, int]:
    r"""Read lines of SUFFIX:COUNT; a count of 0 marks padding, which is left out.

    Raises:
        MalformedRange: A line is something else, or the answer is absurdly long.

    Examples:
        >>> parse_range("0" * 35 + ":3\r\n" + "F" * 35 + ":0\r\n")
        {'00000000000000000000000000000000000': 3}
    """
    if not isinstance(answer, str) or len(answer) > MOST_CHARACTERS:
        raise MalformedRange(f"The answer is no text of at most {MOST_CHARACTERS} characters.")
    counts: dict[str, int] = {}
    body = answer.rstrip("\r\n")
    for place, line in enumerate(body.split("\n") if body else (), start=1):
        suffix, count = _line(line.removesuffix("\r"), place)
        if count:
            counts[suffix] = count
    return counts


class BundledRanges:
    """Answers off line from the 30 000 passwords that zxcvbn carries; safe for threads.

    The list is ranked, not counted, so every count is 1: "listed". A hit says "breached", a miss
    says little, since the service on line knows hundreds of millions.
    """

    def range_for(self, prefix: str) -> str:
        """Return the lines SUFFIX:COUNT of a range, empty where the list has none."""
        return _bundled().get(_prefix(prefix), "")


class OnlineRanges:
    """Asks the Pwned Passwords service; does nothing until somebody agrees, each time.

    What the service learns: five hex digits of the SHA-1, which about one in a million passwords
    share, and the asker's address. Padding hides from the network how long the answer is. Safe
    for threads if `consent` and `opener` are.

    Args:
        consent: Is handed a question that names what would be sent and to whom; only the answer
            True lets it go. Without it every request is refused.
        opener: Like `urllib.request.urlopen`.
        timeout_s: How long to wait for the service, in seconds.
    """

    host = "api.pwnedpasswords.com"

    def __init__(
        self,
        *,
        consent: Callable[[str], bool] | None = None,
        opener: Callable[..., Any] = urllib.request.urlopen,
        timeout_s: float = 5.0,
    ) -> None:
        self._consent = inputs.function(consent or (lambda _: False), "consent")
        self._opener = opener
        self._timeout_s = inputs.number(timeout_s, "timeout", at_least=0.01, at_most=60)

    def range_for(self, prefix: str) -> str:
        """Return the lines SUFFIX:COUNT of a range, padded with counts of 0.

        Raises:
            NoConsent: The question was not answered with True; nothing was sent.
            RangeUnavailable: The service did not answer in time, or not with text.
        """
        prefix = _prefix(prefix)
        question = (
            f"Send the first five hex digits of the password's SHA-1 ({prefix}) to {self.host}?"
        )
        if self._consent(question) is not True:
            raise NoConsent("The on-line breach check was not agreed to, so nothing was sent.")
        try:
            return self._fetch(prefix)
        except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
            raise RangeUnavailable(
                f"{self.host} did not answer: {printable(error) or type(error).__name__}."
            ) from error

    def _fetch(self, prefix: str) -> str:
        request = urllib.request.Request(
            f"https://{self.host}/range/{prefix}",
            headers={"Add-Padding": "true", "User-Agent": "labkit"},
        )
        with self._opener(request, timeout=self._timeout_s) as response:
            body: bytes = response.read(MOST_CHARACTERS + 1)
        return body.decode("ascii")


def lines_of(digests: Iterable[str]) -> dict[str, str]:
    """Return the ranges that hold these SHA-1 digests (40 hex digits each), by prefix."""
    ranges: defaultdict[str, list[str]] = defaultdict(list)
    for digest in sorted(digests):
        ranges[digest[:PREFIX_DIGITS]].append(f"{digest[PREFIX_DIGITS:]}:1")
    return {prefix: "\r\n".join(lines) for prefix, lines in ranges.items()}


@functools.cache
def _bundled() -> dict[str, str]:
    return lines_of(_sha1(password) for password in ranked_passwords())


def _sha1(password: str) -> str:
    # SHA-1 is the format's choice. It guards nothing here: the password is hashed for storage
    # elsewhere.
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def _prefix(prefix: str) -> str:
    inputs.text(prefix, "prefix", at_least=PREFIX_DIGITS, at_most=PREFIX_DIGITS)
    if not _PREFIX.fullmatch(prefix.upper()):
        raise InvalidInput("The prefix is not five hex digits.")
    return prefix.upper()


def _line(line: str, place: int) -> tuple[str, int]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise MalformedRange(
            f"Line {place} of the answer is not SUFFIX:COUNT: {printable(line[:60])!r}.",
            line=place,
        )
    return match[1].upper(), int(match[2])
