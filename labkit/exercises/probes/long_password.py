"""A table of passwords without a policy in front: whatever is typed reaches the two functions."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import count, islice, product
from typing import Any

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.cracking import common
from labkit.exercises.trial import SmallTarget, answered, expect, raised
from labkit.exercises.variants import Variant
from labkit.exercises.words import KNOWN, RARER, phrase

FIRST_72 = "the ferry to the island leaves at seven and the tide will not wait for u"
EMOJI = "🦊🐢🌵🎻🚲🧊🪁🥨🦉🌋🧭🪀🐙🍐🎈🛶🪵🧦🐝🥁🌶🏔🪴🧲"  # 24 of them, 96 bytes
SIXTY_FOUR = "four words and a comma, then some more words up to sixty-four"
SCRIPTS = "🦊 naïve Übergröße 東京 ქართული"
EVENTS = ("parade", "on skates", "at dusk", "crossing", "in june", "festival")
DIGITS = (47, *range(10, 47), *range(48, 100))
ALGORITHMS = ("md5", "sha256")
_BCRYPT = re.compile(rb"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
_ARGON2 = re.compile(r"\$argon2(?:id|i|d)\$[^\s:;|]+")


class Table(SmallTarget):
    """Names and what `store` made of their passwords."""

    def __init__(self, store: Callable[..., Any], check: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._store, self._check = store, check
        self.rows: dict[str, str] = {}
        self.short = f"{own.usual('known', KNOWN)} {own.usual('event', EVENTS)}"
        self.phrases = (f"  {_turned(own, SIXTY_FOUR)} ", _turned(own, SCRIPTS), self.short)
        self.first_72 = _turned(own, FIRST_72)
        self.emoji = "".join(own.ordered("emoji", EMOJI))
        self.megabyte = own.usual("letter", "mnpqrstu") * 2**20
        self.reused = _reused(own)
        self.decoy = f"{own.usual('decoy', RARER)}{own.usual('other digits', DIGITS)}!"
        self.of_nul = phrase(own)

    @property
    def old_leak(self) -> Iterator[tuple[str, bytes]]:
        """What another site kept of two users' passwords, each in another year: no names."""
        yield "md5", hashlib.md5(self.decoy.encode()).digest()
        for algorithm in ("md5", "sha1", "sha256"):
            yield algorithm, hashlib.new(algorithm, self.reused.encode()).digest()

    def restore(self) -> None:
        """Empty the table."""
        self.rows.clear()

    def register(self, name: str, password: str) -> bool:
        """Return whether the table took the password; a ValueError is how `store` refuses one."""
        try:
            row = self._store(password)
        except ValueError:
            return False
        except Exception as error:
            raise SiteBroken(raised(error)) from error
        self.rows[name] = answered(str, lambda: row)
        return True

    def log_in(self, name: str, password: str) -> bool:
        """Return whether the name has a row and the password opens it."""
        row = self.rows.get(name)
        return row is not None and answered(bool, self._check, password, row)


def _turned(own: Variant, text: str) -> str:
    return " ".join(own.ordered(text, text.split(" ")))


def _reused(own: Variant) -> str:
    """Return a password whose digest can be handed to C code: no byte of it is a NUL."""
    word = own.usual("reused", KNOWN[1:])
    typed = (f"{word}{number}!" for number in own.ordered("digits", DIGITS))
    return next(one for one in typed if 0 not in hashlib.sha256(one.encode()).digest())


def _registers_and_gets_in(table: Table) -> None:
    for taken in table.phrases:
        expect(table.register("alice", taken), f"store refuses {taken!r}.")
        expect(table.log_in("alice", taken), f"check refuses {taken!r}.")


def _mistypes(table: Table) -> None:
    for wrong in (table.short.capitalize(), f"{table.short} ", ""):
        expect(not table.log_in("alice", wrong), f"check takes {wrong!r} for {table.short!r}.")


DAY = (
    ("Alice sets a password of up to 72 bytes and logs in with it", _registers_and_gets_in),
    ("Alice mistypes her password", _mistypes),
)


@attack("tail", "Another end after 72 bytes", start="The first 72 bytes, seen over a shoulder")
def other_tail(table: Table) -> Verdict:
    """Mallory types the 72 bytes that she has seen, and anything after them."""
    return _with_another_tail(table, table.first_72, "72 bytes")


@attack("emoji", "Another end after 24 emoji", start="The first 24 emoji, seen over a shoulder")
def other_tail_of_emoji(table: Table) -> Verdict:
    """The same with characters of four bytes each: 18 of them fill 72 bytes."""
    return _with_another_tail(table, table.emoji, "24 emoji")


@attack("megabyte", "Send a megabyte", start="The registration form")
def send_a_megabyte(table: Table) -> Verdict:
    """Mallory registers a megabyte, then types one at Alice's account."""
    table.register("alice", table.phrases[0])
    if table.log_in("alice", table.megabyte):
        return breached(f"A megabyte of the letter {table.megabyte[0]} opens Alice's account.")
    if table.register("mallory", table.megabyte):
        return breached("store took a megabyte: each log-in may now have one read and hashed.")
    return held("A megabyte is refused.")


@attack("shuck", "Shuck the slow hash", start="The table, and an old leak of bare digests")
def shuck(table: Table) -> Verdict:
    """Mallory has fast digests of another site, without names, which she could not guess yet.

    Instead of passwords she tries the digests under the slow hash. One that fits says whose it is,
    and from there on only the fast digest stands between her and the password.
    """
    table.register("alice", table.reused)
    for algorithm, digest in table.old_leak:
        if not any(_fits(table.rows["alice"], form) for form in _forms(digest)):
            continue
        found = _guessed(algorithm, digest)
        if found is not None and table.log_in("alice", found):
            return breached(
                f"An old {algorithm.upper()} digest fits under the slow hash and fell to fast"
                f" guesses: Mallory logged in as alice with {found!r}."
            )
    return held("No digest of the old leak fits into Alice's row.")


@attack("nul", "Meet at the first NUL byte", start="Alice's password is one of 256")
def meet_at_nul(table: Table) -> Verdict:
    """One digest in 256 begins with a NUL byte, where a C library takes it for empty."""
    for algorithm in ALGORITHMS:
        hers, other = islice(_begins_with_nul(algorithm, table.of_nul), 2)
        if table.register("alice", hers) and table.log_in("alice", other):
            return breached(f"{other!r} opens the account that has the password {hers!r}.")
    return held("Passwords whose digests begin with a NUL byte are told apart.")


def _with_another_tail(table: Table, seen: str, what: str) -> Verdict:
    if not table.register("alice", f"{seen} and home"):
        return held("Alice was told that it is too long, so she does not count on its end.")
    if table.log_in("alice", f"{seen}, mistyped by Mallory"):
        return breached(f"Alice's {what} and any other ending open her account.")
    return held(f"After the {what}, the ending counts too.")


def _forms(digest: bytes) -> Iterator[bytes]:
    yield digest.hex().encode()
    if len(digest) == hashlib.sha256().digest_size:
        yield from (base64.b64encode(digest), digest)


def _fits(row: str, secret: bytes) -> bool:
    """Return whether the secret is what the slow hash in the row was computed from."""
    if found := _BCRYPT.search(row.encode()):
        return len(secret) <= 72 and bcrypt.checkpw(secret, found[0])
    if found_too := _ARGON2.search(row):
        try:
            return PasswordHasher().verify(found_too[0], secret)
        except (Argon2Error, InvalidHashError):
            return False
    return False


def _guessed(algorithm: str, digest: bytes) -> str | None:
    """Guess words with two digits and a mark, which fast digests are no match for."""
    for word, number, mark in product(common(500), range(100), "!."):
        guess = f"{word}{number:02}{mark}"
        if hashlib.new(algorithm, guess.encode()).digest() == digest:
            return guess
    return None


def _begins_with_nul(algorithm: str, beginning: str) -> Iterator[str]:
    phrases = (f"{beginning} {number}" for number in count())
    return (one for one in phrases if hashlib.new(algorithm, one.encode()).digest()[0] == 0)
