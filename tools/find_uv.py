"""Print the path of a usable uv, fetching one into .uv/ where there is none.

Needs nothing but Python 3.11: a bare Debian has neither pip nor venv. In this order:

1. uv on PATH, when it is new enough to read this project's lock and the system's certificates;
2. .uv/, from an earlier run;
3. the version that uv.lock names, into .uv/: by venv and pip, else by pip alone, else as the
   wheel itself, whose SHA-256 is compared with the one in uv.lock.

Run it from anywhere: `python3 tools/find_uv.py`.
"""

import hashlib
import io
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (0, 11)
WINDOWS = sys.platform == "win32"
EXE = "uv.exe" if WINDOWS else "uv"


def usable(uv: str | Path | None) -> bool:
    """Tell whether `uv` runs and is at least OLDEST."""
    if uv is None:
        return False
    try:
        said = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    found = re.search(r"(\d+)\.(\d+)", said)
    return found is not None and tuple(map(int, found.groups())) >= OLDEST


def here(root: Path = ROOT) -> Path | None:
    """Return the uv that an earlier run left in .uv/, where a venv or pip puts it."""
    places = (root / ".uv" / name / EXE for name in ("bin", "Scripts"))
    return next(filter(usable, places), None)


def locked(root: Path = ROOT) -> dict:
    """Return uv's own entry of uv.lock: version, wheels with address and hash."""
    packages = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))["package"]
    return next(package for package in packages if package["name"] == "uv")


def wheel_for(wheels: list[dict], system: str, machine: str, musl: bool = False) -> dict:
    """Return the entry of the wheel for an operating system and a processor.

    Args:
        wheels: Entries of uv.lock with `url` and `hash`.
        system: As `platform.system()` names it.
        machine: As `platform.machine()` names it.
        musl: Linux with the musl C library (Alpine).
    """
    cpu = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine.lower(), machine.lower())
    if system == "Darwin":
        tag = r"macosx_\d+_\d+_" + {"aarch64": "arm64"}.get(cpu, cpu)
    elif system == "Windows":
        tag = "win_" + {"x86_64": "amd64", "aarch64": "arm64"}.get(cpu, cpu)
    else:
        tag = (r"musllinux\w*_" if musl else r"manylinux\w*_") + cpu
    for wheel in wheels:
        if re.search(rf"{tag}[\w.]*\.whl$", wheel["url"]):
            return wheel
    raise LookupError(f"uv has no wheel for {system} on {machine}.")


def by_venv(target: Path, version: str) -> None:
    """Make a virtual environment and let its pip install uv."""
    run(sys.executable, "-m", "venv", target)
    python = target / ("Scripts/python.exe" if WINDOWS else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", f"uv=={version}")


def by_pip(target: Path, version: str) -> None:
    """Let pip install uv without a virtual environment (Debian without python3-venv)."""
    run(sys.executable, "-m", "pip", "install", "--quiet", "--target", target, f"uv=={version}")


def by_hand(target: Path, _version: str) -> None:
    """Fetch the wheel, compare its hash with the lock's, and take the program out."""
    musl = sys.platform == "linux" and platform.libc_ver()[0] != "glibc"
    wheel = wheel_for(locked()["wheels"], platform.system(), platform.machine(), musl)
    with urllib.request.urlopen(wheel["url"], timeout=60) as answer:
        octets = answer.read()
    place = target / "bin" / EXE
    place.parent.mkdir(parents=True)
    place.write_bytes(program_in(octets, wheel["hash"]))
    place.chmod(0o755)


def program_in(wheel: bytes, expected: str) -> bytes:
    """Return the uv program inside a wheel whose hash is `expected` ("sha256:…")."""
    found = "sha256:" + hashlib.sha256(wheel).hexdigest()
    if found != expected:
        raise ValueError(f"The uv that was fetched has {found}; uv.lock says {expected}.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        name = next(n for n in archive.namelist() if n.endswith(f"/scripts/{EXE}"))
        return archive.read(name)


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)


def fetch(root: Path = ROOT, ways: tuple[Callable[[Path, str], None], ...] = ()) -> Path:
    """Fetch uv into .uv/ by the first way that works."""
    target, version, failures = root / ".uv", locked(root)["version"], []
    for way in ways or (by_venv, by_pip, by_hand):
        shutil.rmtree(target, ignore_errors=True)
        try:
            way(target, version)
        except Exception as error:  # the next way may work; all are told if none does
            told = (getattr(error, "stderr", None) or str(error)).strip()
            failures.append(f"  {way.__name__}: {told.splitlines()[-1] if told else error!r}")
            continue
        if found := here(root):
            return found
        failures.append(f"  {way.__name__}: it left no program that runs")
    raise SystemExit(
        "uv could not be fetched:\n" + "\n".join(failures) + "\nInstall it yourself "
        "(python3 -m pip install uv, or your system's package) and run the command again."
    )


def main() -> None:
    on_path = shutil.which("uv")
    print(on_path if usable(on_path) else here() or fetch())


if __name__ == "__main__":
    main()
