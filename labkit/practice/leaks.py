"""What the stories of attacks leak: a copy of the users, the log, an old dump of another site."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from labkit.errors import InvalidInput
from labkit.passwords import PasswordHasher, Pbkdf2Params
from labkit.practice.parts import Parts
from labkit.practice.people import PEOPLE
from labkit.practice.token_leaks import TOKENS
from labkit.practice.views import Leak, Lines

# Grace uses one password in two places. Nobody's word list has any of the four.
_REUSED = next(person.password for person in PEOPLE if person.name == "grace")
_DUMPED = ("hollow-Kestrel-9042-rain", "wR4!tq_fenwick.1", _REUSED, "sieben ostseewinde 1974")
# Today's minimum is 600 000 (OWASP_2026); RFC 2898 §4.2 recommended 1000 in the year 2000.
ONCE_ENOUGH = Pbkdf2Params(iterations=1000)


def leaked(parts: Parts, table: str) -> Leak:
    """Return what a story leaks, by its name; `Site.leak` lists them.

    Raises:
        InvalidInput: No story leaks this.
    """
    if not isinstance(table, str) or table not in _LEAKS:
        names = ", ".join(f'"{name}"' for name in _LEAKS)
        raise InvalidInput(f"No story leaks {table!r}.", remedy=f"There are {names}.")
    return _LEAKS[table](parts)


@lru_cache(maxsize=32)
def as_stored_once(password: str) -> str:
    """Return how a password was stored before the policy rose."""
    return PasswordHasher(ONCE_ENOUGH).hash(password)


def _users(parts: Parts) -> Leak:
    return Leak({row["name"]: row["password_hash"] for row in parts.gradebook.users()})


def _log(parts: Parts) -> Leak:
    return Lines(_numbered(parts.log), "the site's log")


def _old_dump(_: Parts) -> Leak:
    digests = [hashlib.md5(password.encode()).hexdigest() for password in _DUMPED]
    return Lines(_numbered(digests), "MD5 digests of another site, without names")


def _numbered(lines: Iterable[str]) -> Mapping[str, str]:
    return {str(number): line for number, line in enumerate(lines, 1)}


_LEAKS: Mapping[str, Callable[[Parts], Leak]] = {
    "users": _users,
    "log": _log,
    "old dump": _old_dump,
    **TOKENS,
}
