"""What the forging kit refuses, one class per cause; a token's content is never one."""

from labkit.errors import LabkitError


class KeyNotRecovered(LabkitError):
    """The two signatures do not lead to one public key."""

    default_remedy = "Take two different ES256 tokens that one key has signed."


class UnusableKey(LabkitError):
    """A public key cannot be read or spelled in the form that was asked for."""

    default_remedy = "Give the public JWK as the site's key set shows it."


class ServerStopped(LabkitError):
    """The key server was stopped and has no address any more."""

    default_remedy = "Point to it inside its `with` block."
