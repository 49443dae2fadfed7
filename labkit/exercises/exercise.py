"""An exercise as a notebook holds it: check, hint, solution, quiz."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from labkit.catalogue import Attack, AttackResult, Outcome
from labkit.display import Shown, card, prose
from labkit.encoding import brief, escaped
from labkit.errors import InvalidInput
from labkit.exercises import content, deadline, judges, progress
from labkit.exercises.report import NOT_TRIED, Report, Row
from labkit.exercises.trial import HONEST, HONEST_TITLE, Target, Trial, raised
from labkit.exercises.variants import Variant, fixed, variant

Functions = Mapping[str, Callable[..., object]]
T = TypeVar("T")


@dataclass(frozen=True)
class Note(Shown):
    """A few words for the student: a hint, a solution, an answer to a quiz question."""

    title: str
    small: str
    text: str
    code: bool = False

    def __repr__(self) -> str:
        return self.text

    def html(self) -> str:
        """Return the note as a card."""
        tag = "pre" if self.code else "p"
        safe = escaped if self.code else prose
        text = "\n".join(safe(line) for line in self.text.split("\n"))
        return card(self.title, self.small, f'<{tag} class="lk-lines">{text}</{tag}>')


class Exercise(Shown):
    """One exercise. The mark that counts is not made here: this runs in the student's kernel.

    Args:
        id: Its name, like "passwords/store".
        student: Whose variant it is; if None, `labkit.exercises.variants.variant` looks it up.

    Raises:
        NoSuchExercise: There is none of that name.
        InvalidInput: The student's id is no text.
    """

    def __init__(self, id: str, student: str | None = None) -> None:  # noqa: A002
        self.content = content.load(id)
        self.variant = variant(id, student)

    def check(self, *functions: Callable[..., object]) -> Report:
        """Walk the honest user's day, then run the attacks, against a site with these functions.

        Args:
            functions: The student's functions, in the order that the task names them.
        """
        report = examine(self.content, self._named(functions), self.variant)
        known = progress.read(self.content.id)
        progress.write(
            self.content.id,
            checks=known["checks"] + 1,
            solved=bool(known["solved"]) or report.solved,
        )
        return report

    def sample(self) -> tuple[Any, ...]:
        """Return the arguments of an honest call, to try the function with.

        Raises:
            InvalidInput: The arguments of this exercise are plain enough to write down.
        """
        return judges.sample(self.content.id, self.variant)

    def hint(self, number: int | None = None) -> Note:
        """Return a hint, the next one unless a number is given; each says more than the last."""
        seen = progress.read(self.content.id)["hints"]
        last = len(self.content.hints)
        wanted = min(seen + 1, last) if number is None else 1 + _index(number, last, "hint")
        progress.write(self.content.id, hints=max(seen, wanted))
        small = f"{wanted} of {len(self.content.hints)}"
        return Note("Hint", small, self.content.hints[wanted - 1])

    def solution(self) -> Note:
        """Return one right answer; there are others."""
        return Note("Solution", "one of several", self.content.solution, code=True)

    def quiz(self, question: int, choice: int | None = None) -> Note:
        """Show a question, or answer it: both are numbered from 1."""
        asked = self.content.quiz[_index(question, len(self.content.quiz), "question")]
        if choice is None:
            lines = [f"{n}. {text}" for n, (text, _) in enumerate(asked.options, 1)]
            return Note("Quiz", f"question {question}", "\n".join([asked.question, *lines]))
        index = _index(choice, len(asked.options), "option")
        word = "right" if index == asked.right else "not yet"
        return Note("Quiz", word, asked.options[index][1])

    def reset(self) -> Note:
        """Forget your progress in this exercise and show the code it began with."""
        progress.forget(self.content.id)
        return Note("Begin again", self.content.id, self.content.given, code=True)

    def __repr__(self) -> str:
        known = progress.read(self.content.id)
        state = "solved" if known["solved"] else "not solved yet"
        return f"{self.content.title} ({self.content.minutes} min, {state})"

    def html(self) -> str:
        """Return the exercise's title and how far the student has come."""
        known = progress.read(self.content.id)
        state = "solved" if known["solved"] else "not solved yet"
        checks = f"{known['checks']} checks, {known['hints']} hints so far"
        own = self.variant
        whose = f"<p>{escaped(own.student)}'s variant, {own.sign}</p>" if own.student else ""
        return card(self.content.title, state, f"<p>{escaped(checks)}</p>{whose}")

    def _named(self, functions: tuple[Callable[..., object], ...]) -> Functions:
        wanted = self.content.answers
        if len(functions) != len(wanted) or not all(callable(one) for one in functions):
            raise InvalidInput(
                f"check takes {len(wanted)} functions.",
                remedy=f"Call check({', '.join(wanted)}) with the functions themselves.",
            )
        return dict(zip(wanted, functions, strict=True))


def examine(exercise: content.Content, functions: Functions, own: Variant | None = None) -> Report:
    """Judge an answer: nothing is written down, so graders and tests may call it too.

    Args:
        exercise: What was asked.
        functions: The answer's functions by name.
        own: The student's variant; if None, the one that is always the same.
    """
    own = own or fixed(exercise.id)
    make = judges.judge(exercise.id)
    trial = _stood(lambda: make(functions, own))
    if isinstance(trial, str):
        return Report(exercise.title, (_honest(exercise, Outcome.BROKEN, trial),), exercise.after)
    day = _stood(trial.day)
    if isinstance(day, str):
        day = AttackResult(HONEST, HONEST_TITLE, Outcome.BROKEN, day)
    rows = [_honest(exercise, day.outcome, _reason(trial.target, day))]
    waits_for = "" if day.outcome is Outcome.HELD else "the honest user gets in"
    for one in exercise.attacks:
        rows.append(_row(exercise, trial, trial.attacks[one], waits_for))
        if str(deadline.TimeUp()) in rows[-1].said:
            waits_for = "the others come to an end"
    beside = _stood(trial.beside) if trial.beside else None
    return Report(
        exercise.title,
        tuple(rows),
        exercise.after,
        own.flag,
        None if isinstance(beside, str) else beside,
    )


def _stood(step: Callable[[], T]) -> T | str:
    """Take a step that calls the student's code; say what it raised, or that it had no end."""
    try:
        return deadline.within(step, limit_s=deadline.LIMIT_S)
    except KeyboardInterrupt:  # the student has seen enough
        raise
    except BaseException as error:  # SystemExit too: it must not end the kernel
        return raised(error)


def _honest(exercise: content.Content, outcome: Outcome, said: str) -> Row:
    question = exercise.feedback.get(HONEST, "") if outcome is Outcome.BROKEN else ""
    return Row(outcome, HONEST_TITLE, said, question, HONEST)


def _row(exercise: content.Content, trial: Trial, attack: Attack, waits_for: str) -> Row:
    if waits_for:
        return Row(NOT_TRIED, attack.title, f"runs once {waits_for}", "", attack.id)
    result = _stood(lambda: _attacked(trial.target, attack))
    if isinstance(result, str):
        result = AttackResult(attack.id, attack.title, Outcome.BROKEN, result)
    question = exercise.feedback.get(attack.id, "") if result.outcome is not Outcome.HELD else ""
    return Row(result.outcome, attack.title, _reason(trial.target, result), question, attack.id)


def _attacked(target: Target, attack: Attack) -> AttackResult:
    target.restore()
    return attack(target)


def _reason(target: Target, result: AttackResult) -> str:
    if result.outcome is Outcome.BROKEN and target.crashes:
        return raised(target.crashes[-1])
    return result.said


def _index(number: object, size: int, what: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= size:
        raise InvalidInput(f"There is no {what} {brief(number)}.", remedy=f"They are 1 to {size}.")
    return number - 1
