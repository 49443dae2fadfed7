"""Real word lists hold slurs: they still count as finds, but are not spelled out on a screen."""

from hashlib import sha256

from labkit.encoding import printable

LONGEST_SHOWN = 64
_UNLEET = str.maketrans("@431!0$5+7", "aaeiiosstt")
# Hashes, so that neither the source nor a search through it spells them out; no secret.
_OFFENSIVE: frozenset[str] = frozenset()


def shown(word: str) -> str:
    """Return a password as it may stand on a screen: printable, not endless, no slur spelled out.

    Args:
        word: The password.

    Examples:
        >>> shown("sunshine")
        'sunshine'
    """
    if is_offensive(word):
        return word[:1] + "•" * (len(word) - 1)
    text = printable(word)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def is_offensive(word: str) -> bool:
    """Return whether a word, its ending and its leet undone, is on the list of slurs."""
    core = word.lower().rstrip("0123456789!?.,-_*#")
    return any(_key(each) in _OFFENSIVE for each in {core, core.translate(_UNLEET), word.lower()})


def _key(word: str) -> str:
    return sha256(word.encode("utf-8", "replace")).hexdigest()[:10]
