"""What an answer is put through: a target made of it, an honest day, and the attacks it may meet.

The target is the practice site where the answer replaces one of its decisions, and something
smaller where the story is: a table of passwords, a counter, a queue at one door. Attacks on small
targets are called probes; they have the catalogue's form and are kept out of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol, TypeVar

from labkit import attacks
from labkit.catalogue import Attack, AttackResult, Outcome, SiteBroken, attacks_in
from labkit.display import Shown
from labkit.encoding import printable
from labkit.errors import LabkitError
from labkit.exchange import Exchange
from labkit.exercises.deadline import TimeUp
from labkit.practice import journey
from labkit.practice.site import Site

HONEST = "honest"  # where feedback and known answers name the honest user instead of an attack
HONEST_TITLE = "The honest user"
T = TypeVar("T")
NOT_SHOWN = ", which cannot be shown"
MOST_TOLD = 200  # characters of what a student's code returned or raised


class Target(Protocol):
    """What an answer became; attacks look for more on it than this."""

    @property
    def exchanges(self) -> list[Exchange]:
        """All HTTP exchanges so far, where there are any."""

    @property
    def crashes(self) -> list[Exception]:
        """What the student's code raised inside the target, oldest first."""

    def restore(self) -> None:
        """Undo everything that happened since the target was built."""


class SmallTarget:
    """A target without HTTP: the student's functions, called with plain values."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.crashes: list[Exception] = []

    def restore(self) -> None:
        """Undo everything that happened since the target was built."""


G = TypeVar("G", bound=Target)
Steps = Sequence[tuple[str, Callable[[G], None]]]


@dataclass(frozen=True)
class Trial:
    """A target, the honest day that it has to survive, and the attacks by id.

    `beside` is what the report shows under the rows, where there is more to tell than they do.
    """

    target: Target
    day: Callable[[], AttackResult]
    attacks: Mapping[str, Attack]
    beside: Callable[[], Shown] | None = None


def on_site(site: Site, steps: Steps[Site] = journey.STEPS) -> Trial:
    """Return a trial on a practice site, by the attacks of the catalogue."""
    return Trial(site, lambda: walked(site, steps), attacks_in(attacks))


def on_small(target: G, steps: Steps[G], probes: ModuleType) -> Trial:
    """Return a trial on a small target, by the probes of one module."""
    found = [value for value in vars(probes).values() if isinstance(value, Attack)]
    return Trial(target, lambda: walked(target, steps), {probe.id: probe for probe in found})


def walked(target: G, steps: Steps[G]) -> AttackResult:
    """Walk every step; HELD where all work, BROKEN at the first that does not."""
    for sentence, step in steps:
        try:
            step(target)
        except SiteBroken as reason:
            return AttackResult(HONEST, HONEST_TITLE, Outcome.BROKEN, f"{sentence}: {reason}")
    said = "everything an honest user does still works"
    return AttackResult(HONEST, HONEST_TITLE, Outcome.HELD, said)


def expect(right: bool, otherwise: str) -> None:
    """Demand something for the honest user.

    Raises:
        SiteBroken: It is not so.
    """
    if not right:
        raise SiteBroken(otherwise)


class WrongType(LabkitError):
    """A student's function returned something of another type than the task says."""


def exactly(kind: type[T], value: object, name: str) -> T:
    """Return the value if it is exactly of this type: a subclass could equal everything.

    Raises:
        WrongType: It is not.
    """
    if type(value) is not kind:
        raise WrongType(
            f"{name} returned {type(value).__name__}.", remedy=f"It has to return {kind.__name__}."
        )
    return value


def asked(function: Callable[..., Any], *values: object) -> Any:
    """Call a student's function; whatever it raises broke the target.

    Raises:
        SiteBroken: The function raised something, or wanted to end the program.
    """
    try:
        return function(*values)
    except KeyboardInterrupt:  # the student has seen enough
        raise
    except BaseException as error:
        raise SiteBroken(raised(error)) from error


def answered(kind: type[T], function: Callable[..., Any], *values: object) -> T:
    """Call a student's function and return what it says, if that has the right type.

    Raises:
        SiteBroken: The function raised something, or returned another type.
    """
    value = asked(function, *values)
    try:
        return exactly(kind, value, getattr(function, "__name__", "Your function"))
    except WrongType as error:
        raise SiteBroken(str(error)) from error


def raised(error: BaseException) -> str:
    """Say what a student's code raised, without a traceback."""
    if isinstance(error, LabkitError | TimeUp):
        return told(error, str)
    if not isinstance(error, Exception):
        return f"Your code raised {told(error)}: it must not end the program that it runs in."
    return f"Your code raised {told(error)}: an error must close the door, not break it."


def told(value: object, form: Callable[[object], str] = repr) -> str:
    """Return a value of a student's code in one line of bounded length, whatever its repr does.

    Examples:
        >>> told((1, "two"))
        "(1, 'two')"
    """
    try:
        line = " ".join(printable(form(value)).split())
    except KeyboardInterrupt:
        raise
    except BaseException:  # even the text of an error can raise one
        return f"{type(value).__name__}{NOT_SHOWN}"
    return line if len(line) <= MOST_TOLD else line[: MOST_TOLD - 1] + "…"
