"""Keys in rotation: which good tokens are refused, by whom, and how long a stolen key still works.

One verifier asks the key ring each time. The other keeps a copy of the published key set, fetched
anew when it is too old, and just before any change that falls on the same moment: the worst case.
All clocks agree; for a verifier that allows some leeway, a key must overlap by that much longer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labkit.comparing.key_times import KeyTimes
from labkit.comparing.rotation_plan import WITHDRAW, Forged, Issued, Plan
from labkit.comparing.rotation_run import Run
from labkit.comparing.spans import moment, span
from labkit.errors import InvalidInput

# What can come of a plan: how bad that is, and it in a few words.
_KINDS = {
    "overlap": ("broken", "Good tokens are refused"),
    "lead": ("broken", "A new key is not known everywhere"),
    "withdrawn": ("refused", "Refused with the stolen key"),
    "stale": ("breached", "The thief is still let in"),
    "nothing": ("held", "Nothing breaks"),
}


@dataclass(frozen=True)
class Finding:
    """What came of the plan.

    Args:
        kind: "overlap", "lead", "withdrawn", "stale" or "nothing".
        said: A sentence or two with figures.
    """

    kind: str
    said: str

    @property
    def state(self) -> str:
        """How bad it is: "broken" where good tokens are refused, "breached" where a thief gets in.

        "refused" is the price of a withdrawal, and "held" where nothing breaks.
        """
        return _KINDS[self.kind][0]

    @property
    def word(self) -> str:
        """It in a few words."""
        return _KINDS[self.kind][1]


@dataclass(frozen=True)
class Rotation:
    """A plan as it came out: all in seconds since its beginning.

    Args:
        plan: The plan.
        keys: Each key with its times.
        tokens: One token every five minutes, and one just before each change of the signing key.
        forged: For each withdrawn key what its thief still reaches.
        fetched_s: When the copy of the key set was fetched.
    """

    plan: Plan
    keys: tuple[KeyTimes, ...]
    tokens: tuple[Issued, ...]
    forged: tuple[Forged, ...]
    fetched_s: tuple[float, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What breaks, or that nothing does."""
        good = f"All {len(self.tokens)} tokens are accepted to their end, by both verifiers."
        return tuple(self._findings()) or (Finding("nothing", good),)

    @property
    def said(self) -> str:
        """The findings in one line."""
        return " ".join(f"{each.word}: {each.said}" for each in self.findings)

    def at(self, now_s: float) -> tuple[tuple[str, str], ...]:
        """Return each key's name and what it is at a moment.

        Args:
            now_s: Seconds since the beginning.
        """
        return tuple((key.name, key.state(now_s)) for key in self.keys)

    def __repr__(self) -> str:
        lines = []
        for key in self.keys:
            spans = [f"{w} {moment(a)} to {moment(b)}" for w, a, b in key.spans(self.plan.until_s)]
            lines.append(f"{key.name}: {', '.join(spans)}{', withdrawn' * key.withdrawn}")
        return "\n".join([*lines, *(f"{each.word}. {each.said}" for each in self.findings)])

    def _findings(self) -> Iterator[Finding]:
        plan = self.plan
        withdrawn = {each.key for each in self.forged}
        lost = [token for token in self.tokens if token.live]
        if early := [token for token in lost if token.key not in withdrawn]:
            longest = max(each.until_s - each.from_s for token in early for each in token.live)
            yield Finding(
                "overlap",
                f"{_counted(len(early), 'token')} met a key that was gone, up to {span(longest)}"
                f" before their end: keys overlap for {span(plan.overlap_s)}, tokens live for"
                f" {span(plan.life_s)}.",
            )
        if unknown := [token for token in self.tokens if token.cached and not token.live]:
            yield self._lead(unknown)
        if rest := [token for token in lost if token.key in withdrawn]:
            yield Finding(
                "withdrawn",
                f"{_counted(len(rest), 'good token')} signed with it fell too. Their owners must"
                " get new ones: that is the price.",
            )
        for each in self.forged:
            if (late := each.cached_until_s - each.from_s) > 0:
                yield Finding(
                    "stale",
                    f"Where the key set is copied, a token forged with {each.key} is accepted for"
                    f" {span(late)} after its withdrawal, until the copy is fetched anew.",
                )

    def _lead(self, unknown: list[Issued]) -> Finding:
        longest = max(each.until_s - each.from_s for token in unknown for each in token.cached)
        met = (
            f"The verifier with a copy refused {_counted(len(unknown), 'token')} for up to"
            f" {span(longest)}: its copy did not hold {' and '.join(_keys(unknown))} yet."
        )
        thefts = {at for at, action in self.plan.actions if action == WITHDRAW}
        forced = {key.name for key in self.keys if key.published_s in thefts}
        if forced.issuperset(_keys(unknown)):
            return Finding("lead", f"{met} After a theft there is no time for a lead.")
        lead = self.plan.lead_s
        how = f"is published {span(lead)} before it signs" if lead else "signs at once"
        why = f"A new key {how}, a copy grows {span(self.plan.cache_s)} old."
        return Finding("lead", f"{met} {why}")


def simulate_rotation(plan: Plan | None = None) -> Rotation:
    """Carry a plan out with real keys and tokens, and return what was refused and what was not.

    Args:
        plan: The plan; one rotation that breaks nothing without it.

    Raises:
        InvalidInput: It is no plan.

    Examples:
        >>> simulate_rotation()
        key 1: signs 0:00 to 0:40, still accepted 0:40 to 1:00
        key 2: published 0:30 to 0:40, signs 0:40 to 2:00
        Nothing breaks. All 27 tokens are accepted to their end, by both verifiers.
        >>> [each.kind for each in simulate_rotation(Plan(lead_s=0, overlap_s=300)).findings]
        ['overlap', 'lead']
    """
    if plan is not None and not isinstance(plan, Plan):
        raise InvalidInput(f"The plan must be a Plan, not {type(plan).__name__}.")
    plan = plan or Plan()
    run = Run(plan).carry_out()
    return Rotation(plan, run.keys(), run.tokens(), run.forged(), run.fetched())


def _keys(tokens: list[Issued]) -> list[str]:
    return list(dict.fromkeys(token.key for token in tokens))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
