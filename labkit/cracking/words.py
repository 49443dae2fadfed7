"""Numbers in words: counts, durations and sums of money that a person can weigh."""

import math
from itertools import pairwise

from labkit.errors import InvalidInput

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
YEAR_S = 365.25 * DAY_S

_UNITS = (
    (1e-9, "ns"),
    (1e-6, "µs"),
    (1e-3, "ms"),
    (1.0, "s"),
    (MINUTE_S, "min"),
    (HOUR_S, "h"),
    (DAY_S, "day"),
    (YEAR_S, "year"),
    (1e6 * YEAR_S, "million years"),
    (1e9 * YEAR_S, "billion years"),
)
_MOST_BILLION = 1_000_000

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def count(number: int | float) -> str:
    """Return a count with its digits in groups of three, or as a power of ten.

    Args:
        number: Zero or more; a float is rounded to whole.

    Raises:
        InvalidInput: It is no finite number of zero or more.

    Examples:
        >>> count(14344391)
        '14 344 391'
        >>> count(26**14)
        '6.5 × 10¹⁹'
    """
    _finite(number, "count")
    whole = number if isinstance(number, int) else round(number)
    return f"{whole:,}".replace(",", " ") if whole < 10**15 else _power(whole)


def duration(seconds: int | float) -> str:
    """Return a duration in two significant figures and the unit that fits.

    Args:
        seconds: Zero or more.

    Raises:
        InvalidInput: It is no finite number of zero or more.

    Examples:
        >>> [duration(s) for s in (0.000_004, 3.3, 61, 86_400, 4.1e11)]
        ['4 µs', '3.3 s', '1 min', '1 day', '13 000 years']
    """
    _finite(seconds, "duration in seconds")
    if seconds < 1e-9:
        return "under 1 ns" if seconds else "0 s"
    for (size, unit), (next_size, _) in pairwise(_UNITS):
        amount = _two_figures(seconds / size)
        if amount < next_size / size * (1 - 1e-9):  # the quotient may be a hair too large
            return _in_words(amount, unit)
    amount = _two_figures(seconds / _UNITS[-1][0])
    if amount < _MOST_BILLION:
        return _in_words(amount, _UNITS[-1][1])
    return f"{_power(amount * 10**9)} years"


def dollars(low: float, high: float) -> str:
    """Return a range of US dollars in words.

    Args:
        low: The lower bound.
        high: The upper bound, not below `low`.

    Raises:
        InvalidInput: A bound is no finite number of zero or more, or they are swapped.

    Examples:
        >>> dollars(0.0001, 0.0004), dollars(0.15, 0.6), dollars(12_345, 98_765)
        ('under $0.01', '$0.15 to $0.60', '$12 000 to $99 000')
    """
    _finite(low, "lower sum")
    _finite(high, "upper sum")
    if low > high:
        raise InvalidInput("The lower sum is above the upper one.")
    if high < 0.01:
        return "under $0.01" if high else "$0"
    first, last = _sum(low), _sum(high)
    return first if first == last else f"{first} to {last}"


def _finite(number: object, what: str) -> None:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise InvalidInput(f"The {what} must be a number, not {type(number).__name__}.")
    if isinstance(number, float) and not math.isfinite(number):
        raise InvalidInput(f"The {what} is not finite.")
    if not 0 <= number <= 10**300:
        raise InvalidInput(f"The {what} must be from 0 to 10^300.")


def _two_figures(number: float) -> float:
    return float(f"{number:.1e}")


def _in_words(amount: float, unit: str) -> str:
    figures = count(amount) if amount >= 10 else f"{amount:.2g}"
    plural = "s" if unit in ("day", "year") and figures != "1" else ""
    return f"{figures} {unit}{plural}"


def _power(number: int | float) -> str:
    figures, exponent = f"{number:.1e}".split("e") if number < 1e300 else ("1.0", "300")
    return f"{figures.removesuffix('.0')} × 10{str(int(exponent)).translate(RAISED)}"


def _sum(usd: float) -> str:
    if usd < 0.01:
        return "$0.01" if usd >= 0.005 else "$0"
    return f"${usd:.2f}" if usd < 100 else f"${count(_two_figures(usd))}"
