"""The designs side by side, as one table: what was counted, and below it what was timed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import fill

from labkit.comparing.day import DAY_S, Day, working_day
from labkit.comparing.delay import Occasion, revocation_delay
from labkit.comparing.design import MOST_SERVICES, Design
from labkit.comparing.designs import DESIGNS, designs_of
from labkit.comparing.errors import NoSuchPart
from labkit.comparing.load import CPU, Cpu, Load, loads
from labkit.comparing.minting import SERVICES as SHARING
from labkit.comparing.minting import Minting, minters, minting, named
from labkit.comparing.spans import lasting, span
from labkit.cracking.words import count
from labkit.display import Shown, card, table
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.inputs import whole

SERVICES = (1, 10, 100)
_COUNTED = (
    "counted on a virtual clock; the token is new when it happens; one request a second to each"
    " service"
)
_NOTE = (
    "CPU time, measured here: every service was really run, in one process with the store in"
    " memory. What many cores serve is worked out from it, not run: the requests are spread"
    " evenly, each service has a core to itself, and the one store answers call after call on"
    " another. Over a network each look-up costs more. In brackets: beside the first design."
)


@dataclass(frozen=True)
class Column:
    """One design's figures.

    Args:
        name: The design's name in full.
        delays: Seconds that a log-in outlives each occasion, in the worst case.
        day: One person's working day.
        minters: The parties that can mint, of `parties`.
        parties: How many hold a part of the design.
        loads: By number of services.
    """

    name: str
    delays: Mapping[Occasion, float]
    day: Day
    minters: tuple[str, ...]
    parties: int
    loads: Mapping[int, Load]


# What was counted: a label, and the figure in a column.
_ROWS: tuple[tuple[str, Callable[[Column], str]], ...] = (
    ("logged out, and still let in", lambda c: lasting(c.delays[Occasion.LOG_OUT])),
    ("banned, and still let in", lambda c: lasting(c.delays[Occasion.BAN])),
    ("demoted, and still admin", lambda c: lasting(c.delays[Occasion.DEMOTION])),
    ("store down, and still served", lambda c: lasting(c.delays[Occasion.STORE_DOWN])),
    (f"log-ins in {span(DAY_S)} of work", lambda c: count(c.day.log_ins)),
    (f"renewals in {span(DAY_S)} of work", lambda c: count(c.day.renewals)),
    ("look-ups for a request", lambda c: _figure(c.day.reads / c.day.requests)),
    ("writes for a request", lambda c: _figure(c.day.writes / c.day.requests)),
    ("bytes sent with a request", lambda c: count(c.day.wire_bytes)),
    ("bytes kept for a log-in", lambda c: count(c.day.kept_bytes)),
    ("bytes left after log-out", lambda c: count(c.day.left_bytes)),
)
_PER_CPU = "Requests per CPU second of the services"
_IN_ALL = "Requests a second, with a core for each service and one for the store"


@dataclass(frozen=True)
class Comparison(Shown):
    """Designs side by side. Everything repeats exactly but the CPU times in `loads`.

    Args:
        columns: By short name.
        services: The numbers of services that were run.
        minting: Who can mint, by what is shared.
    """

    columns: Mapping[str, Column]
    services: tuple[int, ...]
    minting: Minting

    def __getitem__(self, design: str) -> Column:
        """Return one design's figures.

        Raises:
            NoSuchPart: There is none of that name.
        """
        if not isinstance(design, str) or design not in self.columns:
            raise NoSuchPart("No such design was compared.")
        return self.columns[design]

    def ratio(self, design: str, services: int) -> float:
        """Return how many times the first design's requests a second this one serves.

        With a core for each service and one for the store.

        Raises:
            NoSuchPart: No such design, or number of services, was compared.
        """
        if services not in self.services:
            raise NoSuchPart("No such number of services was compared.")
        first = next(iter(self.columns.values())).loads[services]
        return self[design].loads[services].most_per_s / first.most_per_s

    def __repr__(self) -> str:
        lines = [("", *self.columns), *self._counted()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        counted = (
            "  ".join(map(str.ljust, line, widths)).rstrip()  # one column beside the other
            for line in lines
        )
        name = max(len(column.name) for column in self.columns.values())
        # Figures that differ from run to run stand at the ends of lines, where none shifts.
        timed = (
            "\n".join(
                [
                    f"{title}, with {', '.join(map(named, self.services))}",
                    *(f"  {first:<{name}}  {' · '.join(rest)}" for first, *rest in rows),
                    "",
                ]
            )
            for title, rows in self._timed()
        )
        return "\n".join([_COUNTED, *counted, "", *timed, fill(_NOTE, 96), "", repr(self.minting)])

    def html(self) -> str:
        """Return one card: what was counted, what was timed, and who can mint."""
        names = [column.name for column in self.columns.values()]
        counted = table(("", *names), self._counted())
        timed = "".join(
            _headed(title) + table(("", *map(named, self.services)), rows)
            for title, rows in self._timed()
        )
        note = f'<p class="lk-hint lk-note">{escaped(_NOTE)}</p>'
        who = _headed(self.minting.title) + self.minting.body()
        return card("Side by side", _COUNTED, counted + timed + note + who)

    def _counted(self) -> Iterator[tuple[str, ...]]:
        columns = self.columns.values()
        for label, told in _ROWS:
            yield label, *(told(column) for column in columns)
        for n in self.services:
            figures = (_figure(column.loads[n].look_ups_per_s) for column in columns)
            yield f"look-ups a second, {named(n)}", *figures
        who = (f"{len(column.minters)} of {column.parties}" for column in columns)
        yield "parties that can mint", *who

    def _timed(self) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
        """Each measure with a line for each design, beside the first with as many services."""
        columns = list(self.columns.values())
        first = columns[0].loads
        for title, told in ((_PER_CPU, per_cpu), (_IN_ALL, in_all)):
            yield (
                title,
                [(c.name, *(told(c.loads[n], first[n]) for n in self.services)) for c in columns],
            )


def compare(
    services: Iterable[int] = SERVICES,
    *,
    designs: Mapping[str, type[Design]] = DESIGNS,
    cpu: Cpu = CPU,
) -> Comparison:
    """Put the designs through the same events, the same day and the same load.

    Args:
        services: With how many services to measure the load.
        designs: From short name to class; the first is what the ratios are told beside.
        cpu: Tells CPU time in seconds; another one for a test.

    Raises:
        NoSuchPart: One of the designs is none.
        InvalidInput: A number is none, or out of its range; or there is nothing to compare.

    Examples:
        >>> found = compare(services=(1, 10))
        >>> found["stateless"].delays["demotion"], found["sessions"].delays["demotion"]
        (900.0, 0.0)
        >>> [found["sessions"].loads[n].look_ups_per_s for n in (1, 10)]
        [2.0, 20.0]
    """
    numbers = _numbers(services)
    kinds = designs_of(designs)
    found = {number: loads(kinds, number, cpu=cpu) for number in numbers}
    columns = {
        name: _column(kind, {number: found[number][name] for number in numbers})
        for name, kind in kinds.items()
    }
    return Comparison(columns, numbers, minting())


def per_cpu(load: Load, first: Load) -> str:
    """Return the requests in a CPU second, and the ratio to those of the first design."""
    return f"{_rounded(load.per_cpu_s)} ({_ratio(load.per_cpu_s / first.per_cpu_s)})"


def in_all(load: Load, first: Load) -> str:
    """Return the requests that all services serve in a second, with the ratio and the limit."""
    limit = ", store full" if load.store_full else ""
    return f"{_rounded(load.most_per_s)} ({_ratio(load.most_per_s / first.most_per_s)}{limit})"


def _column(kind: type[Design], loads: Mapping[int, Load]) -> Column:
    shared = kind(services=SHARING)
    return Column(
        name=kind.name,
        delays={each: revocation_delay(kind, each) for each in Occasion},
        day=working_day(kind),
        minters=minters(shared),
        parties=len(shared.parties),
        loads=loads,
    )


def _numbers(services: object) -> tuple[int, ...]:
    if not isinstance(services, Iterable) or isinstance(services, str | bytes):
        raise InvalidInput("The numbers of services are a list of int.")
    numbers = tuple(
        whole(each, "number of services", at_least=1, at_most=MOST_SERVICES) for each in services
    )
    if not numbers or len(set(numbers)) < len(numbers):
        raise InvalidInput("Give one number of services or more, each once.")
    return numbers


def _headed(title: str) -> str:
    return f'<p class="lk-head">{escaped(title)}</p>'


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _ratio(value: float) -> str:
    return f"{f'{value:.2g}' if value < 10 else _rounded(value)}×"


def _rounded(value: float) -> str:
    return count(float(f"{value:.2g}"))
