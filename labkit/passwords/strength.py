"""How many guesses a password would stand, estimated by zxcvbn within a bounded time."""

import itertools
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from labkit import inputs
from labkit.errors import InvalidInput

ZXCVBN_MOST = 72  # it raises above
# Its time grows with the square of the length and with every way to read 4, @, 1, ! … as
# letters: 72 characters of "4@8({[<369&#!1i|7+$50z%2" took it five seconds. So it is handed
# as many characters as keep (ways × characters²) under this.
MOST_WORK = 100_000
_MOST_PASSWORD = 4096
_MOST_WORDS = 50

# zxcvbn keeps the words of a call in a table that all threads share.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Strength:
    """An estimate of the guesses that a good guesser needs.

    Attributes:
        score: From 0 (guessed at once) to 4 (more than 10^10 guesses), as zxcvbn sets them.
        log10_guesses: The decimal logarithm of the guesses.
        characters_read: How many characters the estimate rests on. Fewer than the password has
            make it a lower bound.
        warning: What makes it weak, in zxcvbn's English words; may be empty.
        suggestions: What would make it stronger, likewise.
    """

    score: int
    log10_guesses: float
    characters_read: int
    warning: str = ""
    suggestions: tuple[str, ...] = ()


def estimate(password: str, words: Iterable[str] = ()) -> Strength:
    """Estimate a password's strength.

    A password too long for zxcvbn is judged by its beginning and, where that is weak, by its end:
    whoever guesses the whole has to guess each, so the better of the two is a lower bound.

    Args:
        password: At most 4096 characters.
        words: What a guesser would try first: the user's name, the site's.

    Returns:
        The estimate.

    Raises:
        InvalidInput: Not a str, too long, or no Unicode text.

    Examples:
        >>> estimate("password").score, estimate("correct horse battery staple").score
        (0, 4)
    """
    inputs.text(password, "password", at_most=_MOST_PASSWORD)
    known = [word[:100] for word in checked_words(words)]
    head = password[: _affordable(password)]
    found = _zxcvbn(head, known)
    if len(head) < len(password) and found.score < 4:
        backwards = _affordable(password[::-1])
        found = max(found, _zxcvbn(password[-backwards:], known), key=lambda s: s.log10_guesses)
    return found


def checked_words(words: Iterable[str]) -> list[str]:
    """Return at most 50 context words, or one if a single str was given.

    Raises:
        InvalidInput: Not a list, or one of them is no text of at most 1024 characters.
    """
    if not isinstance(words, Iterable):
        raise InvalidInput(f"The context must be a list of words, not {type(words).__name__}.")
    given = [words] if isinstance(words, str) else itertools.islice(words, _MOST_WORDS)
    return [inputs.text(word, "context word", at_most=1024) for word in given]


def _zxcvbn(part: str, words: list[str]) -> Strength:
    if not part:
        return Strength(0, 0.0, 0)
    from zxcvbn import zxcvbn  # 75 ms to import

    with _one_at_a_time:
        # Its date pattern takes a line feed for the end of the text and then fails on it.
        result = zxcvbn(part.replace("\n", " "), user_inputs=words)
    feedback = result["feedback"]
    return Strength(
        int(result["score"]),
        float(result["guesses_log10"]),
        len(part),
        feedback["warning"] or "",
        tuple(feedback["suggestions"]),
    )


def _affordable(password: str) -> int:
    """Return how many leading characters zxcvbn can judge in a fraction of a second."""
    from zxcvbn.matching import L33T_TABLE

    seen: dict[str, set[str]] = {}
    for length, character in enumerate(password[:ZXCVBN_MOST], start=1):
        for letter, symbols in L33T_TABLE.items():
            if character in symbols:
                seen.setdefault(letter, set()).add(character)
        if prod(map(len, seen.values())) * length**2 > MOST_WORK:
            return length - 1
    return min(len(password), ZXCVBN_MOST)
