"""Puts the exercises' texts into the wheel, where `labkit.exercises` looks for them."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ExerciseTexts(BuildHookInterface):
    """An editable installation reads the texts from the checkout, so it gets no copy."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add exercises/TOPIC/NAME.toml as labkit/exercises/texts/TOPIC/NAME.toml."""
        if version == "editable":
            return
        exercises = Path(self.root, "exercises")
        for path in sorted(exercises.glob("*/*.toml")):
            place = path.relative_to(exercises).as_posix()
            build_data["force_include"][str(path)] = f"labkit/exercises/texts/{place}"
