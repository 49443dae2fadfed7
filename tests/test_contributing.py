"""The page "Add a mistake and its attack", followed word for word."""

import re
import types
from pathlib import Path

import pytest

import labkit.attacks.access
import labkit.mistakes.access
from labkit.catalogue import Attack, Mistake, Outcome
from labkit.matrix import Catalogue, Matrix, run

PAGE = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```python (\S+)\n(.*?)```", PAGE, re.DOTALL))
ROOMS = {"mistakes/access": labkit.mistakes.access, "attacks/access": labkit.attacks.access}


def appended(place: str) -> types.ModuleType:
    """The module as it would be with the page's block at its end."""
    module = ROOMS[place]
    source = Path(module.__file__).read_text("utf-8") + "\n\n" + BLOCKS[place]
    longer = types.ModuleType(module.__name__)
    exec(compile(source, place, "exec"), vars(longer))
    return longer


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    mistakes = [
        value.__dict__["mistake"]
        for value in vars(appended("mistakes/access")).values()
        if isinstance(value, type) and isinstance(value.__dict__.get("mistake"), Mistake)
    ]
    attacks = [v for v in vars(appended("attacks/access")).values() if isinstance(v, Attack)]
    return run(Catalogue({m.id: m for m in mistakes}, {a.id: a for a in attacks}))


def test_the_page_has_one_block_for_the_mistake_and_one_for_the_attack():
    assert set(BLOCKS) == set(ROOMS)


def test_the_page_names_files_that_exist():
    for name in re.findall(r"`((?:labkit|tests)/[\w/]+\.(?:py|cfg))`", PAGE):
        assert (Path(__file__).parents[1] / name).is_file(), name


def test_the_new_row_and_column_are_exact_without_touching_anything_else(matrix):
    assert not matrix.surprises, repr(matrix)
    assert matrix.rows["A4"]["A4"].outcome is Outcome.BREACHED


def test_the_example_says_what_was_gained(matrix):
    assert "admin" in matrix.rows["A4"]["A4"].result.said
    assert "her role is what it was" in matrix.rows[None]["A4"].result.said


@pytest.mark.parametrize("place", sorted(ROOMS))
def test_each_block_has_at_most_fifteen_lines(place):
    lines = [line for line in BLOCKS[place].splitlines() if line.strip()]
    assert len(lines) <= 15
