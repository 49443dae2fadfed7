"""What a widget may use of a machine that others share."""

import os
from collections.abc import Mapping

from labkit.passwords import Ceilings

CLASS_MIB = 64
LARGEST_MIB = 1024


def memory_mib(environ: Mapping[str, str] = os.environ) -> int:
    """Return how much memory one hash may take, in MiB.

    64 MiB in class mode (LABKIT_CLASS=1); a quarter of what a JupyterHub allows (MEM_LIMIT, in
    bytes); otherwise 1 GiB.

    Args:
        environ: Environment variables.

    Examples:
        >>> memory_mib({"LABKIT_CLASS": "1"}), memory_mib({"MEM_LIMIT": str(1 << 30)})
        (64, 256)
    """
    most = CLASS_MIB if environ.get("LABKIT_CLASS", "") not in ("", "0") else LARGEST_MIB
    limit = environ.get("MEM_LIMIT", "")
    if limit.isdecimal():
        most = min(most, (int(limit) >> 20) // 4)
    return max(most, 1)


def ceilings(environ: Mapping[str, str] = os.environ) -> Ceilings:
    """Return what one hash in a widget may cost on this machine."""
    return Ceilings(memory_mib=memory_mib(environ))


def cores(environ: Mapping[str, str] = os.environ) -> int:
    """Return how many cores this process may use, from CPU_LIMIT where a JupyterHub sets it."""
    affinity = getattr(os, "sched_getaffinity", None)
    found = len(affinity(0)) if affinity else os.cpu_count() or 1
    try:
        limit = float(environ.get("CPU_LIMIT", ""))
    except ValueError:
        return found
    return max(1, min(found, int(limit))) if limit >= 1 else 1 if limit > 0 else found
