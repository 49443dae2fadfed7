"""The dates of a token on a virtual clock: move now, life, leeway and skew; write them wrong."""

from collections.abc import Sequence
from typing import ClassVar

import traitlets

from labkit.comparing.dates import MISTAKEN_IN, SUMMER, WINTER
from labkit.comparing.spans import span
from labkit.errors import InvalidInput
from labkit.widgets.controls import Control, Controls, choice, listed, slider
from labkit.widgets.dates_view import MISTAKE, SMALL, TITLE, DateTimeline, city, token_dates

DAYS = {"winter": WINTER, "summer": SUMMER}
RIGHT = "right"
WRITTEN = {RIGHT: "Right: seconds since 1970, UTC"} | {
    each: f"{MISTAKE.replace('datetime.', '')}, machine in {city(each)}" for each in MISTAKEN_IN
}
LIVES_S = (60, 300, 900, 1800, 3600, 7200)
LEEWAYS_S = (0, 10, 30, 60, 120, 300)
AHEAD_S = (5, 30, 60, 120, 300, 600, 3600)
SKEWS_S = (*(-each for each in reversed(AHEAD_S)), 0, *AHEAD_S)


def _now(seconds: int) -> str:
    return _apart(seconds, "after issue", "before issue") or "at the issue"


def _clock(seconds: int) -> str:
    return _apart(seconds, "ahead", "behind") or "right"


def _length(seconds: int) -> str:
    return span(seconds) if seconds else "none"


def _apart(seconds: int, more: str, less: str) -> str:
    return f"{span(abs(seconds))} {more if seconds > 0 else less}" if seconds else ""


class TokenDates(Controls):
    """`exp`, `nbf` and `iat` for a verifier, in UTC and two time zones, in winter and in summer.

    Touched by one thread at a time, the kernel's. `token_dates` is the same in code.

    Args:
        day: "winter" or "summer": noon UTC, when the token is issued.
        written_in: "right", or the time zone of the machine that makes the mistake.
    """

    about: ClassVar[str] = (
        "when a token is valid, and what a time zone does to it. Run this cell to use it."
    )

    title: ClassVar[str] = TITLE
    small: ClassVar[str] = SMALL
    controls: ClassVar[Sequence[Control]] = (
        choice("day", "Issued in", {name: name.capitalize() for name in DAYS}),
        listed("written_in", "Dates written", WRITTEN),
        slider("after_s", "Now", range(-9000, 20_701, 300), _now, "s"),
        slider("life_s", "Token’s life", LIVES_S, _length, "s"),
        slider("leeway_s", "Leeway", LEEWAYS_S, _length, "s"),
        slider("skew_s", "Issuer’s clock", SKEWS_S, _clock, "s"),
    )

    day = traitlets.Enum(list(DAYS), "winter").tag(sync=True)
    written_in = traitlets.Enum([RIGHT, *MISTAKEN_IN], RIGHT).tag(sync=True)
    after_s = traitlets.Int(0, min=-9000, max=21_600).tag(sync=True)
    life_s = traitlets.Int(900, min=1, max=7200).tag(sync=True)
    leeway_s = traitlets.Int(0, min=0, max=300).tag(sync=True)
    skew_s = traitlets.Int(0, min=-3600, max=3600).tag(sync=True)

    def __init__(self, day: str = "winter", *, written_in: str = RIGHT) -> None:
        if not isinstance(day, str) or day not in DAYS:
            raise InvalidInput(f"The day must be one of {', '.join(DAYS)}.")
        if not isinstance(written_in, str) or written_in not in (RIGHT, *MISTAKEN_IN):
            raise InvalidInput(f"The zone must be one of {', '.join((RIGHT, *MISTAKEN_IN))}.")
        super().__init__(day=day, written_in=written_in)

    @property
    def timeline(self) -> DateTimeline:
        """What is shown, as the object that `token_dates` returns."""
        return token_dates(
            issued_at=DAYS[self.day],
            after_s=self.after_s,
            life_s=self.life_s,
            leeway_s=self.leeway_s,
            skew_s=self.skew_s,
            written_in=None if self.written_in == RIGHT else self.written_in,
        )
