"""How a student's functions become what is attacked, exercise by exercise.

A judge takes the functions by name and returns a trial. On the practice site each function becomes
a class: the secure part with the function in the place of one decision. It never sees a mistake.
"""

from collections.abc import Callable, Mapping
from typing import Any

from labkit.exercises.content import NoSuchExercise
from labkit.exercises.judges.guessing import login, source, take, wait_s
from labkit.exercises.judges.passwords import acceptable, long_password, rehash, store
from labkit.exercises.trial import Trial

Judge = Callable[[Mapping[str, Callable[..., Any]]], Trial]

JUDGES: dict[str, Judge] = {
    "passwords/acceptable": acceptable,
    "passwords/long_password": long_password,
    "passwords/rehash": rehash,
    "passwords/store": store,
    "guessing/login": login,
    "guessing/source": source,
    "guessing/take": take,
    "guessing/wait_s": wait_s,
}


def judge(id: str) -> Judge:  # noqa: A002 (the catalogue's own word)
    """Return the judge of an exercise.

    Raises:
        NoSuchExercise: Nothing judges this one.
    """
    if id not in JUDGES:
        raise NoSuchExercise(f"Nothing judges the exercise {id!r}.")
    return JUDGES[id]
