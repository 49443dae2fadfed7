"""Enrolling an authenticator app: shown once, active only after its first good code."""

from dataclasses import dataclass, field

from labkit.clock import Clock, system_clock
from labkit.inputs import function, number, offering
from labkit.second_factor.errors import NothingToConfirm, NothingToShow, WeakSecret
from labkit.second_factor.provisioning import checked_label, provisioning_uri
from labkit.second_factor.totp import TotpVerifier, from_base32, new_secret, to_base32
from labkit.second_factor.users import checked_user
from labkit.stores import Store

LEAST_BYTES = 16  # 128 bits, RFC 4226 §4, R6


@dataclass(frozen=True)
class Provisioning:
    """What the owner of a new factor is shown; its repr hides the secret.

    Args:
        uri: The otpauth URI, for a QR code.
        base32: The secret for typing.
    """

    uri: str = field(repr=False)
    base32: str = field(repr=False)


class Enrolment:
    """Walks a user's authenticator from "none" over "pending" to "active".

    The confirmed secret is never shown again: whoever holds a stolen session could enrol a second
    phone with it. A pending secret replaces an active one only when its first code was right, so
    an enrolment that is given up costs nothing.

    Safe for threads and processes as far as its store is: of several confirmations one wins.
    The store holds secrets in clear, since codes are computed from them: whoever reads it owns
    every second factor in it. Keep it apart from the password hashes.

    Args:
        store: Keeps pending and active secrets.
        verifier: Checks the first code; it spends it too, so that it does not log in as well.
        issuer: Who the account is with, as the app shows it.
        clock: Seconds since the epoch.
        pending_s: How long a new secret waits for its first code, in seconds (15 minutes unless
            told otherwise: labkit's choice).

    Examples:
        >>> from labkit.clock import ManualClock
        >>> from labkit.second_factor.totp import totp
        >>> from labkit.stores import MemoryStore
        >>> clock, store = ManualClock(), MemoryStore()
        >>> enrolment = Enrolment(
        ...     store, TotpVerifier(store, clock=clock), issuer="Gradebook", clock=clock)
        >>> secret = from_base32(enrolment.begin("alice").base32)
        >>> enrolment.state("alice")
        'pending'
        >>> enrolment.confirm("alice", totp(secret, at=clock()))
        True
        >>> enrolment.state("alice")
        'active'
    """

    def __init__(
        self,
        store: Store,
        verifier: TotpVerifier,
        *,
        issuer: str,
        clock: Clock = system_clock,
        pending_s: float = 900.0,
    ) -> None:
        self.store = offering(store, "store", "get", "put", "swap", "take")
        self.verifier = offering(verifier, "verifier", "verify")
        self.issuer = checked_label(issuer, "issuer")
        self.clock = function(clock, "clock")
        self.pending_s = number(pending_s, "waiting time in seconds", at_least=1, at_most=86400)

    def new_secret(self, user: str) -> bytes:  # noqa: ARG002 — a secret must not depend on its user
        """Return a new secret: 160 bits from the system's generator, whoever the user is."""
        return new_secret()

    def may_show(self, state: str) -> bool:
        """Return whether a secret in this state may be shown: only before it is confirmed."""
        return state == "pending"

    def begin(self, user: str) -> Provisioning:
        """Draw a new secret and return what its owner needs; an earlier pending one is void.

        Raises:
            WeakSecret: `new_secret` returned fewer than 128 bits.
        """
        checked_user(user)
        secret = self.new_secret(user)
        if len(secret) < LEAST_BYTES:
            raise WeakSecret(f"The new secret has {8 * len(secret)} bits.", bits=8 * len(secret))
        shown = self._provisioning(user, secret)
        ends = self.clock() + self.pending_s
        self.store.put(_pending(user), f"{shown.base32} {ends!r}", expires_at=ends)
        return shown

    def show(self, user: str) -> Provisioning:
        """Return once more what the owner needs, as long as `may_show` says so.

        Raises:
            NothingToShow: No enrolment is pending, whether or not one is active.
        """
        state = self.state(user)
        secret = self._waiting(user)[0] or self.secret(user)
        if secret is None or not self.may_show(state):
            raise NothingToShow("No secret waits for its first code.", state=state)
        return self._provisioning(user, secret)

    def confirm(self, user: str, code: str) -> bool:
        """Make the pending secret the active one if this is its code.

        Returns:
            Whether it was. A wrong code leaves the enrolment pending.

        Raises:
            NothingToConfirm: No enrolment is pending, or it has waited too long.
        """
        secret, entry = self._waiting(user)
        if secret is None:
            raise NothingToConfirm("No enrolment waits for its first code.")
        if self.verifier.verify(user, secret, code) is None:
            return False
        if not self.store.swap(_pending(user), entry, None):
            return False  # begun anew meanwhile: this code was for a secret that is void
        self.store.put(_active(user), to_base32(secret))
        return True

    def state(self, user: str) -> str:
        """Return "pending", "active" or "none"; "pending" also while an older one is active."""
        if self._waiting(user)[0] is not None:
            return "pending"
        return "none" if self.secret(user) is None else "active"

    def secret(self, user: str) -> bytes | None:
        """Return the active secret, for `TotpVerifier.verify`, or None."""
        entry = self.store.get(_active(checked_user(user)))
        return None if entry is None else from_base32(entry)

    def remove(self, user: str) -> bool:
        """Take the factor away, pending and active; False if there was none."""
        pending = self.store.take(_pending(checked_user(user)))
        return (self.store.take(_active(user)) or pending) is not None

    def _waiting(self, user: str) -> tuple[bytes | None, str | None]:
        entry = self.store.get(_pending(checked_user(user)))
        if entry is None:
            return None, None
        written, ends = entry.split(" ")
        return (from_base32(written) if self.clock() < float(ends) else None), entry

    def _provisioning(self, user: str, secret: bytes) -> Provisioning:
        uri = provisioning_uri(
            secret,
            user=user,
            issuer=self.issuer,
            step_s=self.verifier.step_s,
            digits=self.verifier.digits,
            algorithm=self.verifier.algorithm,
        )
        return Provisioning(uri, to_base32(secret))


def _pending(user: str) -> str:
    return f"totp-pending:{user}"


def _active(user: str) -> str:
    return f"totp-active:{user}"
