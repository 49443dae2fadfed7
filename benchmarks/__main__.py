"""`python -m benchmarks [TOPIC ...] [--write]`: time labkit beside its peers.

Exit code 1 where a goal is missed. Close other programs first: ratios of CPU time withstand a busy
machine, but not one that runs out of memory bandwidth.
"""

import argparse
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import benchmarks
from benchmarks import report
from benchmarks.measure import Row

README = Path(__file__).parents[1] / "README.md"
NO_TOPIC = {"__main__", "measure", "report"}


def topics() -> list[str]:
    """Return the names of the modules that have rows."""
    return [
        module.name for module in iter_modules(benchmarks.__path__) if module.name not in NO_TOPIC
    ]


def measured(names: list[str]) -> Iterator[Row]:
    """Yield the rows of each topic, and tell on standard error which is being measured."""
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        yield from import_module(f"benchmarks.{name}").rows()


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the README's table if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of {', '.join(topics())}")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.topics) - set(topics()):
        parser.error(f"no such topic: {', '.join(sorted(unknown))}")
    if chosen.write and chosen.topics:
        parser.error("--write needs all topics")
    rows = list(measured(chosen.topics or topics()))
    print(report.plain(rows))
    if chosen.write:
        report.write(README, rows)
    missed = [row.what for row in rows if not row.met]
    told = ", ".join(missed) or "none"
    print(f"\n{len(rows)} rows; goals missed: {told}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
