"""How a student's functions become what is attacked, exercise by exercise.

A judge takes the functions by name and a variant, and returns a trial. On the practice site each
function becomes a class: the secure part with the function in the place of one decision. It never
sees a mistake.
"""

from collections.abc import Callable, Mapping
from typing import Any

from labkit.errors import InvalidInput
from labkit.exercises.content import NoSuchExercise
from labkit.exercises.judges.guessing import login, source, take, wait_s
from labkit.exercises.judges.passwords import acceptable, long_password, rehash, store
from labkit.exercises.judges.tokens import SAMPLES, TOKENS
from labkit.exercises.trial import Trial
from labkit.exercises.variants import Variant

Functions = Mapping[str, Callable[..., Any]]
Judge = Callable[[Functions, Variant], Trial]


def same_for_all(make: Callable[[Functions], Trial]) -> Judge:
    """Return a judge that gives every student the same trial."""
    return lambda functions, _: make(functions)


JUDGES: dict[str, Judge] = {
    "passwords/acceptable": same_for_all(acceptable),
    "passwords/long_password": same_for_all(long_password),
    "passwords/rehash": same_for_all(rehash),
    "passwords/store": same_for_all(store),
    "guessing/login": same_for_all(login),
    "guessing/source": same_for_all(source),
    "guessing/take": same_for_all(take),
    "guessing/wait_s": same_for_all(wait_s),
    **TOKENS,
}


def judge(id: str) -> Judge:  # noqa: A002 (the catalogue's own word)
    """Return the judge of an exercise.

    Raises:
        NoSuchExercise: Nothing judges this one.
    """
    if id not in JUDGES:
        raise NoSuchExercise(f"Nothing judges the exercise {id!r}.")
    return JUDGES[id]


def sample(id: str, own: Variant) -> tuple[Any, ...]:  # noqa: A002
    """Return the arguments of an honest call.

    Raises:
        InvalidInput: This exercise has no sample.
    """
    if id not in SAMPLES:
        raise InvalidInput(
            f"There is no sample for {id!r}.", remedy="Write the arguments down yourself."
        )
    return SAMPLES[id](own)
