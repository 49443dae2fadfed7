"""What the site's log says of an event."""

import json
import re
from collections.abc import Mapping

from labkit.encoding import printable

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
