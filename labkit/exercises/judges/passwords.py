"""Judges of the exercises on passwords."""

from collections.abc import Callable, Mapping
from typing import Any

from labkit.exercises.probes import acceptable as desk
from labkit.exercises.probes import long_password as table
from labkit.exercises.probes import rehash as old_table
from labkit.exercises.trial import Trial, exactly, on_site, on_small
from labkit.exercises.variants import Variant
from labkit.exercises.words import EASY, KNOWN, RARER
from labkit.passwords.hashing import Hasher
from labkit.practice import journey
from labkit.practice.defences import Defences
from labkit.practice.site import Site
from labkit.practice.views import Leak

Functions = Mapping[str, Callable[..., Any]]
STEPS = dict(journey.STEPS)
# Every log-in costs what the student's hash costs, and this exercise touches nothing else.
ABOUT_PASSWORDS = (
    "Alice logs in and reads her grades",
    "Alice mistypes her password and is refused",
    "Erin changes her password",
)
LEAKED = ("bob", "mallory")


class SiteWithPartialLeak(Site):
    """The practice site, of whose table the backup that leaked held two rows."""

    def leak(self, table: str) -> Leak:
        """Return the rows of the two, who have the same password."""
        rows = super().leak(table)
        return Leak({name: rows[name] for name in LEAKED})


def store(functions: Functions, own: Variant) -> Trial:
    """Put `store` and `check`, one decision in two halves, into the place of the site's hasher."""
    store, check = functions["store"], functions["check"]

    def hash_(self: Hasher, password: str) -> str:  # noqa: ARG001
        return exactly(str, store(password), "store")

    def verify(self: Hasher, password: str, stored: str) -> bool:  # noqa: ARG001
        return exactly(bool, check(password, stored), "check")

    def needs_rehash(self: Hasher, stored: str) -> bool:  # noqa: ARG001
        return False

    members = {"hash": hash_, "verify": verify, "needs_rehash": needs_rehash}
    answer = type("Answer", (Hasher,), members)
    site = SiteWithPartialLeak(Defences().having(answer), passwords=passwords_of(own))
    return on_site(site, [(name, STEPS[name]) for name in ABOUT_PASSWORDS])


def passwords_of(own: Variant) -> dict[str, str]:
    """Return the passwords of those who play a part; Bob and Mallory have the same."""
    easy = own.usual("easy", EASY)
    others = {"alice": own.usual("known", KNOWN), "erin": own.usual("rarer", RARER)}
    return {"bob": easy, "mallory": easy} | others


def long_password(functions: Functions, own: Variant) -> Trial:
    """Make a table of `store` and `check`, without the site's own policy in front of it."""
    target = table.Table(functions["store"], functions["check"], own)
    return on_small(target, table.DAY, table)


def rehash(functions: Functions, own: Variant) -> Trial:
    """Put `login` in front of a table with rows of three generations."""
    return on_small(old_table.OldTable(functions["login"], own), old_table.DAY, old_table)


def acceptable(functions: Functions, own: Variant) -> Trial:
    """Let `acceptable` decide which passwords people may take."""
    return on_small(desk.Desk(functions["acceptable"], own), desk.DAY, desk)
