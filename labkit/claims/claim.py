"""A claim, the evidence that was measured for it, and a verdict that follows from the evidence."""

from dataclasses import dataclass
from enum import StrEnum

from labkit.display import Shown, card, table
from labkit.encoding import escaped


class Verdict(StrEnum):
    """What a measurement makes of a claim."""

    HOLDS = "holds"
    INCOMPLETE = "holds, incomplete"
    DEPENDS = "depends"
    FALSE = "false"


@dataclass(frozen=True)
class Claim(Shown):
    """One line of the ledger.

    Args:
        statement: What the guide says, in our words.
        verdict: What the evidence makes of it.
        because: Why, in a sentence.
        evidence: What was measured: a label and its value, each.
    """

    statement: str
    verdict: Verdict
    because: str
    evidence: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        width = max((len(label) for label, _ in self.evidence), default=0)
        rows = (f"  {label:<{width}}  {value}" for label, value in self.evidence)
        return "\n".join([f"“{self.statement}”", f"{self.verdict}: {self.because}", *rows])

    def html(self) -> str:
        """Return the claim as a card."""
        mark = f'<b class="lk-stamp">{escaped(self.verdict)}</b> {escaped(self.because)}'
        body = f"<p>“{escaped(self.statement)}”</p><p>{mark}</p>"
        return card("A guide says", "measured here", body + table(("measured", ""), self.evidence))
