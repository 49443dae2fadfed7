"""What an attacker may spend: seconds of a GPU by published rates, and a cap on real computing."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from labkit.cracking.rates import DEFAULT_GPU, known_gpu, rent
from labkit.cracking.words import dollars, duration
from labkit.inputs import number

MOST_GUESSES = 10**18


@dataclass(frozen=True)
class Budget:
    """A budget for one leaked table, in seconds of one GPU.

    Attempts would be the wrong unit: a second buys 164 thousand million MD5 guesses or 1 400
    under bcrypt. `at_most_s` keeps a notebook quick: it caps what is really computed here,
    whatever a GPU could do in the time paid for. Immutable: threads may share it.

    Args:
        gpu_seconds: Seconds of one GPU for the whole table.
        gpu: Which GPU, one of `rates.GPUS`.
        at_most_s: CPU seconds that this machine really computes, at most.
        timer: The CPU clock that `at_most_s` is read from, in seconds.

    Raises:
        InvalidInput: A number is out of range, or the GPU is not known.

    Examples:
        >>> Budget(gpu_seconds=3600).worth
        '$0.15 to $0.60'
    """

    gpu_seconds: float
    gpu: str = DEFAULT_GPU
    at_most_s: float = 10.0
    timer: Callable[[], float] = field(default=time.process_time, repr=False, compare=False)

    def __post_init__(self) -> None:
        number(self.gpu_seconds, "budget in GPU seconds")
        number(self.at_most_s, "cap on computing here, in seconds", at_most=86_400)
        known_gpu(self.gpu)

    @property
    def worth(self) -> str:
        """What it costs to rent, in words."""
        return dollars(*usd(self.gpu_seconds, self.gpu))

    def __str__(self) -> str:
        return f"{duration(self.gpu_seconds)} of one {self.gpu} ({self.worth})"


def usd(gpu_seconds: float, gpu: str = DEFAULT_GPU) -> tuple[float, float]:
    """Return the rent of so many seconds of one GPU, lowest and highest, in US dollars.

    Raises:
        InvalidInput: No such GPU.
    """
    price = rent(gpu)
    return gpu_seconds / 3600 * price.low_usd, gpu_seconds / 3600 * price.high_usd


def bought(gpu_seconds: float, price_s: float) -> int:
    """Return how many guesses so many GPU seconds buy at a price each, at most 10^18."""
    if price_s * MOST_GUESSES <= gpu_seconds:
        return MOST_GUESSES
    # One part in 10^12 forgives the rounding of a price that is a quotient.
    return math.floor(gpu_seconds / price_s * (1 + 1e-12))
