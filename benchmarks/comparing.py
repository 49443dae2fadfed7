"""The designs side by side: what a request costs beside stateless tokens, at 1 and 100 services."""

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.measure import NO_GOAL, Row
from labkit.comparing import DESIGNS, Load, compare, loads
from labkit.comparing.minting import named

SERVICES = (1, 100)
RUNS = 7
NOTEBOOK_S = 3.0  # what a reader waits for without asking what is wrong


def rows() -> Iterator[Row]:
    """Yield a row for each design and number of services, and one for the whole table."""
    for number in SERVICES:
        runs = [loads(DESIGNS, number) for _ in range(RUNS)]
        for name, kind in list(DESIGNS.items())[1:]:
            pairs = [(_request_s(run[name]), _request_s(run["stateless"])) for run in runs]
            yield _told(f"a request, {kind.name}, {named(number)}, a core each", pairs)
    began = time.process_time()
    compare()
    took_s = time.process_time() - began
    ratio = took_s / NOTEBOOK_S
    goal = f"≤ {NOTEBOOK_S:g} s"
    yield Row(
        "compare(), the whole table",
        "a reader's patience",
        took_s,
        NOTEBOOK_S,
        ratio,
        0.0,
        goal,
        ratio <= 1,
    )


def _request_s(load: Load) -> float:
    return 1 / load.most_per_s


def _told(what: str, pairs: list[tuple[float, float]]) -> Row:
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    ratio = median(ratios)
    spread = (ratios[-RUNS // 4] - ratios[RUNS // 4]) / ratio
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    return Row(what, "stateless tokens", ours, theirs, ratio, spread, NO_GOAL, True)
