"""The dates of a token on a virtual clock: move now, life, leeway and skew; write them wrong."""

from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from labkit.comparing.dates import MISTAKEN_IN, SUMMER, WINTER
from labkit.comparing.spans import span
from labkit.errors import InvalidInput
from labkit.widgets.base import Panel
from labkit.widgets.dates_view import DateTimeline, token_dates

MINUTE_S = 60
DAYS = {"winter": WINTER, "summer": SUMMER}
RIGHT = "right"
# Name: label, values in seconds to choose from.
SLIDERS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "after_s": ("Now", tuple(MINUTE_S * minutes for minutes in range(-150, 346, 5))),
    "life_s": ("Token’s life", tuple(MINUTE_S * each for each in (1, 5, 15, 30, 60, 120))),
    "leeway_s": ("Leeway", (0, 10, 30, 60, 120, 300)),
    "skew_s": (
        "Issuer’s clock",
        (-3600, -600, -300, -120, -60, -30, -5, 0, 5, 30, 60, 120, 300, 600, 3600),
    ),
}


class TokenDates(Panel, script_name="dates"):
    """`exp`, `nbf` and `iat` for a verifier, in UTC and two time zones, in winter and in summer.

    Touched by one thread at a time, the kernel's. `token_dates` is the same in code.

    Args:
        day: "winter" or "summer": noon UTC, when the token is issued.
        written_in: "right", or the time zone of the machine that makes the mistake.
    """

    about: ClassVar[str] = (
        "when a token is valid, and what a time zone does to it. Run this cell to use it."
    )

    spec = traitlets.Dict(read_only=True).tag(sync=True)
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
        self.set_trait("spec", _spec())
        self.observe(self.guarded(self._changed), ["day", "written_in", *SLIDERS])

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

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self.show("result", self.timeline.body())

    def _changed(self, _change: object) -> None:
        shown = self.timeline
        self.show("result", shown.body(), said=shown.said)


def _spec() -> dict[str, Any]:
    city = {name: name.rsplit("/", 1)[-1].replace("_", " ") for name in MISTAKEN_IN}
    return {
        "days": [{"value": name, "text": name.capitalize()} for name in DAYS],
        "written": [
            {"value": RIGHT, "text": "Right: seconds since 1970, UTC"},
            *(
                {"value": each, "text": f"int(utcnow().timestamp()), machine in {city[each]}"}
                for each in MISTAKEN_IN
            ),
        ],
        "sliders": [
            {
                "name": name,
                "label": label,
                "values": list(values),
                "texts": [_text(name, each) for each in values],
            }
            for name, (label, values) in SLIDERS.items()
        ],
    }


def _text(name: str, seconds: int) -> str:
    if name == "after_s":
        where = "after" if seconds > 0 else "before"
        return f"{span(abs(seconds))} {where} issue" if seconds else "at the issue"
    if name == "skew_s":
        where = "ahead" if seconds > 0 else "behind"
        return f"{span(abs(seconds))} {where}" if seconds else "right"
    return span(seconds) if seconds else "none"
