"""The practice site: a small gradebook composed from the defences, for loopback only."""

from importlib import import_module
from typing import Any

_PLACES = {
    "Defences": "defences",
    "Site": "site",
    "as_seen_by": "views",
    "serve": "server",
}

__all__ = list(_PLACES)


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
