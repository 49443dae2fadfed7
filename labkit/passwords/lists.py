"""The offline list of real passwords that zxcvbn carries: 30 000, ranked, under the MIT licence."""

import functools


@functools.cache
def ranked_passwords() -> tuple[str, ...]:
    """Return real passwords, the most frequent first.

    Examples:
        >>> ranked_passwords()[0], len(ranked_passwords())
        ('123456', 30000)
    """
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 75 ms to import

    return tuple(FREQUENCY_LISTS["passwords"])


@functools.cache
def common_passwords() -> frozenset[str]:
    """Return the same list case-folded, to look a password up in (ASVS 6.2.4 asks for 3000)."""
    return frozenset(password.casefold() for password in ranked_passwords())
