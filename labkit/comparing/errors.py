"""What can go wrong when designs are compared; tokens and sessions have errors of their own."""

from typing import ClassVar

from labkit.errors import InvalidInput, LabkitError, StoreError


class ComparingError(LabkitError):
    """The root of the errors of this topic."""


class NotAdmitted(ComparingError):
    """The person is banned, or the session has ended."""

    default_remedy: ClassVar[str] = "Log in again."


class NoRenewal(ComparingError):
    """The credential holds nothing to renew it with."""

    default_remedy: ClassVar[str] = "Log in again."


class CannotMint(ComparingError):
    """What this party holds is not enough to make a credential."""

    default_remedy: ClassVar[str] = "Ask the log-in server, which asks for a password."


class NoSuchPart(ComparingError, InvalidInput):
    """There is no design, service, party, person or event of that name."""


class StoreDown(ComparingError, StoreError):
    """The shared store does not answer."""

    default_remedy: ClassVar[str] = "Start it again; what was committed is still there."


class NotGranted(ComparingError, StoreError):
    """The shared store does not let this service make such a call."""

    default_remedy: ClassVar[str] = "Leave it to the log-in server."
