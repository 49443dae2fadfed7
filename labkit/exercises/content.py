"""An exercise's text and answers, read from one TOML file."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.encoding import brief
from labkit.errors import LabkitError

_NAME = re.compile(r"[a-z0-9_]{1,40}/[a-z0-9_]{1,40}", re.ASCII)
PACKAGED = Path(__file__).parent / "texts"
CHECKOUT = Path(__file__).parents[2] / "exercises"  # an editable installation holds no copy


class NoSuchExercise(LabkitError):
    """No exercise has this name."""

    default_remedy = "Look into the exercises folder for the names."


class MalformedExercise(LabkitError):
    """An exercise's file cannot be used."""


@dataclass(frozen=True)
class Answer:
    """A worked answer: its name, its code, and which attacks catch it (none: it is right)."""

    name: str
    code: str
    caught_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A quiz question with a reason for each option; `right` is the index of the right one.

    `change` is a change of code to review, where the question is about one: lines that begin with
    "-", "+" or a space.
    """

    question: str
    options: tuple[tuple[str, str], ...]
    right: int
    change: str = ""


@dataclass(frozen=True)
class Content:
    """Everything an exercise says and knows, without the machinery that judges it."""

    id: str
    title: str
    minutes: int
    lab: str
    story: str
    task: str
    answers: tuple[str, ...]
    attacks: tuple[str, ...]
    given: str
    solution: str
    after: str
    hints: tuple[str, ...]
    feedback: Mapping[str, str]
    alternatives: tuple[Answer, ...]
    wrong: tuple[Answer, ...]
    quiz: tuple[Question, ...]


def folder() -> Path:
    """Return the folder of exercises: the project's, found upward from here, or labkit's own."""
    for place in (Path.cwd(), *Path.cwd().parents):
        if any((place / "exercises").glob("*/*.toml")):
            return place / "exercises"
    return PACKAGED if PACKAGED.is_dir() else CHECKOUT


def load(id: str, *, root: Path | None = None) -> Content:  # noqa: A002 (the catalogue's own word)
    """Read one exercise, named like "passwords/store".

    Raises:
        NoSuchExercise: There is no such file.
        MalformedExercise: The file is no TOML or lacks a field.
    """
    if not isinstance(id, str) or not _NAME.fullmatch(id):
        raise NoSuchExercise(f"{brief(id)} is no name of an exercise.")
    base = root or folder()
    path = base / f"{id}.toml"
    if not path.is_file():
        raise NoSuchExercise(f"There is no exercise {id!r} in {base}.")
    try:
        return _content(id, tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise MalformedExercise(
            f"The exercise {id!r} cannot be read: {error!r}.", remedy=f"Mend {path.name}."
        ) from error


def names(root: Path | None = None) -> list[str]:
    """Return the names of all exercises."""
    base = root or folder()
    return sorted(
        path.relative_to(base).with_suffix("").as_posix() for path in base.glob("*/*.toml")
    )


def questions(raw: Mapping[str, Any]) -> tuple[Question, ...]:
    """Read the `quiz` tables of a file."""
    return tuple(_question(entry) for entry in raw["quiz"])


def _content(id: str, raw: Mapping[str, Any]) -> Content:  # noqa: A002
    code = {name: raw[name].strip() + "\n" for name in ("given", "solution")}
    prose = {name: raw[name].strip() for name in ("story", "task", "after")}
    return Content(
        id=id,
        title=raw["title"],
        minutes=raw["minutes"],
        lab=raw["lab"],
        answers=tuple(raw["answers"]),
        attacks=tuple(raw["attacks"]),
        hints=tuple(raw["hints"]),
        feedback=raw["feedback"],
        alternatives=tuple(_answer(entry) for entry in raw["alternatives"]),
        wrong=tuple(_answer(entry) for entry in raw["wrong"]),
        quiz=questions(raw),
        **code,
        **prose,
    )


def _answer(raw: Mapping[str, Any]) -> Answer:
    return Answer(raw["name"], raw["code"].strip() + "\n", tuple(raw.get("caught_by", ())))


def _question(raw: Mapping[str, Any]) -> Question:
    options = tuple((option["text"], option["why"]) for option in raw["options"])
    return Question(raw["question"], options, raw["right"], raw.get("change", "").strip("\n"))
