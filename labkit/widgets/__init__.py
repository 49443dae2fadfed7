"""Widgets: thin views over plain objects, each with a twin in code.

`HashLab` and `hash_lab`, `CostExplorer` and `cost`, `CrackLab` and `crack_lab`, `RainbowWalk`
and `rainbow_walk`, `LogInSimulator` and `simulate`, `ForgeBench` and `forge_bench`,
`SecretCracker` and `secret_cracker`, `TokenEditor` and `read_token`, `RefreshFamilies`
and `refresh_families`, `KeyRotation` and `key_rotation`, `TokenDates` and `token_dates`,
`Prediction` and `Estimate`. Names are imported when they are first used, so a plain object costs
no Jupyter.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.widgets.cost_table import cost
    from labkit.widgets.costs import CostExplorer
    from labkit.widgets.crack_table import Guessing, crack_lab
    from labkit.widgets.cracks import CrackLab
    from labkit.widgets.dates import TokenDates
    from labkit.widgets.dates_view import token_dates
    from labkit.widgets.families import RefreshFamilies
    from labkit.widgets.family_view import refresh_families
    from labkit.widgets.forged_sides import forge_bench
    from labkit.widgets.forgeries import ForgeBench
    from labkit.widgets.guesses import Estimate, Prediction
    from labkit.widgets.hash_table import hash_lab
    from labkit.widgets.hashes import HashLab
    from labkit.widgets.key_view import key_timeline
    from labkit.widgets.log_in import LogInSimulator
    from labkit.widgets.log_in_sides import simulate
    from labkit.widgets.rainbow import RainbowWalk
    from labkit.widgets.rainbow_steps import rainbow_walk
    from labkit.widgets.rotation import KeyRotation
    from labkit.widgets.rotation_view import key_rotation
    from labkit.widgets.secret_guesses import SecretCracker
    from labkit.widgets.secret_row import SecretGuessing, secret_cracker
    from labkit.widgets.token_editing import TokenEditor, token_editor
    from labkit.widgets.token_reading import read_token

__all__ = [
    "CostExplorer",
    "CrackLab",
    "Estimate",
    "ForgeBench",
    "Guessing",
    "HashLab",
    "KeyRotation",
    "LogInSimulator",
    "Prediction",
    "RainbowWalk",
    "RefreshFamilies",
    "SecretCracker",
    "SecretGuessing",
    "TokenDates",
    "TokenEditor",
    "cost",
    "crack_lab",
    "forge_bench",
    "hash_lab",
    "key_rotation",
    "key_timeline",
    "rainbow_walk",
    "read_token",
    "refresh_families",
    "secret_cracker",
    "simulate",
    "token_dates",
    "token_editor",
]

_MODULES = {
    "CostExplorer": "costs",
    "CrackLab": "cracks",
    "Estimate": "guesses",
    "ForgeBench": "forgeries",
    "Guessing": "crack_table",
    "HashLab": "hashes",
    "KeyRotation": "rotation",
    "LogInSimulator": "log_in",
    "Prediction": "guesses",
    "RainbowWalk": "rainbow",
    "RefreshFamilies": "families",
    "SecretCracker": "secret_guesses",
    "SecretGuessing": "secret_row",
    "TokenDates": "dates",
    "TokenEditor": "token_editing",
    "cost": "cost_table",
    "crack_lab": "crack_table",
    "forge_bench": "forged_sides",
    "hash_lab": "hash_table",
    "key_rotation": "rotation_view",
    "key_timeline": "key_view",
    "rainbow_walk": "rainbow_steps",
    "read_token": "token_reading",
    "refresh_families": "family_view",
    "secret_cracker": "secret_row",
    "simulate": "log_in_sides",
    "token_dates": "dates_view",
    "token_editor": "token_editing",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        from importlib import import_module

        return getattr(import_module(f"labkit.widgets.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
