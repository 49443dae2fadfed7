"""A real JupyterLab in a real Chromium, for what only a browser shows.

The fixtures, from the ground up:

- `chromium` (one per test file): a Playwright `Browser` over the Chromium of this machine, for
  tests of any page.
- `jupyterlab` (one per session and worker): a JupyterLab server on loopback in a folder of its own,
  with settings of its own; `jupyterlab.url`, `jupyterlab.port`, `jupyterlab.folder`.
- `open_notebook` (one per test file): makes a notebook from code cells, opens it, runs all its
  cells and waits until they have run. All notebooks of one test file share one kernel, which is
  warm by then, so name things apart.

A test of a widget, which opens its notebook once for the whole file:

    @pytest.fixture(scope="module")
    def notebook(open_notebook):
        return open_notebook("from labkit.widgets import HashLab", "HashLab()")

    def test_it_shows_and_stays_quiet(notebook):
        assert "Argon2id" in notebook.output(1).inner_text()
        notebook.assert_quiet()

    def test_the_slider_obeys_the_keyboard(notebook):
        notebook.page.locator(".widget-slider .noUi-handle").first.focus()
        notebook.page.keyboard.press("ArrowRight")
        notebook.see(1, "cost 11")

`open_notebook(*cells, allow_errors=False)` returns an `OpenNotebook`; see that class. To open the
first one takes about five seconds, so look at one notebook in many ways rather than open many:
`notebook.theme("dark")`, `notebook.resize(560)`, `notebook.resize(1200, zoom=2)`. A second one
takes the first one's place in the same page, and what was there before is gone.

The machine may be busy, and the page, the kernel and the test each go their own way:

- After a click or a key, wait for what is to come: `see` (what is shown), `hear` (what screen
  readers hear), `wait_until` (what the kernel says), `none` (what must not be found), Playwright's
  `expect`. Never compare a `count()` or a text at once, and never wait for a fixed time.
- What is heard stands in the page too, in a live region that nobody sees, and often in the same
  words. `seen(cell, words)` leaves it out, and whatever else is hidden.
- `WAIT_S` is how long anything may take. It fails a test, it measures nothing.

Where no Chromium is found these tests are skipped with one line; with CI set they fail.
"""

import base64
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
)
THEMES = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "high contrast": "JupyterLab Dark High Contrast",
}
# The widgets' state is saved, as a student may choose: even so, what is secret is in no file.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension/sanitizer": {"allowCommandLinker": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
}
SHARP = 2  # pixels of a picture for each CSS pixel
START_S, CELLS_S, WAIT_S, SETTLED_S = 180, 120, 60, 20
expect.set_options(timeout=WAIT_S * 1000)

JSON = dict[str, Any]


def find_chromium() -> str | None:
    """Return the path of a Chromium: $LABKIT_CHROMIUM, else the first known name on PATH."""
    return os.environ.get("LABKIT_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one test file; Playwright's event loop would disturb other files' tests."""
    path = find_chromium()
    if path is None:
        reason = "no Chromium here (Debian: apt-get install chromium; or set LABKIT_CHROMIUM)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


class JupyterLab:
    """A JupyterLab server on loopback, with folders, settings and a kernel search of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, home / "notebooks"
        self.folder.mkdir()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = home / "server.log"
        self._settings = home / "config" / "lab" / "user-settings"
        for name, value in SETTINGS.items():
            self._set(name, value)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                _server_command(self.port, self.folder),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=_environment(home),
            )
        self._wait()

    def ask(self, method: str, path: str, body: JSON | None = None) -> Any:
        """Send a request to the server's REST API and return the JSON it answers, if any."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            octets = answer.read()
        return json.loads(octets) if octets else None

    def start_kernel(self) -> str:
        """Start a kernel and return its id."""
        return str(self.ask("POST", "kernels", {"name": "python3"})["id"])

    def stop_kernel(self, kernel: str) -> None:
        """Stop a kernel and the sessions that use it."""
        self.ask("DELETE", f"kernels/{kernel}")

    def attach(self, path: str, kernel: str) -> None:
        """Let the notebook at `path` find `kernel` running when it is opened."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"id": kernel}}
        self.ask("POST", "sessions", body)

    def holding(self, secret: str) -> list[Path]:
        """Return the files of notebooks, kernels and server that hold `secret`."""
        return [path for path in self.home.rglob("*") if secret.encode() in _octets(path)]

    def stop(self) -> None:
        """Stop the server and its kernels."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _set(self, name: str, value: JSON) -> None:
        file = self._settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))

    def _wait(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                self.ask("GET", "status")
                return
            except OSError:
                time.sleep(0.05)
        self._process.kill()
        self._process.wait()
        pytest.fail("JupyterLab did not start:\n" + self._log.read_text()[-3000:])


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:  # SQLite's journals come and go
        return b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _server_command(port: int, folder: Path) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.disable_check_xsrf": True,
        "IdentityProvider.token": "",
        "FileContentsManager.preferred_dir": "",
        "KernelManager.shutdown_wait_time": 0.5,
        "LabApp.expose_app_in_browser": True,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    return [sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in options.items())]


def _environment(home: Path) -> dict[str, str]:
    ours = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": home / "ipython",
        "LABKIT_PROGRESS": home / "progress.json",
    }
    return os.environ | {name: str(value) for name, value in ours.items()}


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """The session's JupyterLab."""
    server = JupyterLab(tmp_path_factory.mktemp("jupyterlab"))
    yield server
    server.stop()


# Everything below runs in JupyterLab's own page, through the application that it exposes.
OPENED = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  const kernel = panel.sessionContext.session.kernel;
  await kernel.info;
  app.shell.collapseLeft();
}"""
CONNECTED = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
# Cleared first: a count that was recorded can be the same as the new one.
RUN_ALL = """async () => {
  await window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
  window.jupyterapp.commands.execute("notebook:run-all-cells");
}"""
HAS_RUN = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === "code").map(cell => cell.model);
  const raised = cells.some(cell => cell.outputs.toJSON().some(o => o.output_type === "error"));
  if (raised) return cells.every(cell => cell.executionState !== "running");
  return cells.every(cell => !cell.sharedModel.getSource().trim()
    || (cell.executionCount !== null && cell.executionState === "idle"));
}"""
# One at a time: the old one's cells would be counted too.
REPLACE = """async path => {
  const app = window.jupyterapp, old = app.shell.currentWidget;
  const panel = await app.commands.execute("docmanager:open", {path});
  old.dispose();
  app.shell.activateById(panel.id);
}"""
IS_CURRENT = """path => window.jupyterapp?.shell?.currentWidget?.sessionContext
  && window.jupyterapp.shell.currentWidget.context.path === path"""
CODE_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === "code")
  .map(cell => ({count: cell.model.executionCount, source: cell.model.sharedModel.getSource(),
                 state: cell.model.executionState, outputs: cell.model.outputs.toJSON()}))"""
SET_THEME = """async theme => {
  await window.jupyterapp.commands.execute("apputils:change-theme", {theme});
}"""
SIZE_IS = "size => `${[innerWidth, innerHeight, devicePixelRatio]}` === `${size}`"
THEME_IS = "theme => document.body.dataset.jpThemeName === theme"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"


class OpenNotebook:
    """A notebook in the browser, whose cells have run.

    Attributes:
        page: Playwright's page, for clicks, keys and locators.
        file: The notebook's file on disk (after `save()`, with what JupyterLab wrote).
        console_errors: What the page complained about: errors on the console, page errors.
        hosts: Every host that the page asked, 127.0.0.1 aside.
    """

    def __init__(self, page: Page, file: Path, devtools: CDPSession) -> None:
        self.page, self.file = page, file
        self.console_errors: list[str] = []
        self.hosts: set[str] = set()
        self._devtools = devtools
        page.on("request", lambda request: self._note_host(request.url))
        page.on("websocket", lambda socket: self._note_host(socket.url))
        page.on("pageerror", lambda error: self.console_errors.append(f"page error: {error}"))
        page.on("console", self._note_console)

    def code_cells(self) -> list[JSON]:
        """Return each code cell as a dict: count, source, state, outputs (in nbformat's form)."""
        return list(self.page.evaluate(CODE_CELLS))

    def output(self, cell: int) -> Locator:
        """Return the output area of code cell number `cell`, counted from 0."""
        return self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-Cell-outputArea")

    def errors(self) -> list[str]:
        """Return what cells raised, one line each."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.code_cells()
            for output in cell["outputs"]
            if output["output_type"] == "error"
        ]

    def seen(self, cell: int, words: str, *, exact: bool = False) -> Locator:
        """Return what visibly shows `words` in code cell `cell`; what is only heard is not seen."""
        found = self.output(cell).get_by_text(words, exact=exact)
        return found.locator("xpath=self::*[not(contains(@class, 'lk-unseen'))]").filter(
            visible=True
        )

    def see(self, cell: int, words: str, *, exact: bool = False, at_least: int = 1) -> None:
        """Wait until code cell `cell` visibly shows `words`, in `at_least` places."""
        self.seen(cell, words, exact=exact).nth(at_least - 1).wait_for()

    def hear(self, cell: int, words: str) -> None:
        """Wait until the live region in code cell `cell` holds `words`."""
        status = self.output(cell).get_by_role("status")
        status.filter(has_text=words).wait_for(state="attached")

    def run_all(self) -> None:
        """Run all cells (again) and wait until the last has run or one has raised."""
        self.page.wait_for_function(CONNECTED, timeout=START_S * 1000, polling=100)
        self.page.evaluate(RUN_ALL)
        try:
            self.page.wait_for_function(HAS_RUN, timeout=CELLS_S * 1000, polling=100)
        except PlaywrightTimeout:
            states = [(cell["count"], cell["state"]) for cell in self.code_cells()]
            pytest.fail(f"After {CELLS_S} s the cells had come to (count, state): {states}")

    def run(self, code: str) -> str:
        """Run `code` in the kernel, outside the notebook, and return what it printed."""
        return str(self.page.evaluate(RUN_CODE, code))

    def wait_until(self, expression: str, value: str) -> None:
        """Wait until the kernel prints `value` for `expression`: what is typed takes a moment."""
        end = time.monotonic() + WAIT_S
        while (found := self.run(f"print({expression})").strip()) != value:
            assert time.monotonic() < end, f"{expression} is {found}, not {value}"
            self.page.wait_for_timeout(50)

    def none(self, script: str) -> None:
        """Wait until a JavaScript that lists faults lists none: a page is laid out in steps."""
        end = time.monotonic() + SETTLED_S
        while faults := self.page.evaluate(script):
            assert time.monotonic() < end, faults
            self.page.wait_for_timeout(50)

    def note_cancels(self, widget: str) -> None:
        """Let the kernel note how long `widget` takes to answer a cancel; see `cancelled_in_s`."""
        self.run(NOTE_CANCELS.format(widget=widget))

    def cancelled_in_s(self, widget: str) -> float:
        """Return how long `widget` took in the kernel to answer the last cancel, in seconds."""
        return float(self.run(f"print({widget}.cancelled_in_s)"))

    def theme(self, theme: str) -> None:
        """Switch to "light", "dark" or "high contrast" (which is dark)."""
        if not self.page.evaluate(THEME_IS, THEMES[theme]):
            self.page.evaluate(SET_THEME, THEMES[theme])
            self.page.wait_for_function(THEME_IS, arg=THEMES[theme])

    def resize(self, width: int, height: int = 900, zoom: float = 1.0) -> None:
        """Make the window `width` by `height` pixels, with the browser's zoom at `zoom`.

        Zoomed pages have fewer CSS pixels, each drawn larger: at 1200 and zoom 2 the page has 600.
        """
        size = {"width": round(width / zoom), "height": round(height / zoom)}
        self._devtools.send(
            "Emulation.setDeviceMetricsOverride",
            size | {"deviceScaleFactor": zoom, "mobile": False},
        )
        self.page.wait_for_function(SIZE_IS, arg=[*size.values(), zoom])

    def assert_picture(self, cell: int, name: str, width: int) -> None:
        """Fail if a card's picture is not sharp, not of the theme, or nearly empty.

        It is kept where LABKIT_PICTURES says, if it does.

        Args:
            cell: The code cell that shows the card.
            name: What the picture is called; its last word is the theme.
            width: The least that the card may be wide, in CSS pixels, less its margins.
        """
        picture = self._picture(self.output(cell).locator(".lk-card"))
        if folder := os.environ.get("LABKIT_PICTURES"):
            few = picture.quantize(128, dither=Image.Dither.NONE)
            few.save(Path(folder) / f"{name}.png", optimize=True)
        colours = picture.getcolors(1 << 24)
        assert colours is not None
        most, colour = max(colours)
        assert picture.width >= (width - 40) * SHARP
        assert (sum(colour) > 600) == name.endswith("light")  # what most of it is painted in
        assert most < 0.97 * picture.width * picture.height  # and not all of it

    def _picture(self, card: Locator) -> Image.Image:
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")
        self.page.mouse.move(0, 0)
        self.page.evaluate("document.activeElement?.blur()")
        card.evaluate("e => e.scrollIntoView()")
        clip = (card.bounding_box() or {}) | {"scale": SHARP}
        taken = self._devtools.send("Page.captureScreenshot", {"clip": clip})
        return Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")

    def save(self) -> JSON:
        """Save as a student does (Ctrl+S) and return the file's JSON."""
        self.page.evaluate(SAVE)
        return dict(json.loads(self.file.read_text(encoding="utf-8")))

    def assert_usable(self) -> None:
        """Fail if a widget's control has no label or is less than 28 pixels high."""
        self.none(UNNAMED)
        self.none(SMALL)

    def assert_readable(self) -> None:
        """Fail if a widget's text stands out too little from what lies behind it."""
        self.none(FAINT)

    def assert_nothing_cut_off(self, selector: str) -> None:
        """Fail if what `selector` finds is too wide for its place, or a card for the page."""
        self.none(WIDER_THAN_PAGE)
        self.none(TOO_WIDE % selector)

    def assert_quiet(self) -> None:
        """Fail if a cell raised, the console complained or another host was asked."""
        assert self.errors() == []
        assert self.console_errors == []
        assert self.hosts == set()

    def _note_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.hosts.add(str(parts.hostname))

    def _note_console(self, message: Any) -> None:
        if message.type == "error":
            self.console_errors.append(f"console: {message.text} ({message.location['url']})")


RUN_CODE = """async code => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({code, store_history: false});
  let said = "";
  future.onIOPub = m => {
    if (m.header.msg_type === "stream") said += m.content.text;
    if (m.header.msg_type === "error") said += m.content.ename + ": " + m.content.evalue;
  };
  await future.done;
  return said;
}"""

WIDER_THAN_PAGE = """[...document.querySelectorAll(".lk")]
  .filter(e => e.clientWidth >= innerWidth).map(e => e.className)"""
TOO_WIDE = """[...document.querySelectorAll("%s")]
  .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map(e => e.className)"""
NOTE_CANCELS = """
def _noted(widget):
    from time import perf_counter
    plain = type(widget).do_cancel
    def cancel(message):
        begun = perf_counter()
        plain(widget, message)
        widget.cancelled_in_s = perf_counter() - begun
    widget.do_cancel = cancel
_noted({widget})
"""

SMALL = """[...document.querySelectorAll(
    '.lk :is(button, select, .lk-field, label[data-text], input[type=range])')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 27.9).map(e => e.outerHTML)"""
UNNAMED = """[...document.querySelectorAll('.lk :is(input, select)')]
  .filter(e => !e.labels.length).map(e => e.outerHTML)"""
# WCAG 2.2, 1.4.3: contrast of at least 4.5 between text and what lies behind it. The canvas turns
# every colour, however written, into red, green and blue.
FAINT = """(() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const paint = colours => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  };
  const light = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const behind = e =>
    e ? [...behind(e.parentElement), getComputedStyle(e).backgroundColor] : ["white"];
  const found = [];
  for (const e of document.querySelectorAll(".lk *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.offsetParent || e.matches(":disabled, style, option")) continue;
    const below = behind(e), back = paint(below);
    const text = paint([...below, getComputedStyle(e).color]);
    const [a, b] = [light(text), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(1)} ${e.className} ${e.textContent.slice(0, 30)}`);
  }
  return found;
})()"""

Opener = Callable[..., OpenNotebook]


@pytest.fixture(scope="module")
def open_notebook(chromium: Browser, jupyterlab: JupyterLab) -> Iterator[Opener]:
    """Open notebooks that share one kernel, one after the other; see the module's docstring."""
    kernel = jupyterlab.start_kernel()
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(WAIT_S * 1000)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    count = 0

    def open_one(*cells: str, allow_errors: bool = False) -> OpenNotebook:
        nonlocal count
        count += 1
        file = jupyterlab.folder / f"{kernel[:8]}-{count}.ipynb"
        _write_notebook(file, cells)
        jupyterlab.attach(file.name, kernel)
        notebook = OpenNotebook(page, file, devtools)
        if count == 1:
            workspace = f"{jupyterlab.url}/lab/workspaces/{file.stem}"
            page.goto(f"{workspace}/tree/{file.name}?reset", timeout=START_S * 1000)
        else:
            page.evaluate(REPLACE, file.name)
            notebook.resize(1200)
            notebook.theme("light")
        page.wait_for_function(IS_CURRENT, arg=file.name, timeout=START_S * 1000, polling=100)
        page.evaluate(OPENED)
        notebook.run_all()
        if not allow_errors:
            assert notebook.errors() == []
        return notebook

    yield open_one
    context.close()
    jupyterlab.stop_kernel(kernel)


def _write_notebook(file: Path, cells: tuple[str, ...]) -> None:
    empty: JSON = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel},
        "cells": [empty | {"id": f"cell-{i}", "source": cell} for i, cell in enumerate(cells)],
    }
    file.write_text(json.dumps(notebook), encoding="utf-8")
