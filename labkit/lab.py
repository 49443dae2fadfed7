"""Start JupyterLab on the workbench: on loopback, with safe settings, touching no one's own."""

import os
import sys
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from labkit import inputs
from labkit.errors import LabkitError

START_PAGE = "index.ipynb"


class CannotStart(LabkitError):
    """JupyterLab cannot be started here."""


def find_root(start: Path | None = None) -> Path:
    """Return the folder of the workbench: `start` or the nearest parent with its start page.

    Args:
        start: Where to begin; the current folder if not given.

    Raises:
        CannotStart: No folder from `start` upwards is the workbench.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / START_PAGE).is_file() and (folder / "notebooks").is_dir():
            return folder
    raise CannotStart(
        f"Neither {here} nor a folder above it holds labkit's {START_PAGE} and notebooks.",
        remedy="Change into the folder that you cloned labkit into, and run this again.",
        folder=str(here),
    )


def has_screen(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Tell whether a browser that is opened here would be seen by whoever asked.

    Args:
        environ: Environment variables; this process's own if not given.
        platform: As `sys.platform` names it.
    """
    env = os.environ if environ is None else environ
    if env.get("SSH_CONNECTION"):
        return False
    if platform in ("win32", "darwin"):
        return True
    return any(env.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def is_root() -> bool:
    """Tell whether this is root, as in many containers; Windows has no such user."""
    return getattr(os, "geteuid", lambda: 1)() == 0


def options(
    root: Path, *, port: int | None = None, browser: bool = True, as_root: bool = False
) -> dict[str, object]:
    """Return JupyterLab's settings, by the names of its own options.

    Given on the command line they stand above a user's configuration files, which stay as they
    are. The token is left alone: JupyterLab makes a new one at each start.

    Args:
        root: The folder of the workbench.
        port: The port to listen on, or nothing for the first free one from 8888.
        browser: Whether to open one.
        as_root: Whether JupyterLab must be told that it may run as root.
    """
    chosen: dict[str, object] = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.root_dir": root,
        "ServerApp.open_browser": browser,
        "Application.log_level": "WARN",
        "LabApp.default_url": f"/lab/tree/{START_PAGE}",
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        # Defaults under the user's own settings: no news, no commands behind links in outputs.
        "LabApp.app_settings_dir": files("labkit").joinpath("static/jupyterlab"),
        # Which notebooks are open is remembered here, not among those of the user's other work.
        "LabApp.workspaces_dir": root / ".labkit" / "workspaces",
    }
    if port is not None:
        checked = inputs.whole(port, "port", at_least=1, at_most=65535)
        chosen |= {"ServerApp.port": checked, "ServerApp.port_retries": 0}
    if as_root:
        chosen["ServerApp.allow_root"] = True
    return chosen


def notices(*, browser: bool, screen: bool, as_root: bool) -> list[str]:
    """Return what to tell before the start, a line each."""
    told = ["JupyterLab is starting, on this machine only. To stop it, press Ctrl-C here twice."]
    if not browser:
        why = "" if screen else "No screen was found here. "
        told.append(
            f"{why}Open the address below that begins with http://127.0.0.1, token and all."
        )
    if as_root:
        told.append("You are root: JupyterLab is told to allow it, as containers need.")
    return told


def run(*, port: int | None = None, browser: bool = True, root: Path | None = None) -> None:
    """Run JupyterLab on the workbench until it is stopped.

    Args:
        port: The port to listen on, or nothing for the first free one from 8888.
        browser: Whether to open one; without a screen none is opened.
        root: The folder of the workbench; found from the current one if not given.

    Raises:
        CannotStart: JupyterLab is not installed, or this is not the workbench.
        InvalidInput: The port is not a port.
    """
    folder = find_root(root)
    if find_spec("jupyterlab") is None:
        raise CannotStart(
            "JupyterLab is not installed in this Python.",
            remedy="Install the workbench: python -m pip install 'labkit[lab]'.",
            python=sys.executable,
        )
    screen = has_screen()
    as_root = is_root()
    chosen = options(folder, port=port, browser=browser and screen, as_root=as_root)
    for line in notices(browser=browser and screen, screen=screen, as_root=as_root):
        print(line, flush=True)
    # A kernel that the user once installed elsewhere under the same name would lack labkit.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(argv=[f"--{name}={value}" for name, value in chosen.items()])
