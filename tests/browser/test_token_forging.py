"""The forge bench and the secret cracker in a real JupyterLab: mouse, keyboard, themes, widths.

With LABKIT_PICTURES=docs/pictures their pictures are written there.
"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BENCH, CRACKER, SLOW, TWIN, SECRET_TWIN = range(1, 6)
PICTURES = {"forge-bench": BENCH, "secret-cracker": CRACKER}
WIDTHS = (560, 640, 900)
PROMPT_S = 0.25  # what a cancel may take in the kernel; the page and the machine take their own
PROMPT = 180  # CSS pixels that JupyterLab puts beside a card
CUT_OFF = ".lk, .lk-card, .lk-token, .lk-told, .lk-step, .lk-side, .lk-lanes, .lk-secret"
# A token whose secret nobody guesses, and whose claims are HTML.
RANDOM = (
    "import secrets\nfrom labkit.forging import Forgery\n"
    "hostile = Forgery.of('').edit_claims(name='<img src=x onerror=alert(1)>')\n"
    "random = str(hostile.sign_with_secret(secrets.token_bytes(32)))"
)


@pytest.fixture(scope="module")
def notebook(open_notebook):
    opened = open_notebook(
        f"from labkit.widgets import *\n{RANDOM}",
        "bench = ForgeBench(['T2', 'T9', 'T6']); bench",
        "cracker = SecretCracker(); cracker",
        "slow = SecretCracker(random); slow.attack = 'brute force'; slow.budget = '1 h'; slow",
        "forge_bench('T10')",
        "secret_cracker()",
    )
    opened.note_cancels("slow")
    return opened


@pytest.fixture
def bench(notebook):
    notebook.theme("light")
    notebook.resize(1000, 2400)
    return notebook.output(BENCH)


def send(notebook, attack):
    card = notebook.output(BENCH)
    card.get_by_label("Attack", exact=True).select_option(attack)
    card.locator(".lk-work span").evaluate("each => { each.textContent = ''; }")  # of the last run
    card.get_by_role("button", name="Attack both sites").click()
    notebook.see(BENCH, "Done: ")


def test_with_the_mouse_an_attack_is_picked_sent_and_shown_at_both_sites(notebook, bench):
    send(notebook, "Bring a key along")
    assert notebook.seen(BENCH, "Held", exact=True).count() == 1
    assert notebook.seen(BENCH, "Breached", exact=True).count() == 1
    heading = "What Mallory sent: header, payload and signature changed"
    assert bench.get_by_role("heading", name=heading).count() == 1
    assert '"jwk":' in bench.inner_text()


def test_both_outcomes_are_said_to_who_cannot_see_them(notebook, bench):
    send(notebook, "Bring a key along")
    heard = bench.get_by_role("status").inner_text()
    assert heard == "Secure site: held. Site with one mistake: breached."


def test_with_the_keyboard_a_step_unfolds_and_shows_bytes_base64url_and_json(notebook, bench):
    send(notebook, "Say that nothing is signed")
    step = bench.locator("details").filter(has_text="header: alg set")
    step.locator("summary").focus()
    notebook.page.keyboard.press("Enter")
    expect(step.locator(".lk-step > b")).to_have_text(["bytes", "base64url", "JSON"])
    assert step.locator("del").last.inner_text() == "ES256"
    assert step.locator("ins").last.inner_text() == "none"


def test_what_differs_is_marked_by_form_and_not_by_colour_alone(notebook, bench):
    step = bench.locator("details").filter(has_text="header: alg set")
    lines = [
        step.locator(tag).last.evaluate("each => getComputedStyle(each).textDecorationLine")
        for tag in ("del", "ins")
    ]
    assert lines == ["line-through", "underline"]


def test_a_token_that_is_genuine_says_that_nothing_was_changed(notebook, bench):
    send(notebook, "Use the forum's token here")
    notebook.see(BENCH, "Not a byte was changed")


def guess_and_forge(notebook):
    cracker = notebook.output(CRACKER)
    cracker.get_by_role("button", name="Guess").click()
    cracker.locator("code", has_text="your-256-bit-secret").wait_for()
    cracker.get_by_role("button", name="Forge with it").focus()
    notebook.page.keyboard.press("Enter")
    cracker.get_by_role("heading", name="Forged with it").wait_for()


def test_a_secret_is_found_and_then_forged_with(notebook):
    assert notebook.output(CRACKER).get_by_role("button", name="Forge with it").count() == 0
    guess_and_forge(notebook)
    notebook.see(CRACKER, '"role":"admin"')


def test_guessing_shows_number_rate_and_time_left_and_stops_when_told(notebook):
    slow = notebook.output(SLOW)
    slow.get_by_role("button", name="Guess").click()
    words = notebook.seen(SLOW, "a second here").inner_text()
    assert "guesses," in words
    assert "left" in words
    slow.get_by_role("button", name="Cancel").click()
    notebook.see(SLOW, "Stopped.")
    assert notebook.cancelled_in_s("slow") < PROMPT_S
    notebook.see(SLOW, "not tried to the end")


def test_a_hostile_token_runs_nothing(notebook):
    assert notebook.output(SLOW).locator("img").count() == 0
    assert notebook.page.evaluate("document.querySelectorAll('.lk img').length") == 0


def test_the_twins_show_the_same(notebook):
    assert "jku" in notebook.output(TWIN).inner_text()
    assert "Forged with it" in notebook.output(SECRET_TWIN).inner_text()


@pytest.mark.parametrize(("width", "zoom"), [*((width, 1) for width in WIDTHS), (1100, 2)])
def test_nothing_is_cut_off_at_any_width_and_zoom(notebook, width, zoom):
    for step in notebook.page.locator("details").all():
        step.evaluate("each => { each.open = true; }")
    notebook.resize(width + PROMPT, zoom=zoom)
    notebook.assert_nothing_cut_off(CUT_OFF)


@pytest.mark.parametrize("theme", ["dark", "high contrast", "light"])
def test_text_stands_out_in_every_theme(notebook, theme):
    notebook.theme(theme)
    notebook.assert_readable()


def test_every_control_has_a_name_and_is_large_enough(notebook):
    notebook.resize(1000)
    notebook.assert_usable()


def test_they_are_quiet_and_ask_no_other_host(notebook):
    notebook.assert_quiet()


@pytest.fixture(scope="module")
def gallery(notebook):
    notebook.resize(660 + PROMPT, 5200)
    send(notebook, "Say that nothing is signed")
    guess_and_forge(notebook)
    notebook.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = false; })")
    notebook.output(BENCH).locator("details").first.evaluate("each => { each.open = true; }")
    return notebook


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_sharp_and_of_its_theme(gallery, theme, name):
    gallery.theme(theme)
    gallery.assert_picture(PICTURES[name], f"{name}-{theme}", 660)
