"""The choice of classes that a site is composed from: one slot for each, secure by default."""

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import get_args, get_type_hints

from labkit.access import Policy
from labkit.browser import CookiePolicy, CsrfGuard, Escaper, SecurityHeaders
from labkit.encoding import brief
from labkit.errors import LabkitError
from labkit.guessing import CodeThrottle, LogInThrottle
from labkit.passwords import PasswordHasher, PasswordPolicy
from labkit.passwords.hashing import Hasher
from labkit.practice.decisions.access import Guard, Identity, ProfileForm, Serialiser
from labkit.practice.decisions.guessing import LogIn
from labkit.practice.decisions.passwords import FeedKey, LogLine
from labkit.practice.decisions.second_factor import SecondStep
from labkit.second_factor import Enrolment, RecoveryCodes, StepUp, TotpVerifier
from labkit.sessions import SessionManager
from labkit.tokens import KeyRing, RefreshTokens, Revocations, TokenIssuer, TokenVerifier


class NoSlot(LabkitError):
    """A class fits no place in the site."""


@dataclass(frozen=True)
class Defences:
    """Which class the site uses for each of its parts; immutable.

    Examples:
        >>> class Careless(PasswordPolicy):
        ...     def problems(self, password, context=()):
        ...         return []
        >>> Defences().having(Careless).password_policy.__name__
        'Careless'
    """

    hasher: type[Hasher] = PasswordHasher
    password_policy: type[PasswordPolicy] = PasswordPolicy
    log_line: type[LogLine] = LogLine
    feed_key: type[FeedKey] = FeedKey
    log_in: type[LogIn] = LogIn
    log_in_throttle: type[LogInThrottle] = LogInThrottle
    code_throttle: type[CodeThrottle] = CodeThrottle
    sessions: type[SessionManager] = SessionManager
    cookies: type[CookiePolicy] = CookiePolicy
    csrf: type[CsrfGuard] = CsrfGuard
    escaper: type[Escaper] = Escaper
    headers: type[SecurityHeaders] = SecurityHeaders
    policy: type[Policy] = Policy
    identity: type[Identity] = Identity
    guard: type[Guard] = Guard
    profile_form: type[ProfileForm] = ProfileForm
    serialiser: type[Serialiser] = Serialiser
    key_ring: type[KeyRing] = KeyRing
    token_issuer: type[TokenIssuer] = TokenIssuer
    token_verifier: type[TokenVerifier] = TokenVerifier
    refresh_tokens: type[RefreshTokens] = RefreshTokens
    revocations: type[Revocations] = Revocations
    second_step: type[SecondStep] = SecondStep
    totp: type[TotpVerifier] = TotpVerifier
    enrolment: type[Enrolment] = Enrolment
    recovery_codes: type[RecoveryCodes] = RecoveryCodes
    step_up: type[StepUp] = StepUp

    def having(self, *parts: type) -> "Defences":
        """Return the same defences with each part in the slot whose type it derives from.

        Raises:
            NoSlot: A part derives from none of them.
        """
        return replace(self, **{slot_of(part): part for part in parts})


def slot_of(part: type) -> str:
    """Return the name of the slot that the class fits.

    Raises:
        NoSlot: There is none.
    """
    for name, base in _slots().items():
        if isinstance(part, type) and issubclass(part, base):
            return name
    raise NoSlot(
        f"{getattr(part, '__name__', brief(part))} fits no slot of the site.",
        remedy="Derive it from the secure class whose decision it replaces.",
    )


@cache
def _slots() -> dict[str, type]:
    hints = get_type_hints(Defences)
    return {field.name: get_args(hints[field.name])[0] for field in fields(Defences)}
