"""One use of a process that measures, which can be stopped at any moment."""

import threading
from collections.abc import Callable, Iterator
from types import TracebackType

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.measuring.errors import CannotStart, MeasuringFailed, Stopped
from labkit.measuring.process import Process
from labkit.measuring.request import Request
from labkit.measuring.spare import SPARE, Spare
from labkit.passwords.timing import Sample


class Measurement:
    """Takes samples in a process of its own, between `with` and the end of its block.

    `stop` may be called from any thread and at any time, and kills the process in the middle of a
    hash; everything else belongs to one thread. Where no process can be started it measures in
    this one, and `stop` then waits for the hash that is running.

    Args:
        spare: Where a process waits between measurements.
        start: Starts one where none waits.

    Examples:
        >>> from labkit.passwords import BcryptParams
        >>> with Measurement() as measurement:
        ...     taken = list(measurement.samples(Request(BcryptParams(cost=4), calls=3)))
        >>> len(taken), all(sample.cpu_s > 0 for sample in taken)
        (3, True)
    """

    def __init__(self, spare: Spare = SPARE, start: Callable[[], Process] = Process) -> None:
        self._spare = inputs.offering(spare, "spare process", "take", "put")
        self._start = inputs.function(start, "start of a process")
        self._lock = threading.Lock()
        self._stopped = False
        self._process: Process | None = None
        self.fallback: CannotStart | None = None

    @property
    def stoppable(self) -> bool:
        """Whether a hash can be stopped: whether it runs in another process."""
        return self.fallback is None

    @property
    def must_start(self) -> bool:
        """Whether a process must be started first, which takes a moment."""
        return not self._spare.there

    def __enter__(self) -> "Measurement":
        try:
            if waiting := self._spare.take():
                self._hold(waiting)
            else:
                self._hold(self._start()).wait_until_ready()
        except CannotStart as error:
            self._release()
            self._check()
            self.fallback = error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def samples(self, request: Request) -> Iterator[Sample]:
        """Yield one sample after the other; a caller that has enough may leave.

        Raises:
            Stopped: `stop` was called.
            HashTooCostly: The parameters are over a ceiling; raised before any work.
            InvalidInput: They are no parameters, or a number is out of range.
            MeasuringFailed: The process ended, or met an error of its own.
        """
        if not isinstance(request, Request):
            raise InvalidInput(f"What to measure must be a Request, not {type(request).__name__}.")
        here = request.samples()  # checks the request; nothing runs before it is iterated over
        return self._until_stopped(self._process.samples(request) if self._process else here)

    def stop(self, *, within_s: float = 0.0) -> None:
        """Take no further sample, and kill the one under way unless it ends within a time.

        Args:
            within_s: How long the sample under way may still take, in seconds.

        Raises:
            InvalidInput: That is no number of seconds.
        """
        inputs.number(within_s, "time to end in seconds", at_most=threading.TIMEOUT_MAX)
        with self._lock:
            self._stopped = True
            held = self._process is not None
        if within_s and held:
            timer = threading.Timer(within_s, self._kill)
            timer.daemon = True
            timer.start()
        else:
            self._kill()

    def _until_stopped(self, samples: Iterator[Sample]) -> Iterator[Sample]:
        while True:
            self._check()
            try:
                sample = next(samples, None)
            except MeasuringFailed:
                self._check()
                raise
            if sample is None:
                return
            yield sample

    def _check(self) -> None:
        if self._stopped:
            raise Stopped("The measurement was stopped.")

    def _hold(self, process: Process) -> Process:
        with self._lock:
            self._process = process
            if self._stopped:
                process.kill()
        return process

    def _kill(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _release(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            self._spare.put(process)
