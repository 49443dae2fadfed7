"""The command: what it prints, where, and its exit codes."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

import labkit
from labkit import cli, execute, lab
from labkit.errors import LabkitError

COMMANDS = ("lab", "doctor", "catalogue", "matrix", "notebooks")
FINE, TO_MEND, USAGE, INTERRUPTED = 0, 1, 2, 130
PAIR = {"mistake": None, "attack": "P3", "outcome": "held", "expected": "held"}


@pytest.fixture
def matrix(monkeypatch):
    """Stands in for a run of the matrix; a test sets its surprises."""
    found = SimpleNamespace(surprises=(), records=lambda: [PAIR])
    monkeypatch.setattr("labkit.matrix.run", lambda book, *, progress: found)
    return found


@pytest.mark.parametrize("arguments", [["--help"], ["lab", "--help"], ["--version"]])
def test_help_and_version_exit_with_0(arguments, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(arguments)
    assert "labkit" in capsys.readouterr().out


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert all(f"  {name}" in said for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["lab", "--port", "0"],
        ["lab", "--port", "65536"],
        ["lab", "--port", "８０"],
        ["matrix", "--yaml"],
        ["notebooks"],
        ["notebooks", "--write", "--check"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_why(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == USAGE
    assert "error:" in capsys.readouterr().err


def test_an_error_is_one_line_with_its_remedy_and_no_traceback(capsys, monkeypatch):
    def refuse(**_):
        raise LabkitError("The door is shut.", remedy="Open it.")

    monkeypatch.setattr(lab, "run", refuse)
    assert cli.main(["lab"]) == TO_MEND
    assert capsys.readouterr().err == "labkit: The door is shut. Open it.\n"


def test_an_interrupt_is_quiet(capsys, monkeypatch):
    def interrupt(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(lab, "run", interrupt)
    assert cli.main(["lab"]) == INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_lab_hands_its_options_on(monkeypatch):
    seen = {}
    monkeypatch.setattr(lab, "run", lambda **options: seen.update(options))
    assert cli.main(["lab", "--port", "8899", "--no-browser"]) == FINE
    assert seen == {"port": 8899, "browser": False}


def test_lab_outside_the_workbench_says_where_to_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lab"]) == TO_MEND
    assert "Change into the folder" in capsys.readouterr().err


def test_the_catalogue_is_listed_with_its_numbers(capsys):
    assert cli.main(["catalogue"]) == FINE
    assert "P3    fast hash without a salt (CWE 916, 759; ASVS 11.4.2)" in capsys.readouterr().out


def test_the_catalogue_as_json_is_a_list_of_mistakes(capsys):
    assert cli.main(["catalogue", "--json"]) == FINE
    records = json.loads(capsys.readouterr().out)
    assert {"id", "title", "cwe", "asvs"} == records[0].keys()


def test_matrix_as_json_is_a_list_of_pairs(matrix, capsys):
    assert cli.main(["matrix", "--json"]) == FINE
    assert json.loads(capsys.readouterr().out) == [PAIR]


def test_matrix_exits_with_1_where_a_pair_differs(matrix):
    matrix.surprises = (PAIR,)
    assert cli.main(["matrix"]) == TO_MEND


def test_matrix_runs_the_part_that_is_named(capsys):
    assert cli.main(["matrix", "A3", "T7", "--json"]) == FINE
    said = capsys.readouterr()
    pairs = {(pair["mistake"], pair["attack"]) for pair in json.loads(said.out)}
    assert pairs == {(row, column) for row in (None, "A3", "T7") for column in ("A3", "T7")}
    assert said.err == ""


@pytest.mark.parametrize("unknown", ["Z9", "t4", "", "\ud800", "T" * 5000])
def test_matrix_with_an_unknown_id_is_one_line_and_exits_with_1(unknown, capsys):
    assert cli.main(["matrix", "A3", unknown]) == TO_MEND
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("labkit: The catalogue has no mistake")
    assert said.err.count("\n") == 1


def test_matrix_says_on_a_terminal_how_far_it_is_in_one_line(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli.main(["matrix", "A3"]) == FINE
    said = capsys.readouterr().err
    assert [told.strip() for told in said.split("\r") if told] == ["site 1 of 2", "site 2 of 2", ""]
    assert "\n" not in said


def test_doctor_as_json_says_whether_all_is_fine(capsys):
    code = cli.main(["doctor", "--json", "--quick"])
    report = json.loads(capsys.readouterr().out)
    assert (code, report["fine"], report["speeds"]) == (FINE, True, [])
    assert {"what", "state", "why", "command"} == report["findings"][0].keys()


def test_notebooks_check_names_the_notebook_and_exits_with_1(tmp_path, capsys):
    path = tmp_path / "bad.ipynb"
    _write(path, executed=False)
    assert cli.main(["notebooks", "--check", str(path)]) == TO_MEND
    assert f"{path}: it was never run" in capsys.readouterr().out


def test_notebooks_check_of_a_file_that_is_none_is_one_line(tmp_path, capsys):
    path = tmp_path / "none.ipynb"
    assert cli.main(["notebooks", "--check", str(path)]) == TO_MEND
    assert capsys.readouterr().err.count("\n") == 1


def test_notebooks_write_tells_what_changed(tmp_path, capsys, monkeypatch):
    path = tmp_path / "good.ipynb"
    ran = _write(path, executed=False)
    ran.cells[0].execution_count = 1
    monkeypatch.setattr(execute, "run", lambda _: ran)
    assert [cli.main(["notebooks", "--write", str(path)]) for _ in range(2)] == [FINE, FINE]
    first, second = capsys.readouterr().out.splitlines()
    assert (first.split()[0], second.split()[0]) == ("written", "unchanged")


def test_the_module_runs_as_a_command():
    done = subprocess.run(
        [sys.executable, "-m", "labkit.cli", "--version"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (FINE, f"labkit {labkit.__version__}\n")


def test_a_reader_who_leaves_early_is_no_error():
    command = [sys.executable, "-m", "labkit.cli", "doctor", "--quick"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (FINE, b"")


def _write(path, *, executed):
    import nbformat

    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1 if executed else None)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.write(notebook, path)
    return notebook
