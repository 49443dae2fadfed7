"""The guessing itself: rows grouped by the computation they share, tried batch by batch."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice

from labkit.cracking.budget import MOST_GUESSES, Budget, bought
from labkit.cracking.candidates import Candidates
from labkit.cracking.engine import Engine, Here, Tried, job, pool_for
from labkit.cracking.errors import RateUnknown, TooDear
from labkit.cracking.rates import Rate, rate
from labkit.cracking.recipe import Recipe
from labkit.cracking.report import Find, Left, Limit, Plan, Report
from labkit.cracking.stored import read
from labkit.cracking.words import count, duration
from labkit.cracking.work import Work
from labkit.errors import LabkitError

BATCH_S = 0.1  # so that a cancel is heard and a cap kept within a quarter of a second
MOST_BATCH = 20_000
WORTH_A_POOL_S = 1.5


@dataclass(frozen=True)
class Progress:
    """How far the guessing has come.

    Args:
        scheme: What is being guessed now.
        tried: Candidates tried on these rows.
        of: Candidates that will be tried on them at most.
        guesses: Candidates computed in all.
        found: Passwords found in all.
        rows: Rows in the table.
        group: Which of the computations that rows share this is, from 1.
        groups: How many there are.
        finds: The passwords found so far.
    """

    scheme: str
    tried: int
    of: int
    guesses: int
    found: int
    rows: int
    group: int = 1
    groups: int = 1
    finds: tuple[Find, ...] = field(default=(), repr=False)

    @property
    def share(self) -> float:
        """How much of all that will be tried has been, from 0 to 1, each computation alike."""
        here = self.tried / self.of if self.of else 1.0
        return (self.group - 1 + here) / self.groups


@dataclass
class _Group:
    """Rows that share one computation, with what their digests are."""

    work: Work
    rate: Rate
    targets: dict[bytes, list[str]] = field(default_factory=dict)


class _Source:
    """Candidates up to what the budget buys, and what ended them."""

    def __init__(self, candidates: Iterable[str], buys: int) -> None:
        self.guesses, self.buys, self.taken = iter(candidates), buys, 0
        self.of = min(buys, _size(candidates))
        self.limit: Limit | None = None

    @property
    def rest(self) -> int:
        return self.of - self.taken

    def take(self, number: int) -> list[str]:
        """Return up to `number` more; with none left, `limit` says whether the budget ended it."""
        batch = list(islice(self.guesses, min(number, self.buys - self.taken)))
        self.taken += len(batch)
        if not batch:
            more = self.taken == self.buys and next(self.guesses, None) is not None
            self.limit = Limit.BUDGET if more else Limit.USED_UP
        return batch


class Run:
    """One call of `crack`; used by one thread."""

    def __init__(
        self,
        rows: Mapping[str, str],
        budget: Budget,
        engine: Engine,
        executor: Executor | None,
        stack: ExitStack,
        progress: Callable[[Progress], object] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.budget, self.engine, self.stack = budget, engine, stack
        self.progress = progress or (lambda _: None)
        self.cancelled = cancelled or (lambda: False)
        self.given, self.rows = executor, rows
        self.pools: dict[bool, Executor] = {}
        self.recipes: dict[str, Recipe] = {}
        self.finds: dict[str, Find] = {}
        self.left: dict[str, Left] = {}
        self.plans: list[Plan] = []
        self.guesses, self.gpu_seconds, self.elsewhere_s = 0, 0.0, 0.0
        self.place = (1, 1)
        self.start = budget.timer()

    def over(self, candidates: Iterable[str]) -> Report:
        """Try the candidates on every row and report."""
        groups = self._groups()
        for index, group in enumerate(groups):
            self._forget_found(group)
            self.place = (index + 1, len(groups))
            if group.targets:
                self._try_group(group, candidates, len(groups) - index)
        return Report(
            tuple(self.finds[name] for name in self.rows if name in self.finds),
            tuple(self.left[name] for name in self.rows if name not in self.finds),
            tuple(self.plans),
            self.guesses,
            self.budget.gpu,
            self.gpu_seconds,
            any(plan.rate.estimate for plan in self.plans),
            self._spent_s(),
        )

    def _groups(self) -> list[_Group]:
        groups: dict[Work, _Group] = {}
        for name, stored in self.rows.items():
            try:
                recipe = self.recipes[name] = read(stored)
            except LabkitError as error:
                self._leave(name, "?", 0, Limit.UNREADABLE, error.cause)
                continue
            if recipe.readings:
                self.finds[name] = Find(name, recipe.readings[0], 0, recipe.scheme)
            for work in recipe.works:
                self._add(groups, work, name, recipe)
        return sorted(groups.values(), key=lambda group: group.rate.price_s)

    def _add(self, groups: dict[Work, _Group], work: Work, name: str, recipe: Recipe) -> None:
        try:
            if work not in groups:
                work.deriver()
                groups[work] = _Group(work, rate(work.params, self.budget.gpu))
        except RateUnknown as error:
            self._leave(name, recipe.scheme, 0, Limit.NO_RATE, error.cause)
        except TooDear as error:
            self._leave(name, recipe.scheme, 0, Limit.MACHINE, error.cause)
        else:
            groups[work].targets.setdefault(recipe.digest, []).append(name)

    def _forget_found(self, group: _Group) -> None:
        for digest, names in list(group.targets.items()):
            if all(name in self.finds for name in names):
                del group.targets[digest]

    def _try_group(self, group: _Group, candidates: Iterable[str], groups_left: int) -> None:
        share_s = max(0.0, self.budget.gpu_seconds - self.gpu_seconds) / groups_left
        plan = Plan(
            tuple(name for names in group.targets.values() for name in names),
            group.rate,
            share_s,
            bought(share_s, group.rate.price_s),
        )
        self.plans.append(plan)
        until_s = self._spent_s() + max(0.0, self.budget.at_most_s - self._spent_s()) / groups_left
        source = _Source(candidates, plan.buys)
        tried, limit = self._batches(group, source, until_s)
        self.gpu_seconds += tried * group.rate.price_s
        reason = _reason(limit, tried, source.of, plan, self.budget)
        for name in plan.names:
            if name not in self.finds:
                self._leave(name, self.recipes[name].scheme, tried, limit, reason)

    def _batches(self, group: _Group, source: _Source, until_s: float) -> tuple[int, Limit]:
        """Try candidates batch by batch; return how many, and what ended it."""
        tried = 0
        for batch, done in self._done(group, source, until_s):
            tried += self._take(group, batch, done, tried)
            self.progress(self._progress(group, tried, source.of))
            if not group.targets:
                return tried, Limit.USED_UP
        return tried, source.limit or Limit.USED_UP

    def _done(
        self, group: _Group, source: _Source, until_s: float
    ) -> Iterator[tuple[list[str], Tried]]:
        """Yield computed batches in order, keeping the pool busy with the next ones."""
        waiting: deque[tuple[list[str], Future[Tried]]] = deque()
        number, pool = (1 if group.work.releases_the_gil else 500), self.given or _HERE
        try:
            while True:
                while len(waiting) < _window(pool):
                    source.limit = source.limit or self._stopped(until_s)
                    batch = [] if source.limit else source.take(number)
                    if not batch:
                        break
                    waiting.append((batch, self._submit(pool, group, batch)))
                if not waiting or source.limit is Limit.CANCELLED:
                    return
                batch, future = waiting.popleft()
                done = self._result(group, batch, future)
                if done is None:
                    source.limit = Limit.CANCELLED
                    return
                each_s = done.cpu_s / len(batch)
                yield batch, done
                number = _next_number(number, each_s)
                pool = self._pool(group, pool, each_s * min(source.rest, _MANY), until_s)
        finally:
            for _, future in waiting:
                future.cancel()

    def _take(self, group: _Group, batch: list[str], done: Tried, before: int) -> int:
        """Note a batch's hits; return how many of its guesses were needed."""
        if done.process != os.getpid():
            self.elsewhere_s += done.cpu_s
        needed = len(batch)
        for place, digest in sorted(done.hits):
            for name in group.targets.pop(digest, ()):
                find = Find(name, batch[place], before + place + 1, self.recipes[name].scheme)
                self.finds.setdefault(name, find)
            if not group.targets:
                needed = place + 1
                break
        self.guesses += needed
        return needed

    def _submit(self, pool: Executor, group: _Group, batch: list[str]) -> Future[Tried]:
        targets = frozenset(group.targets)
        try:
            return pool.submit(job, self.engine, group.work, targets, batch)
        except RuntimeError:  # a pool that is broken or was shut down: the work is done here
            return _HERE.submit(job, self.engine, group.work, targets, batch)

    def _result(self, group: _Group, batch: list[str], future: Future[Tried]) -> Tried | None:
        """Wait for a batch; None where a cancel came first, as while a pool is starting."""
        while True:
            try:
                return future.result(timeout=BATCH_S)
            except BrokenExecutor:
                return job(self.engine, group.work, frozenset(group.targets), batch)
            except TimeoutError:
                if future.done():  # raised by the engine
                    raise
                if self.cancelled():
                    return None

    def _pool(self, group: _Group, now: Executor, rest_s: float, until_s: float) -> Executor:
        """A pool where the rest of the work is worth starting one."""
        worth = min(rest_s, until_s - self._spent_s()) > WORTH_A_POOL_S
        if now is not _HERE or not worth:
            return now
        kind = group.work.releases_the_gil
        if kind not in self.pools:
            pool = self.pools[kind] = pool_for(group.work) or _HERE
            self.stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        return self.pools[kind]

    def _stopped(self, until_s: float) -> Limit | None:
        if self.cancelled():
            return Limit.CANCELLED
        return Limit.MACHINE if self._spent_s() >= until_s else None

    def _spent_s(self) -> float:
        return self.budget.timer() - self.start + self.elsewhere_s

    def _progress(self, group: _Group, tried: int, of: int) -> Progress:
        scheme = str(group.work.params)
        finds = tuple(self.finds.values())
        guesses, rows = self.guesses, len(self.rows)
        return Progress(scheme, tried, of, guesses, len(finds), rows, *self.place, finds)

    def _leave(self, name: str, scheme: str, tried: int, limit: Limit, reason: str) -> None:
        """Note why a row is left; of several reasons the weightiest stands."""
        order = list(Limit)
        old = self.left.get(name)
        if old is None or order.index(limit) >= order.index(old.limit):
            tried = max(tried, old.tried) if old else tried
            self.left[name] = Left(name, scheme, tried, limit, reason)


_HERE = Here()
_MANY = 10**9


def _next_number(number: int, each_s: float) -> int:
    """How many guesses fill a batch, growing at most fourfold at a time."""
    fill = int(BATCH_S / each_s) if each_s > 0 else MOST_BATCH
    return max(1, min(fill, number * 4, MOST_BATCH))


def _window(pool: Executor) -> int:
    return 1 if isinstance(pool, Here) else 1 + (os.cpu_count() or 1)


def _reason(limit: Limit, tried: int, of: int, plan: Plan, budget: Budget) -> str:
    paid = f"{duration(plan.gpu_seconds)} of one {budget.gpu}"
    match limit:
        case Limit.BUDGET:
            return f"not affordable: {paid} buy {count(plan.buys)} guesses, and it is none of them"
        case Limit.MACHINE:
            return (
                f"not affordable here: this machine stopped at its {duration(budget.at_most_s)}"
                f" after {count(tried)} of {count(of)} guesses that the budget buys"
            )
        case Limit.CANCELLED:
            return f"cancelled after {count(tried)} guesses"
        case _:
            return f"not among {count(tried)} candidates"


def _size(candidates: Iterable[str]) -> int:
    if isinstance(candidates, Candidates):
        return candidates.size
    return len(candidates) if isinstance(candidates, Sized) else MOST_GUESSES
