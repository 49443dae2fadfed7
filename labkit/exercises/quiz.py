"""Three questions at the end of a lab; every option, right or wrong, has its reason."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit.display import Shown, card, verdict
from labkit.encoding import brief, escaped
from labkit.exercises.content import MalformedExercise, NoSuchExercise, Question, questions

PLACE = Path(__file__).parent / "quizzes"


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
        return card("Three questions", "open the option that you think is right", body)


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
    return "\n".join([f"{place}. {asked.question}", *options])


def _html(place: int, asked: Question) -> str:
    options = "".join(
        _option(text, why, right=index == asked.right)
        for index, (text, why) in enumerate(asked.options)
    )
    return f'<div class="lk-quiz"><p>{place}. {escaped(asked.question)}</p>{options}</div>'


def _option(text: str, why: str, *, right: bool) -> str:
    word = verdict("held", "Right") if right else verdict("idle", "Not yet")
    summary = f"<summary>{escaped(text)}</summary>"
    return f'<details class="lk-option">{summary}<p>{word} {escaped(why)}</p></details>'
