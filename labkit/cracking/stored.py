"""What an attacker sees in one leaked row: the scheme, its cost, the salt, and a way to check.

A string says how it was made, because the site itself must know at the next log-in. So the thief
knows it too: the parsers here read the public forms alone and share no code with any defence.
"""

from labkit.cracking import formats
from labkit.cracking.recipe import Recipe
from labkit.inputs import text

__all__ = ["Recipe", "read"]

MOST_STORED = 16_384


def read(stored: str) -> Recipe:
    """Read a leaked string of any form that is known here.

    Known are bare digests by their length (hex or Base64), a digest beside its salt, labkit's
    `$textbook$` form, bcrypt, Argon2, scrypt and PBKDF2 as PHC, passlib, Django and Werkzeug
    write them, what is no hash at all (the password itself or an encoding of it), and a token
    that an HMAC has signed: its secret is guessed like a password.

    Args:
        stored: The string, at most 16 384 characters.

    Returns:
        The recipe. Costs beyond reason are read and priced too; only `check` refuses them.

    Raises:
        InvalidInput: It is no str, empty or too long.
        UnreadableStored: It is damaged, or in no known form.
        SecretNeeded: It was made with a key that is not in the table.

    Examples:
        >>> read("5f4dcc3b5aa765d61d8327deb882cf99").scheme
        'MD5'
        >>> print(read("$2b$12$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW").params)
        bcrypt, cost 12
        >>> read("$textbook$$cGFzc3dvcmQ%3D").readings
        ('password', 'cGFzc3dvcmQ=')
        >>> recipe = read("$2b$04$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW")
        >>> recipe.check("xVQVbwa1S0M8r"), recipe.check("123456")
        (True, False)
    """
    text(stored, "stored string", at_least=1, at_most=MOST_STORED)
    return formats.parse(stored)
