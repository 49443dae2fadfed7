"""A few questions at the end of a lab; every option, right or wrong, has its reason."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit.display import Shown, card, prose, verdict
from labkit.encoding import brief, escaped
from labkit.exercises.content import MalformedExercise, NoSuchExercise, Question, questions

PLACE = Path(__file__).parent / "quizzes"
COUNTS = {1: "One question", 3: "Three questions", 4: "Four questions"}


@dataclass(frozen=True)
class Quiz(Shown):
    """Questions to unfold; it needs no kernel once it is shown."""

    name: str
    questions: Sequence[Question]

    def __repr__(self) -> str:
        return "\n".join(_text(place, asked) for place, asked in enumerate(self.questions, 1))

    def html(self) -> str:
        """Return the questions as a card."""
        body = "".join(_html(place, asked) for place, asked in enumerate(self.questions, 1))
        title = COUNTS.get(len(self.questions), "Questions")
        return card(title, "open the option that you think is right", body)


def quiz(name: str) -> Quiz:
    """Return the questions of a lab, named like its notebook: "01_passwords".

    Raises:
        NoSuchExercise: There are none of that name.
        MalformedExercise: Their file cannot be read.
    """
    if name not in [found.stem for found in PLACE.glob("*.toml")]:
        raise NoSuchExercise(f"There are no questions {brief(name)}.")
    path = PLACE / f"{name}.toml"
    try:
        return Quiz(name, questions(tomllib.loads(path.read_text("utf-8"))))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise MalformedExercise(f"{path.name} cannot be read: {error!r}.") from error


def _text(place: int, asked: Question) -> str:
    options = [f"   {letter}) {text}" for letter, (text, _) in zip("abcdef", asked.options)]  # noqa: B905
    change = [f"   {line}" for line in asked.change.splitlines()]
    return "\n".join([f"{place}. {asked.question}", *change, *options])


def _html(place: int, asked: Question) -> str:
    options = "".join(
        _option(text, why, right=index == asked.right)
        for index, (text, why) in enumerate(asked.options)
    )
    question = f"<p>{place}. {prose(asked.question)}</p>{_change(asked.change)}"
    return f'<div class="lk-quiz">{question}{options}</div>'


def _change(change: str) -> str:
    """Return a change as it would be sent for review: signs, and no colour that judges it."""
    if not change:
        return ""
    lines = "\n".join(f'<span class="same">{escaped(line)}</span>' for line in change.splitlines())
    return f'<pre class="lk-diff">{lines}</pre>'


def _option(text: str, why: str, *, right: bool) -> str:
    word = verdict("held", "Right") if right else verdict("idle", "Not yet")
    summary = f"<summary>{prose(text)}</summary>"
    return f'<details class="lk-option">{summary}<p>{word} {prose(why)}</p></details>'
