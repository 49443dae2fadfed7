"""The second factor: one-time codes, their enrolment, recovery codes, and when to ask for them.

The functions `hotp` and `totp` are in `labkit.second_factor.totp`: here one would hide the module.
"""

from labkit.second_factor.enrolment import Enrolment, Provisioning
from labkit.second_factor.provisioning import provisioning_uri, qr_png, qr_svg
from labkit.second_factor.recovery_codes import RecoveryCodes
from labkit.second_factor.step_up import FactorPolicy, Freshness, StepUp
from labkit.second_factor.totp import (
    TotpVerifier,
    code_from,
    from_base32,
    new_secret,
    to_base32,
)

__all__ = [
    "Enrolment",
    "FactorPolicy",
    "Freshness",
    "Provisioning",
    "RecoveryCodes",
    "StepUp",
    "TotpVerifier",
    "code_from",
    "from_base32",
    "new_secret",
    "provisioning_uri",
    "qr_png",
    "qr_svg",
    "to_base32",
]
