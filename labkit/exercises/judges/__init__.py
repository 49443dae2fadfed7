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


JUDGES: dict[str, Judge] = {
    "passwords/acceptable": acceptable,
    "passwords/long_password": long_password,
    "passwords/rehash": rehash,
    "passwords/store": store,
    "guessing/login": login,
    "guessing/source": source,
    "guessing/take": take,
    "guessing/wait_s": wait_s,
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
