"""Judges of the exercises on tokens; each student has tokens, keys, times and names of their own.

What holds in the student's variant is looked at a second time, in one that nobody has seen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from labkit.exercises.probes import token_accept as after
from labkit.exercises.probes import token_choose_key as table
from labkit.exercises.probes import token_claims as desk
from labkit.exercises.probes import token_refresh as family
from labkit.exercises.probes import token_rs256 as rotation
from labkit.exercises.probes import token_service as library
from labkit.exercises.probes import token_verify as door
from labkit.exercises.second_look import looked_at_twice
from labkit.exercises.trial import Trial, on_small
from labkit.exercises.variants import Variant

Functions = Mapping[str, Callable[..., Any]]


def verify(functions: Functions, own: Variant) -> Trial:
    """Let `verify` meet the whole corpus; the scoreboard stands beside the attacks."""
    target = door.Door(functions["verify"], own)
    return replace(on_small(target, door.DAY, door), beside=lambda: target.board)


def choose_key(functions: Functions, own: Variant) -> Trial:
    """Let `choose_key` choose the key that each token is checked with."""
    return on_small(table.Door(functions["choose_key"], own), table.DAY, table)


def claims_ok(functions: Functions, own: Variant) -> Trial:
    """Let `claims_ok` decide about claims whose signature was right."""
    return on_small(desk.Desk(functions["claims_ok"], own), desk.DAY, desk)


def refresh(functions: Functions, own: Variant) -> Trial:
    """Let `refresh` renew log-ins, by two tables that many clients share."""
    return on_small(family.Desk(functions["refresh"], own), family.DAY, family)


def accept(functions: Functions, own: Variant) -> Trial:
    """Let `accept` decide about genuine tokens after something has happened."""
    return on_small(after.Door(functions["accept"], own), after.DAY, after)


def enter(functions: Functions, own: Variant) -> Trial:
    """Let `enter` guard the library."""
    return on_small(library.Library(functions["enter"], own), library.DAY, library)


def verify_rs256(functions: Functions, own: Variant) -> Trial:
    """Let `verify_rs256` verify while keys come and go."""
    return on_small(rotation.Verifier(functions["verify_rs256"], own), rotation.DAY, rotation)


def _twice(judge: Callable[[Functions, Variant], Trial]) -> Callable[[Functions, Variant], Trial]:
    return lambda functions, own: looked_at_twice(lambda one: judge(functions, one), own)


TOKENS = {
    "tokens/accept": _twice(accept),
    "tokens/choose_key": _twice(choose_key),
    "tokens/claims_ok": _twice(claims_ok),
    "tokens/refresh": _twice(refresh),
    "tokens/second_service": _twice(enter),
    "tokens/verify": _twice(verify),
    "tokens/verify_rs256": _twice(verify_rs256),
}
SAMPLES: dict[str, Callable[[Variant], tuple[Any, ...]]] = {
    "tokens/accept": after.sample,
    "tokens/choose_key": table.sample,
    "tokens/claims_ok": desk.sample,
    "tokens/second_service": library.sample,
    "tokens/verify": door.sample,
    "tokens/verify_rs256": rotation.sample,
}
