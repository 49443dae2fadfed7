"""Exercises: repair a mistake until the attacks stop and the honest user still gets in."""

from labkit.exercises.exercise import Exercise, examine
from labkit.exercises.quiz import Quiz, quiz
from labkit.exercises.report import Report

__all__ = ["Exercise", "Quiz", "Report", "examine", "exercise", "quiz"]


def exercise(id: str, *, student: str | None = None) -> Exercise:  # noqa: A002
    """Return the exercise of that name, like "passwords/store", in a student's own variant."""
    return Exercise(id, student)
