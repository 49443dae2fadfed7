"""A guess before the answer: what is written down first is remembered better."""

import math
from collections.abc import Sequence
from typing import ClassVar

import traitlets

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.widgets.base import Panel
from labkit.widgets.comparison import Picked, Placed, amount

POSITIONS = 120
LEAST = 1e-12


class _Asking(Panel):
    """A question with a guess that stands until the answer is revealed."""

    question = traitlets.Unicode(read_only=True).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def _ask(self, question: str) -> None:
        self.set_trait("question", inputs.text(question, "question", at_least=1, at_most=500))

    def _reveal(self, result: Picked | Placed) -> None:
        self.revealed = True
        self._answer = result
        self.show("answer", result.body())

    def do_ready(self, _message: object) -> None:
        """Show the answer again to a view that opens late."""
        if self.revealed:
            self.show("answer", self._answer.body())


class Prediction(_Asking, script_name="guesses"):
    """A question with a few answers, one of which the student picks before it is shown.

    Touched by one thread at a time, the kernel's.

    Args:
        question: What is asked.
        options: The answers, two or more.

    Examples:
        >>> guess = Prediction("Which two share a password?", ["Alice and Bob", "nobody"])
        >>> guess.reveal("Alice and Bob")
        Which two share a password?
        You did not guess. The answer is: Alice and Bob.
    """

    about: ClassVar[str] = "a question to answer before you look"

    options = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    guess = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    def __init__(self, question: str, options: Sequence[str]) -> None:
        super().__init__()
        self._ask(question)
        if isinstance(options, str) or not isinstance(options, Sequence):
            raise InvalidInput("The options must be a list of answers.")
        listed = [inputs.text(each, "option", at_least=1, at_most=200) for each in options]
        if len(set(listed)) != len(listed) or len(listed) < 2:
            raise InvalidInput("A prediction needs two options or more, all different.")
        self.set_trait("options", listed)

    def __repr__(self) -> str:
        return "\n".join([self.question, *(f"  ( ) {option}" for option in self.options)])

    def reveal(self, truth: str) -> Picked:
        """Return the guess beside the right answer; the guess is final now.

        Args:
            truth: One of the options.

        Raises:
            InvalidInput: It is none of them.
        """
        if truth not in self.options:
            raise InvalidInput("The answer is none of the options.", remedy="Give one of them.")
        result = Picked(self.question, self.guess, truth)
        self._reveal(result)
        return result

    @traitlets.validate("guess")
    def _is_an_option(self, proposal: dict[str, str | None]) -> str | None:
        if proposal["value"] is not None and proposal["value"] not in self.options:
            raise traitlets.TraitError("The guess is none of the options.")
        return proposal["value"]


class Estimate(_Asking, script_name="guesses"):
    """A number that the student guesses on a log scale before it is measured.

    Touched by one thread at a time, the kernel's.

    Args:
        question: What is asked.
        low: Left end of the slider, above 0.
        high: Right end of the slider.
        unit: Unit of the numbers; "s" for seconds, shown as minutes, days or years.

    Examples:
        >>> guess = Estimate("How long for 30 000 words?", 1e-6, 1e9)
        >>> guess.guess = 60
        >>> guess.reveal(21)
        How long for 30 000 words?
        You guessed: 1 min. The answer is: 21 s.
        Too much by a factor of 2.9.
    """

    about: ClassVar[str] = "a number to guess before it is measured"

    values = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    texts = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    guess = traitlets.Float(None, allow_none=True).tag(sync=True)

    def __init__(self, question: str, low: float, high: float, unit: str = "s") -> None:
        super().__init__()
        self._ask(question)
        self._low = inputs.number(low, "low end", at_least=LEAST, at_most=1e300)
        self._high = inputs.number(high, "high end", at_least=LEAST, at_most=1e300)
        if self._low >= self._high:
            raise InvalidInput("The low end must be below the high end.")
        self._unit = inputs.text(unit, "unit", at_most=40)
        ratio = self._high / self._low
        steps = [float(f"{self._low * ratio ** (i / POSITIONS):.1e}") for i in range(POSITIONS + 1)]
        self.set_trait("values", list(dict.fromkeys(steps)))
        self.set_trait("texts", [amount(value, self._unit) for value in self.values])

    def __repr__(self) -> str:
        ends = [amount(end, self._unit) for end in (self._low, self._high)]
        return f"{self.question}\n  {ends[0]} ----o---- {ends[1]}"

    def reveal(self, truth: float) -> Placed:
        """Return the guess and the answer on one axis; the guess is final now.

        Args:
            truth: The answer, above 0, in the estimate's unit.

        Raises:
            InvalidInput: It is no such number.
        """
        number = inputs.number(truth, "answer", at_least=LEAST, at_most=1e300)
        result = Placed(self.question, self.guess, number, self._low, self._high, self._unit)
        self._reveal(result)
        return result

    @traitlets.validate("guess")
    def _is_a_number(self, proposal: dict[str, float | None]) -> float | None:
        value = proposal["value"]
        if value is not None and not LEAST <= value < math.inf:
            raise traitlets.TraitError("The guess must be a number above 0.")
        return value
