"""labkit: learn authentication and authorization by attacking it.

Importing the package loads none of its rooms: each is imported at its first use (PEP 562).
"""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

ROOMS = (
    "access",
    "attacks",
    "browser",
    "catalogue",
    "cracking",
    "errors",
    "exercises",
    "guessing",
    "matrix",
    "mistakes",
    "passwords",
    "practice",
    "second_factor",
    "sessions",
    "tokens",
    "widgets",
)


def __getattr__(name: str) -> ModuleType:
    if name in ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *ROOMS])
