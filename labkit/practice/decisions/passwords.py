"""What the site's log says of an event, and the key of a calendar that other programs fetch."""

import hmac
import json
import re
import secrets
from collections.abc import Mapping

from labkit.encoding import printable
from labkit.inputs import octets

MOST_SHOWN = 200
_plain = re.compile(r"[\w.:@/-]+", re.ASCII).fullmatch


class LogLine:
    """Renders an event as one line; safe for threads, for it keeps no state."""

    shown = ("event", "name", "peer", "path", "status")

    def render(self, event: Mapping[str, object]) -> str:
        """Return the fields that are safe to keep, one line, never a credential (ASVS 16.2.5).

        What is no plain word is quoted, so that a name can forge neither a field nor a line.

        Examples:
            >>> LogLine().render({"event": "log-in", "name": "x status=ok", "password": "s3cret"})
            'event=log-in name="x status=ok"'
        """
        return " ".join(f"{field}={_word(event[field])}" for field in self.shown if field in event)


def _word(value: object) -> str:
    text = printable(str(value)[:MOST_SHOWN])
    return text if _plain(text) else json.dumps(text, ensure_ascii=False)


class FeedKey:
    """The secret in a calendar's address; safe for threads, for it keeps no state.

    A calendar program sends no password, so whoever knows the address reads the calendar. The key
    is stored as it is, since its owner may look it up again; it opens one calendar, to read.
    """

    def new(self) -> str:
        """Return a key that nobody guesses: 128 random bits, in hex."""
        return secrets.token_hex(16)

    def matches(self, presented: bytes, expected: bytes) -> bool:
        """Return whether the key is the right one, in a time that does not tell how far it is.

        The answer's time may tell how long the right key is; that is known (ASVS 11.2.4).

        Raises:
            InvalidInput: One of them is no bytes, or over a MiB.

        Examples:
            >>> FeedKey().matches(b"c0ffee", b"c0ffee"), FeedKey().matches(b"c0ffe0", b"c0ffee")
            (True, False)
        """
        return hmac.compare_digest(octets(presented, "key"), octets(expected, "stored key"))
