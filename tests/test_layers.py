"""Who may import whom, as the architecture says, held against every import in labkit/.

Imports inside functions count like those at the top, and so does `labkit.room` as an attribute.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import labkit

PACKAGE = Path(labkit.__file__).parent

GROUND = frozenset({"errors", "clock", "encoding", "inputs", "database", "stores"})
DEFENCES = frozenset(
    [
        "passwords",
        "guessing",
        "sessions",
        "browser",
        "access",
        "tokens",
        "second_factor",
        "passkeys",
        "recovery",
    ]
)
STORY = frozenset({"catalogue", "cracking", "exchange", "forging"})
SITE = GROUND | DEFENCES | {"flask", "catalogue", "exchange", "display"}
LESSONS = SITE | STORY | {"practice", "mistakes", "attacks", "interleaving", "difference"}
LESSONS |= {"comparing"}
# What widgets stand on beside the lessons.
BACKSTAGE = frozenset({"measuring"})
ROOMS_FOR_LESSONS = frozenset({"claims", "coverage", "exercises", "matrix"})
TOP = frozenset({"cli", "doctor", "lab", "execute"})

# Room: the other rooms that it may import. A dotted name allows that one module of a room.
MAY_IMPORT = {
    "errors": frozenset(),
    "clock": frozenset({"errors", "inputs"}),
    "encoding": frozenset({"errors"}),
    "inputs": frozenset({"errors"}),
    "database": frozenset({"errors", "inputs"}),
    "stores": frozenset({"errors", "inputs", "database"}),
    "interleaving": frozenset({"errors", "stores"}),
    "display": frozenset({"encoding"}),
    "difference": GROUND | {"display"},
    "exchange": frozenset({"encoding", "display", "errors"}),
    **dict.fromkeys(DEFENCES, GROUND),
    "flask": GROUND | DEFENCES,
    "catalogue": GROUND | {"display", "exchange"},
    "cracking": GROUND | {"display"},
    "comparing": GROUND | {"tokens", "sessions", "display", "exchange", "cracking.words"},
    "forging": (GROUND - {"encoding"}) | {"display", "cracking"},
    "practice": SITE | {"interleaving"},
    "mistakes": SITE | {"practice"},
    "attacks": STORY | {"practice.surface"},
    **dict.fromkeys(ROOMS_FOR_LESSONS, LESSONS),
    "grading": LESSONS | {"exercises"},
    "measuring": GROUND | {"passwords"},
    "widgets": LESSONS | ROOMS_FOR_LESSONS | BACKSTAGE,
    **dict.fromkeys(TOP, LESSONS | ROOMS_FOR_LESSONS | BACKSTAGE | {"grading", "widgets"} | TOP),
}
# Third-party packages, and the only rooms that may import them.
JUPYTER = {"ipywidgets", "anywidget", "traitlets", "IPython", "matplotlib", "ipykernel"}
ONLY_IN = {
    **dict.fromkeys(JUPYTER, frozenset({"widgets"})),
    **dict.fromkeys(["jupyterlab", "jupyter_server", "nbclient", "nbformat"], TOP),
    **dict.fromkeys(["flask", "werkzeug", "jinja2"], frozenset({"flask", "practice"})),
}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of labkit: its dotted name without the leading "labkit.", and its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name and name != "__main__":
            yield name, path


def imports(source: str, module: str, *, is_package: bool = False) -> set[str]:
    """The dotted names that `module` (without "labkit.") imports, wherever in its source."""
    here = ["labkit", *module.split(".")]
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=origin, names=names, level=level):
                base = here[: len(here) - level + is_package] if level else []
                base += origin.split(".") if origin else []
                found |= {".".join([*base, alias.name]) for alias in names}
            case ast.Attribute(value=ast.Name(id="labkit"), attr=attribute):
                found.add(f"labkit.{attribute}")
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if "import" in ast.unparse(
                node.func
            ):
                found.add(name)
    return found


def broken_rules(module: str, imported: set[str]) -> list[str]:
    """What `module` imports and may not."""
    room = module.split(".")[0]
    if room not in MAY_IMPORT:
        return [f"{room} is in no layer: add it to MAY_IMPORT"]
    told = []
    for name in sorted(imported):
        first, *rest = name.split(".")
        if first == "labkit" and rest and rest[0] in {*MAY_IMPORT, "flask"}:
            if rest[0] != room and not _allowed(rest, MAY_IMPORT[room]):
                told.append(f"{module} imports {name}")
        elif room not in ONLY_IN.get(first, {room}):
            told.append(f"{module} imports {name}")
    return told


def _allowed(parts: list[str], allowed: frozenset[str]) -> bool:
    return any(".".join(parts[:n]) in allowed for n in range(1, len(parts) + 1))


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=[name for name, _ in modules()])
def test_a_module_imports_only_what_its_layer_allows(module, path):
    imported = imports(path.read_text("utf-8"), module, is_package=path.stem == "__init__")
    assert broken_rules(module, imported) == []


def test_every_room_is_in_a_layer():
    assert {name.split(".")[0] for name, _ in modules()} <= MAY_IMPORT.keys()


def test_the_layers_have_no_way_back_up():
    # TOP's modules may import each other; every other room must not reach itself.
    def reach(room: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        below = {name.split(".")[0] for name in MAY_IMPORT[room]} - seen
        return frozenset().union(below, *(reach(b, seen | below) for b in below))

    assert [room for room in MAY_IMPORT.keys() - TOP if room in reach(room)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("passwords.hashing", "import labkit.tokens.verify"),
        ("passwords.hashing", "def f():\n    from labkit.sessions import SessionManager"),
        ("passwords", "from labkit import attacks"),
        ("passwords.hashing", "from .. import attacks"),
        ("passwords.hashing", "import labkit\nlabkit.attacks.x()"),
        (
            "passwords.hashing",
            "from importlib import import_module\nimport_module('labkit.matrix')",
        ),
        ("sessions.manager", "import flask"),
        ("access.rbac", "from IPython.display import HTML"),
        ("attacks.passwords", "from labkit.encoding import base64url"),
        ("attacks.passwords", "from labkit.practice.site import Site"),
        ("attacks.passwords", "from labkit.practice import site"),
        ("comparing.designs", "from labkit.practice import Site"),
        ("forging.forgery", "from labkit.tokens import inspect"),
        ("forging.forgery", "from labkit.encoding import base64url"),
        ("practice.app", "from labkit.mistakes import passwords"),
        ("practice.app", "import matplotlib.pyplot"),
        ("matrix", "import labkit.widgets"),
        ("widgets.hash_lab", "import labkit.cli"),
        ("errors", "import labkit.inputs"),
        ("newroom", "import os"),
    ],
)
def test_a_wrong_import_is_caught(module, source):
    assert broken_rules(module, imports(source, module)) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("passwords.hashing", "from labkit import inputs\nfrom labkit.passwords.errors import X"),
        ("passwords.hashing", "from .errors import X\nfrom ..clock import Clock"),
        ("attacks.passwords", "from labkit.practice.surface import Surface\nimport json"),
        ("attacks.passwords", "from labkit.practice import surface"),
        ("widgets.hash_lab", "import anywidget\nfrom labkit.passwords import PasswordHasher"),
        ("practice.app", "from flask import Flask\nfrom labkit.sessions import SessionManager"),
    ],
)
def test_a_right_import_is_let_through(module, source):
    assert broken_rules(module, imports(source, module)) == []
