"""The notebooks of an exercise, made from its content: the student's, and the solved one."""

import json
from pathlib import Path
from typing import Any

from labkit.exercises.content import Content, folder, load, names

Cell = dict[str, Any]
MOST_LINES = 15  # of a cell


def write(root: Path | None = None) -> list[Path]:
    """Write the student's notebook of every exercise, and the solved one unless it is there."""
    base = root or folder()
    written = []
    for name in names(base):
        content = load(name, root=base)
        student, solved = paths(base, name)
        solved.parent.mkdir(exist_ok=True)
        student.write_text(dump(content), "utf-8")
        written.append(student)
        if not solved.exists() or sources(solved.read_text("utf-8")) != sources(
            dump(content, solved=True)
        ):
            solved.write_text(dump(content, solved=True), "utf-8")
            written.append(solved)
    return written


def paths(base: Path, name: str) -> tuple[Path, Path]:
    """Return where the student's notebook and the solved one of an exercise are."""
    student = base / f"{name}.ipynb"
    return student, student.parent / "solved" / student.name


def dump(content: Content, *, solved: bool = False) -> str:
    """Return the notebook as text: the same content always gives the same bytes."""
    code = content.solution if solved else content.given
    call = f"ex.check({', '.join(content.answers)})"
    cells = [
        _prose(f"# {content.title}\n\n{content.story}"),
        _code(f'from labkit.exercises import exercise\n\nex = exercise("{content.id}")'),
        _prose(f"## Your task\n\n{content.task}"),
        *map(_code, blocks(code)),
        _prose("## Does it hold?\n\nAn honest user walks through the site first, then Mallory."),
        _code(call),
        *(_solved_end(content) if solved else _student_end()),
    ]
    numbered = [cell | {"id": f"cell-{place:02d}"} for place, cell in enumerate(cells, 1)]
    return json.dumps(_notebook(numbered), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def blocks(code: str) -> list[str]:
    r"""Return code in as few pieces as cells of 15 lines allow, parted at empty lines.

    Examples:
        >>> [len(block.splitlines()) for block in blocks("a = 1\n" * 9 + "\n" + "b = 2\n" * 9)]
        [9, 9]
    """
    found: list[str] = []
    for piece in code.strip().split("\n\n"):
        joined = f"{found[-1]}\n\n{piece}" if found else piece
        if found and len(joined.splitlines()) <= MOST_LINES:
            found[-1] = joined
        else:
            found.append(piece)
    return found


def sources(text: str) -> list[str]:
    """Return the sources of a notebook's cells, without what running them left."""
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def _student_end() -> list[Cell]:
    return [
        _prose("Stuck? Each hint says more than the last. `ex.solution()` says everything."),
        _code("ex.hint()"),
        _prose("## One question"),
        _code("ex.quiz(1)"),
        _prose("Answer with the number of an option: `ex.quiz(1, 2)`. Begin again: `ex.reset()`."),
    ]


def _solved_end(content: Content) -> list[Cell]:
    right = content.quiz[0].right + 1
    return [
        _prose(content.after),
        _prose("## One question"),
        _code("ex.quiz(1)"),
        _code(f"ex.quiz(1, {right})"),
    ]


def _prose(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def _code(text: str) -> Cell:
    empty: Cell = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "metadata": {}, "source": _lines(text), **empty}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _notebook(cells: list[Cell]) -> dict[str, Any]:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    language = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
    metadata = {"kernelspec": kernel, "language_info": language}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
