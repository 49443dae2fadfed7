"""Sessions against tokens, measured: four designs over the same people, services and store.

Built from labkit's own issuer, verifier, denylist, refresh tokens and session manager over a store
that counts, on a virtual clock. Only the throughput is timed; everything else repeats exactly.
"""

from labkit.comparing.comparison import Column, Comparison, compare
from labkit.comparing.day import Day, working_day
from labkit.comparing.delay import Occasion, revocation_delay
from labkit.comparing.design import Admitted, Credential, Design
from labkit.comparing.designs import DESIGNS, Denylist, Sessions, ShortLived, Stateless
from labkit.comparing.errors import (
    CannotMint,
    ComparingError,
    NoRenewal,
    NoSuchPart,
    NotAdmitted,
    NotGranted,
    StoreDown,
)
from labkit.comparing.load import Load, loads
from labkit.comparing.minting import Minting, minters, minting

__all__ = [
    "DESIGNS",
    "Admitted",
    "CannotMint",
    "Column",
    "ComparingError",
    "Comparison",
    "Credential",
    "Day",
    "Denylist",
    "Design",
    "Load",
    "Minting",
    "NoRenewal",
    "NoSuchPart",
    "NotAdmitted",
    "NotGranted",
    "Occasion",
    "Sessions",
    "ShortLived",
    "Stateless",
    "StoreDown",
    "compare",
    "loads",
    "minters",
    "minting",
    "revocation_delay",
    "working_day",
]
