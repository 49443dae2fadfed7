"""What `import labkit` costs in a new process, beside a module of the standard library."""

import subprocess
import sys
from collections.abc import Iterator
from statistics import median, quantiles

from benchmarks.measure import Row

ROUNDS = 15
GOAL_S = 0.050
PROGRAM = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"


def rows() -> Iterator[Row]:
    """Yield the one row."""
    pairs = [(_seconds("labkit"), _seconds("json")) for _ in range(ROUNDS)]
    ours, peer = (median(times) for times in zip(*pairs, strict=True))
    ratios = [a / b for a, b in pairs]
    low, middle, high = quantiles(ratios, n=4)
    yield Row(
        what="import labkit",
        peer="import json (standard library)",
        ours_s=ours,
        peer_s=peer,
        ratio=middle,
        spread=(high - low) / middle,
        goal="< 50 ms",
        met=ours < GOAL_S,
    )


def _seconds(module: str) -> float:
    command = [sys.executable, "-c", PROGRAM.format(module)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
