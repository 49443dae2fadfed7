"""What a store can keep: each check returns its value or raises `InvalidInput`."""

import re

from labkit import inputs
from labkit.errors import StoreError

MOST_KEY = 1024  # characters
MOST_VALUE = 1 << 20
MOST_NUMBER = (1 << 63) - 1
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")


def checked_key(key: str) -> str:
    """Return `key` if a store can keep it."""
    return inputs.text(key, "key", at_least=1, at_most=MOST_KEY)


def checked_prefix(prefix: str) -> str:
    """Return `prefix` if keys can begin with it."""
    return inputs.text(prefix, "prefix", at_most=MOST_KEY)


def checked_value(value: str) -> str:
    """Return `value` if a store can keep it."""
    return inputs.text(value, "value", at_most=MOST_VALUE)


def check_swap(*values: str | None) -> None:
    """Refuse values that a store cannot keep; None stands for "absent"."""
    for value in values:
        if value is not None:
            checked_value(value)


def checked_time(time: float | None) -> float | None:
    """Return the end of a value's life, or None where it has none."""
    return None if time is None else checked_moment(time)


def checked_moment(time: float) -> float:
    """Return `time` in seconds since the epoch."""
    return inputs.number(time, "time", at_least=-1e15)


def checked_number(number: int) -> int:
    """Return `number` if `advance` can count to it."""
    return inputs.whole(number, "number", at_least=-MOST_NUMBER, at_most=MOST_NUMBER)


def stored_number(value: str) -> int:
    """Return the whole number in a stored value.

    Raises:
        StoreError: Something else is stored there.
    """
    if not _WHOLE.fullmatch(value) or not -MOST_NUMBER - 1 <= int(value) <= MOST_NUMBER:
        raise StoreError(
            "What is stored under this key is no whole number.",
            remedy="Something else writes there: give it a prefix of its own.",
        )
    return int(value)
