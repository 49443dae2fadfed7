"""Whether a comparison tells by its time where two secrets begin to differ."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from labkit.display import Shown, card
from labkit.encoding import escaped
from labkit.inputs import function

SECRET_BYTES = 1 << 20  # so long that the difference stands out of any noise
RUNS = 7
LEAK = 10.0  # times longer; measured: == about 120, hmac.compare_digest about 1


@dataclass(frozen=True)
class EarlyExit(Shown):
    """What was measured.

    Args:
        ratio: Time until a difference in the last byte is found, over one in the first byte.
    """

    ratio: float

    @property
    def leaks(self) -> bool:
        """Whether the time tells: a late difference takes more than ten times as long."""
        return self.ratio > LEAK

    def __repr__(self) -> str:
        took = "more than ten times as long as" if self.leaks else "about as long as"
        said = "its time tells" if self.leaks else "its time tells nothing"
        return f"A difference in the last byte takes {took} one in the first: {said}."

    def html(self) -> str:
        """Return the same as a card."""
        return card("By the clock", "secrets of 1 MiB", f"<p>{escaped(repr(self))}</p>")


def early_exit(
    equal: Callable[[bytes, bytes], bool], *, clock: Callable[[], float] = time.thread_time
) -> EarlyExit:
    """Time a comparison of secrets that differ in the first byte against the last.

    Args:
        equal: The comparison, such as `operator.eq` or `hmac.compare_digest`.
        clock: CPU time of this thread, in seconds.

    Raises:
        InvalidInput: The comparison is no function.
    """
    function(equal, "comparison")
    secret = bytes(SECRET_BYTES)
    first, last = b"\x01" + secret[1:], secret[:-1] + b"\x01"
    early = min(_timed(equal, secret, first, clock) for _ in range(RUNS))
    late = min(_timed(equal, secret, last, clock) for _ in range(RUNS))
    return EarlyExit(late / max(early, 1e-9))


def _timed(
    equal: Callable[[bytes, bytes], bool], one: bytes, other: bytes, clock: Callable[[], float]
) -> float:
    start = clock()
    equal(one, other)
    return clock() - start
