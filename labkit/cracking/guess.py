"""Guessing off line: every row of a leaked table against a list of candidates, within a budget.

Rows whose stored strings share one computation (no salt, or one salt for all) are looked up with
one guess. Rows with a salt of their own are paid for one by one. That difference is the lesson.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from itertools import islice

from labkit.cracking.budget import Budget
from labkit.cracking.engine import Engine, plain
from labkit.cracking.progress import Progress
from labkit.cracking.report import Report
from labkit.cracking.run import Run
from labkit.errors import InvalidInput
from labkit.inputs import text

MOST_ROWS = 100_000
MOST_ONE_SHOT = 1_000_000


def crack(
    rows: Mapping[str, str],
    candidates: Iterable[str],
    *,
    budget: Budget,
    executor: Executor | None = None,
    engine: Engine = plain,
    progress: Callable[[Progress], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Report:
    """Guess the passwords of a leaked table for as much as a budget buys.

    The cheapest guesses come first; what the rest of the budget is, is shared equally among the
    computations that are left. Each guess is really computed. The result does not depend on the
    executor, as long as `budget.at_most_s` was not what ended it.

    Args:
        rows: From name to stored string; a string that cannot be read is reported, not raised.
        candidates: The guesses, best first; any iterable, but one that can be gone over again
            (a `Candidates`, a list) unless it has at most a million.
        budget: What may be spent.
        executor: Runs the batches; none: here, and in a pool where the work is worth one.
        engine: Computes a batch.
        progress: Called between batches in the caller's thread.
        cancelled: Asked between batches; true ends the guessing with what was found so far.

    Raises:
        InvalidInput: `rows` is no mapping of str, a candidate is no str, or there are too many.

    Examples:
        >>> leaked = {"alice": "e10adc3949ba59abbe56e057f20f883e",
        ...           "bob": "5f4dcc3b5aa765d61d8327deb882cf99"}
        >>> crack(leaked, ["123456", "password"], budget=Budget(gpu_seconds=1))
        2 of 2 found · 2 guesses · under 1 ns of one RTX 4090 (under $0.01)
        alice  MD5  found: 123456
        bob    MD5  found: password
    """
    _checked(rows, candidates, budget)
    with ExitStack() as stack:
        run = Run(rows, budget, engine, executor, stack, progress, cancelled)
        return run.over(_again(candidates))


def _again(candidates: Iterable[str]) -> Iterable[str]:
    """The candidates as something that can be gone over more than once."""
    if iter(candidates) is not candidates:
        return candidates
    kept = tuple(islice(candidates, MOST_ONE_SHOT + 1))
    if len(kept) > MOST_ONE_SHOT:
        raise InvalidInput(
            "These candidates can be gone over only once and are more than a million.",
            remedy="Give a Candidates, such as common() or Mask('?l?l?l'), or a list.",
        )
    return kept


def _checked(rows: object, candidates: object, budget: object) -> None:
    if not isinstance(rows, Mapping):
        raise InvalidInput("The leaked table must be a mapping from name to stored string.")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"The table has {len(rows)} rows; at most {MOST_ROWS} are taken.")
    for name in rows:
        text(name, "row's name", at_most=1024)
    if isinstance(candidates, str | bytes) or not isinstance(candidates, Iterable):
        raise InvalidInput("The candidates must be an iterable of str.")
    if not isinstance(budget, Budget):
        raise InvalidInput("The budget must be a Budget, such as Budget(gpu_seconds=60).")
