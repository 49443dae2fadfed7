"""The designs side by side, as one table: what was counted, and below it what was timed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from labkit.comparing.day import Day, working_day
from labkit.comparing.delay import START, Occasion, made_by, revocation_delay
from labkit.comparing.design import MOST_SERVICES, Design
from labkit.comparing.designs import DESIGNS
from labkit.comparing.errors import NoSuchPart
from labkit.comparing.load import CPU, Cpu, Load, loads
from labkit.comparing.minting import Minting, minters, minting, named
from labkit.comparing.rows import counted_rows, layout, timed_rows
from labkit.display import Shown, card, table
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.inputs import whole

SERVICES = (1, 10, 100)
SHARING = 3  # services among which it is tried who can mint
_COUNTED = (
    "counted on a virtual clock; the token is new when it happens; one request a second to each"
    " service"
)
_NOTE = (
    "By CPU time, measured here: the services were really run, in one process with the store in"
    " memory. Over a network each look-up costs more. In brackets: beside the first design."
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
        rows = counted_rows(self.columns, self.services)
        parts = [
            _COUNTED,
            *layout(("", *self.columns), rows),
            "",
            *self._timed(),
            repr(self.minting),
        ]
        return "\n".join(parts)

    def html(self) -> str:
        """Return one card: what was counted, what was timed, and who can mint."""
        names = [column.name for column in self.columns.values()]
        counts = table(("", *names), counted_rows(self.columns, self.services))
        times = "".join(
            _headed(title) + table(("", *map(named, self.services)), lines)
            for title, lines in timed_rows(self.columns, self.services)
        )
        note = f'<p class="lk-hint lk-note">{escaped(_NOTE)}</p>'
        who = _headed(self.minting.title) + self.minting.body()
        return card("Side by side", _COUNTED, counts + times + note + who)

    def _timed(self) -> Iterator[str]:
        """Figures that differ from run to run stand at the ends of lines, where none shifts."""
        width = max(len(column.name) for column in self.columns.values())
        for title, lines in timed_rows(self.columns, self.services):
            yield f"{title}, with {', '.join(map(named, self.services))}"
            yield from (f"  {name:<{width}}  {' · '.join(figures)}" for name, *figures in lines)
            yield ""


def _headed(title: str) -> str:
    return f'<p class="lk-head">{escaped(title)}</p>'


def compare(
    services: Iterable[int] = SERVICES,
    *,
    designs: Mapping[str, type[Design]] = DESIGNS,
    start: float = START,
    cpu: Cpu = CPU,
) -> Comparison:
    """Put the designs through the same events, the same day and the same load.

    Args:
        services: With how many services to measure the load.
        designs: From short name to class; the first is what the ratios are told beside.
        start: What the virtual clocks show in the beginning, in seconds since the epoch.
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
    if not isinstance(designs, Mapping) or not designs:
        raise InvalidInput("The designs are a mapping from a name to a class, not empty.")
    for kind in designs.values():
        made_by(kind)
    found = {number: loads(designs, number, start=start, cpu=cpu) for number in numbers}
    columns = {
        name: _column(kind, {number: found[number][name] for number in numbers}, start)
        for name, kind in designs.items()
    }
    return Comparison(columns, numbers, minting(services=SHARING))


def _column(kind: type[Design], loads: Mapping[int, Load], start: float) -> Column:
    shared = kind(services=SHARING)
    return Column(
        name=kind.name,
        delays={each: revocation_delay(kind, each, start=start) for each in Occasion},
        day=working_day(kind, start=start),
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
