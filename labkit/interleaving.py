"""Every order in which clients can take their steps at a store: races without sleeping.

Each client runs in a thread of its own over a store whose primitives wait for a turn. Between two
primitives a client touches nothing that is shared, so the order of the primitives is all that a
race can be decided by. The orders are tried one after the other, by depth-first search over "who
goes next".
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Generic, NamedTuple, TypeVar, cast

from labkit.errors import InvalidInput, LabkitError

S = TypeVar("S")
T = TypeVar("T")

NAMES = "ABCDEFGH"


class TooManyOrders(LabkitError):
    """The clients can be interleaved in more ways, or run longer, than the caller allows."""

    default_remedy = "Take fewer clients, let each do less, or raise the bound."


class ClientStuck(LabkitError):
    """A client neither asked the store nor finished: it waits for something else."""

    default_remedy = "A client may wait for nothing but the store it is handed."


class NotRepeatable(LabkitError):
    """A client took other steps in the same order: it depends on something beside the store."""

    default_remedy = "Hand clients their clock and their randomness, and make_store a fresh store."


@dataclass(frozen=True)
class Run(Generic[T]):
    """What came of one order.

    Attributes:
        order: Who took each step: "ABBA" means that A's first step came first, then both of B's.
        results: What each client returned, None where it raised.
        errors: What each client raised, None where it returned.
    """

    order: str
    results: tuple[T | None, ...]
    errors: tuple[BaseException | None, ...]


def interleavings(
    make_store: Callable[[], S],
    clients: Sequence[Callable[[S], T]],
    *,
    most_runs: int = 10_000,
    most_steps: int = 200,
    patience_s: float = 30.0,
) -> Iterator[Run[T]]:
    """Run the clients once in every order of their steps at the store.

    Args:
        make_store: Returns a fresh store, in the same state each time: a `Store`, or any other
            object whose methods are the steps.
        clients: From two to eight functions that are handed the store; each call of one of its
            methods is a step. They may wait for nothing else and read no clock of their own.
        most_runs: How many orders are tried at most.
        most_steps: How many steps one run may take, all clients together.
        patience_s: How long a client may take from one step to the next, in seconds.

    Yields:
        One `Run` for each order, sorted by their names. No thread outlives its run.

    Raises:
        TooManyOrders: There are more orders, or a run takes more steps.
        ClientStuck: A client waits for something else than the store.
        NotRepeatable: A client took other steps than before in the same order.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> def careless(store):  # looks, then acts
        ...     fresh = store.get("code") is None
        ...     store.put("code", "used")
        ...     return fresh
        >>> for run in interleavings(MemoryStore, [careless, careless]):
        ...     print(run.order, sum(run.results))
        AABB 1
        ABAB 2
        ABBA 2
        BAAB 2
        BABA 2
        BBAA 1
    """
    if not 2 <= len(clients) <= len(NAMES):
        raise InvalidInput(f"It takes from 2 to {len(NAMES)} clients, not {len(clients)}.")
    known: list[_Choice] = []
    for _ in range(most_runs):
        store = make_store()
        actors = [_Actor(client, store, patience_s) for client in clients]
        choices = _play(actors, known, most_steps)
        yield Run(
            "".join(NAMES[choice.taken] for choice in choices),
            tuple(actor.result for actor in actors),
            tuple(actor.error for actor in actors),
        )
        known = _next(choices)
        if not known:
            return
    raise TooManyOrders(f"There are more than {most_runs} orders.")


def lockstep(
    make_store: Callable[[], S],
    clients: Sequence[Callable[[S], T]],
    *,
    most_steps: int = 10_000,
    patience_s: float = 30.0,
) -> Run[T]:
    """Run the clients once, abreast: all take their first step, then all their second.

    Args:
        make_store: Returns the store that they share; see `interleavings`.
        clients: From two to 26 functions that are handed the store.
        most_steps: How many steps they may take, all together.
        patience_s: How long a client may take from one step to the next, in seconds.

    Raises:
        TooManyOrders: They take more steps.
        ClientStuck: A client waits for something else than the store.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> run = lockstep(MemoryStore, [lambda store: store.advance("code", 7)] * 3)
        >>> run.order, run.results
        ('ABC', (True, False, False))
    """
    if not 2 <= len(clients) <= len(ascii_uppercase):
        raise InvalidInput(f"It takes from 2 to {len(ascii_uppercase)} clients.")
    store = make_store()
    actors = [_Actor(client, store, patience_s) for client in clients]
    order: list[int] = []
    try:
        for actor in actors:
            actor.start()
        while waiting := [place for place, actor in enumerate(actors) if not actor.done]:
            for place in waiting:
                if len(order) == most_steps:
                    raise TooManyOrders(f"The run took more than {most_steps} steps.")
                order.append(place)
                actors[place].step()
    finally:
        for actor in actors:
            actor.end()
    return Run(
        "".join(ascii_uppercase[place] for place in order),
        tuple(actor.result for actor in actors),
        tuple(actor.error for actor in actors),
    )


class _Choice(NamedTuple):
    """One point where somebody had to go next: who went, and who could have."""

    taken: int
    ready: tuple[int, ...]


def _play(actors: list["_Actor[S, T]"], known: list[_Choice], most_steps: int) -> list[_Choice]:
    """Run all actors to their ends: first as `known` says, then always the first who is ready."""
    choices: list[_Choice] = []
    try:
        for actor in actors:
            actor.start()
        while ready := tuple(place for place, actor in enumerate(actors) if not actor.done):
            if len(choices) == most_steps:
                raise TooManyOrders(f"One run took more than {most_steps} steps.")
            choice = known[len(choices)] if len(choices) < len(known) else _Choice(ready[0], ready)
            if choice.ready != ready:
                raise NotRepeatable("A client took other steps than before in the same order.")
            choices.append(choice)
            actors[choice.taken].step()
        if len(choices) < len(known):
            raise NotRepeatable("The clients took fewer steps than before in the same order.")
    finally:
        for actor in actors:
            actor.end()
    return choices


def _next(choices: list[_Choice]) -> list[_Choice]:
    """Return the beginning of the next order, or nothing after the last one."""
    for place in reversed(range(len(choices))):
        later = [actor for actor in choices[place].ready if actor > choices[place].taken]
        if later:
            return [*choices[:place], _Choice(later[0], choices[place].ready)]
    return []


class _Actor(Generic[S, T]):
    """A client in its thread; `step` lets it go from one step to just before the next."""

    def __init__(self, client: Callable[[S], T], store: S, patience_s: float) -> None:
        self.done = False
        self.result: T | None = None
        self.error: BaseException | None = None
        self._client = client
        self._store = store
        self._patience_s = patience_s
        self._given_up = False
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Run to just before the first step."""
        self._thread.start()
        self._await_back()

    def step(self) -> None:
        """Take one step, and run to just before the next one or to the end."""
        self._turn.release()
        self._await_back()

    def end(self) -> None:
        """Give up what is not finished, and join the thread."""
        self._given_up = True
        self._turn.release()
        if self._thread.ident is not None:
            self._thread.join(self._patience_s)

    def _await_back(self) -> None:
        if not self._back.acquire(timeout=self._patience_s):
            raise ClientStuck(f"A client did not come back within {self._patience_s} s.")

    def _pause(self) -> None:
        if not self._given_up:
            self._back.release()
            self._turn.acquire()
        if self._given_up:
            raise _GivenUp

    def _run(self) -> None:
        try:
            self.result = self._client(cast("S", _Stepped(self._store, self._pause)))
        except _GivenUp:
            pass
        except BaseException as error:  # whatever it is, it belongs in the Run
            self.error = error
        finally:
            self.done = True
            self._back.release()


class _GivenUp(BaseException):
    """Unwinds a client whose run was given up."""


class _Stepped:
    """A store that asks for a turn before each call of a method."""

    def __init__(self, store: object, pause: Callable[[], None]) -> None:
        self._store = store
        self._pause = pause

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def step(*args: object, **kwargs: object) -> Any:
            self._pause()
            return found(*args, **kwargs)

        return step
