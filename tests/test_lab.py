"""`labkit lab`: JupyterLab on loopback, with its token, with no news and no command links."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from labkit import lab
from labkit.errors import InvalidInput

ROOT = Path(__file__).parents[1]


@pytest.fixture
def workbench(tmp_path):
    (tmp_path / "index.ipynb").write_text("{}")
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    return tmp_path


def test_the_workbench_is_found_from_any_folder_in_it(workbench):
    assert lab.find_root(workbench / "notebooks" / "deep") == workbench.resolve()


def test_outside_the_workbench_the_error_says_where_it_looked(tmp_path):
    with pytest.raises(lab.CannotStart, match="cloned") as refused:
        lab.find_root(tmp_path)
    assert refused.value.evidence == {"folder": str(tmp_path.resolve())}


def test_another_projects_index_is_not_the_workbench(tmp_path):
    (tmp_path / "index.ipynb").write_text("{}")
    with pytest.raises(lab.CannotStart):
        lab.find_root(tmp_path)


@pytest.mark.parametrize(
    ("environ", "platform", "seen"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"BROWSER": "wslview"}, "linux", True),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "darwin", False),
        ({}, "win32", True),
    ],
)
def test_a_browser_is_opened_only_where_someone_sees_it(environ, platform, seen):
    assert lab.has_screen(environ, platform) is seen


def test_it_listens_on_loopback_and_keeps_the_token(workbench):
    chosen = lab.options(workbench)
    assert chosen["ServerApp.ip"] == "127.0.0.1"
    assert not [name for name in chosen if "token" in name or "password" in name]


def test_root_is_allowed_only_for_root(workbench):
    assert "ServerApp.allow_root" not in lab.options(workbench)
    assert lab.options(workbench, as_root=True)["ServerApp.allow_root"] is True


def test_a_port_that_was_asked_for_is_that_port_or_none(workbench):
    chosen = lab.options(workbench, port=8899)
    assert (chosen["ServerApp.port"], chosen["ServerApp.port_retries"]) == (8899, 0)


@pytest.mark.parametrize("port", [0, 65536, "8888", True])
def test_what_is_no_port_is_refused(workbench, port):
    with pytest.raises(InvalidInput, match="port"):
        lab.options(workbench, port=port)


@pytest.mark.parametrize(
    ("state", "told", "untold"),
    [
        ({"browser": True, "screen": True, "as_root": False}, "this machine only", "root"),
        ({"browser": False, "screen": False, "as_root": True}, "No screen", "zzz"),
        ({"browser": False, "screen": True, "as_root": False}, "Open the address", "No screen"),
        ({"browser": False, "screen": False, "as_root": True}, "You are root", "zzz"),
    ],
)
def test_what_is_unusual_is_said(state, told, untold):
    said = "\n".join(lab.notices(**state))
    assert told in said
    assert untold not in said


def test_without_jupyterlab_the_error_says_how_to_get_it(workbench, monkeypatch):
    monkeypatch.setattr(lab, "find_spec", lambda _: None)
    with pytest.raises(lab.CannotStart, match="pip install 'labkit"):
        lab.run(root=workbench)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """`labkit lab` in a process of its own, in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        env = {**os.environ, "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config")}
        env |= {"JUPYTER_RUNTIME_DIR": str(home / "run"), "JUPYTER_DATA_DIR": str(home / "data")}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            env.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "labkit.cli", "lab", "--port", str(self.port), "--no-browser"],
            cwd=ROOT / "labkit",
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said, self.address = "", ""
        timer = threading.Timer(90, self.process.kill)
        timer.start()
        for line in self.process.stdout:
            self.said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/\S+", line):
                self.address = found[0]
                break
        while self.process.poll() is None and not self._listens():
            pass  # the address is printed a moment before the server listens
        timer.cancel()

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True

    def ask(self, path: str, token: str = "") -> tuple[int, bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if token:
            request.add_header("Authorization", f"token {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    started = Running(tmp_path_factory.mktemp("home"))
    yield started
    started.stop()


@pytest.mark.slow
class TestRunning:
    def test_it_prints_an_address_that_opens_the_start_page_with_a_token(self, running):
        assert re.fullmatch(
            rf"http://127\.0\.0\.1:{running.port}/lab/tree/index\.ipynb\?token=[0-9a-f]{{48}}",
            running.address,
        ), running.said

    def test_without_the_token_nothing_is_answered(self, running):
        assert running.ask("/api/contents")[0] == 403

    def test_the_folder_served_is_the_workbench(self, running):
        status, octets = running.ask("/api/contents", self.token(running))
        names = {entry["name"] for entry in json.loads(octets)["content"]}
        assert status == 200
        assert {"index.ipynb", "labkit", "README.md"} <= names

    @pytest.mark.parametrize(
        ("plugin", "setting", "value"),
        [
            ("sanitizer", "allowCommandLinker", False),
            ("notification", "fetchNews", "false"),
            ("notification", "checkForUpdates", False),
        ],
    )
    def test_command_links_and_news_are_off(self, running, plugin, setting, value):
        path = f"/lab/api/settings/@jupyterlab/apputils-extension:{plugin}"
        _, octets = running.ask(path, self.token(running))
        assert json.loads(octets)["schema"]["properties"][setting]["default"] == value

    @staticmethod
    def token(running):
        return running.address.partition("token=")[2]
