"""Races at the site's store: what visitors do at the same moment, in every order it can go."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from labkit.interleaving import Run, interleavings
from labkit.practice.surface import Client
from labkit.stores import Store

T = TypeVar("T")
Racer = tuple[Client, Callable[[Client], T]]


class Junction:
    """The site's store, where the calls of one thread can be led another way.

    Safe for threads as far as the store is: a way counts only for the thread that took it.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._thread = threading.local()

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(self._thread, "way", self.store), name)

    @contextmanager
    def leading_to(self, way: object) -> Iterator[None]:
        """Lead this thread's calls to another store inside the `with`."""
        self._thread.way = way
        try:
            yield
        finally:
            del self._thread.way


def every_order(
    junction: Junction, rewind: Callable[[], None], racers: Sequence[Racer[T]]
) -> tuple[Run[T], ...]:
    """Let the racers act once in every order of their steps at what they share in the store.

    A step at a key that one racer alone touches, or that all of them only read, changes nothing
    for the others, so only the calls at other keys are put in order; which ones these are is seen
    by letting each act alone first. Sessions and the gradebook's rows are not in this store: what
    happens there belongs to the step before it.

    Args:
        junction: The site's store.
        rewind: Puts the site's data back to the moment of the race.
        racers: Each client with what it does; it is handed a copy of the client as it was.

    Returns:
        One `Run` for each order.

    Raises:
        SiteBroken: The site crashed in one of the orders.
        TooManyOrders: There are more orders than can be tried.
        NotRepeatable: What the racers do depends on something beside the site's data.
    """
    noted = [_noted(junction, rewind, racer) for racer in racers]
    shared = _shared(noted)

    def fresh() -> Store:
        rewind()
        return junction.store

    def client(racer: Racer[T], known: _Noting) -> Callable[[Store], T]:
        def run(stepped: Store) -> T:
            with junction.leading_to(_Way(stepped, junction.store, known, shared)):
                return _act(racer)

        return run

    runs = tuple(interleavings(fresh, [client(*each) for each in zip(racers, noted, strict=True)]))
    rewind()
    for error in (error for run in runs for error in run.errors if error is not None):
        raise error
    return runs


def _act(racer: Racer[T], **changes: Any) -> T:
    client, does = racer
    return does(replace(client, cookies=dict(client.cookies), **changes))


def _noted(junction: Junction, rewind: Callable[[], None], racer: Racer[T]) -> "_Noting":
    rewind()
    noting = _Noting(junction.store)
    with junction.leading_to(noting):
        _act(racer, record=[])
    return noting


def _shared(noted: Sequence["_Noting"]) -> set[object]:
    """Return the keys that somebody writes and somebody else touches."""
    return {
        key
        for writer in noted
        for key in writer.written
        if any(key in other.touched for other in noted if other is not writer)
    }


class _Noting:
    """A store that notes which keys are touched, and which are written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.touched: set[object] = set()
        self.written: set[object] = set()

    def __getattr__(self, name: str) -> Any:
        def call(key: object, *args: Any, **kwargs: Any) -> Any:
            self.touched.add(key)
            if name != "get":
                self.written.add(key)
            return getattr(self._store, name)(key, *args, **kwargs)

        return call


class _Way:
    """Takes its turn at what is shared, and goes straight on where it was seen to be alone."""

    def __init__(self, stepped: Store, direct: Store, known: _Noting, shared: set[object]) -> None:
        self._stepped, self._direct, self._known, self._shared = stepped, direct, known, shared

    def __getattr__(self, name: str) -> Any:
        def call(key: object, *args: Any, **kwargs: Any) -> Any:
            known = self._known.written if name != "get" else self._known.touched
            alone = key in known and key not in self._shared
            return getattr(self._direct if alone else self._stepped, name)(key, *args, **kwargs)

        return call
