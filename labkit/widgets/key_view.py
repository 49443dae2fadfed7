"""The keys of a ring on a timeline, as an object that shows itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from labkit import inputs
from labkit.comparing.key_times import ACCEPTED, PUBLISHED, SIGNS, KeyTimes, key_times
from labkit.comparing.spans import moment
from labkit.display import Shown, card, table
from labkit.tokens import KeyRing
from labkit.widgets.timeline import Axis, Row, Span, timeline

FORMS = {PUBLISHED: "published", SIGNS: "signs", ACCEPTED: "accepted"}
QUARTERS = 4


@dataclass(frozen=True)
class KeyTimeline(Shown):
    """The keys of a ring, each with its times.

    Args:
        keys: The keys, the oldest first.
        now_s: The moment that is looked at, on the same clock.
        until_s: Where the timeline ends.
    """

    keys: tuple[KeyTimes, ...]
    now_s: float
    until_s: float

    def __repr__(self) -> str:
        return "\n".join(f"{key.name}: {key.state(self.now_s)}" for key in self.keys)

    def html(self) -> str:
        """Return the picture and the table in a card."""
        since = min(key.published_s for key in self.keys)
        rows = [key_row(key, self.until_s) for key in self.keys]
        axis = Axis(since, self.until_s, ticks(since, self.until_s))
        return card(
            "Key ring",
            "each key with its times",
            timeline(axis, rows, [(self.now_s, "now")])
            + key_table(self.keys, self.until_s, since, self.now_s),
        )


def key_timeline(ring: KeyRing, *, now_s: float | None = None) -> KeyTimeline:
    """Return the keys of a ring on a timeline.

    Args:
        ring: The ring.
        now_s: The moment to look at, in seconds since the epoch; now by the ring's clock without.

    Raises:
        InvalidInput: It is no key ring, or no moment.

    Examples:
        >>> from labkit.clock import ManualClock
        >>> ring = KeyRing(clock=ManualClock(1_800_000_000), overlap_s=1200)
        >>> _ = ring.rotate(lead_s=600)
        >>> key_timeline(ring)
        key 1: signs
        key 2: published
    """
    keys = key_times(ring)
    now = ring.clock() if now_s is None else inputs.number(now_s, "moment in seconds")
    known = [at for key in keys for at in (key.published_s, key.signs_s, key.ends_s) if at]
    since = min(known)
    minutes = math.ceil(max(*known, now, since + 60) - since) * 1.25 / QUARTERS / 60
    return KeyTimeline(keys, now, since + QUARTERS * 60 * math.ceil(minutes))


def key_table(
    keys: Sequence[KeyTimes], until_s: float, since_s: float = 0.0, now_s: float | None = None
) -> str:
    """Return each key with its times as a table.

    Args:
        keys: The keys.
        until_s: Where the timeline ends.
        since_s: Where it begins: times are told from there.
        now_s: A moment; then what each key is at it has a column.
    """

    def told(at: float | None, missing: str = "–") -> str:
        return missing if at is None or at > until_s else moment(max(at - since_s, 0))

    rows = [
        (
            key.name,
            told(key.published_s),
            told(key.signs_s) if key.ends_s is None or key.signs_s < key.ends_s else "–",
            told(key.retires_s),
            told(key.ends_s) + " (withdrawn)" * key.withdrawn,
            *([] if now_s is None else [key.state(now_s)]),
        )
        for key in keys
    ]
    head = ("Key", "Published", "Signs from", "Another signs from", "Accepted until")
    return table((*head, *(["Now"] if now_s is not None else [])), rows)


def key_row(key: KeyTimes, until_s: float) -> Row:
    """Return a key as a row of a timeline."""
    spans = [Span(FORMS[w], begins, ends, FORMS[w]) for w, begins, ends in key.spans(until_s)]
    return Row(key.name, tuple(spans))


def ticks(since_s: float, until_s: float) -> tuple[tuple[float, str], ...]:
    """Return five places on an axis, named by how far they are from its beginning."""
    step = (until_s - since_s) / QUARTERS
    return tuple((since_s + step * n, moment(step * n)) for n in range(QUARTERS + 1))
