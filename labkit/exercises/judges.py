"""How a student's functions become parts of the practice site, exercise by exercise.

A judge takes the functions by name and returns classes: the secure part with the function in the
place of one decision. It never sees a mistake.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from labkit.errors import LabkitError
from labkit.exercises.content import NoSuchExercise
from labkit.passwords.hashing import Hasher

T = TypeVar("T")
Judge = Callable[[Mapping[str, Callable[..., Any]]], tuple[type, ...]]


class WrongType(LabkitError):
    """A student's function returned something of another type than the task says."""


def judge(id: str) -> Judge:  # noqa: A002 (the catalogue's own word)
    """Return the judge of an exercise.

    Raises:
        NoSuchExercise: Nothing judges this one.
    """
    if id not in JUDGES:
        raise NoSuchExercise(f"Nothing judges the exercise {id!r}.")
    return JUDGES[id]


def passwords_store(functions: Mapping[str, Callable[..., Any]]) -> tuple[type, ...]:
    """Return a hasher made of `store` and `check`, one decision in two halves."""
    store, check = functions["store"], functions["check"]

    def hash_(self: Hasher, password: str) -> str:  # noqa: ARG001
        return _exactly(str, store(password), "store")

    def verify(self: Hasher, password: str, stored: str) -> bool:  # noqa: ARG001
        return _exactly(bool, check(password, stored), "check")

    def needs_rehash(self: Hasher, stored: str) -> bool:  # noqa: ARG001
        return False

    members = {"hash": hash_, "verify": verify, "needs_rehash": needs_rehash}
    return (type("Answer", (Hasher,), members),)


def _exactly(kind: type[T], value: object, name: str) -> T:
    # Exactly the type: a subclass could answer "equal" to everything.
    if type(value) is not kind:
        raise WrongType(
            f"{name} returned {type(value).__name__}.", remedy=f"It has to return {kind.__name__}."
        )
    return value


JUDGES: dict[str, Judge] = {"passwords/store": passwords_store}
