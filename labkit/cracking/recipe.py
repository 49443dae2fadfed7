"""One leaked string, understood: what a guess costs and how it is checked."""

import hmac
from dataclasses import dataclass, field

from labkit.cracking.errors import RateUnknown
from labkit.cracking.params import Clear, Params
from labkit.cracking.rates import DEFAULT_GPU, known_gpu
from labkit.cracking.work import Work
from labkit.inputs import octets, text

MOST_GUESS_BYTES = 4096


@dataclass(frozen=True)
class Recipe:
    """One leaked string, understood.

    Immutable: threads may share it.

    Args:
        scheme: The scheme's name, for people.
        params: Its cost parameters.
        salt: Its salt, empty where there is none.
        works: What one guess computes; several where the string does not tell how salt and
            password were put together, so that each has to be tried.
        digest: What a right guess derives.
        readings: What can be read without any guess, best first.
    """

    scheme: str
    params: Params
    salt: bytes = b""
    works: tuple[Work, ...] = ()
    digest: bytes = field(default=b"", repr=False)
    readings: tuple[str, ...] = ()

    def price_s(self, gpu: str = DEFAULT_GPU) -> float:
        """Return the seconds of one GPU for one guess; 0 where nothing must be guessed.

        Raises:
            InvalidInput: No such GPU.
            RateUnknown: Nobody published a rate for this scheme on it.

        """
        known_gpu(gpu)
        return sum(work.price_s(gpu) for work in self.works)

    def priced(self, gpu: str = DEFAULT_GPU) -> float | None:
        """Return `price_s`, or None where no rate is published."""
        try:
            return self.price_s(gpu)
        except RateUnknown:
            return None

    def check(self, candidate: bytes | str) -> bool:
        """Return whether this is the password, by computing it.

        Args:
            candidate: The guess, at most 4096 bytes; a str is encoded as UTF-8.

        Raises:
            InvalidInput: It is neither str nor bytes, too long, or no character text.
            TooDear: One guess would take seconds or hundreds of MiB.
        """
        guess = as_bytes(candidate)
        if self.readings:
            return any(guess == reading.encode() for reading in self.readings)
        return any(hmac.compare_digest(work.deriver()(guess), self.digest) for work in self.works)


def as_bytes(candidate: object) -> bytes:
    """Return a guess as bytes, a str encoded as UTF-8.

    Raises:
        InvalidInput: It is neither, too long, or holds a lone surrogate.
    """
    if isinstance(candidate, str):
        return text(candidate, "guess", at_most=MOST_GUESS_BYTES).encode()
    return octets(candidate, "guess", at_most=MOST_GUESS_BYTES)


def clear(readings: tuple[str, ...]) -> Recipe:
    """Return the recipe of a row that needs no guess."""
    return Recipe("readable", Clear(), readings=readings)
