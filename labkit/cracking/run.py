"""The guessing itself: rows grouped by the computation they share, tried batch by batch."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack

from labkit.cracking.budget import Budget, bought
from labkit.cracking.engine import Engine, Here, Tried, job, pool_for
from labkit.cracking.errors import RateUnknown, TooDear
from labkit.cracking.progress import Progress, reason_left
from labkit.cracking.rates import rate
from labkit.cracking.recipe import Recipe
from labkit.cracking.report import Find, Left, Limit, Plan, Report
from labkit.cracking.source import Group, Source
from labkit.cracking.stored import read
from labkit.cracking.work import Work
from labkit.errors import LabkitError

BATCH_S = 0.1  # so that a cancel is heard and a cap kept within a quarter of a second
MOST_BATCH = 20_000
WORTH_A_POOL_S = 1.5


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

    def _groups(self) -> list[Group]:
        groups: dict[Work, Group] = {}
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

    def _add(self, groups: dict[Work, Group], work: Work, name: str, recipe: Recipe) -> None:
        try:
            if work not in groups:
                work.deriver()
                groups[work] = Group(work, rate(work.params, self.budget.gpu))
        except RateUnknown as error:
            self._leave(name, recipe.scheme, 0, Limit.NO_RATE, error.cause)
        except TooDear as error:
            self._leave(name, recipe.scheme, 0, Limit.MACHINE, error.cause)
        else:
            groups[work].targets.setdefault(recipe.digest, []).append(name)

    def _forget_found(self, group: Group) -> None:
        for digest, names in list(group.targets.items()):
            if all(name in self.finds for name in names):
                del group.targets[digest]

    def _try_group(self, group: Group, candidates: Iterable[str], groups_left: int) -> None:
        share_s = max(0.0, self.budget.gpu_seconds - self.gpu_seconds) / groups_left
        plan = Plan(
            tuple(name for names in group.targets.values() for name in names),
            group.rate,
            share_s,
            bought(share_s, group.rate.price_s),
        )
        self.plans.append(plan)
        until_s = self._spent_s() + max(0.0, self.budget.at_most_s - self._spent_s()) / groups_left
        source = Source(candidates, plan.buys)
        tried, limit = self._batches(group, source, until_s)
        self.gpu_seconds += tried * group.rate.price_s
        reason = reason_left(limit, tried, source.of, plan, self.budget)
        for name in plan.names:
            if name not in self.finds:
                self._leave(name, self.recipes[name].scheme, tried, limit, reason)

    def _batches(self, group: Group, source: Source, until_s: float) -> tuple[int, Limit]:
        """Try candidates batch by batch; return how many, and what ended it."""
        tried = 0
        for batch, done in self._done(group, source, until_s):
            tried += self._take(group, batch, done, tried)
            self.progress(self._progress(group, tried, source.of))
            if not group.targets:
                return tried, Limit.USED_UP
        return tried, source.limit or Limit.USED_UP

    def _done(
        self, group: Group, source: Source, until_s: float
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

    def _take(self, group: Group, batch: list[str], done: Tried, before: int) -> int:
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

    def _submit(self, pool: Executor, group: Group, batch: list[str]) -> Future[Tried]:
        targets = frozenset(group.targets)
        try:
            return pool.submit(job, self.engine, group.work, targets, batch)
        except RuntimeError:  # a pool that is broken or was shut down: the work is done here
            return _HERE.submit(job, self.engine, group.work, targets, batch)

    def _result(self, group: Group, batch: list[str], future: Future[Tried]) -> Tried | None:
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

    def _pool(self, group: Group, now: Executor, rest_s: float, until_s: float) -> Executor:
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

    def _progress(self, group: Group, tried: int, of: int) -> Progress:
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
