"""The one shared store, with every look-up and every write counted, and a switch to break it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

from labkit.comparing.errors import NotGranted, StoreDown

Call = Callable[[], object]
T = TypeVar("T")

READS = frozenset({"get", "keys", "of_user"})
LOOK_UP = frozenset({"get", "touch"})  # what it takes to serve a request


@dataclass
class Tally:
    """What the shared store was asked for; used by one thread at a time.

    Args:
        reads: Calls that only read.
        writes: Calls that write, or may.
        down: Whether the store is broken: then every call raises `StoreDown`.
        calls: The calls themselves, to be made again; kept while this is a list.
    """

    reads: int = 0
    writes: int = 0
    down: bool = False
    calls: list[Call] | None = field(default=None, repr=False)

    def reset(self) -> None:
        """Count from nothing again."""
        self.reads = self.writes = 0

    def meet(self, name: str, call: Call) -> None:
        """Count a call before it is made.

        Raises:
            StoreDown: The store is broken.
        """
        if self.down:
            raise StoreDown("The shared store does not answer.")
        if name in READS:
            self.reads += 1
        else:
            self.writes += 1
        if self.calls is not None:
            self.calls.append(call)


def counted(inner: T, tally: Tally, *, only: frozenset[str] | None = None) -> T:
    """Return the store behind a proxy that counts its calls.

    Args:
        inner: A `Store` or a `SessionStore`.
        tally: Where they are counted.
        only: The methods that are granted, as a database grants rights; None for all of them.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> store = counted(MemoryStore(), tally := Tally())
        >>> store.put("a", "1")
        >>> store.get("a")
        '1'
        >>> tally
        Tally(reads=1, writes=1, down=False)
    """
    return cast("T", _Counted(inner, tally, only))


class _Counted:
    def __init__(self, inner: object, tally: Tally, only: frozenset[str] | None) -> None:
        self._inner, self._tally, self._only = inner, tally, only

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        granted = self._only is None or name in self._only

        def call(*values: Any, **named: Any) -> Any:
            if not granted:
                raise NotGranted(f"This service may not call {name!r} at the shared store.")
            it = partial(method, *values, **named)
            self._tally.meet(name, it)
            return it()

        setattr(self, name, call)
        return call
