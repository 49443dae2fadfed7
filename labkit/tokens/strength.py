"""Is an HMAC secret random, or only long?

RFC 7518 §3.2 asks for 256 bits, and a readable phrase of 32 letters passes every check of length.
So what a person could have typed is looked at by zxcvbn, and what is not text for patterns.
"""

import re
from itertools import pairwise

from labkit.tokens.errors import GuessableSecret, KeyTooShort

MIN_SECRET_BYTES = 32  # RFC 7518 §3.2: at least the size of the hash
MIN_GUESSES_LOG10 = 38.5  # 2^128 guesses
MAX_WORDS = 0.25  # of 300 random base64 secrets the most was 0.12, of well-known quotations 0.28
MIN_WORDS = 4  # between marks, each in one case: in random base64 less than once in a million
MIN_DISTINCT = 12  # of 32 random bytes about 30 differ; 12 or fewer: less than once in 10^20
_ZXCVBN_CHARACTERS = 72  # zxcvbn takes no more; the rest can only add


def refuse_guessable(secret: bytes) -> None:
    """Raise if the secret is short, a phrase, a listed password, or a pattern.

    Text (UTF-8 without control characters, around any NUL padding) must take 2^128 guesses by
    zxcvbn's estimate, and at most a quarter of its letters and digits may be words of four and
    more. Words in any language are known by the spaces or marks between them. Random bytes
    written as 64 hexadecimal or 43 base64 digits pass. Bytes that are no text must differ from
    each other, and so must their neighbours' distances. What is left: a long, rare sentence
    without spaces, or a random secret that is published somewhere, passes here.

    Args:
        secret: The HMAC secret.

    Raises:
        KeyTooShort: Fewer than 32 bytes.
        GuessableSecret: Long enough, but not random.

    Examples:
        >>> refuse_guessable(b"please keep this secret very secure")
        Traceback (most recent call last):
        labkit.tokens.errors.GuessableSecret: The secret is made of words. ...
    """
    refuse_short(secret)
    if _is_patterned(secret[:1024]):
        raise GuessableSecret("The secret repeats itself or counts.")
    text = _as_text(secret)
    if text is not None:
        _refuse_typed(text)


def refuse_short(secret: bytes) -> None:
    """Raise `KeyTooShort` for fewer than 32 bytes."""
    if len(secret) < MIN_SECRET_BYTES:
        raise KeyTooShort(
            f"The secret has {8 * len(secret)} bits; HS256 needs {8 * MIN_SECRET_BYTES}.",
            remedy="Take 32 bytes from the system's generator: Key.generate('HS256').",
            bits=8 * len(secret),
        )


def _is_patterned(secret: bytes) -> bool:
    steps = {(b - a) & 255 for a, b in pairwise(secret)}
    return len(set(secret)) <= MIN_DISTINCT or len(steps) <= MIN_DISTINCT


def _as_text(secret: bytes) -> str | None:
    try:
        text = secret.strip(b"\0").decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or text.strip().isprintable() else None


def _is_word(part: str) -> bool:
    return len(part) > 2 and part.isalpha() and (part.islower() or part.isupper() or part.istitle())


def _refuse_typed(text: str) -> None:
    if sum(map(_is_word, re.split(r"[\W_]+", text))) >= MIN_WORDS:
        raise GuessableSecret("The secret is made of words.")
    from zxcvbn import zxcvbn  # 75 ms to import, and only typed secrets need it

    result = zxcvbn(text[:_ZXCVBN_CHARACTERS])
    letters = sum(map(str.isalnum, text[:_ZXCVBN_CHARACTERS]))
    words = sum(
        len(match["token"])
        for match in result["sequence"]
        if match["pattern"] == "dictionary" and len(match["token"]) > 3
    )
    if words > letters * MAX_WORDS:
        raise GuessableSecret("The secret is made of words.")
    if result["guesses_log10"] < MIN_GUESSES_LOG10:
        raise GuessableSecret(
            f"The secret falls within about 10^{result['guesses_log10']:.0f} guesses.",
            guesses_log10=round(float(result["guesses_log10"]), 1),
        )
