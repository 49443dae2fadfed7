"""The claims on password hashing."""

import hashlib
import math
from collections.abc import Callable, Sequence
from statistics import linear_regression

from labkit.claims.claim import Claim, Verdict
from labkit.cracking import Budget, Digest, common, cost_to_crack, crack
from labkit.cracking.rainbow import build
from labkit.cracking.words import count, duration
from labkit.passwords import BcryptParams, PasswordHasher, Timing, time_hash

COSTS = (6, 7, 8, 9, 10, 11)
DOUBLING = 0.1  # how far the measured factor of a step may be from 2
MASK = "?l?l?l?l"
SALT = bytes(range(16))  # any salt does: the table was made without one


def bcrypt_cost(costs: Sequence[int] = COSTS, *, timed: Callable[..., Timing] = time_hash) -> Claim:
    """Time bcrypt over several costs and fit the factor of one step.

    Args:
        costs: The costs to time, at least two.
        timed: Measures; another one for a test.
    """
    seconds = [timed(BcryptParams(cost=cost), calls=3).cpu_s for cost in costs]
    slope, start = linear_regression(list(costs), [math.log2(second) for second in seconds])
    at_12, for_100_ms = 2 ** (start + 12 * slope), (math.log2(0.1) - start) / slope
    doubles = abs(2**slope - 2) < 2 * DOUBLING
    return Claim(
        "bcrypt at cost 12 is 2^12 = 4096 iterations, about 100 ms.",
        Verdict.DEPENDS if doubles else Verdict.FALSE,
        "Each step doubles the work, and how long that takes is the machine's business."
        if doubles
        else "Here a step did not double the time.",
        (
            ("one step more", "twice the time" if doubles else f"{2**slope:.2f} times the time"),
            ("cost 12 on this machine", duration(at_12)),
            ("nearest to 100 ms here", f"cost {round(for_100_ms)}"),
            ("one of the 4096 rounds", "expands two keys: the password's and the salt's"),
        ),
    )


def fast_hashes_fall() -> Claim:
    """Guess at two digests of a listed password and price a random one."""
    digests = {kind: hashlib.new(kind, b"elephant").hexdigest() for kind in ("md5", "sha1")}
    report = crack(digests, common(), budget=Budget(gpu_seconds=1))
    salted = hashlib.md5(SALT + b"elephant").hexdigest()
    guessed = crack(
        {"row": f"$textbook${SALT.hex()}${salted}"}, common(), budget=Budget(gpu_seconds=1)
    )
    every = cost_to_crack(Digest("MD5"), 10**18).seconds * (95**20 / 10**18)
    fell, still = len(report.found) == len(digests), bool(guessed.found)
    return Claim(
        "MD5 and SHA-1 fall to look-up tables or brute force within seconds.",
        Verdict.INCOMPLETE if fell and every > 1e9 else Verdict.FALSE,
        "They are guessed, never turned around: what is listed or short falls, with or without"
        " a salt; what is long and random does not.",
        (
            ("“elephant” under MD5 and SHA-1", "both found" if fell else "not found"),
            ("guesses for both", count(report.guesses)),
            ("with a salt of its own", "found too" if still else "not found"),
            ("20 random characters under MD5", f"{duration(every)} of one {report.gpu}"),
        ),
    )


def salts_stop_tables() -> Claim:
    """Build a rainbow table, look up a word without and with a salt, and hash one word twice."""
    rainbow = build(MASK, chains=3000, length=150, seed=7)
    word = rainbow.chain(0)[40].password
    bare = rainbow.look_up(hashlib.md5(word.encode()).hexdigest())
    salted = rainbow.look_up(hashlib.md5(SALT + word.encode()).hexdigest())
    hasher = PasswordHasher()
    differ = hasher.hash(word) != hasher.hash(word)
    holds = bare is not None and salted is None and differ
    return Claim(
        "A salt makes equal passwords differ and stops rainbow tables.",
        Verdict.HOLDS if holds else Verdict.FALSE,
        "A table is made for one way of hashing; with a salt in each row there is no one way.",
        (
            ("the table", f"{count(rainbow.chains)} chains, {rainbow.coverage:.0%} of {MASK}"),
            (f"“{word}”, bare", "found" if bare else "not found"),
            (f"“{word}”, salted", "found" if salted else "not found"),
            (f"“{word}”, stored twice", "two different rows" if differ else "equal rows"),
        ),
    )
