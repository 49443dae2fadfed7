"""The command `labkit`.

Exit codes: 0 all is well; 1 something is to be mended, differs from what was expected, or failed
(one line on standard error says what and what to do); 2 the command was used wrongly; 130 it was
interrupted.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import __version__
from labkit.errors import LabkitError

if TYPE_CHECKING:  # argparse's own name for this exists for type checkers only
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

FINE, TO_MEND, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What was typed after `labkit`; this process's own if not given.
    """
    chosen = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        code = run(chosen)
        sys.stdout.flush()
    except LabkitError as error:
        print(f"labkit: {error}", file=sys.stderr)
        return TO_MEND
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="labkit",
        description="Learn authentication and authorization by attacking it.",
        epilog="Exit codes: 0 all is well, 1 something to mend or a failure, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"labkit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_lab, _add_doctor, _add_catalogue, _add_matrix, _add_notebooks):
        add(commands)
    return parser


def _sentence(told: str) -> str:
    return f"{told[0].upper()}{told[1:]}."


def _add_lab(commands: "Commands") -> None:
    told = "open the workbench in JupyterLab, on this machine only"
    command = commands.add_parser("lab", help=told, description=_sentence(told))
    command.add_argument(
        "--port", type=_port, help="the port to listen on (default: the first free one from 8888)"
    )
    command.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening it"
    )
    command.set_defaults(run=_lab)


def _lab(chosen: argparse.Namespace) -> int:
    from labkit import lab

    lab.run(port=chosen.port, browser=not chosen.no_browser)
    return FINE


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 1 to 65535")
    return int(text)


def _add_doctor(commands: "Commands") -> None:
    told = "say what is missing here, the command that mends it, and how fast this machine hashes"
    command = commands.add_parser("doctor", help=told, description=_sentence(told))
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--quick", action="store_true", help="leave out the timings")
    command.set_defaults(run=_doctor)


def _doctor(chosen: argparse.Namespace) -> int:
    from labkit import doctor

    report = doctor.examine(speeds=not chosen.quick)
    print(json.dumps(report.record(), indent=2) if chosen.json else report)
    return FINE if report.fine else TO_MEND


def _add_catalogue(commands: "Commands") -> None:
    told = "list the mistakes with their numbers in MITRE's CWE and OWASP's ASVS 5.0"
    command = commands.add_parser("catalogue", help=told, description=_sentence(told))
    command.add_argument(
        "--json", action="store_true", help="print a list with one object per mistake"
    )
    command.set_defaults(run=_catalogue)


def _catalogue(chosen: argparse.Namespace) -> int:
    from labkit.coverage import Coverage

    found = Coverage.load()
    print(json.dumps(found.records(), indent=2) if chosen.json else found)
    return FINE


def _add_matrix(commands: "Commands") -> None:
    told = "run every attack on the site with every mistake, and compare with what is expected"
    command = commands.add_parser("matrix", help=told, description=_sentence(told))
    command.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        help="mistakes such as T6 T7, with their attacks (default: all)",
    )
    command.add_argument(
        "--json",
        action="store_true",
        help="print a list with one object per pair: mistake (null for the secure site), attack, "
        "outcome, expected",
    )
    command.set_defaults(run=_matrix)


def _matrix(chosen: argparse.Namespace) -> int:
    from labkit import matrix

    book = matrix.Catalogue.load()
    try:
        found = matrix.run(book.only(*chosen.ids) if chosen.ids else book, progress=_progress)
    finally:
        _rewrite("")
    print(json.dumps(found.records(), indent=2) if chosen.json else found)
    return TO_MEND if found.surprises else FINE


def _progress(done: int, of: int) -> None:
    _rewrite(f"site {done + 1} of {of}")


def _rewrite(line: str) -> None:
    """Put this in place of the last line on a terminal; elsewhere nothing is said."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width]:<{width}}\r", end="", file=sys.stderr, flush=True)


def _add_notebooks(commands: "Commands") -> None:
    told = "run the notebooks and write them with their outputs, or check those that are there"
    command = commands.add_parser("notebooks", help=told, description=_sentence(told))
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="run them and write their outputs")
    what.add_argument(
        "--check", action="store_true", help="say which were not run, hold errors or clutter"
    )
    command.add_argument("paths", nargs="*", type=Path, help="notebooks (default: all)")
    command.set_defaults(run=_notebooks)


def _notebooks(chosen: argparse.Namespace) -> int:
    from labkit import execute, lab

    paths = chosen.paths or execute.find(lab.find_root())
    return _write_notebooks(paths) if chosen.write else _check_notebooks(paths)


def _write_notebooks(paths: Sequence[Path]) -> int:
    from labkit import execute

    for path in paths:
        changed = execute.write(path, execute.run(path))
        print(f"{'written  ' if changed else 'unchanged'}  {path}", flush=True)
    return FINE


def _check_notebooks(paths: Sequence[Path]) -> int:
    from labkit import execute

    told = [f"{path}: {said}" for path in paths for said in execute.problems(execute.read(path))]
    print("\n".join(told) or f"{len(paths)} notebooks, nothing to mend")
    return TO_MEND if told else FINE


if __name__ == "__main__":
    sys.exit(main())
