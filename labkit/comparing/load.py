"""The same requests at 1, 10 or 100 services: what the services and the one store have to do.

The services are really there and really asked, in turn, in this process. CPU time is taken for
all of it, then for the same calls at the store alone; the rest is the services'.
"""

import gc
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from labkit.clock import ManualClock
from labkit.comparing.design import MOST_SERVICES, START, Credential, Design
from labkit.comparing.designs import designs_of
from labkit.inputs import function, whole

Cpu = Callable[[], float]
# Windows counts CPU time in ticks of 15.6 ms, longer than a round takes.
CPU: Cpu = time.perf_counter if sys.platform == "win32" else time.thread_time
ROUNDS = 5
REQUESTS = 50  # in a round, or one at each service where there are more
PEOPLE = 20
_LEAST_S = 1e-9


@dataclass(frozen=True)
class Load:
    """What a number of services did, each with one request a second on the virtual clock.

    Args:
        services: How many there were.
        requests: How many requests they served.
        span_s: Seconds that passed on the virtual clock.
        reads: Look-ups at the shared store.
        writes: Writes there.
        service_s: CPU seconds that one request took at its service.
        store_s: CPU seconds that it took at the store.
    """

    services: int
    requests: int
    span_s: float
    reads: int
    writes: int
    service_s: float
    store_s: float

    @property
    def look_ups_per_s(self) -> float:
        """Look-ups that the store met in a second of the virtual clock."""
        return self.reads / self.span_s

    @property
    def per_cpu_s(self) -> float:
        """Requests in a CPU second of the services."""
        return 1 / max(self.service_s, _LEAST_S)

    @property
    def most_per_s(self) -> float:
        """Requests in a second where each service has a core to itself, and the store has one."""
        return 1 / max(self.service_s / self.services, self.store_s, _LEAST_S)

    @property
    def store_full(self) -> bool:
        """Whether the store is what limits them then."""
        return self.store_s > self.service_s / self.services


def loads(designs: Mapping[str, type[Design]], services: int, *, cpu: Cpu = CPU) -> dict[str, Load]:
    """Let every design serve the same requests, the designs in turn, so that they meet one machine.

    Args:
        designs: From short name to class.
        services: How many services each has.
        cpu: Tells CPU time in seconds; another one for a test.

    Raises:
        NoSuchPart: One of them is no design.
        InvalidInput: A number is none, or out of its range; or there is no design.
    """
    whole(services, "number of services", at_least=1, at_most=MOST_SERVICES)
    function(cpu, "CPU clock")
    running = {name: _Running(kind, services) for name, kind in designs_of(designs).items()}
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for each in running.values():
                each.round(cpu)
    finally:
        if collecting:
            gc.enable()
    return {name: each.load() for name, each in running.items()}


class _Running:
    """One design with its people logged in; for one thread."""

    def __init__(self, kind: type[Design], services: int) -> None:
        self._clock = ManualClock(START)
        self._design = kind(clock=self._clock, services=services)
        self._turns = max(1, REQUESTS // services)
        self._samples: list[tuple[float, float]] = []
        self._pass_turn(self._log_in())  # a verifier's first token costs more than the next
        self._design.asked.reset()

    def round(self, cpu: Cpu) -> None:
        """Serve a round's requests, then make their calls at the store once more."""
        people, self._design.asked.calls = self._log_in(), []
        began = cpu()
        for _ in range(self._turns):
            self._pass_turn(people)
        both = cpu() - began
        calls, self._design.asked.calls = self._design.asked.calls, None
        began = cpu()
        for call in calls:
            call()
        self._samples.append((both, cpu() - began if calls else 0.0))

    def load(self) -> Load:
        """Return the quickest of the rounds: what else runs here only ever adds."""
        requests = self._turns * len(self._design.services)
        both_s = min(both for both, _ in self._samples) / requests
        store_s = min(store for _, store in self._samples) / requests
        return Load(
            services=len(self._design.services),
            requests=requests * len(self._samples),
            span_s=float(self._turns * len(self._samples)),
            reads=self._design.asked.reads,
            writes=self._design.asked.writes,
            service_s=max(both_s - store_s, 0.0),
            store_s=store_s,
        )

    def _log_in(self) -> list[Credential]:
        return [self._design.log_in(f"person {n}", "student") for n in range(PEOPLE)]

    def _pass_turn(self, people: list[Credential]) -> None:
        """Let each service have one request, and a second pass."""
        ask, here = self._design.ask, int(self._clock.now)
        for place, service in enumerate(self._design.services):
            ask(people[(here + place) % PEOPLE], service)
        self._clock.advance(1)
