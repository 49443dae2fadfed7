"""The packages that labkit needs: which versions are here, which are safe, and how to get them."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from labkit.doctor.report import Finding, State

Versions = Callable[[str], str | None]


class Floor(NamedTuple):
    """The least version of a package that will do here, and the reason, to stand after "since"."""

    package: str
    version: str
    why: str


FLOORS = (
    Floor(
        "jupyterlab",
        "4.6.2",
        "script execution and path traversal in Jupyter were fixed in 2026, here by 4.6.2",
    ),
    Floor(
        "jupyter-server",
        "2.20",
        "script execution and path traversal in Jupyter were fixed in 2026, here by 2.20",
    ),
    Floor(
        "bcrypt",
        "5.0",
        "from 5.0 on it refuses passwords over 72 bytes, which it used to cut in silence",
    ),
    Floor(
        "pyjwt",
        "2.15.1",
        "the strict verifier refuses what 2.15.1 was measured to let through, and older ones were "
        "not measured",
    ),
    Floor("pyotp", "2.12", "from 2.12 on it tells which time step a code matched"),
)
OPTIONAL = {"redis": "sessions in Redis; SQLite needs nothing"}


def installed(package: str) -> str | None:
    """Return the version of an installed package, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def at_least(version: str, least: str) -> bool:
    """Compare versions by their numbers; a pre-release counts as its release.

    Examples:
        >>> at_least("4.10.1", "4.6.2")
        True
        >>> at_least("5", "5.0")
        True
    """
    found, needed = _numbers(version), _numbers(least)
    width = max(len(found), len(needed))
    return found + [0] * (width - len(found)) >= needed + [0] * (width - len(needed))


def _numbers(version: str) -> list[int]:
    match = re.match(r"\d+(\.\d+)*", version)
    return [int(part) for part in match[0].split(".")] if match else []


def requirements() -> Iterator[tuple[str, str, str]]:
    """Yield what labkit's own metadata asks for: package, least version, the extra it is for."""
    for line in metadata.requires("labkit") or ():
        match = re.match(r"([\w.-]+)>=([\d.]+)(?:\s*;\s*extra\s*==\s*['\"](\w+)['\"])?$", line)
        if match:
            yield match[1].lower(), match[2], match[3] or ""


def mending(package: str, least: str, folder: Path | None = None) -> str:
    """Return the command that installs a package here.

    Args:
        package: What to install.
        least: The least version that will do.
        folder: The folder that labkit lies in; its own if not given.
    """
    root = folder or Path(__file__).parents[2]
    if (root / "uv.lock").is_file() and (root / ".venv").is_dir():
        if shutil.which("uv"):
            return f'uv sync --locked --all-extras --directory "{root}"'
        if shutil.which("make"):
            return f'make --directory "{root}" sync'
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f'{python} -m pip install --upgrade "{package}>={least}"'


def examined(version_of: Versions = installed) -> Iterator[Finding]:
    """Yield a finding for each package that labkit asks for.

    Args:
        version_of: Gives the version of an installed package, or None.
    """
    whys = {floor.package: floor for floor in FLOORS}
    for package, least, extra in requirements():
        floor = whys.get(package)
        needed = floor.version if floor and not at_least(least, floor.version) else least
        yield _package(package, needed, version_of(package), floor.why if floor else "", extra)


def _package(package: str, least: str, version: str | None, floor_why: str, extra: str) -> Finding:
    state: State = "note" if extra in OPTIONAL else "mend"
    if version is None:
        why = f"not installed; for {OPTIONAL[extra]}" if extra in OPTIONAL else "not installed"
        return Finding(package, state, why, mending(package, least))
    if at_least(version, least):
        return Finding(f"{package} {version}", "fine")
    why = f"{least} or later is needed" + (f", since {floor_why}" if floor_why else "")
    return Finding(f"{package} {version}", state, why, mending(package, least))
