"""When each key of a ring is published, signs, is still accepted, and is gone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from labkit.errors import InvalidInput
from labkit.tokens import KeyRing

UNMADE, PUBLISHED, SIGNS, ACCEPTED, GONE, WITHDRAWN = (
    "not made yet",
    "published",
    "signs",
    "still accepted",
    "gone",
    "withdrawn",
)


@dataclass(frozen=True)
class KeyTimes:
    """A key's times, in seconds on one clock; None for "no end yet".

    Args:
        name: "key 1" and so on, in the order in which they were made.
        published_s: From when it is in the key set.
        signs_s: From when it signs.
        retires_s: From when another signs in its place.
        ends_s: Until when what it signed is accepted.
        withdrawn: Whether it was taken out of the set, as after a theft.
    """

    name: str
    published_s: float
    signs_s: float
    retires_s: float | None = None
    ends_s: float | None = None
    withdrawn: bool = False

    def state(self, now_s: float) -> str:
        """Return what the key is at that moment, in words."""
        if now_s < self.published_s:
            return UNMADE
        if self.ends_s is not None and self.withdrawn and now_s >= self.ends_s:
            return WITHDRAWN
        if self.ends_s is not None and now_s > self.ends_s:
            return GONE
        if now_s < self.signs_s:
            return PUBLISHED
        return SIGNS if self.retires_s is None or now_s < self.retires_s else ACCEPTED

    def spans(self, until_s: float) -> tuple[tuple[str, float, float], ...]:
        """Return what the key is from when to when, up to a moment: states that take no time aside.

        Args:
            until_s: Where the timeline ends.
        """
        end = until_s if self.ends_s is None else min(self.ends_s, until_s)
        signs = min(self.signs_s, end)
        retires = end if self.retires_s is None else min(max(self.retires_s, signs), end)
        told = (
            (PUBLISHED, self.published_s, signs),
            (SIGNS, signs, retires),
            (ACCEPTED, retires, end),
        )
        return tuple(each for each in told if each[1] < each[2])


def key_times(ring: KeyRing) -> tuple[KeyTimes, ...]:
    """Return the times of every key that a ring still knows, the oldest first.

    Args:
        ring: The ring; its clock is the one that the times are on.

    Raises:
        InvalidInput: It is no key ring.

    Examples:
        >>> from labkit.clock import ManualClock
        >>> ring = KeyRing(clock=ManualClock(0), overlap_s=1200)
        >>> _ = ring.rotate(lead_s=600)
        >>> [(key.state(0), key.state(600), key.state(1801)) for key in key_times(ring)]
        [('signs', 'still accepted', 'gone'), ('published', 'signs', 'signs')]
    """
    if not isinstance(ring, KeyRing):
        raise InvalidInput(f"The ring must be a KeyRing, not {type(ring).__name__}.")
    return in_order(
        [
            KeyTimes(f"key {number}", each.accepted_from, each.signs_from, ends_s=each.ends_at)
            for number, each in enumerate(ring.timeline(), 1)
        ]
    )


def in_order(keys: Sequence[KeyTimes]) -> tuple[KeyTimes, ...]:
    """Return the keys with the moment at which another one signs in their place.

    Args:
        keys: In the order in which they were made.
    """
    by_turn = sorted(keys, key=lambda key: key.signs_s)  # the later made, where two begin at once
    follows = {key.name: after.signs_s for key, after in pairwise(by_turn)}
    return tuple(replace(key, retires_s=follows.get(key.name)) for key in keys)
