"""The doctor: what is too old or missing, the command that mends it, and what it shows."""

import re
import tomllib
from pathlib import Path

import pytest

from labkit import doctor
from labkit.doctor import browsers, packages
from labkit.doctor.report import Finding, Ready, Report, Speed

ROOT = Path(__file__).parents[1]
OLD = Finding("jupyterlab 4.5.0", "mend", "4.6.4 or later is needed", "pip install jupyterlab")
FINE = Finding("bcrypt 5.0.0", "fine")
SPEED = Speed("OWASP_2026", 22.5, 23.1, "CPU time of this thread; wall time agrees.")


def having(**versions):
    """Everything is installed and new, but for the packages given (None: missing)."""
    return lambda package: versions.get(package.replace("-", "_"), "9999")


def state_of(package, version_of):
    [found] = [f for f in packages.examined(version_of) if f.what.split()[0] == package]
    return found


@pytest.mark.parametrize("floor", packages.FLOORS, ids=lambda floor: floor.package)
def test_a_version_below_its_floor_is_to_be_mended_for_the_reason_given(floor):
    version = f"{int(floor.version.split('.')[0]) - 1}.99"
    found = state_of(floor.package, having(**{floor.package.replace("-", "_"): version}))
    needed, reason = re.fullmatch(r"([\d.]+) or later is needed, since (.+)", found.why).groups()
    assert packages.at_least(needed, floor.version)
    assert (found.state, reason) == ("mend", floor.why)
    assert f"{floor.package}>={needed}" in found.command or "sync" in found.command


@pytest.mark.parametrize("floor", packages.FLOORS, ids=lambda floor: floor.package)
def test_a_reason_names_the_version_and_quotes_no_advisory_that_was_not_confirmed(floor):
    assert floor.version in floor.why
    assert "CVE" not in floor.why


@pytest.mark.parametrize("floor", packages.FLOORS, ids=lambda floor: floor.package)
def test_the_project_never_asks_for_less_than_a_floor(floor):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    [least] = [line.split(">=")[1] for line in asked if line.split(">=")[0] == floor.package]
    assert packages.at_least(least, floor.version)


def test_every_requirement_of_the_project_is_examined():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    every = [*project["dependencies"], *extras["lab"], "redis"]
    asked = {line.split(">=")[0] for line in every if "sys_platform" not in line}
    assert {name for name, _, _ in packages.requirements()} == asked


def test_a_missing_package_is_to_be_mended():
    assert state_of("flask", having(flask=None)).state == "mend"


def test_a_missing_redis_client_is_only_a_note():
    assert state_of("redis", having(redis=None)).state == "note"


@pytest.mark.parametrize(
    ("version", "least", "enough"),
    [
        ("4.6.4", "4.6.4", True),
        ("4.10", "4.6.4", True),
        ("4.6", "4.6.4", False),
        ("5.0.0", "5.0", True),
        ("4.6.4rc1", "4.6.4", True),
        ("unknown", "1.0", False),
    ],
)
def test_versions_are_compared_by_their_numbers(version, least, enough):
    assert packages.at_least(version, least) is enough


def test_in_a_checkout_the_mending_command_is_uv_or_make(tmp_path, monkeypatch):
    (tmp_path / "uv.lock").touch()
    (tmp_path / ".venv").mkdir()
    commands = {"uv": "/usr/bin/uv", "make": "/usr/bin/make"}
    monkeypatch.setattr(packages.shutil, "which", commands.get)
    assert packages.mending("flask", "3.1.2", tmp_path).startswith("uv sync --locked")
    del commands["uv"]
    assert packages.mending("flask", "3.1.2", tmp_path) == f'make --directory "{tmp_path}" sync'


def test_elsewhere_the_mending_command_is_this_pythons_pip(tmp_path):
    command = packages.mending("flask", "3.1.2", tmp_path)
    assert re.fullmatch(r'\S+ -m pip install --upgrade "flask>=3\.1\.2"', command)


def test_ready_says_so_in_text_and_html():
    report = Ready((FINE,))
    assert report
    assert repr(report).startswith("ready")
    assert ">Ready<" in report._repr_html_()


def test_not_ready_shows_the_first_thing_to_mend_with_its_command():
    report = Ready((FINE, OLD, Finding("flask", "mend", "not installed", "pip install flask")))
    assert not report
    for shown in (repr(report), report._repr_html_()):
        assert OLD.what in shown
        assert OLD.command in shown
        assert "flask" not in shown


def test_a_note_does_not_keep_the_workbench_from_being_ready():
    assert Ready((Finding("redis", "note", "not installed"),))


def test_what_is_shown_as_html_is_escaped():
    report = Ready((Finding("<b>", "mend", "<i>", "<script>"),))
    assert not re.search("<b>|<i>|<script>", report.html())


def test_ready_here_is_ready():
    assert doctor.ready()


def test_the_report_is_fine_until_something_is_to_be_mended():
    assert Report((FINE,), ()).fine
    assert not Report((FINE, OLD), ()).fine


def test_the_report_as_text_has_findings_commands_speeds_and_the_count():
    said = repr(Report((FINE, OLD), (SPEED,)))
    parts = [
        "ok    bcrypt 5.0.0",
        "MEND  jupyterlab 4.5.0",
        OLD.command,
        "22.5 ms CPU",
        "1 to mend",
    ]
    assert [part for part in parts if part not in said] == []


def test_the_report_as_html_has_the_same(subtests):
    html = Report((FINE, OLD), (SPEED,))._repr_html_()
    for part in ("bcrypt 5.0.0", OLD.command, "22.5"):
        with subtests.test(part):
            assert part in html


def test_the_report_as_values_can_be_written_as_json():
    record = Report((OLD,), (SPEED,)).record()
    assert record["fine"] is False
    assert record["findings"][0]["command"] == OLD.command
    assert record["speeds"][0]["cpu_ms"] == 22.5


def test_each_scheme_is_timed_once(monkeypatch):
    timed = []

    def time_hash(params, *, calls):
        timed.append(params.scheme)
        return type("Timing", (), {"cpu_s": 0.0225, "wall_s": 0.0231, "note": ""})

    monkeypatch.setattr("labkit.passwords.timing.time_hash", time_hash)
    speeds = doctor.examine().speeds
    assert {"argon2id", "bcrypt", "scrypt", "pbkdf2"} <= {name.split("-")[0] for name in timed}
    assert [speed.cpu_ms for speed in speeds] == [22.5] * len(timed)


def test_browsers_are_found_on_the_path(tmp_path):
    (tmp_path / "firefox").touch(mode=0o755)
    assert list(browsers.found("linux", {"PATH": str(tmp_path)})) == ["Firefox"]


def test_browsers_are_found_where_windows_keeps_them(tmp_path):
    program = tmp_path / browsers.WINDOWS_PROGRAMS["Edge"]
    program.parent.mkdir(parents=True)
    program.touch()
    assert list(browsers.found("win32", {"PATH": "", "PROGRAMFILES": str(tmp_path)})) == ["Edge"]


def test_a_machine_without_a_browser_gets_a_note_not_a_failure(monkeypatch):
    monkeypatch.setattr(browsers, "found", lambda: iter(()))
    [found] = [f for f in doctor.examine(speeds=False).findings if f.what == "Browser"]
    assert found.state == "note"
