"""Trying guesses: the seam where a faster engine can take the place of the plain one."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import ParamSpec, Protocol, TypeVar

from labkit.cracking.work import Work
from labkit.errors import InvalidInput

P = ParamSpec("P")
T = TypeVar("T")
Hit = tuple[int, bytes]


class Engine(Protocol):
    """Computes guesses. It must be picklable where processes are to run it."""

    def __call__(
        self, work: Work, targets: frozenset[bytes], guesses: Sequence[str]
    ) -> Sequence[Hit]:
        """Return (place in `guesses`, digest) of each guess that derives to one of `targets`."""


def plain(work: Work, targets: frozenset[bytes], guesses: Sequence[str]) -> list[Hit]:
    """Compute each guess once with hashlib, bcrypt or argon2 and look it up among all targets.

    Raises:
        InvalidInput: A guess is no str, or is no character text.
        TooDear: One guess would take seconds or hundreds of MiB.

    Examples:
        >>> from labkit.cracking.stored import read
        >>> leaked = read("5f4dcc3b5aa765d61d8327deb882cf99")
        >>> [place for place, _ in plain(leaked.works[0], frozenset([leaked.digest]),
        ...                              ["letmein", "password"])]
        [1]
    """
    derive = work.deriver()
    try:
        derived = ((place, derive(guess.encode())) for place, guess in enumerate(guesses))
        return [(place, digest) for place, digest in derived if digest in targets]
    except (AttributeError, UnicodeEncodeError) as error:
        raise InvalidInput("A candidate is no str that UTF-8 can carry.") from error


@dataclass(frozen=True)
class Tried:
    """One batch computed: its hits, the CPU seconds it took, and the process that took them."""

    hits: Sequence[Hit]
    cpu_s: float
    process: int


def job(engine: Engine, work: Work, targets: frozenset[bytes], guesses: Sequence[str]) -> Tried:
    """Run one batch, wherever an executor has put it."""
    start = time.process_time()
    hits = engine(work, targets, guesses)
    return Tried(hits, time.process_time() - start, os.getpid())


class Here(Executor):
    """An executor that runs each call at once, in the caller's own thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` now and return its finished future."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def pool_for(work: Work) -> Executor | None:
    """Return a pool that speeds up this work, or None where none would.

    bcrypt, Argon2, scrypt and PBKDF2 release the GIL, so threads do. A fast digest needs
    processes; they are started only where starting them does not run a script a second time.
    """
    cores = os.cpu_count() or 1
    if cores < 2:
        return None
    if work.releases_the_gil:
        return ThreadPoolExecutor(cores, thread_name_prefix="labkit-crack")
    if not _may_start_processes():
        return None
    return ProcessPoolExecutor(cores, mp_context=get_context("spawn"))


def _may_start_processes() -> bool:
    """A spawned process imports `__main__` anew: harmless in a notebook or under -m only."""
    main = sys.modules.get("__main__")
    bare_script = getattr(main, "__file__", None) and getattr(main, "__spec__", None) is None
    return not bare_script and parent_process() is None
