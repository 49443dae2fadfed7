"""Which weaknesses and requirements the catalogue covers, by their numbers in CWE and ASVS."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import labkit.mistakes
from labkit.catalogue import Mistake, mistakes_in
from labkit.display import Shown, card, details, table


@dataclass(frozen=True)
class Coverage(Shown):
    """The mistakes of a catalogue with the numbers that others know them by; immutable.

    Args:
        mistakes: By id.

    Source: MITRE's CWE list; OWASP Application Security Verification Standard 5.0.
    """

    mistakes: Mapping[str, Mistake]

    @classmethod
    def load(cls) -> "Coverage":
        """Collect every mistake of the catalogue."""
        return cls(mistakes_in(labkit.mistakes))

    @property
    def by_cwe(self) -> dict[str, tuple[str, ...]]:
        """The ids of the mistakes by weakness, such as "CWE-347", in the order of their numbers."""
        return self._by(lambda each: (str(number) for number in each.cwe), "CWE-")

    @property
    def by_asvs(self) -> dict[str, tuple[str, ...]]:
        """The ids of the mistakes by requirement, such as "9.1.2", in the order of the standard."""
        return self._by(lambda each: iter(each.asvs))

    def records(self) -> list[dict[str, object]]:
        """Return each mistake as plain values, for JSON."""
        return [
            {"id": each.id, "title": each.title, "cwe": list(each.cwe), "asvs": list(each.asvs)}
            for each in self.mistakes.values()
        ]

    def __repr__(self) -> str:
        wide = max((len(each.id) for each in self.mistakes.values()), default=0)
        lines = [f"{each.id:<{wide}}  {each.title}{_numbers(each)}" for each in self._each()]
        asvs = [f"ASVS {number:<8} {' '.join(ids)}" for number, ids in self.by_asvs.items()]
        return "\n".join([*lines, "", *asvs, "", self._summary()])

    def html(self) -> str:
        """Return the mistakes as a table, and folded beneath it the requirements with theirs."""
        rows = [
            (each.id, each.title, _cwe(each), ", ".join(each.asvs) or "–") for each in self._each()
        ]
        listed = table(("", "mistake", "CWE", "ASVS"), rows)
        asvs = table(("ASVS", "mistakes"), [(k, " ".join(ids)) for k, ids in self.by_asvs.items()])
        return card("The catalogue", self._summary(), listed + details("By requirement", asvs))

    def _each(self) -> Iterator[Mistake]:
        return iter(self.mistakes.values())

    def _summary(self) -> str:
        many = f"{len(self.mistakes)} mistakes"
        return f"{many}, {len(self.by_cwe)} weaknesses, {len(self.by_asvs)} requirements"

    def _by(
        self, numbers: Callable[[Mistake], Iterator[str]], prefix: str = ""
    ) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for each in self._each():
            for number in numbers(each):
                found[number] = (*found.get(number, ()), each.id)
        return {prefix + number: found[number] for number in sorted(found, key=_order)}


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _cwe(each: Mistake) -> str:
    return ", ".join(map(str, each.cwe)) or "–"


def _numbers(each: Mistake) -> str:
    told = [f"CWE {_cwe(each)}"] if each.cwe else []
    told += [f"ASVS {', '.join(each.asvs)}"] if each.asvs else []
    return f" ({'; '.join(told)})" if told else ""
