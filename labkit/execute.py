"""Run notebooks, keep what a reader needs of their outputs, and say what is wrong with one."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labkit.errors import LabkitError

Notebook = Any  # nbformat's NotebookNode, which is not typed

# What is run and written with its outputs. An exercise that waits for its student has none.
PLACES = ("index.ipynb", "notebooks/*.ipynb", "exercises/*/solved/*.ipynb")
TIMEOUT_S = 60
MOST_LINES = 15
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# A widget's view names a model that lives in one kernel; its text twin stays in the file.
VOLATILE_CELL_METADATA = ("execution", "collapsed", "scrolled", "trusted", "ExecuteTime")
KEPT_METADATA = {"kernelspec", "language_info"}
FORBIDDEN = {
    r"\bsys\.path\b": "touches sys.path",
    r"^\s*%run\b": "uses %run",
    r"^\s*[%!]\s*(pip|conda)\b": "installs packages",
    r"NBVAL_SKIP|NBVAL_IGNORE_OUTPUT": "hides its output from nbval",
}
HIDING_TAGS = {"nbval-skip", "nbval-ignore-output"}


class NotebookFailed(LabkitError):
    """A cell raised, or ran for too long."""


def find(root: Path) -> list[Path]:
    """Return the workbench's notebooks: the start page, the labs, the solved exercises."""
    return [path for place in PLACES for path in sorted(root.glob(place))]


def read(path: Path) -> Notebook:
    """Read a notebook.

    Raises:
        LabkitError: The file cannot be read, or is no notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise LabkitError(
            f"{path} is no notebook that can be read: {error}.",
            remedy="Restore it with git checkout, or write it again with make notebooks.",
        ) from error


def run(path: Path, *, timeout_s: float = TIMEOUT_S) -> Notebook:
    """Run a notebook from top to bottom in a new kernel and return it, cleaned.

    Exercises see a student who has not begun and gave no name, whoever runs this.

    Args:
        path: The file; its cells run in the file's folder.
        timeout_s: What one cell may take, in seconds.

    Raises:
        NotebookFailed: A cell raised or took too long.
        LabkitError: The file is no notebook.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    from labkit.exercises.progress import PLACE as PROGRESS
    from labkit.exercises.variants import STUDENT

    notebook = read(path)
    notebook.metadata["kernelspec"] = dict(KERNEL)
    client = NotebookClient(
        notebook,
        timeout=timeout_s,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    try:
        with TemporaryDirectory() as home:
            mine = {PROGRESS: str(Path(home, "progress.json"))}
            others = {name: value for name, value in os.environ.items() if name != STUDENT}
            client.execute(env=others | mine)
    except CellTimeoutError as error:
        raise NotebookFailed(
            f"{path}: a cell ran for more than {timeout_s:g} s.",
            remedy="Split it, or give it less to do.",
        ) from error
    except CellExecutionError as error:
        raise NotebookFailed(f"{path}: a cell raised {error.ename}: {error.evalue}.") from error
    return clean(notebook)


def clean(notebook: Notebook) -> Notebook:
    """Remove in place what differs from run to run and tells a reader nothing."""
    notebook.metadata = {"kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)}
    for cell in notebook.cells:
        for name in VOLATILE_CELL_METADATA:
            cell.metadata.pop(name, None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if "metadata" in output:
                output["metadata"] = {}
    return notebook


def write(path: Path, notebook: Notebook) -> bool:
    """Write a notebook if it differs from what the file holds, and tell whether it did."""
    import nbformat

    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    if path.read_text("utf-8") == text:
        return False
    path.write_text(text, "utf-8", newline="\n")
    return True


def problems(notebook: Notebook) -> list[str]:
    """Say what would let this notebook pass nbval without being tested, or clutters it."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if all(cell.execution_count is None for cell in cells):
        return ["it was never run" if cells else "it has no code cell"]
    told = []
    for number, cell in enumerate(cells):
        told += [f"code cell {number} {problem}" for problem in _cell_problems(cell)]
    counts = [cell.execution_count for cell in cells if cell.source.strip()]
    if None not in counts and counts != list(range(1, len(counts) + 1)):
        told.append("its cells were not run once each, from top to bottom")
    return told + list(_metadata_problems(notebook))


def _cell_problems(cell: Notebook) -> Iterator[str]:
    if not cell.source.strip():
        yield "is empty"
    elif cell.execution_count is None:
        yield "was never run"
    if len(cell.source.splitlines()) > MOST_LINES:
        yield f"has more than {MOST_LINES} lines"
    for pattern, what in FORBIDDEN.items():
        if re.search(pattern, cell.source, re.MULTILINE):
            yield what
    tags = set(cell.metadata.get("tags", ()))
    if tags & HIDING_TAGS:
        yield "hides its output from nbval"
    yield from _output_problems(cell.outputs, expects_error="raises-exception" in tags)


def _output_problems(outputs: Iterable[Notebook], *, expects_error: bool) -> Iterator[str]:
    kinds = [output.output_type for output in outputs]
    if expects_error and "error" not in kinds:
        yield "is tagged raises-exception and holds no error"
    if not expects_error and "error" in kinds:
        yield "holds an error"
    said = "".join(output.get("text", "") for output in outputs)
    if "UsageError" in said:
        yield "holds a UsageError: an unknown magic ended it"
    if any(WIDGET_VIEW in output.get("data", {}) for output in outputs):
        yield "holds the view of a widget that is gone"


def _metadata_problems(notebook: Notebook) -> Iterator[str]:
    extra = set(notebook.metadata) - KEPT_METADATA
    if extra:
        yield f"its metadata has {', '.join(sorted(extra))}"
    if notebook.metadata.get("kernelspec") != KERNEL:
        yield "its metadata names another kernel than python3"
    if "version" in notebook.metadata.get("language_info", {}):
        yield "its metadata names a version of Python"
    for cell in notebook.cells:
        extra = set(cell.metadata) & set(VOLATILE_CELL_METADATA)
        if extra:
            yield f"a cell's metadata has {', '.join(sorted(extra))}"
