"""What goes wrong with passwords and stored hashes, one class per cause.

No error carries a password or a stored string: a table that holds plaintext by mistake would
otherwise print it.
"""

from labkit.errors import InvalidInput, LabkitError


class PasswordError(LabkitError):
    """Something about a password or its stored hash."""


class PasswordRefused(PasswordError, InvalidInput):
    """This password cannot be hashed with these parameters; another one can."""


class EmptyPassword(PasswordRefused):
    """The empty string is no password."""

    default_remedy = "Ask for a password."


class PasswordTooLong(PasswordRefused):
    """The password has more bytes than the scheme takes or the ceiling allows."""


class StoredHashError(PasswordError):
    """The stored string cannot be verified against; no work was spent on it."""


class MalformedHash(StoredHashError):
    """The stored string is empty, cut off, or breaks the rules of its own format."""

    default_remedy = "Look at how it was written to the table: a column may be too short."


class UnsupportedHash(StoredHashError):
    """The stored string is in a format that is recognised and refused on purpose."""


class HashTooCostly(StoredHashError):
    """The parameters ask for more memory or work than the ceilings allow."""


class UnknownPepper(StoredHashError):
    """The stored string names a pepper key that this hasher does not hold."""

    default_remedy = "Keep retired keys in the pepper until no stored string names them."


class HashingFailed(PasswordError):
    """The library could not finish, as a rule for want of memory."""

    default_remedy = "Lower the memory parameter, or run fewer log-ins at once."
