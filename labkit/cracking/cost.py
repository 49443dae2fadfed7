"""What it costs an attacker to guess a password, and what it costs the defender to check one."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from labkit.cracking.budget import usd
from labkit.cracking.candidates import ranked
from labkit.cracking.params import Params
from labkit.cracking.rates import DEFAULT_GPU, Rate, rate
from labkit.cracking.recipe import Recipe
from labkit.cracking.stored import read
from labkit.cracking.words import YEAR_S, count, dollars, duration
from labkit.display import Shown, table
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.inputs import number, text, whole

MOST_GUESSES = 10**250
MOST_SEARCHES = 1000
ZXCVBN_CHARACTERS = 72  # zxcvbn raises above; the rest of the password only adds to the guesses


@dataclass(frozen=True)
class Guess:
    """A search through a known number of passwords.

    Args:
        name: What is searched.
        size: How many passwords that is.
        source: How the number comes about.
    """

    name: str
    size: int
    source: str

    def __post_init__(self) -> None:
        text(self.name, "name of the guess", at_least=1, at_most=200)
        whole(self.size, "number of guesses", at_least=1, at_most=MOST_GUESSES)

    def __str__(self) -> str:
        return self.name


COMMON = Guess("30 000 common passwords", 30_000, "zxcvbn's list of real passwords")
LOWER_8 = Guess("8 lower-case letters", 26**8, "26^8, each letter drawn at random")
WORDS_4 = Guess("4 random words from 7776", 7776**4, "7776^4, each word drawn with five dice")
RANDOM_12 = Guess("12 random characters", 95**12, "95^12, each of ASCII's 95 drawn at random")
TARGETS: tuple[Guess, ...] = (COMMON, LOWER_8, WORDS_4, RANDOM_12)


@dataclass(frozen=True)
class Cost:
    """What trying every candidate costs; a random password falls halfway on average.

    Args:
        guess: What is searched.
        rate: The published rate behind the figures, with its source and estimate mark.
        seconds: Time to try them all, on one GPU, in seconds.
        low_usd: Rent for that time, at the lowest price, in US dollars.
        high_usd: The same at the highest price.
    """

    guess: Guess
    rate: Rate
    seconds: float
    low_usd: float
    high_usd: float

    @property
    def years(self) -> float:
        """The same time in years of 365.25 days."""
        return self.seconds / YEAR_S

    @property
    def on_average_s(self) -> float:
        """Seconds until a password drawn at random from these is found, on average."""
        return self.seconds / 2

    @property
    def estimate(self) -> bool:
        """Whether the rate is an estimate."""
        return self.rate.estimate

    @property
    def source(self) -> str:
        """Where the rate comes from."""
        return self.rate.source

    @property
    def time(self) -> str:
        """The time in words."""
        return f"{'about ' if self.estimate else ''}{duration(self.seconds)}"

    @property
    def money(self) -> str:
        """The rent in words."""
        return dollars(self.low_usd, self.high_usd)

    def __str__(self) -> str:
        return f"{self.guess} under {self.rate.params}: {self.time}, {self.money}"


def cost_to_crack(
    target: Params | Recipe | str | object, guesses: int | Guess = COMMON, *, gpu: str = DEFAULT_GPU
) -> Cost:
    """Return what it costs to try so many guesses on one GPU.

    Args:
        target: Cost parameters (also a defence's own), or a stored string or its recipe.
        guesses: How many, or a named search such as those in `TARGETS`.
        gpu: One of `rates.GPUS`.

    Raises:
        InvalidInput: An argument has the wrong type or is out of range.
        UnreadableStored: The stored string cannot be read.
        RateUnknown: Nobody published a rate for this scheme on that GPU.

    Examples:
        >>> from labkit.cracking.params import Argon2
        >>> print(cost_to_crack(Argon2(memory_kib=19456, passes=2)))
        30 000 common passwords under Argon2id, 19 MiB, 2 passes, 1 lane: about 3.3 s, under $0.01
    """
    guess = guesses if isinstance(guesses, Guess) else _counted(guesses)
    recipe = read(target) if isinstance(target, str) else target
    priced = rate(recipe.params if isinstance(recipe, Recipe) else recipe, gpu)
    each_s = recipe.price_s(gpu) if isinstance(recipe, Recipe) else priced.price_s
    seconds = guess.size * each_s
    return Cost(guess, priced, seconds, *usd(seconds, gpu))


@dataclass(frozen=True)
class Costs(Shown):
    """Several searches under one scheme, side by side.

    Args:
        each: The costs, in the order asked for.
    """

    each: tuple[Cost, ...]

    @property
    def source(self) -> str:
        """Where the rate comes from, with its estimate mark."""
        priced = self.each[0].rate
        return f"{priced}. Source: {priced.source}{' (estimate)' if priced.estimate else ''}."

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what is searched, the time and the rent, in words."""
        return [(cost.guess.name, cost.time, cost.money) for cost in self.each]

    def __repr__(self) -> str:
        wide = max(len(name) for name, _, _ in self.rows())
        lines = [f"{name:<{wide}}  {time:<22}  {money}" for name, time, money in self.rows()]
        return "\n".join([*lines, self.source])

    def html(self) -> str:
        """Return the same as a table."""
        head = ("to try all of", "takes", "rent")
        return f"{table(head, self.rows())}<p><small>{escaped(self.source)}</small></p>"


def costs(
    target: Params | Recipe | str | object,
    guesses: Iterable[int | Guess] = TARGETS,
    *,
    gpu: str = DEFAULT_GPU,
) -> Costs:
    """Return what each of several searches costs under one scheme.

    Raises:
        InvalidInput: There are none or over 1000, or one is no number and no `Guess`.
        UnreadableStored: The stored string cannot be read.
        RateUnknown: Nobody published a rate for this scheme on that GPU.
    """
    if isinstance(guesses, str | bytes | bytearray) or not isinstance(guesses, Iterable):
        raise InvalidInput("The guesses must be an iterable of numbers or Guess.")
    searches = list(islice(guesses, MOST_SEARCHES + 1))
    if len(searches) > MOST_SEARCHES:
        raise InvalidInput(f"At most {MOST_SEARCHES} searches are put side by side.")
    each = tuple(cost_to_crack(target, guess, gpu=gpu) for guess in searches)
    if not each:
        raise InvalidInput("There is nothing to search.", remedy="Give TARGETS, or some numbers.")
    return Costs(each)


def log_ins_per_second(cpu_ms: float, cores: int = 1) -> float:
    """Return how many log-ins the defender can check in a second.

    Args:
        cpu_ms: CPU time of one hash, over all its threads, in milliseconds.
        cores: Cores that do nothing else.

    Raises:
        InvalidInput: A number is out of range.

    Examples:
        >>> log_ins_per_second(250, cores=2)
        8.0
    """
    number(cpu_ms, "CPU time in ms", at_least=1e-6)
    return 1000 * whole(cores, "number of cores", at_least=1, at_most=4096) / cpu_ms


def rank(password: str) -> int | None:
    """Return the place of a password in the list of common ones, from 1, or None.

    Args:
        password: Compared as it is: the list is in lower case.

    Raises:
        InvalidInput: It is no str, or too long.

    Examples:
        >>> rank("123456"), rank("dragon"), rank("kV8 j#2 pQz")
        (1, 10, None)
    """
    return _places().get(text(password, "password"))


def guesses_needed(password: str) -> Guess:
    """Return how many guesses a sensible attacker needs for a password.

    A listed one falls at its place in the list; any other at zxcvbn's estimate, which sees words,
    names, dates, keyboard runs and leet. Only its first 72 characters are looked at.

    Raises:
        InvalidInput: It is no str, empty or too long.

    Examples:
        >>> guesses_needed("dragon")
        Guess(name='place 10 in the list', size=10, source="zxcvbn's list of real passwords")
    """
    text(password, "password", at_least=1)
    place = rank(password)
    if place is not None:
        return Guess(f"place {count(place)} in the list", place, COMMON.source)
    from zxcvbn import zxcvbn

    size = max(1, int(zxcvbn(password[:ZXCVBN_CHARACTERS])["guesses"]))
    return Guess(f"about {count(size)} guesses", size, "zxcvbn's estimate")


@cache
def _places() -> dict[str, int]:
    return {word: place for place, word in enumerate(ranked(), start=1)}


def _counted(guesses: object) -> Guess:
    size = whole(guesses, "number of guesses", at_least=1, at_most=MOST_GUESSES)
    return Guess(f"{count(size)} guesses", size, "a number given")
