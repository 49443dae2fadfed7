"""A token's dates in three time zones, as an object that shows itself."""

import re
from dataclasses import dataclass

from labkit import inputs
from labkit.comparing.dates import (
    VALID,
    WINTER,
    ZONES,
    DatedToken,
    Shift,
    local,
    shifts,
    zone,
)
from labkit.comparing.spans import span
from labkit.display import Shown, card, details, table, verdict
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.widgets.timeline import Axis, Row, Span, legend, timeline

TITLE, SMALL = "A token’s dates", "one number, three names for it"
HOUR_S = 3600
FIRST_H, LAST_H = -3, 6
SOURCE = (
    "Judged by labkit’s verifier. RFC 7519 §4.1.4 to §4.1.6; dates are seconds since "
    "1970-01-01 UTC (§2, NumericDate). Zones: IANA time zone database."
)
MISTAKE = "int(datetime.utcnow().timestamp())"
LEGEND = (("seg alive", "accepted"), ("seg refused", "meant to be valid, and refused"))


@dataclass(frozen=True)
class DateTimeline(Shown):
    """When a token is valid for its verifier, and what clocks on walls say meanwhile.

    Args:
        token: Its dates.
        zones: Two time zones beside UTC, by name.
    """

    token: DatedToken
    zones: tuple[str, str] = ZONES

    @property
    def said(self) -> str:
        """Whether it is valid now, in a sentence."""
        return self.token.said

    def __repr__(self) -> str:
        lines = [" ".join(["claim", "seconds", "UTC", *self.zones])]
        lines += ["  ".join(map(str, row)) for row in self.rows()]
        return "\n".join([*lines, f"{self.token.state}: {self.said}"])

    def html(self) -> str:
        """Return it in a card."""
        return card(TITLE, SMALL, self.body())

    def body(self) -> str:
        """Return the verdict, the picture, the dates in each zone, and what the mistake does."""
        return (
            f'<p class="lk-note lk-when">{self._verdict()} {escaped(self._sentence())}</p>'
            f"{self.picture()}{legend(*LEGEND)}{self.table()}"
            f"{details(f'What {MISTAKE} does, by zone and season', self.mistakes())}"
            f'<p class="lk-src">{escaped(SOURCE)}</p>'
        )

    def picture(self) -> str:
        """Return when the token is valid, as it is written and as it was meant."""
        token = self.token
        began = token.issued_at
        axis = Axis(
            FIRST_H * HOUR_S,
            LAST_H * HOUR_S,
            tuple((hour * HOUR_S, _hour(hour)) for hour in range(FIRST_H + 1, LAST_H)),
        )
        begins, ends = (at - began for at in token.window)
        meant = Span("refused", 0, token.life_s)
        accepted = Span("alive", begins, ends)
        rows = [
            Row("meant", (Span("alive", 0, token.life_s),)),
            Row("verifier", (meant, accepted) if begins < ends else (meant,)),
        ]
        now = token.now - began
        return timeline(axis, rows, [(now, "now")], soft=[0])

    def rows(self) -> list[tuple[object, ...]]:
        """Return each date: its name, the number, and its name in UTC and in the two zones."""
        claims, (begins, ends) = self.token.claims, self.token.window
        told = [
            ("iat, issued", claims["iat"]),
            ("nbf, not before", claims["nbf"]),
            ("exp, expires", claims["exp"]),
            ("valid from", begins),
            ("valid until", ends),
            ("now", int(self.token.now)),
        ]
        if begins >= ends:
            told[3:5] = []
        return [(name, at, *(self._wall(at, each) for each in self._all())) for name, at in told]

    def table(self) -> str:
        """Return the dates as a table; each zone's head says how far it is from UTC."""
        heads = [_head(each, self.token.issued_at) for each in self._all()]
        day = local(self.token.issued_at, "UTC")[:10]
        return (
            f'<p class="lk-head">The dates, {escaped(day)}</p>'
            f'<div class="lk-dates">{table(("Date", "Number", *heads), self.rows())}</div>'
        )

    def mistakes(self) -> str:
        """Return what the mistake does in each zone, in winter and in summer, as a table."""
        rows = [
            (
                f"{city(each.zone)}, {local(each.at, 'UTC')[:10]}",
                _signed(each.shift_s),
                span(each.exp_only) if each.exp_only else "not at all",
                "accepted" if each.strict == VALID else f"refused: {_words(each.strict)}",
            )
            for each in self._shifts()
        ]
        return table(("Machine in", "Dates are off by", "By exp alone it lives", "Verifier"), rows)

    def _shifts(self) -> tuple[Shift, ...]:
        return shifts(zones=self._all(), life_s=self.token.life_s)

    def _verdict(self) -> str:
        return (
            verdict("held", "Accepted")
            if self.token.state == VALID
            else verdict("refused", f"Refused: {_words(self.token.state)}")
        )

    def _sentence(self) -> str:
        dead = " It had ended before it was issued." * (
            self.token.window[1] <= self.token.issued_at
        )
        late = self.token.claims["exp"] - self.token.issued_at - self.token.life_s
        off = abs(late - self.token.skew_s)
        zone_ = f" Its dates are {_signed(late - self.token.skew_s)} off." if off else ""
        return f"{self.token.said}{dead}{zone_}"

    def _all(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(("UTC", *self.zones)))

    def _wall(self, at: int, zone_name: str) -> str:
        """The time on a wall there, with its date where that is another than the token's."""
        told = local(max(at, 0), zone_name)
        same = told[:10] == local(self.token.issued_at, "UTC")[:10]
        return told[11:19] if same else told[:19]


def token_dates(
    *,
    issued_at: int = WINTER,
    after_s: int = 0,
    life_s: int = 900,
    leeway_s: int = 0,
    skew_s: int = 0,
    written_in: str | None = None,
    zones: tuple[str, str] = ZONES,
) -> DateTimeline:
    """Return a token's dates on a virtual clock: the widget in code.

    Args:
        issued_at: When it is issued, in seconds since the epoch; a noon in winter without it.
        after_s: How long after that the verifier looks, in seconds; negative for before.
        life_s: Seconds from `iat` to `exp`.
        leeway_s: What the verifier allows for clocks that differ, in seconds.
        skew_s: By how much the issuer's clock is ahead, in seconds.
        written_in: None for right dates, or the time zone of the machine that writes them by
            `int(utcnow().timestamp())`.
        zones: Two time zones to show beside UTC.

    Raises:
        InvalidInput: A figure is out of range, or there is no such time zone.

    Examples:
        >>> token_dates(written_in="Europe/Berlin").said
        'The token expired 2700 s ago.'
        >>> token_dates(after_s=930, leeway_s=60).token.state
        'valid'
    """
    inputs.whole(issued_at, "moment of issue", at_least=86_400, at_most=10**10)
    inputs.whole(after_s, "time after the issue in seconds", at_least=-86_400, at_most=366 * 86_400)
    if not isinstance(zones, tuple | list) or len(zones) != 2:
        raise InvalidInput("The zones must be two names.", remedy=f"For example {ZONES}.")
    for each in zones:
        zone(each)
    token = DatedToken(
        issued_at,
        issued_at + after_s,
        life_s=life_s,
        leeway_s=leeway_s,
        skew_s=skew_s,
        written_in=written_in,
    )
    return DateTimeline(token, (zones[0], zones[1]))


def _words(state: str) -> str:
    return re.sub("(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", state)


def city(zone_name: str) -> str:
    """Return the city of a time zone's name."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


def _head(zone_name: str, at: int) -> str:
    if zone_name == "UTC":
        return "UTC"
    offset = local(at, zone_name)[-6:].replace("-", "−")
    return f"{city(zone_name)}, UTC{offset}"


def _hour(hour: int) -> str:
    return f"{hour:+} h".replace("-", "−") if hour else "issued"


def _signed(seconds: int) -> str:
    if not seconds:
        return "nothing"
    return f"{'+' if seconds > 0 else '−'}{span(abs(seconds))}"
