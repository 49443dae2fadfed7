"""What goes wrong while a new password is judged, one class per cause."""

from labkit.passwords.errors import PasswordError, PasswordRefused


class AgainstPolicy(PasswordRefused):
    """The password breaks the policy; the evidence lists the codes of the problems."""


class BreachCheckError(PasswordError):
    """The breach check could not be made; this says nothing about the password."""


class MalformedRange(BreachCheckError):
    """A source answered with something other than lines of SUFFIX:COUNT."""

    default_remedy = "Look at what the source sent: a proxy's error page looks like this."


class RangeUnavailable(BreachCheckError):
    """The on-line service did not answer."""

    default_remedy = "Try again later, or use the bundled set: BundledRanges()."


class NoConsent(BreachCheckError):
    """Nothing was sent, because nobody agreed to it."""

    default_remedy = "Pass consent=…, a function that asks the user and returns True for yes."
