"""What a hash costs in work units, and the memory of work that the harness already did."""

import hashlib
import secrets
import sys
from collections import Counter
from functools import lru_cache
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

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
# What a class may say of its own and still hash and verify as its base does.
ADDS_NO_HASHING = frozenset(
    [
        "needs_rehash",
        "mistake",
        "_abc_impl",
        "__module__",
        "__doc__",
        "__abstractmethods__",
        "__firstlineno__",
        "__static_attributes__",
    ]
)
T = TypeVar("T")


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


class Hashed(NamedTuple):
    """What was stored for a password, and how many bytes of it the Python code went through."""

    stored: str
    read: int


class Memory(Generic[T]):
    """Work already done, by a keyed digest: it keeps nothing that people typed, but what is stored.

    Safe for threads: at worst two of them do the same work.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._answers: dict[bytes, T] = {}

    def recall(self, kind: type[Hasher], *told: str) -> T | None:
        """Return what came of it before, or None."""
        return self._answers.get(self.question(kind, *told))

    def keep(self, kind: type[Hasher], *told: str, answer: T) -> None:
        """Remember an answer; when there are too many, begin again."""
        if len(self._answers) >= MOST_REMEMBERED:
            self._answers.clear()
        self._answers[self.question(kind, *told)] = answer

    def question(self, kind: type[Hasher], *told: str) -> bytes:
        """Return what stands for a hasher's class and what it was told."""
        parts = (kind.__module__, kind.__qualname__, *told)
        joined = "".join(f"{len(part)}:{part}" for part in parts)
        return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), key=self._key).digest()


CHECKS: Memory[Checked] = Memory()
HASHES: Memory[Hashed] = Memory()


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


def hashing_of(kind: type[Hasher]) -> type[Hasher]:
    """Return the class whose hashing this is: its base, where it only decides when to hash anew.

    Examples:
        >>> from labkit.passwords import PasswordHasher
        >>> class NeverAnew(PasswordHasher):
        ...     def needs_rehash(self, stored):
        ...         return False
        >>> hashing_of(NeverAnew).__name__
        'PasswordHasher'
    """
    if vars(kind).keys() <= ADDS_NO_HASHING and len(kind.__bases__) == 1:
        base = kind.__bases__[0]
        return hashing_of(base) if issubclass(base, Hasher) and base is not Hasher else kind
    return kind


class PricedHasher(Hasher):
    """A hasher whose work is counted; it answers as the one inside and is as safe for threads.

    A call that the hasher inside ends early, for a password that it cannot take, counts in full.

    Args:
        inside: Does the work.
        meter: Counts the bytes that its Python code goes through.
        remember: Do not do again what was done before; it is counted all the same. Only for
            hashers in labkit's own source (`is_pure`): any other is asked each time. What is
            stored for a password is then what was stored for it before, salt included; but
            the same password twice gets two salts, as it should.
    """

    def __init__(self, inside: Hasher, meter: Meter, *, remember: bool = False) -> None:
        self.inside = inside
        self._kind = hashing_of(type(inside))
        self._meter = meter
        self._remember = remember and is_pure(type(inside))
        self._lock = Lock()
        self._units = 0
        self._times: Counter[bytes] = Counter()

    @property
    def units(self) -> int:
        """All the work so far: see `work_units`."""
        return self._units

    def hash(self, password: str) -> str:
        """Return what the hasher inside returns."""
        if self._remember:
            hashed = self._hashed(password)
            self._meter.add(hashed.read)
            stored = hashed.stored
        else:
            stored = WatchedHasher(self.inside, self._meter).hash(password)
        self._price(password, stored)
        return stored

    def verify(self, password: str, stored: str) -> bool:
        """Return what the hasher inside returns."""
        self._price(password, stored)
        if not self._remember:
            return WatchedHasher(self.inside, self._meter).verify(password, stored)
        checked = CHECKS.recall(self._kind, password, stored)
        if checked is None:
            checked = self._checked(password, stored)
            CHECKS.keep(self._kind, password, stored, answer=checked)
        self._meter.add(checked.read)
        return checked.passed

    def forget_order(self) -> None:
        """Begin a new run: the first time that a password is stored is the first again."""
        with self._lock:
            self._times.clear()

    def needs_rehash(self, stored: str) -> bool:
        """Return what the hasher inside returns."""
        return self.inside.needs_rehash(stored)

    def _checked(self, password: str, stored: str) -> Checked:
        own = Meter()
        passed = WatchedHasher(self.inside, own).verify(password, stored)
        return Checked(passed, own.read)

    def _hashed(self, password: str) -> Hashed:
        kind = self._kind
        nth = str(self._time_of(password))
        hashed = HASHES.recall(kind, password, nth)
        # Another object of this class may have other parameters.
        if hashed is None or kind.needs_rehash(self.inside, hashed.stored):
            own = Meter()
            hashed = Hashed(WatchedHasher(self.inside, own).hash(password), own.read)
            HASHES.keep(kind, password, nth, answer=hashed)
        return hashed

    def _time_of(self, password: str) -> int:
        question = HASHES.question(self._kind, password)
        with self._lock:
            self._times[question] += 1
            return self._times[question]

    def _price(self, password: str, stored: str) -> None:
        with self._lock:
            self._units += work_units(password, stored)
