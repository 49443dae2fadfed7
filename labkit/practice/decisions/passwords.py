"""What the site's log says of an event."""

from collections.abc import Mapping

from labkit.encoding import printable


class LogLine:
    """Renders an event as one line; safe for threads, for it keeps no state."""

    shown = ("event", "name", "peer", "path", "status")

    def render(self, event: Mapping[str, object]) -> str:
        """Return the fields that are safe to keep, one line, never a credential (ASVS 16.2.5)."""
        return " ".join(
            f"{field}={printable(event[field])}" for field in self.shown if field in event
        )
