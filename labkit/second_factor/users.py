"""The one check of a user's name, which becomes a part of keys in a store."""

from labkit.errors import InvalidInput
from labkit.inputs import text

MOST_CHARACTERS = 128


def checked_user(user: str) -> str:
    """Return `user` if it can name an account.

    Raises:
        InvalidInput: It is no str of 1 to 128 characters that can all be seen.
    """
    if not text(user, "user", at_least=1, at_most=MOST_CHARACTERS).isprintable():
        raise InvalidInput(
            "The user holds a character that cannot be seen.",
            remedy="Refuse such names where accounts are made.",
        )
    return user
