"""Spans of time in words that a table can hold."""

import math

from labkit.inputs import number
from labkit.tokens import wording


def span(seconds: float) -> str:
    """Return whole seconds in the two largest units that they fill.

    Args:
        seconds: From 0 to a century.

    Raises:
        InvalidInput: It is no such number.

    Examples:
        >>> [span(s) for s in (0, 4, 900, 18_900, 86_400, 2_592_000)]
        ['0 s', '4 s', '15 min', '5 h 15 min', '1 day', '30 days']
    """
    return wording.span(round(number(seconds, "span in seconds", at_most=100 * 366 * 86_400)))


def moment(seconds: float) -> str:
    """Return how far into a story something happens: days, then hours, minutes and seconds.

    Args:
        seconds: Since the story began.

    Raises:
        InvalidInput: It is no number.

    Examples:
        >>> [moment(s) for s in (0, 900, 904, 8 * 86_400 + 3600)]
        ['0:00', '0:15', '0:15:04', 'day 8, 1:00']
    """
    whole = round(number(seconds, "moment in seconds"))
    days, left = divmod(whole, 86_400)
    minutes, rest = divmod(left, 60)
    clock = f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")
    return f"day {days}, {clock}" if days else clock


def lasting(seconds: float) -> str:
    """Return how long something lasts, in words; it may be for ever, as far as anyone saw.

    Examples:
        >>> [lasting(seconds) for seconds in (0.0, 900.0, float("inf"))]
        ['not at all', '15 min', 'no end seen']
    """
    if math.isinf(seconds):
        return "no end seen"
    return span(seconds) if seconds else "not at all"
