"""An end for code that does not come to one: a student's loop must not hold the kernel."""

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT_S = 60.0
MANY_TURNS = 10_000  # of a loop; at each one the interpreter looks for what is on its way
AGAIN_S = 0.5  # code that catches everything is told again


class TimeUp(BaseException):
    """Raised inside code that takes too long; `except Exception` does not catch it."""

    def __str__(self) -> str:
        return "Your code came to no end within a minute."


def within(step: Callable[[], T], *, limit_s: float = LIMIT_S) -> T:
    """Take a step in this thread, and end it if it takes too long.

    Only Python code can be ended: where a call into C never returns, the kernel must be restarted.

    Args:
        step: What may take too long.
        limit_s: Seconds by the clock on the wall.

    Raises:
        TimeUp: It did.
    """
    watch = _Watch(limit_s)
    try:
        try:
            watch.begin()
            return step()
        finally:
            watch.end()
    except TimeUp:  # it may have come in the middle of that `end`
        watch.end()
        raise


class _Watch:
    """A thread that raises `TimeUp` in the one that made it, until that says it is over."""

    def __init__(self, limit_s: float) -> None:
        self._watched, self._limit_s = ctypes.c_ulong(threading.get_ident()), limit_s
        self._lock, self._over, self._told = threading.Lock(), threading.Event(), False

    def begin(self) -> None:
        """Count from now."""
        threading.Thread(target=self._work, daemon=True).start()

    def end(self) -> None:
        """Raise nothing from now on, nor what is on its way."""
        with self._lock:
            self._over.set()
        if self._told:
            self._let_it_arrive()

    def _work(self) -> None:
        wait_s = self._limit_s
        while not self._over.wait(wait_s):
            with self._lock:
                if not self._over.is_set():
                    self._tell()
            wait_s = AGAIN_S

    def _tell(self) -> None:
        self._told = True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self._watched, ctypes.py_object(TimeUp))

    def _let_it_arrive(self) -> None:
        # To clear it instead would leave CPython 3.11 looking for it at every turn: all code is
        # slower from then on, and a profiler hangs.
        try:
            self._tell()
            for _ in range(MANY_TURNS):
                pass
        except TimeUp:
            self._told = False
