"""Password hashing against the bare libraries, and what timing by CPU time withstands."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from statistics import median, quantiles

import argon2
import bcrypt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from benchmarks.measure import Row, compare, seconds
from labkit.passwords import (
    OWASP_2026,
    OWASP_2026_BCRYPT,
    OWASP_2026_PBKDF2,
    Params,
    PasswordHasher,
    Pepper,
    ScryptParams,
    Timing,
    time_hash,
)
from labkit.passwords.schemes import read

Work = Callable[[], object]

PASSWORD = "correct horse battery staple"
SECRET = PASSWORD.encode()
NAMES = {
    "argon2id": f"argon2-cffi {version('argon2-cffi')}",
    "bcrypt": f"bcrypt {version('bcrypt')}",
    "scrypt": f"cryptography {version('cryptography')}",
    "pbkdf2": f"cryptography {version('cryptography')}",
}
# An eighth of OWASP's scrypt: 16 MiB instead of 128, whose timings wander by several percent with
# what else uses the memory; our fixed overhead weighs eight times as much.
SCRYPT = ScryptParams(n=1 << 14, r=8, p=1)
PROFILES: list[Params] = [OWASP_2026, OWASP_2026_BCRYPT, SCRYPT, OWASP_2026_PBKDF2]
BUSY_PROCESSES = 2


def rows() -> Iterator[Row]:
    """Yield the table's rows; OWASP's profiles, but for scrypt."""
    for params in PROFILES:
        yield verify_row(params)
    yield peppered_row()
    for params in PROFILES:
        yield timing_row(params)
    yield from load_rows(OWASP_2026_BCRYPT)


def label(params: Params) -> str:
    return "scrypt N=2^14" if params == SCRYPT else params.scheme


def verify_row(params: Params) -> Row:
    hasher = PasswordHasher(params)
    stored = hasher.hash(PASSWORD)
    return compare(
        f"PasswordHasher.verify, {label(params)}",
        lambda: hasher.verify(PASSWORD, stored),
        NAMES[params.scheme],
        bare_verify(params, stored),
        at_most=1.02,
        number=1,
        rounds=rounds_for(params),
    )


def peppered_row() -> Row:
    hasher = PasswordHasher(pepper=Pepper({"2026": bytes(32)}, current="2026"))
    stored = hasher.hash(PASSWORD)
    plain = PasswordHasher().hash(PASSWORD)
    return compare(
        "PasswordHasher.verify, argon2id with a pepper",
        lambda: hasher.verify(PASSWORD, stored),
        NAMES["argon2id"],
        bare_verify(OWASP_2026, plain),
        at_most=1.02,
        number=1,
        rounds=rounds_for(OWASP_2026),
    )


def timing_row(params: Params) -> Row:
    """Hold what time_hash says against the CPU time of the bare call, in turn."""
    bare = bare_hash(params)
    bare()
    pairs = [
        (time_hash(params, calls=1, password=PASSWORD).cpu_s, seconds(bare, 1))
        for _ in range(rounds_for(params))
    ]
    ratios = [ours / peer for ours, peer in pairs]
    low, ratio, high = quantiles(ratios, n=4, method="inclusive")
    return Row(
        f"time_hash, {label(params)}",
        NAMES[params.scheme],
        median(ours for ours, _ in pairs),
        median(peer for _, peer in pairs),
        ratio,
        (high - low) / ratio,
        "within 2 %",
        abs(ratio - 1) <= 0.02,
    )


def load_rows(params: Params) -> Iterator[Row]:
    """Tell what other processes do to either clock."""
    quiet = time_hash(params, calls=15)
    with busy_processes(BUSY_PROCESSES):
        loaded = time_hash(params, calls=15)
    label = f"time_hash, {params.scheme}, beside {BUSY_PROCESSES} busy processes"
    yield drift_row(f"{label}, CPU time", loaded, quiet, lambda timing: timing.cpu_s)
    yield drift_row(f"{label}, wall time", loaded, quiet, lambda timing: timing.wall_s)


def drift_row(what: str, loaded: Timing, quiet: Timing, clock: Callable[[Timing], float]) -> Row:
    return Row(
        what,
        "the same on a quieter machine",
        clock(loaded),
        clock(quiet),
        clock(loaded) / clock(quiet),
        loaded.cpu_spread if clock(loaded) == loaded.cpu_s else loaded.wall_spread,
        "told, no goal",
        True,
    )


def bare_verify(params: Params, stored: str) -> Work:
    found = read(stored)[1]
    if params.scheme == "argon2id":
        library = argon2.PasswordHasher()
        return lambda: library.verify(stored, PASSWORD)
    if params.scheme == "bcrypt":
        encoded = stored.encode()
        return lambda: bcrypt.checkpw(SECRET, encoded)
    return lambda: kdf(params, found.salt).verify(SECRET, found.tag)


def bare_hash(params: Params) -> Work:
    salt = bytes(16)
    if params == OWASP_2026:
        library = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        return lambda: library.hash(PASSWORD, salt=salt)
    if params == OWASP_2026_BCRYPT:
        return lambda: bcrypt.hashpw(SECRET, b"$2b$10$......................")
    return lambda: kdf(params, salt).derive(SECRET)


def kdf(params: Params, salt: bytes) -> Scrypt | PBKDF2HMAC:
    if params == SCRYPT:
        return Scrypt(salt, 32, 1 << 14, 8, 1)
    return PBKDF2HMAC(SHA256(), 32, salt, 600_000)


def rounds_for(params: Params) -> int:
    """Enough pairs for their median to settle within about a percent on a shared machine."""
    return {"argon2id": 61, "bcrypt": 21, "scrypt": 61, "pbkdf2": 41}[params.scheme]


@contextmanager
def busy_processes(count: int) -> Iterator[None]:
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
