"""The ways to install agree: pyproject.toml, uv.lock, environment.yml, Makefile."""

import re
import tomllib
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PUBLIC = {"pypi.org", "files.pythonhosted.org"}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def lock():
    return tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


@pytest.fixture(scope="module")
def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def test_conda_installs_the_project_editable_with_all_its_extras(conda, project):
    [pip] = [entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict)]
    [editable] = pip
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", editable)[1].split(",")
    assert sorted(extras) == sorted(project["optional-dependencies"])


def test_conda_takes_the_python_that_the_project_asks_for(conda, project):
    assert f"python{project['requires-python']}" in conda["dependencies"]


def test_conda_takes_everything_from_conda_forge_under_the_projects_name(conda, project):
    assert conda["name"] == project["name"]
    assert conda["channels"] == ["conda-forge", "nodefaults"]


def addresses(node):
    """Every value of the lock that is an address or a path."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"url", "registry", "path", "directory", "editable", "virtual", "git"}:
                yield key, value
            else:
                yield from addresses(value)
    elif isinstance(node, list):
        for value in node:
            yield from addresses(value)


def test_the_lock_names_public_registries_only(lock):
    found = list(addresses(lock))
    hosts = {urlsplit(value).hostname for key, value in found if key in {"url", "registry"}}
    assert hosts == PUBLIC
    assert [pair for pair in found if pair[0] not in {"url", "registry"}] == [("editable", ".")]


@pytest.mark.parametrize(
    "bad",
    [
        {"source": {"registry": "https://mirror.example/simple"}},
        {"wheels": [{"url": "file:///opt/wheels/x.whl"}]},
        {"source": {"path": "/opt/wheels/x.whl"}},
    ],
)
def test_another_address_in_the_lock_is_seen(bad):
    [(key, value)] = addresses(bad)
    assert key not in {"url", "registry"} or urlsplit(value).hostname not in PUBLIC


def test_every_package_in_the_lock_has_a_hash(lock):
    files = [
        file
        for package in lock["package"]
        for file in [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
    ]
    assert files
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_the_lock_keeps_the_least_versions_of_the_project(lock, project):
    locked = {package["name"]: package.get("version", "") for package in lock["package"]}
    for line in chain(project["dependencies"], *project["optional-dependencies"].values()):
        name, least = line.split(">=")
        assert numbers(locked[name]) >= numbers(least), line


def numbers(version: str) -> list[int]:
    return [int(part) for part in re.match(r"[\d.]+", version)[0].strip(".").split(".")]


def test_make_help_names_every_target_and_no_other():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    told = set(re.findall(r"@echo 'make (\w+)  ", makefile))
    assert told == set(phony.split()) - {"help"}
    assert set(phony.split()) == set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
