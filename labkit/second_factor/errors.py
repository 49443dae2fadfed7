"""What can be refused about a second factor."""

from labkit.errors import InvalidInput, LabkitError


class SecondFactorError(LabkitError):
    """The root of everything that the second factor refuses on purpose."""


class MalformedCode(SecondFactorError, InvalidInput):
    """What was typed has not the form of a code; it says nothing about right or wrong."""


class MalformedSecret(SecondFactorError, InvalidInput):
    """This is not the base32 form of a secret."""


class WeakSecret(SecondFactorError, InvalidInput):
    """A secret has fewer than 128 bits (RFC 4226 §4, R6)."""

    default_remedy = "Draw 160 bits from the system's generator."


class NothingToShow(SecondFactorError):
    """There is no secret that may be shown: none was begun, or it is already confirmed."""

    default_remedy = "Begin a new enrolment; the confirmed secret is never shown again."


class NothingToConfirm(SecondFactorError):
    """No enrolment waits for its first code, or it waited too long."""

    default_remedy = "Begin the enrolment again."


class QrTooLong(SecondFactorError, InvalidInput):
    """The text does not fit into a QR code."""

    default_remedy = "Shorten the issuer or the account name."


class NoFactorEnrolled(SecondFactorError):
    """An action needs a second factor, and the user has none."""

    default_remedy = "Enrol one first; that takes the password."
