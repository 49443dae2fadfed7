"""The forge bench and the secret cracker in a real JupyterLab: mouse, keyboard, themes, widths.

With LABKIT_PICTURES=docs/pictures their pictures are written there.
"""

import pytest

pytestmark = pytest.mark.browser

BENCH, CRACKER, SLOW, TWIN, SECRET_TWIN = range(1, 6)
PICTURES = {"forge-bench": BENCH, "secret-cracker": CRACKER}
WIDTHS = (560, 640, 900)
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
    return open_notebook(
        f"from labkit.widgets import *\n{RANDOM}",
        "bench = ForgeBench(['T2', 'T9', 'T6']); bench",
        "cracker = SecretCracker(); cracker",
        "slow = SecretCracker(random); slow.attack = 'brute force'; slow.budget = '1 h'; slow",
        "forge_bench('T10')",
        "secret_cracker()",
    )


@pytest.fixture
def bench(notebook):
    notebook.theme("light")
    notebook.resize(1000, 2400)
    return notebook.output(BENCH)


def send(card):
    card.locator(".lk-work span").evaluate("each => { each.textContent = ''; }")  # of the last run
    card.get_by_role("button", name="Attack both sites").click()
    card.get_by_text("Done: ").wait_for(timeout=20_000)


def test_with_the_mouse_an_attack_is_picked_sent_and_shown_at_both_sites(bench):
    bench.get_by_label("Attack", exact=True).select_option("Bring a key along")
    send(bench)
    assert bench.get_by_text("Held", exact=True).count() == 1
    assert bench.get_by_text("Breached", exact=True).count() == 1
    heading = "What Mallory sent: header, payload and signature changed"
    assert bench.get_by_role("heading", name=heading).count() == 1
    assert '"jwk":' in bench.inner_text()


def test_both_outcomes_are_said_to_who_cannot_see_them(bench):
    send(bench)
    heard = bench.get_by_role("status").inner_text()
    assert heard == "Secure site: held. Site with one mistake: breached."


def test_with_the_keyboard_a_step_unfolds_and_shows_bytes_base64url_and_json(notebook, bench):
    bench.get_by_label("Attack", exact=True).select_option("Say that nothing is signed")
    send(bench)
    step = bench.locator("details").filter(has_text="header: alg set")
    step.locator("summary").focus()
    notebook.page.keyboard.press("Enter")
    assert step.locator(".lk-step > b").all_inner_texts() == ["bytes", "base64url", "JSON"]
    assert step.locator("del").last.inner_text() == "ES256"
    assert step.locator("ins").last.inner_text() == "none"


def test_what_differs_is_marked_by_form_and_not_by_colour_alone(notebook, bench):
    step = bench.locator("details").filter(has_text="header: alg set")
    lines = [
        step.locator(tag).last.evaluate("each => getComputedStyle(each).textDecorationLine")
        for tag in ("del", "ins")
    ]
    assert lines == ["line-through", "underline"]


def test_a_token_that_is_genuine_says_that_nothing_was_changed(bench):
    bench.get_by_label("Attack", exact=True).select_option("Use the forum's token here")
    send(bench)
    assert bench.get_by_text("Not a byte was changed").count() == 1


def test_a_secret_is_found_and_then_forged_with(notebook):
    cracker = notebook.output(CRACKER)
    assert cracker.get_by_role("button", name="Forge with it").count() == 0
    cracker.get_by_role("button", name="Guess").click()
    cracker.locator("code", has_text="your-256-bit-secret").wait_for(timeout=20_000)
    forge = cracker.get_by_role("button", name="Forge with it")
    forge.focus()
    notebook.page.keyboard.press("Enter")
    cracker.get_by_role("heading", name="Forged with it").wait_for()
    assert '"role":"admin"' in cracker.inner_text()


def test_guessing_shows_number_rate_and_time_left_and_stops_when_told(notebook):
    slow = notebook.output(SLOW)
    slow.get_by_role("button", name="Guess").click()
    slow.get_by_text("a second here").wait_for(timeout=20_000)
    words = slow.get_by_text("a second here").inner_text()
    assert "guesses," in words
    assert "left" in words
    slow.get_by_role("button", name="Cancel").click()
    slow.get_by_text("Stopped.").wait_for(timeout=1000)
    assert slow.get_by_text("not tried to the end").count() == 1


def test_a_hostile_token_runs_nothing(notebook):
    assert notebook.output(SLOW).locator("img").count() == 0
    assert notebook.page.evaluate("document.querySelectorAll('.lk img').length") == 0


def test_the_twins_show_the_same(notebook):
    assert "jku" in notebook.output(TWIN).inner_text()
    assert "Forged with it" in notebook.output(SECRET_TWIN).inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_at_any_width(notebook, width):
    for step in notebook.page.locator("details").all():
        step.evaluate("each => { each.open = true; }")
    notebook.resize(width + PROMPT)
    notebook.page.wait_for_function(
        "() => [...document.querySelectorAll('.lk')].every(each => each.clientWidth < innerWidth)"
    )
    wide = "each => each.offsetParent && each.scrollWidth > each.clientWidth + 1"
    found = notebook.page.evaluate(
        f"[...document.querySelectorAll({CUT_OFF!r})].filter({wide}).map(each => each.className)"
    )
    assert found == []


@pytest.mark.parametrize("theme", ["dark", "high contrast", "light"])
def test_text_stands_out_in_every_theme(notebook, theme):
    notebook.theme(theme)
    assert notebook.faint() == []


def test_every_control_has_a_name_and_is_large_enough(notebook):
    notebook.resize(1000)
    assert notebook.unnamed() == []
    assert notebook.small() == []


def test_they_are_quiet_and_ask_no_other_host(notebook):
    notebook.assert_quiet()


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_sharp_and_of_its_theme(notebook, theme, name):
    notebook.theme(theme)
    notebook.page.wait_for_selector("#jupyterlab-splash", state="detached")
    notebook.page.set_viewport_size({"width": 660 + PROMPT, "height": 5200})
    for step in notebook.page.locator("details").all():
        step.evaluate("each => { each.open = false; }")
    if notebook.output(BENCH).get_by_text("Bring a key along").count():
        notebook.output(BENCH).get_by_label("Attack", exact=True).select_option(
            "Say that nothing is signed"
        )
        send(notebook.output(BENCH))
        first = notebook.output(BENCH).locator("details").first
        first.evaluate("each => { each.open = true; }")
    card = notebook.output(PICTURES[name]).locator(".lk-card")
    picture = notebook.picture(card, f"{name}-{theme}")
    colours = sorted(picture.getcolors(1 << 24), reverse=True)
    assert picture.width >= 620 * 2
    assert (sum(colours[0][1]) > 600) == (theme == "light")  # what most of it is painted in
    assert colours[0][0] < 0.97 * picture.width * picture.height  # and not all of it
