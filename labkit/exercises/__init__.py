"""Exercises: repair a mistake until the attacks stop and the honest user still gets in."""

from labkit.exercises.exercise import Exercise, examine
from labkit.exercises.quiz import Quiz, quiz
from labkit.exercises.report import Report

__all__ = ["Exercise", "Quiz", "Report", "examine", "exercise", "quiz"]


def exercise(id: str) -> Exercise:  # noqa: A002 (the catalogue's own word)
    """Return the exercise of that name, like "passwords/store"."""
    return Exercise(id)
