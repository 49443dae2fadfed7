"""How long one hash takes on this machine, by CPU time, with wall time beside it."""

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.passwords.ceilings import Ceilings
from labkit.passwords.parameters import Argon2idParams, Params
from labkit.passwords.schemes import scheme_of

Work = Callable[[], object]
T = TypeVar("T")

# An invented password: what is timed must not be a real one.
PASSWORD = "correct horse battery staple"
# Windows counts CPU time in ticks of 15.6 ms; one sample must hold many of them.
SHORTEST_SAMPLE_S = 0.5 if sys.platform == "win32" else 0.02
MOST_CALLS_IN_A_SAMPLE = 10_000
# Wall and CPU time of a quiet machine agree to 1 or 2 %.
DIFFERENCE = 0.1


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks of a measurement, in seconds from any start.

    Args:
        cpu: CPU time.
        wall: Time on the wall.
        covers: Whose CPU time that is, in words.

    Raises:
        InvalidInput: A clock is no function, or the words are none.
    """

    cpu: Callable[[], float] = time.thread_time
    wall: Callable[[], float] = time.perf_counter
    covers: str = "this thread"

    def __post_init__(self) -> None:
        inputs.function(self.cpu, "CPU clock")
        inputs.function(self.wall, "clock on the wall")
        inputs.text(self.covers, "words for whose CPU time it is")


THIS_THREAD = Clocks()
ALL_THREADS = Clocks(cpu=time.process_time, covers="all threads of this process")


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: seconds for one call, by either clock."""

    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class Timing:
    """What one hash costs on this machine.

    Args:
        params: What was timed.
        samples: How many measurements the figures rest on.
        cpu_s: Median CPU time of one call, in seconds.
        cpu_spread: Interquartile range of the CPU times over their median.
        wall_s: Median time on the wall, in seconds.
        wall_spread: The same for the wall times.
        covers: Whose CPU time was counted. With several Argon2 lanes it is that of all threads
            of the process, since the lanes run on threads of their own, so anything else that the
            process does meanwhile counts too; otherwise it is that of the calling thread alone.
    """

    params: Params
    samples: int
    cpu_s: float
    cpu_spread: float
    wall_s: float
    wall_spread: float
    covers: str

    @property
    def wall_per_cpu(self) -> float:
        """How many times its CPU time a call took on the wall."""
        return self.wall_s / self.cpu_s if self.cpu_s else math.inf

    @property
    def clocks_differ(self) -> bool:
        """Whether the two clocks are more than 10 % apart."""
        return not 1 - DIFFERENCE <= self.wall_per_cpu <= 1 + DIFFERENCE

    @property
    def note(self) -> str:
        """Whether the two clocks agree, and if not, what that means."""
        if not self.clocks_differ:
            return f"CPU time of {self.covers}; wall time agrees."
        if self.wall_per_cpu > 1:
            return (
                f"Wall time is {self.wall_per_cpu:.1f} times CPU time: something else kept this "
                f"machine busy. Compare CPU times (of {self.covers})."
            )
        return (
            f"CPU time adds up {self.covers}, which ran at once, so the wall shows "
            f"{self.wall_per_cpu:.0%} of it. A log-in waits the wall time; the server pays "
            "the CPU time."
        )

    def __str__(self) -> str:
        return (
            f"{self.cpu_s * 1e3:.3g} ms CPU (± {self.cpu_spread / 2:.1%}), "
            f"{self.wall_s * 1e3:.3g} ms wall. {self.note}"
        )


def time_hash(
    params: Params,
    *,
    calls: int = 7,
    password: str = PASSWORD,
    clocks: Clocks | None = None,
    work: Work | None = None,
    shortest_sample_s: float = SHORTEST_SAMPLE_S,
    ceilings: Ceilings | None = None,
) -> Timing:
    """Time one hash with `params`: the median of `calls` samples after a warm-up.

    CPU time is what to compare: while other programs load the machine, wall time can double and
    CPU time hardly moves.

    Args:
        params: What to time.
        calls: Samples to take, at least 1.
        password: What to hash; its length hardly matters to these schemes.
        clocks: The clocks to read; by default this thread's CPU time, or that of the whole
            process where Argon2 has several lanes.
        work: What to time instead of hashing, for a comparison or a test.
        shortest_sample_s: A sample repeats a fast hash until it lasts about as long, in seconds.
        ceilings: What may be spent; parameters above are refused before any work.

    Raises:
        HashTooCostly: The parameters are over a ceiling.
        PasswordTooLong: bcrypt, and over 72 bytes.
        InvalidInput: An argument is of the wrong type or out of range.
    """
    found = sampling(
        params,
        calls=calls,
        password=password,
        clocks=clocks,
        work=work,
        shortest_sample_s=shortest_sample_s,
        ceilings=ceilings,
    )
    return summary(params, found, covers=(clocks or clocks_for(params)).covers)


def sampling(
    params: Params,
    *,
    calls: int = 7,
    password: str = PASSWORD,
    clocks: Clocks | None = None,
    work: Work | None = None,
    shortest_sample_s: float = SHORTEST_SAMPLE_S,
    ceilings: Ceilings | None = None,
) -> Iterator[Sample]:
    """Yield the samples of `time_hash` one by one, so that a caller can show or stop them.

    The arguments and errors are those of `time_hash`; they are checked before the first sample.
    """
    inputs.whole(calls, "number of samples", at_least=1, at_most=10_000)
    inputs.number(shortest_sample_s, "shortest sample in seconds", at_most=60)
    scheme_of(params)
    read = clocks_for(params) if clocks is None else _a(Clocks, clocks, "clocks")
    _a(Ceilings, Ceilings() if ceilings is None else ceilings, "ceilings").check(params)
    timed = hash_call(params, password) if work is None else inputs.function(work, "work")
    return _samples(timed, read, calls, shortest_sample_s)


def summary(params: Params, samples: Iterable[Sample], *, covers: str) -> Timing:
    """Return medians and spreads of one sample or more.

    Raises:
        InvalidInput: There is no sample.
    """
    taken = list(samples)
    if not taken:
        raise InvalidInput("A timing needs at least one sample.")
    cpu = [sample.cpu_s for sample in taken]
    wall = [sample.wall_s for sample in taken]
    return Timing(
        params, len(taken), median(cpu), _spread(cpu), median(wall), _spread(wall), covers
    )


def hash_call(params: Params, password: str = PASSWORD) -> Work:
    """Return a call that hashes `password` once, with a fixed salt.

    Raises:
        InvalidInput: The password is no str, empty, too long, or holds a lone surrogate.
    """
    scheme = scheme_of(params)
    secret = inputs.text(password, "password", at_least=1).encode()
    salt = bytes(params.salt_bytes)
    return lambda: scheme.hash(secret, params, salt)


def clocks_for(params: Params) -> Clocks:
    """Return the clocks that see all the work of these parameters and no more than needed."""
    many = isinstance(params, Argon2idParams) and params.lanes > 1
    return ALL_THREADS if many else THIS_THREAD


def _samples(work: Work, clocks: Clocks, calls: int, shortest_s: float) -> Iterator[Sample]:
    warm_up = _sample(work, clocks, 1)
    longest = max(warm_up.wall_s, shortest_s / MOST_CALLS_IN_A_SAMPLE, 1e-9)
    number = max(1, math.ceil(shortest_s / longest))
    for _ in range(calls):
        yield _sample(work, clocks, number)


def _sample(work: Work, clocks: Clocks, number: int) -> Sample:
    wall, cpu = clocks.wall(), clocks.cpu()
    for _ in range(number):
        work()
    return Sample((clocks.cpu() - cpu) / number, (clocks.wall() - wall) / number)


def _a(kind: type[T], value: T, what: str) -> T:
    if not isinstance(value, kind):
        raise InvalidInput(f"The {what} must be {kind.__name__}, not {type(value).__name__}.")
    return value


def _spread(values: list[float]) -> float:
    middle = median(values)
    if len(values) < 2 or not middle:
        return 0.0
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / middle
