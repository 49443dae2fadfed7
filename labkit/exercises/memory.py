"""A student's function as another process would run it: with memory and locks of its own."""

import copy
import threading
from collections import deque
from collections.abc import Callable, Iterator
from types import CellType, CodeType, FunctionType, TracebackType
from typing import Any

_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_CONTAINERS = (dict, list, set, deque)
_here = threading.local()


class TurnLock:
    """Stands in for a lock among clients that go in turn: who finds it taken tries a turn later."""

    def __init__(self, *, again: bool = False) -> None:
        self._again = again
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: ARG002
        """Take the lock; there is no clock here, so a timeout never comes."""
        while not _take_turn(self._try):
            if not blocking:
                return False
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._depth -= 1
        if self._depth == 0:
            self._owner = None

    def locked(self) -> bool:
        """Return whether somebody holds the lock."""
        return self._owner is not None

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.release()

    def _try(self) -> bool:
        me = threading.get_ident()
        if self._owner is not None and not (self._again and self._owner == me):
            return False
        self._owner = me
        self._depth += 1
        return True


def in_turn(step: Callable[[Callable[[], Any]], Any]) -> None:
    """Say how this thread takes its turns: `step` runs a function when the turn has come."""
    _here.step = step


def in_own_memory(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function as a process of its own would have it.

    The global names that it uses, and its helpers use, are its own: containers are copied, locks
    are new. What only a real process would part (files, modules) is shared.
    """
    return function if not isinstance(function, FunctionType) else _Memory(function).function


class _Memory:
    def __init__(self, function: FunctionType) -> None:
        self._names = function.__globals__
        self._own = dict(self._names)
        self._made: dict[int, Any] = {}
        self.function: Callable[..., Any] = self._copied(function)

    def _copied(self, value: Any) -> Any:
        if id(value) not in self._made:
            self._made[id(value)] = self._made_anew(value)
        return self._made[id(value)]

    def _made_anew(self, value: Any) -> Any:
        if isinstance(value, FunctionType) and value.__globals__ is self._names:
            return self._function(value)
        if isinstance(value, _LOCKS):
            return TurnLock(again=isinstance(value, _LOCKS[1]))
        if isinstance(value, _CONTAINERS):
            return _deep(value)
        return value

    def _function(self, value: FunctionType) -> FunctionType:
        cells = tuple(CellType() for _ in value.__closure__ or ())
        made = FunctionType(value.__code__, self._own, value.__name__, value.__defaults__, cells)
        made.__kwdefaults__ = value.__kwdefaults__
        self._made[id(value)] = made  # it may call itself
        for old, new in zip(value.__closure__ or (), cells, strict=True):
            new.cell_contents = self._copied(old.cell_contents)
        for name in _names(value.__code__):
            if name in self._names:
                self._own[name] = self._copied(self._names[name])
        return made


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _deep(value: object) -> object:
    try:
        return copy.deepcopy(value)
    except Exception:  # it holds something that no process could send to another either
        return value


def _take_turn(function: Callable[[], Any]) -> Any:
    step: Callable[[Callable[[], Any]], Any] | None = getattr(_here, "step", None)
    return function() if step is None else step(function)
