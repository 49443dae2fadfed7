"""A table with rows of three generations, and the one function that every log-in goes through."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from argon2 import PasswordHasher

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.cracking import Budget, Limit, common, crack
from labkit.exercises.trial import SmallTarget, answered, expect, told

SECONDS_A_ROW = 0.0005  # of one GPU: half of what the catalogue's attack P5 pays
OWN_CPU_S = 0.5  # for rows in a form that no published rate prices
UNPRICED = {Limit.UNREADABLE, Limit.NO_RATE, Limit.USED_UP}
PEOPLE = {"alice": "penguin", "bob": "sunshine", "carol": "quiet lantern over the møør"}


class OldTable(SmallTarget):
    """Alice's row is salted MD5, Bob's an Argon2id of 1 MiB, Carol's what OWASP asks for today.

    As the site does, it stores whatever `login` returns beside its answer, if that is a string.
    """

    def __init__(self, login: Callable[..., Any]) -> None:
        super().__init__()
        self._login = login
        self.rows = dict(_rows())

    def restore(self) -> None:
        """Put the old rows back."""
        self.rows = dict(_rows())

    def log_in(self, name: str, password: str) -> bool:
        """Return whether it is the right password, and store a new row where there is one."""
        return self.finish(name, self.begin(name, password))

    def begin(self, name: str, password: str) -> tuple[bool, str | None]:
        """Ask `login`, and write nothing yet."""
        answer = answered(tuple, self._login, password, self.rows[name])
        if len(answer) != 2 or type(answer[0]) is not bool or not _row_or_none(answer[1]):
            raise SiteBroken(
                f"login returned {told(answer)}.", remedy="It has to return (bool, str or None)."
            )
        return answer

    def finish(self, name: str, answer: tuple[bool, str | None]) -> bool:
        """Write the new row, as the site does after `login` has come back."""
        right, row = answer
        if row is not None:
            self.rows[name] = row
        return right


def _row_or_none(value: object) -> bool:
    return value is None or type(value) is str


@cache
def _rows() -> Mapping[str, str]:
    low = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    today = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    salt = os.urandom(8).hex()
    return {
        "alice": f"md5${salt}${hashlib.md5((salt + PEOPLE['alice']).encode()).hexdigest()}",
        "bob": low.hash(PEOPLE["bob"]),
        "carol": today.hash(PEOPLE["carol"]),
    }


def _everybody_gets_in(table: OldTable) -> None:
    for name, password in PEOPLE.items():
        expect(table.log_in(name, password), f"login refuses {name}.")
        expect(table.log_in(name, password), f"login refuses {name} at the second log-in.")


def _everybody_mistypes(table: OldTable) -> None:
    for name, password in PEOPLE.items():
        expect(not table.log_in(name, password + " "), f"login takes a wrong one for {name}.")
        expect(table.log_in(name, password), f"login refuses {name} after a typing error.")


DAY = (
    ("Everybody logs in, today and tomorrow", _everybody_gets_in),
    ("Everybody mistypes, then logs in", _everybody_mistypes),
)


@attack("old_row", "Guess at rows older than the rule", start="The table, after a day of log-ins")
def crack_after_log_in(table: OldTable) -> Verdict:
    """Everybody has logged in since the rule was raised; Mallory guesses at their rows."""
    for name, password in PEOPLE.items():
        table.log_in(name, password)
    budget = Budget(SECONDS_A_ROW * len(table.rows))
    report = crack(table.rows, common(), budget=budget)
    strange = [row.name for row in report.left if row.limit in UNPRICED]
    for name, password in (dict(report.found) or _tried(table, strange)).items():
        if table.log_in(name, password):
            return breached(f"{name} has logged in, and the row still fell: {password!r}.")
    return held("The rows of all who have logged in cost as much as the rule says.")


@attack("wrong_password", "Try twice with the same wrong password", start="The log-in form")
def try_twice(table: OldTable) -> Verdict:
    """Mallory types a password of her own at each account, and then the same again."""
    for name in PEOPLE:
        table.log_in(name, "mallory was here")
        if table.log_in(name, "mallory was here"):
            return breached(f"Mallory's wrong password was stored and now opens {name}'s account.")
    return held("A wrong password changes nothing that helps at the next try.")


@attack(
    "old_password", "Write the old password back", start="Carol's old password, and good timing"
)
def write_back(table: OldTable) -> Verdict:
    """Mallory's log-in is under way while Carol changes the password that has leaked."""
    under_way = table.begin("carol", PEOPLE["carol"])
    table.rows["carol"] = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash("new")
    table.finish("carol", under_way)
    if table.log_in("carol", PEOPLE["carol"]):
        return breached(
            "Carol changed her password, and a log-in under way wrote the old one back."
        )
    return held("A log-in to a row of today writes nothing.")


def _tried(table: OldTable, names: list[str]) -> dict[str, str]:
    """Try words with the site's own code where no published rate prices a guess."""
    end = time.process_time() + OWN_CPU_S
    for word in common():
        for name in names:
            if time.process_time() > end:
                return {}
            if table.begin(name, word)[0]:
                return {name: word}
    return {}
