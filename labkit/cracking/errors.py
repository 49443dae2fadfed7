"""What the attacker's side refuses, one class per cause."""

from labkit.errors import InvalidInput, LabkitError


class UnreadableStored(LabkitError):
    """A leaked string is in no form that is known here, or it is damaged."""

    default_remedy = (
        "Known are hex digests, $textbook$, bcrypt, Argon2, scrypt and PBKDF2 strings"
        " (PHC, passlib, Django, Werkzeug)."
    )


class SecretNeeded(UnreadableStored):
    """A leaked string was made with a key that is not in the table (a pepper)."""

    default_remedy = "Without that key no guess can be checked off line; that is what it is for."


class TooDear(LabkitError):
    """One guess would take more time or memory than this machine should give away."""

    default_remedy = "Ask for its price with price_s; do not compute it here."


class RateUnknown(LabkitError):
    """Nobody published a rate for this scheme on this GPU; none is invented."""

    default_remedy = "Take another GPU, or measure the scheme yourself."


class MaskError(InvalidInput):
    """A mask such as ``?l?l?d`` cannot be read."""

    default_remedy = "Use ?l ?u ?d ?s ?a, ?? for a question mark, or plain characters."
