"""Paired timings by CPU time: ours and a named peer in turn, in one run, told as a ratio."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

NO_GOAL = "told, no goal"
Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, against whom, and the goal it is held to."""

    what: str
    peer: str
    ours_s: float
    peer_s: float
    ratio: float
    spread: float
    goal: str
    met: bool


def seconds(work: Work, number: int) -> float:
    """Return the CPU seconds of this process (all threads) for one call, over `number` calls."""
    start = time.process_time()
    for _ in range(number):
        work()
    return (time.process_time() - start) / number


def compare(
    what: str,
    ours: Work,
    peer_name: str,
    peer: Work,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    number: int = 1000,
    rounds: int = 15,
) -> Row:
    """Time ours and the peer in turn, A B A B …, and return the median of the paired ratios.

    Args:
        what: The row's label.
        ours: Our call.
        peer_name: Who the peer is, with its version where it matters.
        peer: The peer's call for the same work.
        at_most: The goal for ours / peer in time.
        at_least: The goal for peer / ours, for "so many times faster".
        number: Calls in one round.
        rounds: Pairs.
    """
    ours(), peer()
    gc.disable()
    try:
        pairs = [(seconds(ours, number), seconds(peer, number)) for _ in range(rounds)]
    finally:
        gc.enable()
    ratios = sorted(a / b for a, b in pairs)
    ratio = median(ratios)
    spread = (ratios[-rounds // 4] - ratios[rounds // 4]) / ratio
    goal, met = _judged(ratio, at_most, at_least)
    return Row(
        what,
        peer_name,
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        ratio,
        spread,
        goal,
        met,
    )


def _judged(ratio: float, at_most: float | None, at_least: float | None) -> tuple[str, bool]:
    if at_least is not None:
        return f"≥ {at_least:g} times faster", 1 / ratio >= at_least
    if at_most is not None:
        return f"≤ {at_most:g}×", ratio <= at_most
    return NO_GOAL, True
