"""Long work beside the kernel: one thread, one job at a time, stopped between two steps."""

import threading
from collections.abc import Callable, Iterator
from functools import partial

Report = Callable[[], object]
Job = Callable[[], Iterator[Report]]

# Two measurements at once would disturb each other, whichever widgets they belong to.
_ALONE = threading.Lock()


class Worker:
    """Runs the newest job in a daemon thread; whatever ran before is dropped at its next step.

    A job does a little at every step and yields what to report, a call without arguments, which
    is made only if the job has been neither dropped nor replaced. A step that has begun runs to
    its end unless the job's owner ends it, but after `cancel` nothing is reported any more.
    All methods may be called from any thread.

    Args:
        on_error: Called with what a job raised.
    """

    def __init__(self, on_error: Callable[[BaseException], object]) -> None:
        self._on_error = on_error
        self._lock = threading.RLock()
        self._ticket = 0
        self._newer = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, job: Job, *, after_s: float = 0.0) -> None:
        """Drop what runs, and start `job` once `after_s` have passed without another.

        Args:
            job: Called in the thread; returns the iterator to run.
            after_s: How long to wait for a newer job, in seconds.
        """
        with self._lock:
            self.cancel()
            self._newer = threading.Event()
            arguments = (job, self._ticket, self._newer, after_s)
            self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Drop what runs or waits; once this returns, it reports nothing."""
        with self._lock:
            self._newer.set()
            self._ticket += 1

    def join(self, timeout_s: float = 10.0) -> bool:
        """Wait until the newest job has ended; return whether it has, in time."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return thread is None or not thread.is_alive()

    def _run(self, job: Job, ticket: int, newer: threading.Event, after_s: float) -> None:
        if after_s and newer.wait(after_s):
            return
        with _ALONE:
            try:
                if not newer.is_set():
                    self._follow(job(), ticket)
            except Exception as error:
                self._report(partial(self._on_error, error), ticket)

    def _follow(self, steps: Iterator[Report], ticket: int) -> None:
        for report in steps:
            if not self._report(report, ticket):
                return

    def _report(self, report: Report, ticket: int) -> bool:
        with self._lock:
            if ticket == self._ticket:
                report()
            return ticket == self._ticket
