"""A process that has measured waits a minute for the next measurement, then it is ended."""

import threading
from collections.abc import Callable
from typing import Protocol

from labkit import inputs
from labkit.measuring.process import Process

IDLE_S = 60.0


class Timer(Protocol):
    """What `Spare` needs of `threading.Timer`."""

    daemon: bool

    def start(self) -> None:
        """Begin to wait."""

    def cancel(self) -> None:
        """Do nothing at the end."""


class Spare:
    """Keeps one idle process. All methods may be called from any thread.

    Args:
        idle_s: How long it is kept, in seconds.
        timer: Calls a function after so many seconds, as `threading.Timer` does.
    """

    def __init__(
        self,
        *,
        idle_s: float = IDLE_S,
        timer: Callable[[float, Callable[[], None]], Timer] = threading.Timer,
    ) -> None:
        self._idle_s = inputs.number(idle_s, "idle time in seconds", at_most=threading.TIMEOUT_MAX)
        self._new_timer = inputs.function(timer, "timer")
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._timer: Timer | None = None

    @property
    def there(self) -> bool:
        """Whether a process is waiting."""
        process = self._process
        return process is not None and process.idle

    def take(self) -> Process | None:
        """Return the waiting process, which is the caller's now, or None."""
        with self._lock:
            process, self._process = self._process, None
            if self._timer is not None:
                self._timer.cancel()
        if process is not None and not process.idle:
            process.close()
            return None
        return process

    def put(self, process: Process) -> None:
        """Keep a process for the next measurement; one that is not idle is ended."""
        if not process.idle:
            process.close()
            return
        before = self.take()
        with self._lock:
            self._process = process
            self._timer = self._new_timer(self._idle_s, self.close)
            self._timer.daemon = True
            self._timer.start()
        if before is not None:
            before.close()

    def close(self) -> None:
        """End the waiting process, if there is one."""
        process = self.take()
        if process is not None:
            process.close()


SPARE = Spare()
