"""What is missing on this machine, the command that mends it, and how fast it hashes."""

import shutil
import sys
from collections.abc import Iterator

from labkit.doctor import browsers, packages
from labkit.doctor.report import Finding, Ready, Report, Speed

__all__ = ["Finding", "Ready", "Report", "Speed", "examine", "ready"]

# Two GiB for one hash: a laptop may not have them, and this is no place to find out.
TOO_LARGE_TO_TIME = frozenset({"RFC9106_HIGH_MEMORY"})


def ready() -> Ready:
    """Look at what a notebook needs, in well under two seconds: nothing is imported or timed."""
    return Ready(tuple(packages.examined()))


def examine(*, speeds: bool = True) -> Report:
    """Look at everything.

    Args:
        speeds: Whether to time each hash too, which takes some seconds.
    """
    found = (_python(), *packages.examined(), _redis(), _browsers())
    return Report(found, tuple(_speeds()) if speeds else ())


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(f"Python {version}", "fine", sys.executable)


def _redis() -> Finding:
    path = shutil.which("redis-server")
    if path:
        return Finding("Redis server", "fine", path)
    return Finding("Redis server", "note", f"none found; for {packages.OPTIONAL['redis']}")


def _browsers() -> Finding:
    found = list(browsers.found())
    if found:
        return Finding("Browser", "fine", ", ".join(found))
    why = "no Chromium, Chrome, Edge or Firefox found here; use one on the machine you sit at"
    return Finding("Browser", "note", why)


def _speeds() -> Iterator[Speed]:
    from labkit.passwords.parameters import PROFILES
    from labkit.passwords.timing import time_hash

    for name, params in PROFILES.items():
        if name in TOO_LARGE_TO_TIME:
            continue
        timing = time_hash(params, calls=3)
        yield Speed(name, timing.cpu_s * 1e3, timing.wall_s * 1e3, timing.note)
