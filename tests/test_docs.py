"""The documents tell the truth: commands exist, links lead somewhere, examples run."""

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

import labkit
from benchmarks import report
from labkit import cli

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PAGES = [*DOCUMENTS, *sorted(ROOT.glob("index.ipynb")), *sorted(ROOT.glob("notebooks/*.ipynb"))]
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:work|root|home|tmp|opt|mnt|srv|var)/|/Users/|[A-Z]:\\Users"
)
MOST_BYTES = 170_000  # of a picture
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def prose(path: Path) -> str:
    if path.suffix != ".ipynb":
        return path.read_text("utf-8")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, list[str]]]:
    """Every line of a shell block, and every `command` in the text that is one of ours."""
    found = []
    for path in DOCUMENTS:
        text = prose(path)
        lines = [
            line
            for kind in ("sh", "powershell")
            for block in blocks(text, kind)
            for line in block.splitlines()
        ]
        lines += re.findall(r"`((?:make|labkit) [^`]+)`", text)
        found += [(path.name, shlex.split(line, comments=True, posix=False)) for line in lines]
    return [(name, words) for name, words in found if words]


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_picture_that_is_shown_is_there_and_small():
    shown = {
        (path.parent / place).resolve()
        for path in DOCUMENTS
        for place in re.findall(r'\b(?:src|srcset)="([^":]+)"', prose(path))
    }
    assert shown
    assert [names(place) for place in shown if not place.is_file()] == []
    assert [names(place) for place in shown if place.stat().st_size > MOST_BYTES] == []


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {words[1] for _, words in commands() if words[0] == "make"}
    assert {"lab", "test"} <= named <= targets


def test_every_labkit_command_that_is_named_is_understood():
    ours = [words for _, words in commands() if Path(words[0].replace("\\", "/")).name == "labkit"]
    assert ours
    for words in ours:
        cli._parser().parse_args(words[1:])  # exits with 2 where it is not understood


def test_every_path_that_a_command_names_exists():
    named = [
        w for _, words in commands() for w in words[1:] if re.match(r"(tests|labkit|note)\w*/", w)
    ]
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_installed_extras_are_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r'-e "\.\[([\w,]+)\]"', prose(ROOT / "README.md"))
    assert named
    assert {frozenset(extras.split(",")) for extras in named} == {
        frozenset(project["optional-dependencies"])
    }


@pytest.mark.parametrize("path", PAGES, ids=names)
def test_every_link_to_a_file_leads_somewhere(path):
    missing = [link for link in LINK.findall(prose(path)) if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=names)
def test_no_path_of_a_machine_is_named(path):
    assert MACHINE_PATHS.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("see /home/ann/x", 1), ("C:\\Users\\ann", 1), ("/work/main", 1), ("docs/home/x", 0)],
)
def test_a_path_of_a_machine_would_be_seen(text, found):
    assert len(MACHINE_PATHS.findall(text)) == found


def test_the_readmes_examples_run(capsys):
    examples = blocks(prose(ROOT / "README.md"), "python")
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == "True None\nstudent\n"


def test_the_readme_has_a_place_for_the_benchmarks():
    assert report.written(prose(ROOT / "README.md"), "table")


def test_the_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    [latest, *_] = re.findall(r"^## (\d+\.\d+\.\d+)", prose(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert {project["version"], citation["version"], latest} == {labkit.__version__}
