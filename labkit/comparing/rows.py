"""A comparison's figures in words, row by row, for its table and for the twin in text."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.comparing.day import DAY_S
from labkit.comparing.delay import Occasion
from labkit.comparing.load import Load
from labkit.comparing.minting import named
from labkit.comparing.spans import span
from labkit.cracking.words import count

if TYPE_CHECKING:
    from labkit.comparing.comparison import Column

Row = tuple[str, ...]
Block = tuple[str, list[Row]]
Told = Callable[[Load, Load], str]

_DELAYS = {
    Occasion.LOG_OUT: "logged out, and still let in",
    Occasion.BAN: "banned, and still let in",
    Occasion.DEMOTION: "demoted, and still admin",
    Occasion.STORE_DOWN: "store down, and still served",
}
_PER_CPU = "Requests per CPU second of the services"
_IN_ALL = "Requests a second, with a core for each service and one for the store"


def counted_rows(columns: Mapping[str, "Column"], services: Sequence[int]) -> list[Row]:
    """Return what was counted: a label, then each design's figure."""
    days = [column.day for column in columns.values()]
    rows: list[Row] = [
        (label, *(lasting(column.delays[each]) for column in columns.values()))
        for each, label in _DELAYS.items()
    ]
    day = f"in {span(DAY_S)} of work"
    rows += [
        (f"log-ins {day}", *(count(each.log_ins) for each in days)),
        (f"renewals {day}", *(count(each.renewals) for each in days)),
        ("look-ups for a request", *(_mean(each.reads, each.requests) for each in days)),
        ("writes for a request", *(_mean(each.writes, each.requests) for each in days)),
        ("bytes sent with a request", *(count(each.wire_bytes) for each in days)),
        ("bytes kept for a log-in", *(count(each.kept_bytes) for each in days)),
        ("bytes left after log-out", *(count(each.left_bytes) for each in days)),
    ]
    rows += [
        (
            f"look-ups a second, {named(number)}",
            *(_figure(column.loads[number].look_ups_per_s) for column in columns.values()),
        )
        for number in services
    ]
    who = (f"{len(column.minters)} of {column.parties}" for column in columns.values())
    return [*rows, ("parties that can mint", *who)]


def timed_rows(columns: Mapping[str, "Column"], services: Sequence[int]) -> list[Block]:
    """Return what was timed: for each measure its title, then a line for each design.

    A figure stands beside that of the first design with as many services.
    """
    first = next(iter(columns.values())).loads

    def line(column: "Column", told: Told) -> Row:
        return (column.name, *(told(column.loads[n], first[n]) for n in services))

    return [
        (title, [line(column, told) for column in columns.values()])
        for title, told in ((_PER_CPU, per_cpu), (_IN_ALL, in_all))
    ]


def per_cpu(load: Load, first: Load) -> str:
    """Return the requests in a CPU second, and the ratio to those of the first design."""
    return f"{_rounded(load.per_cpu_s)} ({_ratio(load.per_cpu_s / first.per_cpu_s)})"


def in_all(load: Load, first: Load) -> str:
    """Return the requests that all services serve in a second, with the ratio and the limit."""
    limit = ", store full" if load.store_full else ""
    return f"{_rounded(load.most_per_s)} ({_ratio(load.most_per_s / first.most_per_s)}{limit})"


def lasting(seconds: float) -> str:
    """Return how long something lasts, in words.

    Examples:
        >>> [lasting(seconds) for seconds in (0.0, 900.0, float("inf"))]
        ['not at all', '15 min', 'no end seen']
    """
    if math.isinf(seconds):
        return "no end seen"
    return span(seconds) if seconds else "not at all"


def layout(head: Row, rows: Iterable[Row]) -> list[str]:
    """Return rows as lines of text, in columns."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _mean(total: int, requests: int) -> str:
    return _figure(total / requests)


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _ratio(value: float) -> str:
    return f"{f'{value:.2g}' if value < 10 else _rounded(value)}×"


def _rounded(value: float) -> str:
    return count(float(f"{value:.2g}"))
