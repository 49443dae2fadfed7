"""The practice site in a real Chromium, beside a real JupyterLab on another port."""

import re
import time

import pytest
from playwright.sync_api import expect

from labkit.browser import Escaper
from labkit.clock import system_clock
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher
from labkit.practice import Defences, Site, serve
from labkit.second_factor.totp import from_base32, totp

pytestmark = pytest.mark.browser

STEP_S, WAIT_S = 30, 60


class FastHasher(PasswordHasher):
    """As secure as nothing, and quick."""

    def __init__(self):
        super().__init__(ONLY_FOR_TESTS)


FAST = Defences().having(FastHasher)


class Raw(Escaper):
    """Writes what users wrote into the page as it is."""

    def text(self, value):
        return str(value)


@pytest.fixture(scope="module")
def cookies_received():
    """Every Cookie header that reached the site."""
    return []


@pytest.fixture(scope="module")
def server(cookies_received):
    site = Site(FAST, clock=system_clock)
    application = site.wsgi

    def noting(environ, start_response):
        cookies_received.append(environ.get("HTTP_COOKIE", ""))
        return application(environ, start_response)

    site.wsgi = noting
    with serve(site) as running:
        yield running


@pytest.fixture
def context(chromium):
    context = chromium.new_context(viewport={"width": 900, "height": 800})
    context.set_default_timeout(WAIT_S * 1000)
    yield context
    context.close()


@pytest.fixture
def complaints():
    return []


@pytest.fixture
def page(context, complaints):
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    return page


def until(page, holds):
    """Wait for what the browser tells on its own."""
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end
        page.wait_for_timeout(20)


def log_in(page, server, name, password):
    page.goto(f"{server.url}/log-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


def test_a_person_logs_in_and_out_with_the_mouse(page, server, complaints):
    page.goto(server.url)
    assert page.url == f"{server.url}/log-in"
    log_in(page, server, "alice", "penguin")
    page.wait_for_url(f"{server.url}/")
    assert page.get_by_role("heading").inner_text() == "Grades"
    assert page.get_by_role("cell", name="Algebra").is_visible()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{server.url}/log-in")
    page.goto(f"{server.url}/grades")
    assert page.url == f"{server.url}/log-in"
    assert complaints == []


def test_and_with_the_keyboard_alone(page, server, complaints):
    page.goto(f"{server.url}/log-in")
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("penguin")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Log out":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/log-in")
    assert complaints == []


def test_a_wrong_password_comes_back_to_the_form_with_a_word(page, server):
    log_in(page, server, "alice", "pinguin")
    assert "wrong" in page.get_by_role("status").inner_text()
    assert page.get_by_label("Name").is_visible()


def test_carol_enters_a_grade(page, server, complaints):
    log_in(page, server, "carol", "elephant")
    page.get_by_role("row", name="bob Algebra").get_by_role("link").click()
    page.get_by_label("Points, 0 to 100").fill("58")
    page.get_by_role("button", name="Enter").click()
    expect(page.locator("dd.big")).to_have_text("58")
    page.get_by_role("link", name="Grades").click()
    expect(page.get_by_role("row", name="bob Algebra")).to_contain_text("58")
    assert complaints == []


def test_frank_sets_up_a_second_factor_and_logs_in_with_it(page, server, complaints):
    log_in(page, server, "frank", "mountain")
    page.get_by_role("link", name="Frank Adeyemi").click()
    page.get_by_role("link", name="Set it up").click()
    page.get_by_label("Your password").fill("mountain")
    page.get_by_role("button", name="Set it up").click()
    code = page.get_by_role("img", name="QR code").element_handle()
    page.wait_for_function("image => image.naturalWidth > 100", arg=code)
    secret = from_base32(page.locator("section code").inner_text())
    page.get_by_label("The six digits").fill(totp(secret, at=time.time()))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{server.url}/log-in")
    log_in(page, server, "frank", "mountain")
    page.wait_for_url(f"{server.url}/log-in/code")
    # The step of the first code is spent; the next one is within the window already.
    page.get_by_label("Six digits").fill(totp(secret, at=time.time() + STEP_S))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{server.url}/")
    assert complaints == []


def test_chromium_keeps_the_host_cookies_on_plain_http(page, context, server):
    log_in(page, server, "alice", "penguin")
    kept = {cookie["name"]: cookie for cookie in context.cookies()}
    assert set(kept) == {"__Host-session", "__Host-device"}
    for cookie in kept.values():
        assert cookie["domain"] == "gradebook.localhost"
        assert (cookie["httpOnly"], cookie["secure"], cookie["path"]) == (True, True, "/")
        assert cookie["sameSite"] == "Lax"
    assert page.evaluate("document.cookie") == ""


def open_lab(page, host, jupyterlab):
    """Fetch JupyterLab's page, which sets the cookies; its scripts are not waited for."""
    page.goto(f"http://{host}:{jupyterlab.port}/lab", wait_until="commit")


def test_none_of_jupyterlabs_cookies_reach_the_site(
    page, context, server, jupyterlab, cookies_received
):
    for host in ("127.0.0.1", "localhost"):
        open_lab(page, host, jupyterlab)
    theirs = {cookie["name"] for cookie in context.cookies()}
    assert "_xsrf" in theirs
    before = len(cookies_received)
    log_in(page, server, "alice", "penguin")
    page.get_by_role("link", name="Messages").click()
    page.wait_for_url(f"{server.url}/messages")
    arrived = set(re.findall(r"([^=; ]+)=", "; ".join(cookies_received[before:])))
    assert arrived == {"__Host-session", "__Host-device"}
    assert not theirs & arrived


def test_under_plain_localhost_they_would(page, server, jupyterlab, cookies_received):
    open_lab(page, "localhost", jupyterlab)
    answer = page.goto(f"http://localhost:{server.port}/")
    assert answer.status == 421
    assert "_xsrf=" in cookies_received[-1]


def test_the_policy_stops_an_inline_script_even_where_nothing_is_escaped(page, complaints):
    with serve(Site(FAST.having(Raw), clock=system_clock)) as server:
        log_in(page, server, "bob", "sunshine")
        page.goto(f"{server.url}/messages")
        text = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
        page.get_by_label("Your message").fill(text)
        page.get_by_role("button", name="Post").click()
        expect(page.locator("main script")).to_have_count(1)
        until(page, lambda: any("Content Security Policy" in each for each in complaints))
        assert page.evaluate("window.ran") is None


def test_no_other_page_frames_it(page, server):
    page.goto("about:blank")
    page.evaluate(
        "url => new Promise(done => {const f = document.createElement('iframe');"
        " f.src = url; f.onload = done; document.body.append(f)})",
        f"{server.url}/log-in",
    )
    until(page, lambda: page.frames[-1].url == "chrome-error://chromewebdata/")
    assert [frame.url for frame in page.frames] == ["about:blank", "chrome-error://chromewebdata/"]


PAGES = ["/log-in", "/", "/grades/2", "/messages", "/profile", "/second-factor", "/nowhere"]


@pytest.mark.parametrize("width", [560, 640, 1200])
def test_no_page_is_wider_than_its_window(page, server, width):
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, server, "carol", "elephant")
    for path in PAGES:
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    log_in(page, server, "carol", "elephant")
    for path in PAGES:
        page.goto(server.url + path)
        assert page.evaluate(LOW_CONTRAST) == [], path


# Texts with less than 4.5 : 1 against the nearest painted background (WCAG 2.2, 1.4.3).
LOW_CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter(element => [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(element => {
      const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    })
    .map(element => element.outerHTML.slice(0, 80));
}"""
