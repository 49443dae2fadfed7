"""What attacks on a leaked table share: the victims' rows, guessing at a price, walking in."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from labkit.catalogue import Verdict, breached, held
from labkit.cracking import Budget, Progress, Report, common, crack
from labkit.practice.surface import Site

# A leak of a hundred million rows and one RTX 4090 for 28 hours: so many seconds for each row.
SECONDS_A_ROW = 0.001


def victims(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the leaked rows but Mallory's own."""
    return ((name, row) for name, row in site.leak("users").items() if name != "mallory")


def walk_in(site: Site, passwords: Mapping[str, str], how: str, *, cost: str = "") -> Verdict:
    """Try each password at the log-in, and say what came of it."""
    for name, password in passwords.items():
        if opens(site, name, password):
            return breached(
                f"Mallory logged in as {name} with the password {password!r}.", cost=cost
            )
    return held(f"{len(passwords)} {how}, and none of them opens an account.", cost=cost)


def opens(site: Site, name: str, password: str) -> bool:
    """Return whether the log-in takes the password."""
    return site.client("mallory").log_in(name, password).ok


def guessed(table: Mapping[str, str]) -> Report:
    """Guess common passwords for as long as the price of each row allows."""
    return _guessed(tuple(table.items()))


@lru_cache(maxsize=64)
def _guessed(table: tuple[tuple[str, str], ...]) -> Report:
    """Guessing is a pure function of the table, so equal tables are paid for once."""
    found = 0

    def see(progress: Progress) -> None:
        nonlocal found
        found = progress.found

    budget = Budget(SECONDS_A_ROW * len(table))
    # Two finds: one of them may be Mallory's own row.
    return crack(dict(table), common(), budget=budget, progress=see, cancelled=lambda: found > 1)
