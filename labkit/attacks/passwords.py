"""Attacks on a leaked table of passwords. Each ends with a log-in, or it has gained nothing."""

import base64
import codecs
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import cycle
from urllib.parse import unquote

from labkit.attacks.leaked import guessed, opens, victims, walk_in
from labkit.catalogue import Verdict, attack, breached, held
from labkit.cracking import Limit, common
from labkit.practice.surface import Site

# Rows in a form that no published rate prices are tried with the site's own code, for so long.
OWN_CPU_S = 1.0
UNPRICED = {Limit.UNREADABLE, Limit.NO_RATE, Limit.USED_UP}
Check = Callable[[str, str], bool]
Reading = Callable[[str], str]
TO_BYTES: Mapping[str, Callable[[str], bytes]] = {
    "Base64": lambda field: base64.b64decode(field, validate=True),
    "Base32": base64.b32decode,
    "Base85": base64.b85decode,
    "hex": bytes.fromhex,
}
TO_TEXT: Mapping[str, Reading] = {
    "ROT13": lambda field: codecs.decode(field, "rot13"),
    "reversed": lambda field: field[::-1],
}


@attack("P1", "Type what the table says", start="A copy of the users table")
def type_the_row(site: Site) -> Verdict:
    """Mallory types each row, and what stands in its last field, as a password."""
    for name, stored in victims(site):
        for guess in (stored, unquote(stored.rpartition("$")[2])):
            if opens(site, name, guess):
                return breached(f"Mallory logged in as {name} with what stands in {name}'s row.")
    return held("No row opens its own account.")


@attack("P2", "Decode the rows", start="A copy of the users table, and an own account")
def decode_rows(site: Site) -> Verdict:
    """Mallory tries encodings on her own row until her own password comes out, then on the rest."""
    own = _field(site.leak("users")["mallory"])
    # A row that equals her own needs no decoding: that is the attack on salts.
    rows = {name: _field(row) for name, row in victims(site) if _field(row) != own}
    for encoding, reading in _readings(own, site.mallory.password):
        words = {name: _read(reading, row) for name, row in rows.items()}
        found = {name: word for name, word in words.items() if word}
        return walk_in(site, found, f"rows decoded ({encoding})")
    return held("No encoding turns Mallory's own row into her password.")


@attack("P3", "Look the hashes up", start="A copy of the users table")
def look_up(site: Site) -> Verdict:
    """Mallory looks each digest up in a table of 30 000 common passwords, made before the leak."""
    known = {name: _answers().get(_digest(stored)) for name, stored in victims(site)}
    return walk_in(site, {name: word for name, word in known.items() if word}, "look-ups")


@attack("P4", "Find your own row twice", start="A copy of the users table, and an own account")
def find_own_row_twice(site: Site) -> Verdict:
    """Mallory looks for rows that are equal to her own: she knows what they were made from."""
    table = site.leak("users")
    twins = [name for name, stored in victims(site) if stored == table["mallory"]]
    return walk_in(site, dict.fromkeys(twins, site.mallory.password), "equal rows")


@attack("P5", "Guess within a budget", start="A copy of the users table and of the site's code")
def guess_within_budget(site: Site) -> Verdict:
    """Mallory guesses common passwords for as long as a fixed price for each row allows."""
    table = site.leak("users")
    report = guessed(table)
    found = {name: word for name, word in report.found.items() if name != "mallory"}
    if not found:
        strange = {row.name: table[row.name] for row in report.left if row.limit in UNPRICED}
        found = _tried_with_code(site.stolen_check(), strange)
    return walk_in(site, found, "guessed passwords", cost=report.summary)


@attack(
    "P8",
    "Wait for an old account's log-in, then guess",
    start="An account from before the policy rose, and a copy of the users table",
)
def guess_old_row(site: Site) -> Verdict:
    """Erin logs in, which is when her old hash should go. Mallory guesses at what is there then."""
    site.legacy_row("erin")
    before = site.leak("users")["erin"]
    site.victim("erin")  # logs in
    after = site.leak("users")["erin"]
    if after != before:
        return held("At Erin's log-in the site stored her password anew.")
    report = guessed({"erin": after})
    return walk_in(site, report.found, "guessed passwords", cost=report.summary)


def _tried_with_code(check: Check, rows: Mapping[str, str]) -> dict[str, str]:
    end = time.process_time() + OWN_CPU_S
    for word in common():
        for name, stored in rows.items():
            if time.process_time() > end:
                return {}
            if name != "mallory" and check(word, stored):
                return {name: word}
    return {}


def _field(stored: str) -> str:
    return unquote(stored.rpartition("$")[2])


def _digest(stored: str) -> str:
    return _field(stored).lower()


def _readings(field: str, password: str) -> Iterator[tuple[str, Reading]]:
    """Yield the ways to read a field that give its known password, by name."""
    for name, decode in TO_BYTES.items():
        yield from _by_bytes(name, decode, field, password.encode())
    for name, reading in TO_TEXT.items():
        if reading(field) == password:
            yield name, reading


def _by_bytes(
    name: str, decode: Callable[[str], bytes], field: str, password: bytes
) -> Iterator[tuple[str, Reading]]:
    try:
        data = decode(field)
    except ValueError:
        return
    if data == password:
        yield name, lambda row: decode(row).decode()
    elif len(data) == len(password):
        # As many bytes as the password has: a mask, perhaps, and known text gives it away.
        mask = _masked(data, password)
        yield f"{name}, a mask of XOR", lambda row: _masked(decode(row), mask).decode()


def _masked(data: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(data, cycle(mask), strict=False))


def _read(reading: Reading, field: str) -> str:
    try:
        return reading(field)
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def _answers() -> Mapping[str, str]:
    kinds = (hashlib.md5, hashlib.sha1, hashlib.sha256)
    return {kind(word.encode()).hexdigest(): word for word in common() for kind in kinds}
