"""Which cost to choose on this machine: the dearest parameters that stay within a time."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from labkit import inputs
from labkit.passwords.ceilings import Ceilings
from labkit.passwords.families import Family, family_of, guessing_work
from labkit.passwords.parameters import Params
from labkit.passwords.timing import (
    SHORTEST_SAMPLE_S,
    Clocks,
    Sample,
    Timing,
    Work,
    clocks_for,
    sampling,
    summary,
)

MOST_TRIALS = 8
SAMPLES_IN_A_TRIAL = 3
Sampler = Callable[[Params, int], Iterator[Sample]]
# From one trial to the next the work grows at most so many times: a first, short timing may lie.
LONGEST_STRIDE = 16
# Close enough below the target to stop.
CLOSE = 0.95


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a calibration knows so far.

    Args:
        params: The dearest parameters seen within the target, or the cheapest seen if none is.
        timing: What they cost.
        target_ms: The target, in milliseconds of CPU time.
        trials: Every set of parameters that was timed, in order.
        done: Whether this is the last word.
        progress: From 0 to 1, an estimate.
        minimum: OWASP's minimum for this scheme.
    """

    params: Params
    timing: Timing
    target_ms: float
    trials: tuple[Timing, ...]
    done: bool
    progress: float
    minimum: Params

    @property
    def within_target(self) -> bool:
        """Whether the chosen parameters took no longer than asked."""
        return self.timing.cpu_s * 1e3 <= self.target_ms

    @property
    def meets_minimum(self) -> bool:
        """Whether they cost an attacker at least what OWASP's minimum costs."""
        return guessing_work(self.params) >= guessing_work(self.minimum)

    @property
    def note(self) -> str:
        """The result in words."""
        took = f"{self.timing.cpu_s * 1e3:.3g} ms of CPU time for a target of {self.target_ms:g} ms"
        if not self.within_target:
            return f"{took}: this machine has nothing cheaper to offer here."
        if not self.meets_minimum:
            return f"{took}, which is below OWASP's minimum, {self.minimum}: allow more time."
        return f"{took}, at or above OWASP's minimum."


def calibrate(
    scheme: str,
    target_ms: float = 250.0,
    *,
    memory_mib: int = 256,
    on_progress: Callable[[Calibration], object] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    clocks: Clocks | None = None,
    work_for: Callable[[Params], Work] | None = None,
    shortest_sample_s: float = SHORTEST_SAMPLE_S,
) -> Calibration:
    """Find the dearest parameters of `scheme` that take at most `target_ms` on this machine.

    Args:
        scheme: "argon2id", "bcrypt", "scrypt" or "pbkdf2".
        target_ms: CPU time that one log-in may cost, in milliseconds, 1 to 60 000.
        memory_mib: Memory that one hash may take, in MiB; every log-in at once takes its own.
        on_progress: Called after every measurement with what is known so far.
        cancelled: Asked after every measurement; once true, the best so far is returned, with
            `done` false.
        clocks: Clocks to read instead of this thread's.
        work_for: Returns what to time for some parameters, instead of hashing with them.
        shortest_sample_s: See `time_hash`.

    Raises:
        InvalidInput: An unknown scheme, or a number out of range.
    """
    states = calibrating(
        scheme,
        target_ms,
        memory_mib=memory_mib,
        clocks=clocks,
        work_for=work_for,
        shortest_sample_s=shortest_sample_s,
    )
    for state in states:
        if on_progress is not None:
            on_progress(state)
        if cancelled():
            break
    return state


def calibrating(
    scheme: str,
    target_ms: float = 250.0,
    *,
    memory_mib: int = 256,
    clocks: Clocks | None = None,
    work_for: Callable[[Params], Work] | None = None,
    shortest_sample_s: float = SHORTEST_SAMPLE_S,
    samples_of: Sampler | None = None,
) -> Iterator[Calibration]:
    """Yield what is known after every measurement; the last one has `done` set.

    For a caller that shows progress or may stop: between two items lies about one hash. The
    arguments and errors are those of `calibrate`, checked before the first measurement. Where
    `samples_of` is given, it takes so many samples of some parameters elsewhere, such as in
    another process, and answers for clocks, work and the length of a sample.
    """
    family = family_of(scheme)
    inputs.number(target_ms, "target in ms", at_least=1, at_most=60_000)
    inputs.whole(memory_mib, "memory in MiB", at_least=1, at_most=Ceilings().memory_mib)
    inputs.number(shortest_sample_s, "shortest sample in seconds", at_most=60)

    def sampled_here(params: Params, calls: int) -> Iterator[Sample]:
        work = work_for(params) if work_for else None
        return sampling(
            params, calls=calls, clocks=clocks, work=work, shortest_sample_s=shortest_sample_s
        )

    return _search(family, target_ms, memory_mib, samples_of or sampled_here, clocks)


def _search(
    family: Family,
    target_ms: float,
    memory_mib: int,
    samples_of: Sampler,
    clocks: Clocks | None,
) -> Iterator[Calibration]:
    params, trials = family.at(family.start, memory_mib), list[Timing]()
    while True:
        covers = (clocks or clocks_for(params)).covers
        samples = list[Sample]()
        for sample in samples_of(params, SAMPLES_IN_A_TRIAL):
            samples.append(sample)
            timing = summary(params, samples, covers=covers)
            if len(samples) < SAMPLES_IN_A_TRIAL:
                yield _state(family, target_ms, (*trials, timing), done=False)
        trials.append(timing)
        following = _next(family, target_ms, memory_mib, trials)
        yield _state(family, target_ms, tuple(trials), done=following is None)
        if following is None:
            return
        params = following


def _next(family: Family, target_ms: float, memory_mib: int, trials: list[Timing]) -> Params | None:
    last = trials[-1]
    taken = last.cpu_s * 1e3 / target_ms
    if len(trials) == MOST_TRIALS or CLOSE <= taken <= 1:
        return None
    aim = 1.0 if taken < 1 else (1 + CLOSE) / 2  # once above, aim a little lower
    growth = min(aim / taken if taken > 0 else math.inf, LONGEST_STRIDE)
    following = family.at(last.params.work * growth, memory_mib)
    return None if following in [trial.params for trial in trials] else following


def _state(
    family: Family, target_ms: float, trials: tuple[Timing, ...], *, done: bool
) -> Calibration:
    within = [trial for trial in trials if trial.cpu_s * 1e3 <= target_ms]
    best = (
        max(within, key=lambda trial: trial.params.work)
        if within
        else min(trials, key=lambda trial: trial.params.work)
    )
    progress = 1.0 if done else min(0.95, len(trials) / (MOST_TRIALS / 2 + 1))
    return Calibration(best.params, best, target_ms, trials, done, progress, family.minimum)
