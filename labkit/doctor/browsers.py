"""The browsers of this machine."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

BROWSERS = {
    "Chromium": ("chromium", "chromium-browser"),
    "Chrome": ("google-chrome", "google-chrome-stable", "chrome"),
    "Edge": ("msedge", "microsoft-edge"),
    "Firefox": ("firefox", "firefox-esr"),
}
MAC_APPLICATIONS = {
    "Chromium": "Chromium.app",
    "Chrome": "Google Chrome.app",
    "Edge": "Microsoft Edge.app",
    "Firefox": "Firefox.app",
}
WINDOWS_PROGRAMS = {
    "Chromium": "Chromium/Application/chrome.exe",
    "Chrome": "Google/Chrome/Application/chrome.exe",
    "Edge": "Microsoft/Edge/Application/msedge.exe",
    "Firefox": "Mozilla Firefox/firefox.exe",
}


def found(platform: str = sys.platform, environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield the names of the browsers found, where this operating system keeps them."""
    env = os.environ if environ is None else environ
    for name, commands in BROWSERS.items():
        places = [shutil.which(command, path=env.get("PATH", "")) for command in commands]
        if platform == "darwin":
            places += [_there(Path("/Applications") / MAC_APPLICATIONS[name])]
        if platform == "win32":
            folders = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
            places += [_there(Path(env[f]) / WINDOWS_PROGRAMS[name]) for f in folders if f in env]
        if any(places):
            yield name


def _there(path: Path) -> str | None:
    return str(path) if path.exists() else None
