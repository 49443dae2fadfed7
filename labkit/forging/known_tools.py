"""What the field's tools try on a token, step by step, and where each step is found here.

Read: jwt_tool 2.3.0 (github.com/ticarpi/jwt_tool: the exploits, the playbook, the two fuzzing scans
and the rest of the options), JWT Editor 2.5 (github.com/DolphFlynn/jwt-editor: the menu "Attack"
and the buttons), Burp Scanner's issues whose name has JWT in it
(portswigger.net/burp/documentation/scanner/vulnerabilities-list), the labs of PortSwigger's
Web Security Academy (portswigger.net/web-security/all-labs), the payloads of jwt-hack 2.6
(github.com/hahwul/jwt-hack), and what libraries once accepted, until October 2026, by the numbers
of their CVEs (cve.org).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from labkit.display import Html, Shown, card, details, printable, table

JWT_TOOL, JWT_EDITOR = "jwt_tool", "JWT Editor"
SCANNER, ACADEMY = "Burp Scanner", "Web Security Academy"
JWT_HACK, ADVISORIES = "jwt-hack", "Libraries' own CVEs"


@dataclass(frozen=True)
class KnownStep:
    """One step of a tool.

    Args:
        tool: The tool.
        step: The tool's own name for the step.
        families: The corpus's families that hold such tokens.
        ids: The catalogue's mistakes that it exploits.
        note: Where it is done here, or why it is not.
    """

    tool: str
    step: str
    families: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class KnownTools(Shown):
    """The steps as a table, tool by tool."""

    steps: tuple[KnownStep, ...]

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools, in their order."""
        return tuple(dict.fromkeys(step.tool for step in self.steps))

    def of(self, tool: str) -> tuple[KnownStep, ...]:
        """Return one tool's steps."""
        return tuple(step for step in self.steps if step.tool == tool)

    def __repr__(self) -> str:
        lines: list[str] = []
        for tool in self.tools:
            width = max(len(step.step) for step in self.of(tool))
            lines.append(f"{tool}:")
            lines += (f"  {step.step:<{width}}  {_where(step)}" for step in self.of(tool))
        return printable("\n".join(lines))

    def html(self) -> str:
        """Return a table for each tool, folded away."""
        head = ("its step", "in the catalogue", "in the corpus", "")
        body = "".join(
            details(f"{tool}: {len(steps)} steps", table(head, map(_row, steps)))
            for tool in self.tools
            if (steps := self.of(tool))
        )
        return card("What the field's tools try", f"{len(self.steps)} steps", Html(body))


def _where(step: KnownStep) -> str:
    parts = (", ".join(step.ids), "; ".join(step.families), step.note)
    return " · ".join(part for part in parts if part)


def _row(step: KnownStep) -> tuple[object, ...]:
    return step.step, ", ".join(step.ids), "; ".join(step.families), step.note


def _read(text: str) -> Iterator[KnownStep]:
    """Yield the steps of the table: a line for each, below its tool's name in brackets."""
    tool = ""
    for line in text.splitlines():
        if line.startswith("["):
            tool = line.strip("[]")
        elif line and not line.startswith("#"):
            step, families, ids, note, *_ = [*map(str.strip, line.split("|")), "", "", ""]
            named = tuple(filter(None, families.split("; ")))
            yield KnownStep(tool, step, named, tuple(ids.split()), note)


KNOWN_TOOLS: tuple[KnownStep, ...] = tuple(
    _read(files("labkit.forging").joinpath("known_tools.txt").read_text("utf-8"))
)


def known_tools() -> KnownTools:
    """Return the table of what the field's tools try.

    Examples:
        >>> [step.ids for step in known_tools().of("jwt_tool")][:3]
        [('T2',), ('T2b',), ('T4b',)]
    """
    return KnownTools(KNOWN_TOOLS)
