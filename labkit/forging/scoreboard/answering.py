"""What a function answered to a token, asked so that one that never answers holds nobody up."""

import ctypes
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from labkit.forging.corpus.family import Sample

Verify = Callable[[str, Any, int], object]
Kind = Literal["refused", "accepted", "crashed", "too slow", "not tried"]
# What a program raises that did not mean to refuse. A ValueError is how most readers refuse.
ACCIDENTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    RuntimeError,
    SyntaxError,
    SystemError,
    TypeError,
    Warning,
)
MOST_SLOW = 3
WATCH_S = 0.02
GIVE_UP_S = 0.5


@dataclass(frozen=True)
class Answer:
    """What one token met.

    Args:
        sample: The token.
        kind: "refused" (an exception, None or False), "accepted" (anything else), "crashed"
            (refused by accident: a TypeError, a RecursionError …), "too slow" or "not tried".
        said: The exception, or the type of what was returned.
        claims: What was returned, if it was a dict.
    """

    sample: Sample
    kind: Kind
    said: str = ""
    claims: dict[str, Any] | None = field(default=None, repr=False)


class _TimeUp(BaseException):
    """Raised inside a function that does not answer; `except Exception` does not catch it."""


class Asking:
    """Asks a function about many tokens, in a thread of its own; each thread needs its own.

    A token that is not answered in time is counted as such, and after three of them the rest is
    left. Python code is interrupted; a call into C that never ends keeps its thread, which dies
    with the program.

    Args:
        verify: Called with a token, the key and the time.
        key: What it is given as the key.
        now: The time in seconds since the epoch.
        limit_s: Seconds that it may take for one token, by the clock on the wall.
    """

    def __init__(self, verify: Verify, key: object, now: int, limit_s: float) -> None:
        self._verify, self._key, self._now, self._limit_s = verify, key, now, limit_s

    def answers(self, samples: Iterable[Sample]) -> list[Answer]:
        """Return an answer for each token, in their order."""
        asked, found, slow = tuple(samples), list[Answer](), 0
        while len(found) < len(asked) and slow < MOST_SLOW:
            run = _Run(self._ask, asked[len(found) :])
            found += run.found_within(self._limit_s)
            if run.stopped and len(found) < len(asked):
                found.append(Answer(asked[len(found)], "too slow", f"over {self._limit_s:g} s"))
                slow += 1
        return found + [Answer(sample, "not tried") for sample in asked[len(found) :]]

    def _ask(self, sample: Sample) -> Answer:
        try:
            value = self._verify(sample.token, self._key, self._now)
        except _TimeUp:
            raise
        except ACCIDENTS as error:
            return Answer(sample, "crashed", _told(error))
        except Exception as error:
            return Answer(sample, "refused", _told(error))
        except BaseException as error:
            return Answer(sample, "crashed", _told(error))
        if value is None or value is False:
            return Answer(sample, "refused", f"returned {value}")
        claims = value if isinstance(value, dict) else None
        return Answer(sample, "accepted", f"returned {type(value).__name__}", claims)


class _Run:
    """One thread that asks about some tokens until all are answered or one takes too long."""

    def __init__(self, ask: Callable[[Sample], Answer], samples: tuple[Sample, ...]) -> None:
        self._ask, self._samples = ask, samples
        self._found: list[Answer] = []
        self._begun = time.monotonic()
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.stopped = False

    def found_within(self, limit_s: float) -> list[Answer]:
        """Return the answers up to the first token that takes longer; then `stopped` is true."""
        self._thread.start()
        try:
            while not self._ended.wait(WATCH_S):
                if self._stop_if_over(limit_s):
                    break
        except BaseException:
            self._stop_if_over(-1.0)
            raise
        return self._found

    def _work(self) -> None:
        try:
            for sample in self._samples:
                self._begun = time.monotonic()
                answer = self._ask(sample)
                with self._lock:
                    if self.stopped:
                        return
                    self._found.append(answer)
        except _TimeUp:
            pass
        finally:
            self._ended.set()

    def _stop_if_over(self, limit_s: float) -> bool:
        with self._lock:
            self.stopped = time.monotonic() - self._begun > limit_s
        if self.stopped:
            thread = ctypes.c_ulong(self._thread.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_TimeUp))
            self._thread.join(GIVE_UP_S)
        return self.stopped


def _told(error: BaseException) -> str:
    """Say what was raised; an exception's own text may raise in turn, or be huge."""
    try:
        text = str(error)
    except BaseException:  # this thread has nobody to raise it to
        text = ""
    return f"{type(error).__name__}: {text[:120]}" if text else type(error).__name__
