"""tools/find_uv.py finds uv, or fetches the one that uv.lock names."""

import hashlib
import io
import runpy
import stat
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    return SimpleNamespace(**runpy.run_path(str(ROOT / "tools" / "find_uv.py")))


def program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("says", "usable"),
    [("uv 0.13.9", True), ("uv 1.0.0 (abc)", True), ("uv 0.10.2", False), ("what?", False)],
)
def test_only_a_uv_that_is_new_enough_is_used(tool, tmp_path, says, usable):
    assert tool.usable(program(tmp_path / "uv", says)) is usable


def test_no_uv_at_all_is_not_usable(tool, tmp_path):
    assert not tool.usable(None)
    assert not tool.usable(tmp_path / "uv")


@pytest.mark.parametrize(
    ("system", "machine", "musl", "part"),
    [
        ("Linux", "x86_64", False, "manylinux_2_17_x86_64"),
        ("Linux", "aarch64", False, "manylinux_2_17_aarch64"),
        ("Linux", "x86_64", True, "musllinux_1_1_x86_64"),
        ("Darwin", "arm64", False, "macosx_11_0_arm64"),
        ("Darwin", "x86_64", False, "macosx_10_12_x86_64"),
        ("Windows", "AMD64", False, "win_amd64"),
        ("Windows", "ARM64", False, "win_arm64"),
    ],
)
def test_the_lock_has_a_wheel_for_each_usual_machine(tool, system, machine, musl, part):
    wheel = tool.wheel_for(tool.locked()["wheels"], system, machine, musl)
    assert part in wheel["url"]


def test_a_machine_without_a_wheel_is_told(tool):
    with pytest.raises(LookupError, match="Plan9 on vax"):
        tool.wheel_for(tool.locked()["wheels"], "Plan9", "vax")


def wheel(content: bytes) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        name = "uv.exe" if sys.platform == "win32" else "uv"
        archive.writestr(f"uv-1.data/scripts/{name}", content)
    return octets.getvalue()


def test_the_program_is_taken_from_a_wheel_with_the_locked_hash(tool):
    octets = wheel(b"program")
    digest = "sha256:" + hashlib.sha256(octets).hexdigest()
    assert tool.program_in(octets, digest) == b"program"


def test_a_wheel_with_another_hash_is_refused(tool):
    digest = "sha256:" + hashlib.sha256(wheel(b"program")).hexdigest()
    with pytest.raises(ValueError, match=r"uv\.lock says"):
        tool.program_in(wheel(b"another"), digest)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_the_next_way_is_tried_where_one_fails(tool, tmp_path):
    (tmp_path / "uv.lock").write_bytes((ROOT / "uv.lock").read_bytes())
    tried = []

    def fails(target, version):
        tried.append(version)
        raise OSError("no venv here")

    def works(target, version):
        program(target / "bin" / "uv", f"uv {version}")

    found = tool.fetch(tmp_path, ways=(fails, works))
    assert (found, tried) == (tmp_path / ".uv" / "bin" / "uv", [tool.locked()["version"]])


def test_where_every_way_fails_all_reasons_and_the_remedy_are_told(tool, tmp_path):
    (tmp_path / "uv.lock").write_bytes((ROOT / "uv.lock").read_bytes())

    def fails(target, version):
        raise OSError("no network")

    with pytest.raises(SystemExit, match=r"(?s)no network.*pip install uv"):
        tool.fetch(tmp_path, ways=(fails,))
