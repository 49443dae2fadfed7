"""A guess beside the truth: what `Prediction` and `Estimate` show in the end."""

import math
from dataclasses import dataclass

from labkit.cracking.words import count, duration
from labkit.display import Shown, card
from labkit.encoding import escaped

UNSET = "You did not guess."
CLOSE = 2.0


def amount(value: float, unit: str) -> str:
    """Return a number with its unit; seconds become the unit that fits.

    Examples:
        >>> amount(7200, "s"), amount(30000, "passwords"), amount(2.5, "")
        ('2 h', '30 000 passwords', '2.5')
    """
    if unit == "s":
        return duration(value)
    figures = f"{value:.2g}" if value < 10 else count(value)
    return f"{figures} {unit}".strip()


@dataclass(frozen=True)
class Picked(Shown):
    """One of several answers, beside the right one.

    Args:
        question: What was asked.
        guess: The answer that was picked, or None.
        truth: The right one.
    """

    question: str
    guess: str | None
    truth: str

    @property
    def right(self) -> bool:
        """Whether they are the same."""
        return self.guess == self.truth

    def __repr__(self) -> str:
        return f"{self.question}\n{_told(self.guess, self.truth)}\n{self.word}".strip()

    @property
    def word(self) -> str:
        """How the guess fared."""
        if self.guess is None:
            return ""
        return "You saw it coming." if self.right else "It came out otherwise: why?"

    def html(self) -> str:
        """Return both answers, one under the other."""
        return card(self.question, "", self.body())

    def body(self) -> str:
        """Return the same without a card."""
        return _pairs(self.guess, self.truth, self.word)


@dataclass(frozen=True)
class Placed(Shown):
    """A number that was guessed, beside the real one on a log axis.

    Args:
        question: What was asked.
        guess: What was guessed, or None.
        truth: What it is.
        low: Where the axis begins at the latest.
        high: Where it ends at the earliest.
        unit: The unit of all four; "s" for seconds.
    """

    question: str
    guess: float | None
    truth: float
    low: float
    high: float
    unit: str = ""

    @property
    def word(self) -> str:
        """How far off the guess was."""
        if self.guess is None:
            return ""
        factor = self.guess / self.truth
        if 1 / CLOSE <= factor <= CLOSE:
            return "Close: within a factor of two."
        off = factor if factor > 1 else 1 / factor
        return f"Too {'much' if factor > 1 else 'little'} by a factor of {_figures(off)}."

    def __repr__(self) -> str:
        return f"{self.question}\n{_told(self._guess, self._truth)}\n{self.word}".strip()

    def html(self) -> str:
        """Return both numbers, and both on one axis."""
        return card(self.question, "", self.body())

    def body(self) -> str:
        """Return the same without a card."""
        return _pairs(self._guess, self._truth, self.word) + self._axis()

    @property
    def _guess(self) -> str | None:
        return None if self.guess is None else amount(self.guess, self.unit)

    @property
    def _truth(self) -> str:
        return amount(self.truth, self.unit)

    def _axis(self) -> str:
        """The figures stand beside it in words, so it is hidden from screen readers."""
        ends = [self.low, self.high, self.truth] + ([self.guess] if self.guess else [])
        low, high = math.log10(min(ends)), math.log10(max(ends))

        def at(value: float) -> str:
            return f"{(math.log10(value) - low) / ((high - low) or 1) * 100:.1f}%"

        marks = f'<b class="truth" style="left:{at(self.truth)}"></b>'
        if self.guess is not None:
            marks += f'<b class="guess" style="left:{at(self.guess)}"></b>'
        ticks = (
            f'<u style="left:0%">{escaped(amount(min(ends), self.unit))}</u>'
            f'<u style="left:100%">{escaped(amount(max(ends), self.unit))}</u>'
        )
        return f'<div class="lk-line" aria-hidden="true">{marks}{ticks}</div>'


def _told(guess: str | None, truth: str) -> str:
    said = UNSET if guess is None else f"You guessed: {guess}."
    return f"{said} The answer is: {truth}."


def _pairs(guess: str | None, truth: str, word: str) -> str:
    said = f"<em>{UNSET}</em>" if guess is None else escaped(guess)
    return (
        f'<dl class="lk-said"><dt class="guess">Your guess</dt><dd>{said}</dd>'
        f'<dt class="truth">The answer</dt><dd><b>{escaped(truth)}</b></dd></dl>'
        f'<p class="lk-note">{escaped(word)}</p>'
    )


def _figures(number: float) -> str:
    return f"{number:.2g}" if number < 10 else count(float(f"{number:.2g}"))
