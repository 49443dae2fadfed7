"""`import labkit` loads nothing but the standard library, and no defence loads what is heavy."""

import json
import subprocess
import sys

import pytest

import labkit

HEAVY = {
    *("IPython", "PIL", "anywidget", "flask", "ipykernel", "ipywidgets", "jupyter_core"),
    *("matplotlib", "numpy", "qrcode", "redis", "traitlets", "zxcvbn"),
}
DEFENCES = ("access", "browser", "guessing", "passwords", "second_factor", "sessions", "tokens")


def modules_loaded_by(statement: str) -> set[str]:
    """The top-level names of what a statement imports, in a new process."""
    program = (
        "import json, sys; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_importing_labkit_loads_the_standard_library_alone():
    assert modules_loaded_by("import labkit") - sys.stdlib_module_names == {"labkit"}


@pytest.mark.parametrize("room", DEFENCES)
def test_a_defence_loads_nothing_heavy(room):
    assert modules_loaded_by(f"import labkit.{room}") & HEAVY == set()


def test_the_command_line_loads_nothing_heavy_before_it_is_needed():
    assert modules_loaded_by("import labkit.cli") - sys.stdlib_module_names == {"labkit"}


def test_the_ready_card_loads_nothing_heavy():
    shown = "from labkit import doctor; doctor.ready()._repr_html_()"
    assert modules_loaded_by(shown) - sys.stdlib_module_names == {"labkit"}


def test_a_heavy_import_would_be_seen():
    assert "zxcvbn" in modules_loaded_by("import zxcvbn") & HEAVY


def test_each_room_is_reached_as_an_attribute():
    assert {"passwords", "tokens", "errors"} <= set(dir(labkit))
    assert labkit.errors.LabkitError.__module__ == "labkit.errors"


def test_an_unknown_room_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'kitchen'"):
        labkit.kitchen  # noqa: B018 (the look-up is what is tested)
