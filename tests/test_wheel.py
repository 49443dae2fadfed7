"""The built wheel, in an empty environment: its files are all there and a widget can be shown."""

import json
import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STATIC = ("*.css", "*.js", "*.json", "*.html", "*.txt", "*.toml", "*.svg", "py.typed")
SHOW_EVERY_WIDGET = """
import json
import labkit.widgets
from labkit.display import style
from labkit.widgets.base import Panel

ARGUMENTS = {"Prediction": ("Which?", ["this", "that"]), "Estimate": ("How long?", 1, 100)}
shown = {}
for name in labkit.widgets.__all__:
    kind = getattr(labkit.widgets, name)
    if isinstance(kind, type) and issubclass(kind, Panel):
        widget = kind(*ARGUMENTS.get(name, ()))
        bundle = widget._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        assert "application/vnd.jupyter.widget-view+json" in data, name
        shown[name] = [len(str(widget._esm)), len(str(widget._css))]
print(json.dumps([labkit.__file__, len(style()), shown]))
"""
READ_EVERY_EXERCISE = """
import json, sys
from labkit.exercises import content

print(json.dumps({name: content.load(name).title for name in sys.argv[1:]}))
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def uv():
    tool = runpy.run_path(str(ROOT / "tools" / "find_uv.py"))
    on_path = shutil.which("uv")
    return str(on_path if tool["usable"](on_path) else tool["here"]() or tool["fetch"]())


def run(*command, **options):
    env = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"} | os.environ
    env.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, env=env, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(uv, tmp_path_factory):
    target = tmp_path_factory.mktemp("dist")
    run(uv, "build", "--wheel", "--out-dir", target, ROOT)
    [path] = target.glob("labkit-*.whl")
    return path


@pytest.fixture(scope="module")
def python(uv, wheel, tmp_path_factory):
    """A Python in an environment with the wheel, its extra and the locked versions alone."""
    folder = tmp_path_factory.mktemp("empty")
    locked = folder / "locked.txt"
    export = ("export", "--locked", "--all-extras", "--no-default-groups", "--no-emit-project")
    locked.write_text(run(uv, *export, "--no-hashes", "--quiet", cwd=ROOT))
    run(uv, "venv", "--python", sys.executable, folder / "venv")
    place = folder / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(
        *(uv, "pip", "install", "--python", place, "--constraints", locked),
        f"labkit[lab] @ {wheel.as_uri()}",
    )
    return place


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "labkit"
    wanted = {path for pattern in ("*.py", *STATIC) for path in package.rglob(pattern)}
    assert {path.relative_to(ROOT).as_posix() for path in wanted} - in_wheel == set()


def test_every_exercise_is_found_far_from_the_checkout(python, tmp_path):
    texts = sorted(ROOT.glob("exercises/*/*.toml"))
    assert texts
    names = [text.relative_to(ROOT / "exercises").with_suffix("").as_posix() for text in texts]
    titles = json.loads(run(python, "-c", READ_EVERY_EXERCISE, *names, cwd=tmp_path))
    assert list(titles) == names
    assert all(titles.values())


def test_nothing_but_the_package_and_its_licences_is_in_the_wheel(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"labkit", "labkit-0.1.0.dist-info"}
    assert {"LICENSE", "LICENSE-TEXT"} <= {Path(name).name for name in names}


def test_the_command_is_installed_and_finds_nothing_to_mend(python, tmp_path):
    command = python.with_name("labkit.exe" if sys.platform == "win32" else "labkit")
    assert "Nothing to mend." in run(command, "doctor", "--quick", cwd=tmp_path)


def test_every_widget_can_be_shown_with_its_static_files(python, tmp_path):
    place, style, shown = json.loads(run(python, "-c", SHOW_EVERY_WIDGET, cwd=tmp_path))
    assert Path(place).is_relative_to(python.parents[1])
    assert shown
    assert {name: sizes for name, sizes in shown.items() if min(sizes) < 500} == {}
    assert style > 1000
