"""Time-based codes against PyOTP: a code of the present step, a wrong one, and replay refused."""

from collections.abc import Callable
from importlib.metadata import version

import pyotp

from benchmarks.measure import Row, compare
from labkit.clock import ManualClock
from labkit.second_factor.totp import TotpVerifier, new_secret, to_base32, totp
from labkit.stores import MemoryStore

NOW = 1_800_000_000.0
PEER = f"pyotp {version('pyotp')}"


def rows() -> list[Row]:
    """Return the table's rows; the user, secret and clock are the same on both sides."""
    secret = new_secret()
    peer = pyotp.TOTP(to_base32(secret))
    present, wrong = totp(secret, at=NOW), _wrong(secret)

    def theirs(code: str) -> Callable[[], object]:
        return lambda: peer.verify(code, for_time=NOW, valid_window=1)

    verifier = TotpVerifier(MemoryStore(), clock=ManualClock(NOW))
    if not theirs(present)() or theirs(wrong)() or verifier.matching_step(secret, present) is None:
        raise AssertionError("the two sides do not agree on the code")
    return [
        compare(
            "TOTP verify, window 1, code of this step, replay check included",
            _accepted(secret, present),
            f"{PEER} verify (no replay check; stops at the match)",
            theirs(present),
            at_most=0.6,
        ),
        compare(
            "TOTP verify, window 1, wrong code",
            lambda: verifier.verify("alice", secret, wrong),
            f"{PEER} verify",
            theirs(wrong),
            at_most=0.6,
        ),
        compare(
            "TOTP match, window 1, code of this step, nothing spent",
            lambda: verifier.matching_step(secret, present),
            f"{PEER} verify (stops at the match)",
            theirs(present),
        ),
    ]


def _accepted(secret: bytes, code: str) -> Callable[[], object]:
    """Return a call that is accepted each time: every call is another user's first log-in."""
    verifier = TotpVerifier(MemoryStore(), clock=ManualClock(NOW))
    users = iter(range(10**9))

    def once() -> None:
        if verifier.verify(f"user-{next(users)}", secret, code) is None:
            raise AssertionError("a fresh code was refused")

    return once


def _wrong(secret: bytes) -> str:
    good = {totp(secret, at=NOW + shift) for shift in (-30, 0, 30)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in good)
