"""Attacks on a leaked table of passwords. Each ends with a log-in, or it has gained nothing."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from labkit.catalogue import Verdict, attack, breached, held
from labkit.cracking import Budget, Limit, Progress, Report, common, crack
from labkit.practice.surface import Site

# A leak of a hundred million rows and one RTX 4090 for 28 hours: so many seconds for each row.
SECONDS_A_ROW = 0.001
# Rows in a form that no published rate prices are tried with the site's own code, for so long.
OWN_CPU_S = 1.0
UNPRICED = {Limit.UNREADABLE, Limit.NO_RATE, Limit.USED_UP}
Check = Callable[[str, str], bool]


@attack("P1", "Type what the table says", start="A copy of the users table")
def type_the_row(site: Site) -> Verdict:
    """Mallory types each row, and what stands in its last field, as a password."""
    for name, stored in _victims(site):
        for guess in (stored, unquote(stored.rpartition("$")[2])):
            if _opens(site, name, guess):
                return breached(f"Mallory logged in as {name} with what stands in {name}'s row.")
    return held("No row opens its own account.")


@attack("P3", "Look the hashes up", start="A copy of the users table")
def look_up(site: Site) -> Verdict:
    """Mallory looks each digest up in a table of 30 000 common passwords, made before the leak."""
    known = {name: _answers().get(_digest(stored)) for name, stored in _victims(site)}
    return _walk_in(site, {name: word for name, word in known.items() if word}, "look-ups")


@attack("P4", "Find your own row twice", start="A copy of the users table, and an own account")
def find_own_row_twice(site: Site) -> Verdict:
    """Mallory looks for rows that are equal to her own: she knows what they were made from."""
    table = site.leak("users")
    twins = [name for name, stored in _victims(site) if stored == table["mallory"]]
    return _walk_in(site, dict.fromkeys(twins, site.mallory.password), "equal rows")


@attack("P5", "Guess within a budget", start="A copy of the users table and of the site's code")
def guess_within_budget(site: Site) -> Verdict:
    """Mallory guesses common passwords for as long as a fixed price for each row allows."""
    table = site.leak("users")
    report = _guessed(tuple(table.items()))
    found = {name: word for name, word in report.found.items() if name != "mallory"}
    if not found:
        strange = {row.name: table[row.name] for row in report.left if row.limit in UNPRICED}
        found = _tried_with_code(site.stolen_check(), strange)
    return _walk_in(site, found, "guessed passwords", cost=report.summary)


def _tried_with_code(check: Check, rows: Mapping[str, str]) -> dict[str, str]:
    end = time.process_time() + OWN_CPU_S
    for word in common():
        for name, stored in rows.items():
            if time.process_time() > end:
                return {}
            if name != "mallory" and check(word, stored):
                return {name: word}
    return {}


def _victims(site: Site) -> Iterator[tuple[str, str]]:
    return ((name, row) for name, row in site.leak("users").items() if name != "mallory")


def _walk_in(site: Site, passwords: Mapping[str, str], how: str, *, cost: str = "") -> Verdict:
    for name, password in passwords.items():
        if _opens(site, name, password):
            return breached(
                f"Mallory logged in as {name} with the password {password!r}.", cost=cost
            )
    return held(f"{len(passwords)} {how}, and none of them opens an account.", cost=cost)


def _opens(site: Site, name: str, password: str) -> bool:
    return site.client("mallory").log_in(name, password).ok


def _digest(stored: str) -> str:
    return stored.rpartition("$")[2].lower()


@lru_cache(maxsize=1)
def _answers() -> Mapping[str, str]:
    kinds = (hashlib.md5, hashlib.sha1, hashlib.sha256)
    return {kind(word.encode()).hexdigest(): word for word in common() for kind in kinds}


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
