"""What a hash costs in work units, and the memory of checks that the harness already made."""

import hashlib
import secrets
import sys
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from labkit.errors import LabkitError
from labkit.passwords.hashing import Hasher, parameters_of
from labkit.passwords.textbook import derived_text
from labkit.practice.meter import Meter, WatchedHasher

# Work units for one unit of `Params.work`: 1 is the time of one KiB in one pass of Argon2id.
# Rounded from the times of OWASP's profiles; `benchmarks/practice.py` holds their order.
UNITS = {"argon2id": 1.0, "bcrypt": 100.0, "scrypt": 0.7, "pbkdf2": 0.25}
BLOCK_BYTES = 64  # what one step of MD5, SHA-1 or SHA-256 takes in
MOST_REMEMBERED = 1 << 16
PURE = ("labkit.passwords.", "labkit.mistakes.")


def work_units(password: str, stored: str) -> int:
    """Return the work of checking a password against a stored string, without doing it.

    It comes from what the string says of itself: scheme and parameters. A string that tells
    nothing is priced as one fast digest over the password.

    Returns:
        Units of the time that one KiB takes in one pass of Argon2id; at least 1.

    Examples:
        >>> work_units("penguin", "$2b$10$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui")
        102400
        >>> work_units("penguin", "$textbook$$5f4dcc3b5aa765d61d8327deb882cf99")
        1
    """
    size = len(password.encode("utf-8", "surrogatepass"))
    return _units_of(stored) or 1 + size // BLOCK_BYTES


@lru_cache(maxsize=1024)
def _units_of(stored: str) -> int:
    for read in (str, derived_text):
        try:
            params = parameters_of(read(stored))
        except LabkitError:
            continue
        return max(1, round(params.work * UNITS[params.scheme]))
    return 0


class Checked(NamedTuple):
    """What a check answered, and how many bytes of the password its Python code went through."""

    passed: bool
    read: int


class Memory:
    """Checks already made, by a keyed digest: a process keeps nothing that people typed.

    Safe for threads: at worst two of them make the same check.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._checks: dict[bytes, Checked] = {}

    def recall(self, kind: type[Hasher], password: str, stored: str) -> Checked | None:
        """Return what the check answered before, or None."""
        return self._checks.get(self._question(kind, password, stored))

    def keep(self, kind: type[Hasher], password: str, stored: str, checked: Checked) -> None:
        """Remember a check; when there are too many, begin again."""
        if len(self._checks) >= MOST_REMEMBERED:
            self._checks.clear()
        self._checks[self._question(kind, password, stored)] = checked

    def _question(self, kind: type[Hasher], password: str, stored: str) -> bytes:
        parts = (kind.__module__, kind.__qualname__, stored, password)
        told = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, key=self._key).digest()


MEMORY = Memory()


def is_pure(kind: type[Hasher]) -> bool:
    """Return whether a hasher's checks may be remembered: it stands in labkit's own source.

    There a check depends on nothing but password and stored string. A name alone proves nothing,
    for a class made in a notebook can take any: the module must hold this very class, and every
    hasher that it inherits from must be labkit's own too.

    Examples:
        >>> from labkit.passwords import PasswordHasher
        >>> is_pure(PasswordHasher), is_pure(type("Answer", (PasswordHasher,), {}))
        (True, False)
    """
    return all(_stands_in_labkit(each) for each in kind.__mro__ if issubclass(each, Hasher))


def _stands_in_labkit(kind: type) -> bool:
    module = sys.modules.get(kind.__module__)
    return kind.__module__.startswith(PURE) and getattr(module, kind.__name__, None) is kind


class PricedHasher(Hasher):
    """A hasher whose work is counted; it answers as the one inside and is as safe for threads.

    A call that the hasher inside ends early, for a password that it cannot take, counts in full.

    Args:
        inside: Does the work.
        meter: Counts the bytes that its Python code goes through.
        remember: Do not do again what was done before; it is counted all the same. Only for
            hashers in labkit's own source (`is_pure`): any other is asked each time.
    """

    def __init__(self, inside: Hasher, meter: Meter, *, remember: bool = False) -> None:
        self.inside = inside
        self._meter = meter
        self._remember = remember and is_pure(type(inside))
        self._lock = Lock()
        self._units = 0

    @property
    def units(self) -> int:
        """All the work so far: see `work_units`."""
        return self._units

    def hash(self, password: str) -> str:
        """Return what the hasher inside returns."""
        stored = WatchedHasher(self.inside, self._meter).hash(password)
        self._price(password, stored)
        return stored

    def verify(self, password: str, stored: str) -> bool:
        """Return what the hasher inside returns."""
        self._price(password, stored)
        if not self._remember:
            return WatchedHasher(self.inside, self._meter).verify(password, stored)
        checked = MEMORY.recall(type(self.inside), password, stored)
        if checked is None:
            checked = self._checked(password, stored)
            MEMORY.keep(type(self.inside), password, stored, checked)
        self._meter.add(checked.read)
        return checked.passed

    def needs_rehash(self, stored: str) -> bool:
        """Return what the hasher inside returns."""
        return self.inside.needs_rehash(stored)

    def _checked(self, password: str, stored: str) -> Checked:
        own = Meter()
        passed = WatchedHasher(self.inside, own).verify(password, stored)
        return Checked(passed, own.read)

    def _price(self, password: str, stored: str) -> None:
        with self._lock:
            self._units += work_units(password, stored)
