"""A table with rows of three generations, and the one function that every log-in goes through."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from argon2 import PasswordHasher

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.cracking import Budget, Limit, common, crack
from labkit.exercises.trial import SmallTarget, answered, expect, told
from labkit.exercises.variants import Variant
from labkit.exercises.words import EASY, KNOWN, phrase

SECONDS_A_ROW = 0.0003  # of one GPU: a third of what the catalogue's attack P5 pays
OWN_CPU_S = 0.25  # for rows in a form that no published rate prices
UNPRICED = {Limit.UNREADABLE, Limit.NO_RATE, Limit.USED_UP}
LOW_KIB = (1024, 512, 576, 640, 704, 768, 832, 896, 960)  # of memory for a hash


class OldTable(SmallTarget):
    """Alice's row is salted MD5, Bob's an Argon2id of about 1 MiB, Carol's what OWASP asks for.

    As the site does, it stores whatever `login` returns beside its answer, if that is a string.
    """

    def __init__(self, login: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._login = login
        self._own = own
        self.people = people_of(own)
        self.rows = dict(_rows(own))

    def restore(self) -> None:
        """Put the old rows back."""
        self.rows = dict(_rows(self._own))

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


def people_of(own: Variant) -> dict[str, str]:
    """Return the passwords of the three."""
    words = own.usual("known", KNOWN), own.usual("easy", EASY), phrase(own)
    return dict(zip(("alice", "bob", "carol"), words, strict=True))


@lru_cache(maxsize=32)
def _rows(own: Variant) -> Mapping[str, str]:
    people, salt = people_of(own), os.urandom(8).hex()
    low = PasswordHasher(time_cost=1, memory_cost=own.usual("low", LOW_KIB), parallelism=1)
    return {
        "alice": f"md5${salt}${hashlib.md5((salt + people['alice']).encode()).hexdigest()}",
        "bob": low.hash(people["bob"]),
        "carol": _of_today(people["carol"]),
    }


@cache
def _of_today(password: str) -> str:
    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(password)


def _everybody_gets_in(table: OldTable) -> None:
    for name, password in table.people.items():
        expect(table.log_in(name, password), f"login refuses {name}.")


def _everybody_mistypes(table: OldTable) -> None:
    for name, password in table.people.items():
        expect(not table.log_in(name, password + " "), f"login takes a wrong one for {name}.")
        expect(table.log_in(name, password), f"login refuses {name} at the second log-in.")


DAY = (
    ("Everybody logs in", _everybody_gets_in),
    ("Everybody mistypes tomorrow, then logs in", _everybody_mistypes),
)


@attack("old_row", "Guess at rows older than the rule", start="The table, after a day of log-ins")
def crack_after_log_in(table: OldTable) -> Verdict:
    """All have logged in since the rule was raised; Mallory guesses at the rows that were old."""
    old = ("alice", "bob")
    for name in old:
        table.log_in(name, table.people[name])
    rows = {name: table.rows[name] for name in old}
    report = crack(rows, common(), budget=Budget(SECONDS_A_ROW * len(rows)))
    strange = [row.name for row in report.left if row.limit in UNPRICED]
    for name, password in (dict(report.found) or _tried(table, strange)).items():
        if table.log_in(name, password):
            return breached(f"{name} has logged in, and the row still fell: {password!r}.")
    return held("The rows of all who have logged in cost as much as the rule says.")


@attack("wrong_password", "Try twice with the same wrong password", start="The log-in form")
def try_twice(table: OldTable) -> Verdict:
    """Mallory types a password of her own at each account, and then the same again."""
    for name in table.people:
        table.log_in(name, "mallory was here")
        if table.log_in(name, "mallory was here"):
            return breached(f"Mallory's wrong password was stored and now opens {name}'s account.")
    return held("A wrong password changes nothing that helps at the next try.")


@attack(
    "old_password", "Write the old password back", start="Carol's old password, and good timing"
)
def write_back(table: OldTable) -> Verdict:
    """Mallory's log-in is under way while Carol changes the password that has leaked."""
    hers = table.people["carol"]
    under_way = table.begin("carol", hers)
    table.rows["carol"] = _of_today(hers[::-1])
    table.finish("carol", under_way)
    if table.log_in("carol", hers):
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
