"""The rows as a table for a terminal and for the README."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.measure import NO_GOAL, Row

HEAD = ("what", "labkit", "peer", "its time", "ratio", "goal", "met")
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"


def cells(row: Row) -> tuple[str, ...]:
    """Return a row as text; the spread is the interquartile range over the median."""
    return (
        row.what,
        duration(row.ours_s),
        row.peer,
        duration(row.peer_s),
        f"{row.ratio:.3g} ± {row.spread / 2:.0%}",
        row.goal,
        "–" if row.goal == NO_GOAL else "yes" if row.met else "no",
    )


def duration(seconds: float) -> str:
    """Return a duration with three digits and the unit that suits it.

    Examples:
        >>> duration(0.000_007_04), duration(0.02249), duration(1.5)
        ('7.04 µs', '22.5 ms', '1.5 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def plain(rows: Iterable[Row]) -> str:
    """Return the table for a terminal."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def markdown(rows: Iterable[Row]) -> str:
    """Return the table for the README, with the machine that it was measured on."""
    lines = [HEAD, ("---",) * len(HEAD), *map(cells, rows)]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{machine()}\n\n{table}"


def machine() -> str:
    """Return one sentence on what was measured where."""
    return (
        f"CPU time, medians, Python {platform.python_version()} on {os.cpu_count()} cores "
        f"({platform.system()}, {platform.machine()}). A ratio is labkit's time over the peer's, "
        "paired in one run; ± is half the interquartile range."
    )


def written(readme: str, table: str) -> str:
    """Return a README with the table between its marks.

    Raises:
        ValueError: The marks are not there once each, in order.
    """
    block = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if readme.count(BEGIN) != 1 or len(block.findall(readme)) != 1:
        raise ValueError(f"The README must hold {BEGIN} and {END} once each, in this order.")
    return block.sub(lambda _: f"{BEGIN}\n{table}\n{END}", readme)


def write(path: Path, rows: Sequence[Row]) -> None:
    """Put the table into the README at `path`."""
    text = written(path.read_text("utf-8"), markdown(rows))
    path.write_text(text, "utf-8", newline="\n")
