"""What the doctor found, as text, as HTML and as plain values."""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal

from labkit.display import Shown, card, table, verdict
from labkit.encoding import escaped

State = Literal["fine", "mend", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        what: The thing, with its version where it has one.
        state: "fine", "mend" (it must be mended) or "note" (worth knowing).
        why: What follows from it.
        command: What to type to mend it.
    """

    what: str
    state: State
    why: str = ""
    command: str = ""

    def __str__(self) -> str:
        sign = {"fine": "ok  ", "mend": "MEND", "note": "note"}[self.state]
        why = f": {self.why}" if self.why else ""
        mend = f"\n        {self.command}" if self.command else ""
        return f"  {sign}  {self.what}{why}{mend}"


@dataclass(frozen=True, repr=False)
class Ready(Shown):
    """Whether the workbench can be used: a short card for the first cell of a notebook."""

    findings: tuple[Finding, ...]

    @cached_property
    def to_mend(self) -> tuple[Finding, ...]:
        """What must be mended before anything else."""
        return tuple(finding for finding in self.findings if finding.state == "mend")

    def __bool__(self) -> bool:
        return not self.to_mend

    def __repr__(self) -> str:
        if not self.to_mend:
            return "ready: everything the workbench needs is here"
        first = self.to_mend[0]
        return f"to mend: {first.what}: {first.why}\n    {first.command}"

    def html(self) -> str:
        """Return the card: ready, or the first thing to mend with its command."""
        if not self.to_mend:
            said = (
                f"<p>{verdict('held', 'Ready')}</p><p>Everything the workbench needs is here.</p>"
            )
            return card("Your workbench", "", said)
        first = self.to_mend[0]
        said = (
            f"<p>{verdict('broken', 'To mend')}</p>"
            f"<p>{escaped(first.what)}: {escaped(first.why)}.</p>"
        )
        how = f'<p><code class="lk-mono">{escaped(first.command)}</code></p>'
        then = "<p>Type this in a terminal, then choose Kernel → Restart Kernel here.</p>"
        return card("Your workbench", "one thing first", said + how + then)


@dataclass(frozen=True)
class Speed:
    """What one hash costs on this machine."""

    profile: str
    cpu_ms: float
    wall_ms: float
    note: str

    def __str__(self) -> str:
        return f"  {self.profile:<22}{self.cpu_ms:8.1f} ms CPU{self.wall_ms:8.1f} ms wall"


@dataclass(frozen=True, repr=False)
class Report(Shown):
    """Everything that `labkit doctor` says."""

    findings: tuple[Finding, ...]
    speeds: tuple[Speed, ...]

    @property
    def fine(self) -> bool:
        """Whether nothing must be mended."""
        return all(finding.state != "mend" for finding in self.findings)

    def record(self) -> dict[str, object]:
        """Return the report as plain values, for JSON."""
        return {
            "fine": self.fine,
            "findings": [asdict(finding) for finding in self.findings],
            "speeds": [asdict(speed) for speed in self.speeds],
        }

    def __repr__(self) -> str:
        lines = ["What labkit needs", *map(str, self.findings)]
        if self.speeds:
            lines += ["", "One hash on this machine (CPU time is the one to compare)"]
            lines += map(str, self.speeds)
        count = sum(finding.state == "mend" for finding in self.findings)
        return "\n".join([*lines, "", f"{count} to mend" if count else "Nothing to mend."])

    def html(self) -> str:
        """Return the report as a card with two tables."""
        found = [(f.state, f.what, f.why, f.command) for f in self.findings]
        body = table(["", "what", "why", "command"], found)
        rows = [(s.profile, f"{s.cpu_ms:.1f}", f"{s.wall_ms:.1f}") for s in self.speeds]
        speeds = table(["one hash", "ms CPU", "ms wall"], rows) if rows else ""
        return card("This machine", "what labkit needs, and how fast it hashes", body + speeds)
