"""The cost explorer: turn a scheme's parameters, see what a guess costs on both sides."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

import traitlets

from labkit import inputs
from labkit.cracking import DEFAULT_GPU, GPUS
from labkit.errors import InvalidInput
from labkit.measuring import Measurement, Scheme
from labkit.passwords import (
    OWASP_2026,
    OWASP_2026_BCRYPT,
    OWASP_2026_PBKDF2,
    OWASP_2026_SCRYPT,
    Params,
)
from labkit.passwords.calibration import Calibration, calibrating
from labkit.passwords.timing import Sample, Timing
from labkit.widgets import knobs
from labkit.widgets.base import Panel
from labkit.widgets.cost_table import (
    SAMPLES,
    CostTable,
    attacker_params,
    request,
    summary_of,
    table_for,
)
from labkit.widgets.limits import ceilings
from labkit.widgets.worker import Report, Worker

SETTLE_S = 0.25
# A slow hash needs no seven samples to be believed.
FEWEST, ENOUGH_S = 3, 3.0
CALIBRATION_MIB = 256
IN_THE_KERNEL = (
    "Measured in the kernel itself, as no process of its own could be started: "
    "a hash under way cannot be stopped."
)

Measure = Callable[[Measurement], Iterator[Report]]


class CostExplorer(Panel, script_name="costs"):
    """Sliders for every scheme; this machine's measured cost beside an attacker's published one.

    The attacker's figures follow a slider at once; the measurement starts when it rests, in a
    process of its own, which Cancel ends at once, even in the middle of a hash. `cost` is the same
    in code. A lock guards what the worker's thread and the kernel's both touch.

    Args:
        scheme: "md5", "pbkdf2", "bcrypt", "scrypt" or "argon2id".
        target_ms: What "Find my settings" aims at, in milliseconds of CPU time.
    """

    about: ClassVar[str] = "what a guess costs you, and an attacker. Run this cell to use it."

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    target_ms = traitlets.Float(250.0).tag(sync=True)
    scheme = traitlets.Enum(list(knobs.KNOBS), "argon2id").tag(sync=True)
    gpu = traitlets.Enum(list(GPUS), DEFAULT_GPU).tag(sync=True)
    memory_kib = traitlets.Int(OWASP_2026.memory_kib).tag(sync=True)
    passes = traitlets.Int(OWASP_2026.passes).tag(sync=True)
    lanes = traitlets.Int(OWASP_2026.lanes).tag(sync=True)
    cost = traitlets.Int(OWASP_2026_BCRYPT.cost).tag(sync=True)
    n = traitlets.Int(OWASP_2026_SCRYPT.n).tag(sync=True)
    r = traitlets.Int(OWASP_2026_SCRYPT.r).tag(sync=True)
    p = traitlets.Int(OWASP_2026_SCRYPT.p).tag(sync=True)
    iterations = traitlets.Int(OWASP_2026_PBKDF2.iterations).tag(sync=True)

    def __init__(self, scheme: str = "argon2id", *, target_ms: float = 250.0) -> None:
        if not isinstance(scheme, str) or scheme not in knobs.KNOBS:
            raise InvalidInput(f"The scheme must be one of {', '.join(knobs.KNOBS)}.")
        inputs.number(target_ms, "target in ms", at_least=1, at_most=60_000)
        # Never take `_replacing` with `_lock` held: the worker holds its own lock between the two.
        self._lock, self._replacing = threading.RLock(), threading.RLock()
        self._seen = self._setting = False
        self._timing: Timing | None = None
        self._in_kernel = False
        self._measurement = Measurement()
        self.worker = Worker(self.fail)
        super().__init__(scheme=scheme, target_ms=float(target_ms))
        self.set_trait("spec", knobs.spec(ceilings()))
        turned = [knob.name for each in knobs.KNOBS.values() for knob in each]
        self.observe(self.guarded(self._turned), [*turned, "scheme"])
        self.observe(self.guarded(self._show_attack), "gpu")

    @property
    def params(self) -> Scheme:
        """What the controls stand at: parameters, or "MD5"."""
        names = [knob.name for knob in knobs.KNOBS[self.scheme]]
        return knobs.build(self.scheme, {name: getattr(self, name) for name in names})

    @property
    def table(self) -> CostTable:
        """What is shown, as the object that `cost` returns."""
        with self._lock:
            return table_for(self.params, gpu=self.gpu, timing=self._timing)

    def measure(self, *, after_s: float = 0.0) -> None:
        """Time one hash in the worker, beginning after `after_s` seconds."""
        params = self.params
        self._start(lambda measurement: self._measure(params, measurement), after_s=after_s)

    def cancel(self) -> None:
        """Stop measuring at once, even in the middle of a hash; what is known so far stays."""
        with self._replacing:
            self.worker.cancel()
            self._measurement.stop()

    def close(self) -> None:
        """Stop measuring, and close every view."""
        if hasattr(self, "worker"):  # absent where the arguments were refused
            self.cancel()
        super().close()

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self._seen = True
        self._show_attack()
        self._show_here()
        if self._timing is None:
            self.measure()

    def do_measure(self, _message: Mapping[str, object]) -> None:
        """Measure again."""
        self.measure()

    def do_cancel(self, _message: Mapping[str, object]) -> None:
        """Stop measuring; what is known so far stays."""
        self.cancel()
        self._tell("Stopped.", busy=False)

    def do_calibrate(self, _message: Mapping[str, object]) -> None:
        """Find the dearest parameters within the target on this machine."""
        scheme = self.scheme
        if scheme == "md5":
            raise InvalidInput("MD5 has nothing to turn.", remedy="Choose another scheme.")
        self._start(lambda measurement: self._calibrate(scheme, measurement))

    def _turned(self, _change: object) -> None:
        with self._lock:
            if self._setting:
                return
            self._timing = None
        self._show_attack()
        self._show_here()
        if self._seen:
            self._tell("waiting for the slider to rest", busy=True)
            self.measure(after_s=SETTLE_S)

    def _start(self, measure: Measure, *, after_s: float = 0.0) -> None:
        """Measure in place of what is measured now, which has until then to end by itself."""
        with self._replacing:
            before, self._measurement = self._measurement, Measurement()
            job = partial(self._with_process, measure, self._measurement)
            self.worker.start(job, after_s=after_s)
            before.stop(within_s=after_s)

    def _with_process(self, measure: Measure, measurement: Measurement) -> Iterator[Report]:
        if measurement.must_start:
            yield lambda: self._tell("starting", busy=True)
        with measurement:
            self._in_kernel = not measurement.stoppable
            yield from measure(measurement)

    def _measure(self, params: Scheme, measurement: Measurement) -> Iterator[Report]:
        here = ", in the kernel itself: a hash under way cannot be stopped here"
        told = "warming up" + here * self._in_kernel
        yield lambda: self._tell(told, busy=True)
        taken = list[Sample]()
        begun = time.perf_counter()
        for sample in measurement.samples(request(params)):
            taken.append(sample)
            timing = summary_of(params, taken)
            long = time.perf_counter() - begun > ENOUGH_S
            done = len(taken) == SAMPLES or (long and len(taken) >= FEWEST)
            yield lambda timing=timing, done=done: self._measured(timing, done)  # type: ignore[misc]  # mypy: defaults in a lambda
            if done:
                return

    def _measured(self, timing: Timing, done: bool) -> None:
        with self._lock:
            self._timing = timing
        self._show_here(said=done)
        left = (SAMPLES - timing.samples) * timing.wall_s
        told = (
            f"sample {timing.samples} of {SAMPLES}, {1 / timing.wall_s:.3g} hashes a second, "
            f"{left:.1f} s left"
        )
        self._tell("" if done else told, busy=not done, progress=timing.samples / SAMPLES)

    def _calibrate(self, scheme: str, measurement: Measurement) -> Iterator[Report]:
        yield lambda: self._tell("looking for your settings", busy=True)

        def samples_of(params: Params, calls: int) -> Iterator[Sample]:
            return measurement.samples(request(params, calls=calls))

        room = min(CALIBRATION_MIB, ceilings().memory_mib)
        states = calibrating(scheme, self.target_ms, memory_mib=room, samples_of=samples_of)
        for state in states:
            yield lambda state=state: self._calibrated(state)  # type: ignore[misc]  # mypy: defaults in a lambda

    def _calibrated(self, state: Calibration) -> None:
        trial = state.trials[-1]
        told = f"tried {attacker_params(trial.params)}: {trial.cpu_s * 1e3:.3g} ms"
        self._tell(state.note if state.done else told, busy=not state.done, progress=state.progress)
        if state.done:
            with self._lock:
                self._timing = state.timing
            with self._quietly(), self.hold_sync():
                for name, value in knobs.settings(state.params).items():
                    setattr(self, name, value)
            self._show_attack()
            self._show_here(said=True)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Set controls without measuring again what was just measured."""
        with self._lock:
            self._setting = True
            try:
                yield
            finally:
                self._setting = False

    def _show_attack(self, _change: object = None) -> None:
        self.show("there", self.table.there())

    def _show_here(self, *, said: bool = False) -> None:
        table = self.table
        how = [table.measured(), IN_THE_KERNEL] if self._in_kernel else [table.measured()]
        self.send(
            {
                "show": "here",
                "html": table.here(),
                "measured": " ".join(how) if table.timing else "",
                "said": f"{table.timing}" if said and table.timing else "",
            }
        )

    def _tell(self, told: str, *, busy: bool, progress: float | None = None) -> None:
        message: dict[str, Any] = {"told": told, "busy": busy, "progress": progress}
        self.send(message)
