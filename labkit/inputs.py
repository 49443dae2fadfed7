"""Checks at the door of every public function: a wrong argument is an `InvalidInput`, at once.

Each check returns its value, so that it can stand where the value is used.
"""

from typing import TypeVar

from labkit.errors import InvalidInput

T = TypeVar("T")
_BYTES_LIKE = (bytes, bytearray, memoryview)


def text(value: object, what: str, *, at_least: int = 0, at_most: int = 4096) -> str:
    """Return `value` if it is a str of `at_least` to `at_most` characters that UTF-8 can carry.

    Args:
        value: The argument to check.
        what: Its name as the caller knows it, for the message.
        at_least: Fewest characters allowed.
        at_most: Most characters allowed; checked first, so a huge value costs nothing.

    Raises:
        InvalidInput: It is no str, too short, too long, or holds a lone surrogate.

    Examples:
        >>> text("alice", "user name", at_least=1)
        'alice'
    """
    if not isinstance(value, str):
        raise InvalidInput(
            f"The {what} must be a str, not {type(value).__name__}.",
            remedy="Decode bytes with .decode('utf-8') first." if isinstance(value, bytes) else "",
        )
    _check_length(len(value), "characters", what, at_least, at_most)
    if not _is_utf8(value):
        raise InvalidInput(
            f"The {what} holds half of a surrogate pair, which is no character.",
            remedy="Read the text again with the encoding that it was written in.",
        )
    return value


def octets(value: object, what: str, *, at_least: int = 0, at_most: int = 1 << 20) -> bytes:
    """Return `value` as bytes if it is bytes-like and has `at_least` to `at_most` bytes.

    Raises:
        InvalidInput: It is no bytes, too short or too long.
    """
    if not isinstance(value, _BYTES_LIKE):
        raise InvalidInput(
            f"The {what} must be bytes, not {type(value).__name__}.",
            remedy="Encode a str with .encode('utf-8') first." if isinstance(value, str) else "",
        )
    length = memoryview(value).nbytes if isinstance(value, memoryview) else len(value)
    _check_length(length, "bytes", what, at_least, at_most)
    return value if isinstance(value, bytes) else bytes(value)


def whole(value: object, what: str, *, at_least: int = 0, at_most: int = 1 << 63) -> int:
    """Return `value` if it is an int (no bool) from `at_least` to `at_most`.

    Raises:
        InvalidInput: It is no int, or outside the range.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(f"The {what} must be an int, not {type(value).__name__}.")
    _check_range(value, what, at_least, at_most)
    return value


def number(value: object, what: str, *, at_least: float = 0.0, at_most: float = 1e15) -> float:
    """Return `value` as a float if it is a finite number (no bool) in the range.

    Raises:
        InvalidInput: It is no number, not finite, or outside the range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"The {what} must be a number, not {type(value).__name__}.")
    _check_range(value, what, at_least, at_most)
    return float(value)


def function(value: T, what: str) -> T:
    """Return `value` if it can be called, such as a clock.

    Raises:
        InvalidInput: It cannot.
    """
    if not callable(value):
        raise InvalidInput(f"The {what} must be a function, not {type(value).__name__}.")
    return value


def offering(value: T, what: str, *methods: str) -> T:
    """Return `value` if it has these methods, such as a store.

    Raises:
        InvalidInput: It lacks one.
    """
    for name in methods:
        if not callable(getattr(value, name, None)):
            raise InvalidInput(
                f"The {what} must have a method {name!r}; {type(value).__name__} has none."
            )
    return value


def _check_range(value: float, what: str, at_least: float, at_most: float) -> None:
    if not at_least <= value <= at_most:  # false for NaN too
        raise InvalidInput(f"The {what} must be from {at_least} to {at_most}.")


def _check_length(length: int, unit: str, what: str, at_least: int, at_most: int) -> None:
    if length < at_least:
        found = "is empty" if length == 0 else f"has only {length} {unit}"
        raise InvalidInput(f"The {what} {found}.", remedy=f"It needs at least {at_least} {unit}.")
    if length > at_most:
        raise InvalidInput(
            f"The {what} has {length} {unit}.", remedy=f"At most {at_most} are taken."
        )


def _is_utf8(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
