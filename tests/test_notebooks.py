"""Notebooks cannot pass nbval in silence: each was run whole, holds no error, and is collected.

The guards themselves are tried on notebooks that are wrong on purpose.
"""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit import execute

ROOT = Path(__file__).parents[1]
NOTEBOOKS = execute.find(ROOT)
HELD = {"kernelspec": execute.KERNEL, "language_info": execute.LANGUAGE}
ERROR = new_output("error", ename="ValueError", evalue="no", traceback=[])
USAGE = new_output("stream", name="stderr", text="UsageError: Line magic function `%x` not found.")
VIEW = new_output("display_data", data={execute.WIDGET_VIEW: {"model_id": "a"}, "text/plain": "x"})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_notebook_was_run_whole_and_hides_nothing(path):
    assert execute.problems(execute.read(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_notebook_is_valid_and_written_as_make_notebooks_writes_it(path):
    notebook = execute.read(path)
    nbformat.validate(notebook)
    assert nbformat.writes(execute.clean(notebook)).rstrip("\n") + "\n" == path.read_text("utf-8")


def test_nbval_collects_every_code_cell_and_there_are_some():
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "nbval.plugin"]
    command += ["--nbval", "--rootdir", str(ROOT), *map(str, NOTEBOOKS)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    collected = re.findall(r"^(\S+\.ipynb)::", said, re.MULTILINE)
    counts = {path.relative_to(ROOT).as_posix(): code_cells(path) for path in NOTEBOOKS}
    assert {name: collected.count(name) for name in counts} == counts
    assert sum(counts.values()) > 0


def code_cells(path: Path) -> int:
    return sum(cell.cell_type == "code" for cell in execute.read(path).cells)


def test_make_test_gives_nbval_every_notebook():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [patterns] = re.findall(r"^NOTEBOOKS := \$\(wildcard (.*)\)$", makefile, re.MULTILINE)
    assert {path for pattern in patterns.split() for path in ROOT.glob(pattern)} == set(NOTEBOOKS)


def cell(source="1 + 1", **fields):
    return new_code_cell(source, **({"execution_count": 1} | fields))


def notebook(*cells, **metadata):
    return new_notebook(cells=list(cells), metadata=HELD | metadata)


def test_a_good_notebook_has_no_problems():
    assert execute.problems(notebook(new_markdown_cell("# A"), cell())) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (notebook(new_markdown_cell("# A")), "no code cell"),
        (notebook(cell(execution_count=None)), "it was never run"),
        (notebook(cell(), cell(execution_count=None)), "code cell 1 was never run"),
        (notebook(cell(execution_count=7)), "from top to bottom"),
        (notebook(cell(execution_count=2), cell()), "from top to bottom"),
        (notebook(cell(""), cell()), "is empty"),
        (notebook(cell(outputs=[ERROR])), "holds an error"),
        (notebook(cell(outputs=[USAGE])), "UsageError"),
        (notebook(cell(metadata={"tags": ["raises-exception"]})), "holds no error"),
        (notebook(cell(metadata={"tags": ["nbval-skip"]})), "hides its output"),
        (notebook(cell("# NBVAL_IGNORE_OUTPUT\n1")), "hides its output"),
        (notebook(cell("x = 1\n" * 16)), "more than 15 lines"),
        (notebook(cell("import sys\nsys.path.insert(0, '..')")), "sys.path"),
        (notebook(cell("%run other.py")), "%run"),
        (notebook(cell("x = 1\n%pip install flask")), "installs packages"),
        (notebook(cell("!pip install flask")), "installs packages"),
        (notebook(cell(outputs=[VIEW])), "widget that is gone"),
        (notebook(cell(), widgets={"state": {}}), "metadata has widgets"),
        (notebook(cell(), kernelspec={"name": "mine", "display_name": "Mine"}), "another kernel"),
        (
            notebook(cell(), language_info={"name": "python", "version": "3.11.7"}),
            "version of Python",
        ),
        (notebook(cell(metadata={"execution": {"iopub.execute_input": "now"}})), "has execution"),
        (notebook(cell(metadata={"trusted": True})), "has trusted"),
    ],
)
def test_a_wrong_notebook_is_told_what_is_wrong(wrong, problem):
    told = execute.problems(wrong)
    assert [said for said in told if problem in said], told


def test_an_error_that_is_expected_and_stored_is_no_problem():
    expected = cell(metadata={"tags": ["raises-exception"]}, outputs=[ERROR])
    assert execute.problems(notebook(expected)) == []


def test_cleaning_removes_what_is_volatile_and_keeps_the_text():
    ran = notebook(
        cell(metadata={"execution": {"start": "now"}, "tags": ["x"]}, outputs=[VIEW]),
        widgets={"state": {}},
        language_info={"name": "python", "version": "3.11.7"},
    )
    [cleaned] = execute.clean(ran).cells
    assert cleaned.metadata == {"tags": ["x"]}
    assert cleaned.outputs[0]["data"] == {"text/plain": "x"}
    assert execute.problems(ran) == []


def test_a_notebook_is_run_and_cleaned(tmp_path):
    path = tmp_path / "sum.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("print(6 * 7)")]), path)
    ran = execute.run(path)
    assert ran.cells[0].outputs[0]["text"] == "42\n"
    assert execute.problems(ran) == []
    assert [execute.write(path, ran), execute.write(path, ran)] == [True, False]


def test_a_cell_that_raises_or_runs_too_long_is_told(tmp_path, subtests):
    for source, timeout_s, said in [
        ("1 / 0", 60, "a cell raised ZeroDivisionError: division by zero"),
        ("while True: pass", 1, "a cell ran for more than 1 s"),
    ]:
        path = tmp_path / "wrong.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
        with subtests.test(source), pytest.raises(execute.NotebookFailed, match=said):
            execute.run(path, timeout_s=timeout_s)


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "PHC-STRING"),
        ("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "PHC-STRING"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", "TOKEN"),
        ("?ticket=eyJhbGciOiJFUzI1NiIs … 73q8UdzFmJOA → 403", "?ticket=TOKEN → 403"),
        ('<div class="lk-token"><span class="h">eyJh</span>.</div><p>', "TOKEN<p>"),
        ('  JSON      - {"a":1}\n            + {"a":2}\n                   ^\nx', "  STEP\nx"),
        ("<p><i>before</i> <code>7b</code></p><p>x", "STEP<p>x"),
        ('{"kid":"04dd8b8b21fb4343","role":"admin"}', '{"RANDOM-MEMBER","role":"admin"}'),
        ("'x': '-5UxYdlIR3wc6KHfYbNyRl2Ra4cU9cXFAT31s2qq7J-'", "'RANDOM-MEMBER'"),
        ('jti: "gqQfHyI-VeldCW-aazLXhA"  its own name', 'RANDOM-MEMBER"  its own name'),
        (">&quot;gqQfHyI-VeldCW-aazLXhA&quot;: a string, as it must be<", ">RANDOM-STRING<"),
        ("a key -5UxYdlIR3wc6KHfYbNyRl2R- of", "a key RANDOM of"),
        ("&quot;jti&quot;:&quot;-j-jjnoBD_Q-VoA5u1_nuw&quot;", "&quot;RANDOM-MEMBER&quot;"),
        ('"kid":"../../dev/null"', '"kid":"../../dev/null"'),
        ("  JSON      - nothing below it", "  JSON      - nothing below it"),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "HEX-DIGEST"),
        ("the key named cd4e35f08f99968e", "the key named HEX-DIGEST"),
        ("it took 22.5 ms, not 1 200 seconds", "it took DURATION, not DURATION"),
        ("http://gradebook.localhost:49152/grades", "http://HOST:PORT/grades"),
        ("<Widget at 0x7f00aa>", "<Widget at ADDRESS>"),
        ("<style>.a {\n}</style><div>", "STYLE<div>"),
        ("27.8 ms CPU (± 4.0%), 42.9 ms wall. Wall time agrees.", "MEASURED"),
        ("72 log-ins a second, 2 cores.", "FIGURE."),
        ('<p class="lk-num">22.5 <small>ms', "FIGUREms"),
        ('<i style="width:25.9%"></i>', '<i style="PLACE"></i>'),
        ("nearest to 100 ms here   cost 10", "NEAREST"),
        ('<p>held</p><details class="lk-more"><p>x</p></details>', "<p>held</p>EXCHANGES"),
        ('<details class="lk-option"><p>x</p>', '<details class="lk-option"><p>x</p>'),
        ("sessions  110 000 (1.1×, store full) · 4 100 (1×)", "sessions  RATE · RATE"),
        ("look-ups a second, 10 services  20", "look-ups a second, 10 services  20"),
        ("GET /calendar/carol.ics, 503 times → 404", "GET /calendar/carol.ics, OFTEN → 404"),
        ("log in as frank, 53 times", "log in as frank, 53 times"),
        ("bcrypt at cost 4", "bcrypt at cost 4"),
        ("45 <small>points</small>", "45 <small>points</small>"),
        ("689 guesses", "689 guesses"),
        ("six of eight passwords found", "six of eight passwords found"),
        ("slower: yes", "slower: yes"),
        ("alice  teacher  54", "alice  teacher  54"),
        ("a_rather_long_name_of_a_function", "a_rather_long_name_of_a_function"),
        ("TokenVerifierRefusedTheHeader", "TokenVerifierRefusedTheHeader"),
    ],
)
def test_only_what_is_volatile_is_sanitised(text, replaced):
    rules = (ROOT / "tests" / "nbval_sanitize.cfg").read_text("utf-8")
    for pattern, by in re.findall(r"^regex: (.*)$\n^replace: (.*)$", rules, re.MULTILINE):
        text = re.sub(pattern, by, text)
    assert text == replaced
