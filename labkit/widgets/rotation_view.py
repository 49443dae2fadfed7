"""Keys in rotation on a timeline, as an object that shows itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from labkit import inputs
from labkit.comparing.rotation import Rotation, simulate_rotation
from labkit.comparing.rotation_plan import Plan, Refusal
from labkit.comparing.spans import moment
from labkit.display import Shown, card, details, table, verdict
from labkit.encoding import escaped
from labkit.widgets.key_view import key_row, key_table, ticks
from labkit.widgets.timeline import Axis, Row, Span, legend, timeline

TITLE, SMALL = "Keys in rotation", "who can verify what, and until when"
COPY = "copy, fetched"
SOURCE = (
    "Real keys, tokens and verifiers on a clock of its own: a token every 5 min, and one just "
    "before each new key signs. A copy is fetched just before a change: the worst case."
)
LEGEND = (
    ("seg published", "published, signs nothing yet"),
    ("seg signs", "signs"),
    ("seg accepted", "still accepted"),
    ("seg alive", "tokens issued under it, until their end"),
    ("seg refused", "good tokens refused"),
    ("seg stolen", "the thief’s token accepted by the copy"),
    ("fetch", "copy fetched"),
)


@dataclass(frozen=True)
class RotationTimeline(Shown):
    """A plan for keys in rotation as it came out, looked at in one moment.

    Args:
        rotation: The plan as it came out.
        now_s: The moment, in seconds since its beginning.
    """

    rotation: Rotation
    now_s: int = 0

    @property
    def said(self) -> str:
        """What breaks, in one line."""
        return self.rotation.said

    @property
    def when(self) -> str:
        """What each key is at the moment, in one line."""
        states = ", ".join(f"{name} {word}" for name, word in self.rotation.at(self.now_s))
        return f"{moment(self.now_s)}: {states}."

    def __repr__(self) -> str:
        return f"{self.rotation!r}\nAt {self.when}"

    def html(self) -> str:
        """Return it in a card."""
        return card(TITLE, SMALL, self.body())

    def body(self) -> str:
        """Return the picture, the moment in words, the findings, and the tables."""
        return (
            f"{self.picture()}{legend(*LEGEND)}{self.moment()}{self.findings()}"
            f'{details("The same as tables", self.tables())}<p class="lk-src">{escaped(SOURCE)}</p>'
        )

    def picture(self) -> str:
        """Return the keys, their tokens and the copy of the key set on one axis."""
        plan = self.rotation.plan
        rows: list[Row] = []
        for key in self.rotation.keys:
            rows += [key_row(key, plan.until_s), self._tokens_of(key.name)]
        rows.append(self._copy())
        if self.rotation.forged:
            rows.append(self._thief())
        now = [(float(self.now_s), f"now {moment(self.now_s)}")]
        return timeline(_axis(plan.until_s), rows, now)

    def moment(self) -> str:
        """Return what each key is at the moment, and which of the living tokens are accepted."""
        at_now = self.rotation.at(self.now_s)
        states = ", ".join(f"{name} <b>{escaped(word)}</b>" for name, word in at_now)
        living = [t for t in self.rotation.tokens if t.iat_s <= self.now_s < t.exp_s]
        ring = sum(_refused(token.live, self.now_s) for token in living)
        copy = sum(_refused(token.cached, self.now_s) for token in living)
        return (
            f'<p class="lk-note lk-when">At {moment(self.now_s)}: {states}. Of {len(living)} good'
            f" tokens alive, the verifier that asks the ring refuses {ring}, the one with a"
            f" copy {copy}.</p>"
        )

    def findings(self) -> str:
        """Return what breaks: a word and a sentence each."""
        rows = "".join(
            f"<li>{verdict(each.state, each.word)}<span>{escaped(each.said)}</span></li>"
            for each in self.rotation.findings
        )
        return f'<ul class="lk-found">{rows}</ul>'

    def tables(self) -> str:
        """Return the keys and the tokens, each with its times, as tables."""
        until = self.rotation.plan.until_s
        tokens = table(
            ("Signed by", "Issued", "Ends", "Accepted by the ring", "Accepted by the copy"),
            [
                (
                    each.key,
                    moment(each.iat_s),
                    moment(each.exp_s),
                    _accepted(each.live),
                    _accepted(each.cached),
                )
                for each in self.rotation.tokens
            ],
        )
        return key_table(self.rotation.keys, until) + tokens

    def _tokens_of(self, key: str) -> Row:
        tokens = [token for token in self.rotation.tokens if token.key == key]
        if not tokens:
            return Row("its tokens", thin=True)
        alive = Span("alive", tokens[0].iat_s, max(token.exp_s for token in tokens))
        refused = [
            Span("refused", each.from_s, each.until_s) for token in tokens for each in token.live
        ]
        return Row("its tokens", (alive, *refused), thin=True)

    def _copy(self) -> Row:
        refused = [
            Span("refused", each.from_s, each.until_s)
            for token in self.rotation.tokens
            if not token.live
            for each in token.cached
        ]
        fetched = self.rotation.fetched_s if self.rotation.plan.cache_s else ()
        return Row(COPY, tuple(refused), fetched)

    def _thief(self) -> Row:
        forged = self.rotation.forged
        stolen = [Span("stolen", each.from_s, each.cached_until_s) for each in forged]
        return Row("thief’s token", tuple(stolen), thin=True)


def key_rotation(plan: Plan | None = None, *, now_s: int = 0) -> RotationTimeline:
    """Carry out a plan for keys in rotation and return how it came out: the widget in code.

    Args:
        plan: The plan; one rotation that breaks nothing without it.
        now_s: The moment to look at, in seconds since its beginning.

    Raises:
        InvalidInput: It is no plan, or the moment is none of its.

    Examples:
        >>> key_rotation(Plan(overlap_s=300), now_s=2700)
        key 1: signs 0:00 to 0:40, still accepted 0:40 to 0:45
        key 2: published 0:30 to 0:40, signs 0:40 to 2:00
        Good tokens are refused. 2 tokens met a key that was gone, up to 9 min 59 s before their \
end: keys overlap for 5 min, tokens live for 15 min.
        At 0:45: key 1 still accepted, key 2 signs.
    """
    rotation = simulate_rotation(plan)
    inputs.whole(now_s, "moment in seconds", at_most=rotation.plan.until_s)
    return RotationTimeline(rotation, now_s)


def _axis(until_s: int) -> Axis:
    return Axis(0, until_s, ticks(0, until_s))


def _refused(refusals: Sequence[Refusal], now_s: float) -> bool:
    return any(each.from_s <= now_s < each.until_s for each in refusals)


def _accepted(refusals: Sequence[Refusal]) -> str:
    told = ", ".join(f"{moment(each.from_s)} to {moment(each.until_s)}" for each in refusals)
    return f"no, {told}" if told else "to its end"
