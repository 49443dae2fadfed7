"""What became of one family's forged tokens, and how a scoreboard's rows look."""

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.display import details, escaped, verdict
from labkit.forging.corpus.family import Family
from labkit.forging.scoreboard.answering import Answer


@dataclass(frozen=True)
class FamilyScore:
    """One family's forged tokens, and what became of them."""

    family: Family
    answers: tuple[Answer, ...]

    @property
    def total(self) -> int:
        """How many tokens the family has."""
        return len(self.answers)

    @property
    def held(self) -> int:
        """How many were refused, those that were refused by a crash included."""
        return sum(answer.kind in ("refused", "crashed") for answer in self.answers)

    @property
    def crashed(self) -> tuple[Answer, ...]:
        """Those that were refused by accident."""
        return tuple(answer for answer in self.answers if answer.kind == "crashed")

    @property
    def through(self) -> tuple[Answer, ...]:
        """Those that were accepted."""
        return tuple(answer for answer in self.answers if answer.kind == "accepted")

    @property
    def state(self) -> str:
        """`held`, `breached` (one got through), or `broken` (one was not answered)."""
        if self.through:
            return "breached"
        return "held" if self.held == self.total else "broken"

    def told(self) -> str:
        """Say what got through first and what it gains, or what was not answered; else nothing."""
        if self.through:
            return f"First through: {self.through[0].sample.name}. {self.family.matters}"
        unanswered = (each for each in self.answers if each.kind in ("too slow", "not tried"))
        return next((f"{each.kind}: {each.sample.name}" for each in unanswered), "")

    def row(self) -> str:
        """Return the family as a row of HTML."""
        why = [self.told()] if self.told() else []
        if self.crashed:
            first, count = self.crashed[0], len(self.crashed)
            why.append(f"{count} refused by a crash: {first.sample.name} ({first.said})")
        what = f"{self.family.name}: {self.held} of {self.total} held"
        return row(self.state, what, why, self._named())

    def _named(self) -> str:
        """Return the names of all that got through, behind a line."""
        if len(self.through) < 2:
            return ""
        items = "".join(
            f"<li>{escaped(answer.sample.name)}: {escaped(answer.sample.why)}</li>"
            for answer in self.through
        )
        return details(f"all {len(self.through)} that got through", f"<ul>{items}</ul>")


def row(state: str, what: str, why: Sequence[str], more: str = "") -> str:
    """Return a row of HTML: the state, what it is about, why, and `more`, which is HTML."""
    lines = "".join(f"<div>{escaped(line)}</div>" for line in why)
    because = f'<div class="why">{lines}</div>' if lines else ""
    return f"<tr><td>{verdict(state)}</td><td>{escaped(what)}{because}{more}</td></tr>"
