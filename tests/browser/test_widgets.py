"""Each widget in a real JupyterLab, by mouse and by keyboard."""

import json
import urllib.request
from hashlib import md5

import pytest

pytestmark = pytest.mark.browser

CANARY = "canary-7f3a-do-not-save"
HASHES, COSTS, PREDICTION, ESTIMATE, TWIN, CRACKS, RAINBOW, LOG_IN = range(1, 9)
CHEAP = "{'bcrypt': BcryptParams(cost=4), 'Argon2id': ONLY_FOR_TESTS}"


@pytest.fixture(scope="module")
def notebook(jupyterlab, open_notebook):
    save_widget_state(jupyterlab)
    return open_notebook(
        "from labkit.passwords import ONLY_FOR_TESTS, BcryptParams\n"
        "from labkit.widgets import CostExplorer, Estimate, HashLab, Prediction, cost, hash_lab\n"
        "from labkit.widgets import CrackLab, LogInSimulator, RainbowWalk\n"
        "from labkit.widgets.crack_table import practice_leaks",
        f"lab = HashLab({CHEAP}); lab",
        "explorer = CostExplorer('bcrypt', target_ms=2); explorer.cost = 5; explorer",
        "which = Prediction('Which two share a password?', ['Alice and Bob', 'nobody']); which",
        "long = Estimate('How long for 30 000 words?', 1e-6, 1e9); long",
        "cost(BcryptParams(cost=12), measure=False)",
        "cracks = CrackLab(practice_leaks()); cracks",
        "rainbow = RainbowWalk(); rainbow",
        "sides = LogInSimulator(['G5', 'G7']); sides",
    )


def save_widget_state(jupyterlab):
    settings = jupyterlab.folder.parent / "config/lab/user-settings/@jupyter-widgets"
    file = settings / "jupyterlab-manager/plugin.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"saveState": true}')


def press(notebook, *keys):
    for key in keys:
        notebook.page.keyboard.press(key)


def said(notebook, cell):
    return notebook.output(cell).get_by_role("status")


# --- hash lab ---


def test_the_hash_lab_shows_different_rows_for_an_invented_password(notebook):
    notebook.wait_until_text(HASHES, "A salt for each user")
    notebook.output(HASHES).get_by_text("Rows differ").nth(2).wait_for()
    field = notebook.output(HASHES).get_by_label("Password", exact=True)
    assert field.input_value() == "Tuesday-Marmalade-7"
    assert "Invented." in notebook.output(HASHES).inner_text()


def test_with_the_mouse_the_salt_goes_and_equal_rows_are_seen_and_said(notebook):
    lab = notebook.output(HASHES)
    lab.get_by_text("Off", exact=True).click()
    lab.get_by_text("Rows are equal").nth(2).wait_for()
    said(notebook, HASHES).filter(has_text="Equal rows under MD5, bcrypt, Argon2id.").wait_for()
    digests = lab.locator("mark").all_inner_texts()
    assert len(digests) == 6
    assert digests[0] == digests[1] == md5(b"Tuesday-Marmalade-7").hexdigest()


def test_with_the_keyboard_a_password_is_typed_and_the_salt_comes_back(notebook):
    lab = notebook.output(HASHES)
    lab.get_by_label("Password", exact=True).focus()
    press(notebook, "ControlOrMeta+a")
    notebook.page.keyboard.type("sunshine")
    lab.get_by_text(md5(b"sunshine").hexdigest()).first.wait_for()
    press(notebook, "Tab", "ArrowLeft")
    lab.get_by_text("Rows differ").nth(2).wait_for()
    assert lab.get_by_role("radio", name="On").is_checked()


def test_what_bcrypt_refuses_is_told_without_a_traceback(notebook):
    lab = notebook.output(HASHES)
    lab.get_by_label("Password", exact=True).fill("x" * 73)
    lab.get_by_text("bcrypt takes 72 bytes").wait_for()
    assert "Traceback" not in lab.inner_text()


def test_what_is_typed_is_in_no_file_whatever_is_saved_or_exported(notebook, jupyterlab):
    lab = notebook.output(HASHES)
    lab.get_by_text("Off", exact=True).click()
    lab.get_by_label("Password", exact=True).fill(CANARY)
    digest = md5(CANARY.encode()).hexdigest()
    lab.get_by_text(digest).first.wait_for()
    saved = notebook.save()
    home = jupyterlab.folder.parent
    for kind in ("html", "markdown"):
        address = f"{jupyterlab.url}/nbconvert/{kind}/{notebook.file.name}?download=true"
        with urllib.request.urlopen(address, timeout=60) as answer:
            (home / f"export.{kind}").write_bytes(answer.read())
    state = json.dumps(saved["metadata"]["widgets"])
    assert "labkit.widgets.hashes.HashLab" in state  # it was saved: what follows is no empty check
    assert any(".ipynb_checkpoints" in str(path) for path in home.rglob("*.ipynb"))
    held = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for secret in (CANARY, digest):
        assert [path for path, octets in held.items() if secret.encode() in octets] == []


# --- cost explorer ---


def test_the_explorer_measures_by_itself_and_names_its_source(notebook):
    notebook.wait_until_text(COSTS, "log-ins a second")
    notebook.wait_until_text(COSTS, "Here: median of 7", timeout_s=30)
    assert "hashcat 6.2.6" in notebook.output(COSTS).inner_text()


def test_with_the_keyboard_a_slider_moves_both_sides_figures(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_label("Cost (rounds)").focus()
    press(notebook, "ArrowRight")
    explorer.get_by_text("bcrypt, cost 6:").wait_for()
    assert explorer.get_by_label("Cost (rounds)").get_attribute("aria-valuetext") == "6 (2⁶)"
    notebook.wait_until_text(COSTS, "Here: median of 7", timeout_s=30)
    notebook.wait_until("explorer.cost", "6")


def test_with_the_mouse_another_scheme_and_a_preset_are_chosen(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_text("Argon2id", exact=True).first.click()
    explorer.get_by_role("button", name="Preset: RFC 9106, 64 MiB").click()
    explorer.get_by_text("Argon2id, 64 MiB, 3 passes, 4 lanes").wait_for()
    explorer.get_by_label("Attacker’s GPU").select_option("RTX 5090")
    explorer.get_by_text("No published rate").wait_for()
    explorer.get_by_label("Attacker’s GPU").select_option("RTX 4090")
    explorer.get_by_text("bcrypt", exact=True).first.click()


def test_cancel_by_keyboard_stops_a_slow_measurement_and_the_kernel_stays_usable(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_label("Cost (rounds)").focus()
    press(notebook, "End")
    cancel = explorer.get_by_role("button", name="Cancel")
    cancel.wait_for()
    notebook.wait_until("'usable'", "usable")
    cancel.focus()
    press(notebook, "Enter")
    explorer.get_by_text("Stopped.").wait_for(timeout=1000)
    assert explorer.get_by_role("button", name="Measure again").evaluate(FOCUSED)


def test_after_a_cancel_in_a_long_hash_the_next_measurement_follows_at_once(notebook):
    explorer = notebook.output(COSTS)
    # A hash that nobody waits for to the end: its measurement takes half a minute or more.
    notebook.run("explorer.cost = 17")
    explorer.get_by_text("warming up").wait_for(timeout=30_000)
    explorer.get_by_role("button", name="Cancel").click()
    explorer.get_by_text("Stopped.").wait_for(timeout=1000)
    notebook.wait_until("explorer.worker.join(5)", "True")
    explorer.get_by_label("Cost (rounds)").focus()
    press(notebook, "Home")
    notebook.wait_until_text(COSTS, "Here: median of 7", timeout_s=30)
    notebook.wait_until("explorer.cost", "4")


def test_find_my_settings_ends_with_sliders_where_the_time_is_kept(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_role("button", name="Find my settings for 2 ms").click()
    explorer.get_by_text("ms of CPU time for a target of 2 ms").wait_for(timeout=30_000)
    found = int(notebook.run("print(explorer.cost)"))
    assert f"bcrypt, cost {found}:" in explorer.inner_text()
    assert int(explorer.get_by_label("Cost (rounds)").input_value()) == found - 4


# --- guesses ---


def test_with_the_mouse_a_prediction_is_made_and_compared(notebook):
    asked = notebook.output(PREDICTION)
    commit = asked.get_by_role("button", name="That is my guess")
    assert commit.is_disabled()
    asked.get_by_label("nobody").check()
    commit.click()
    asked.get_by_text("Noted: nobody.").wait_for()
    assert "You guessed: nobody. The answer is: Alice and Bob." in notebook.run(
        "print(which.reveal('Alice and Bob'))"
    )
    asked.get_by_text("It came out otherwise").wait_for()
    assert asked.get_by_label("Alice and Bob").is_disabled()


def test_with_the_keyboard_an_estimate_is_made_and_compared(notebook):
    asked = notebook.output(ESTIMATE)
    asked.get_by_label("Your guess").focus()
    press(notebook, "End", "Tab", "Enter")
    asked.get_by_text("Noted: 32 years.").wait_for()
    notebook.run("long.reveal(21)")
    asked.get_by_text("Too much by a factor of 48 000 000.").wait_for()


# --- crack lab ---


def test_with_the_mouse_a_stolen_table_is_cracked_and_finds_are_seen_and_said(notebook):
    lab = notebook.output(CRACKS)
    lab.get_by_text("30 000 passwords that real people used").wait_for()
    lab.get_by_role("button", name="Guess").click()
    lab.get_by_text("Found").nth(5).wait_for()
    said(notebook, CRACKS).filter(has_text="6 of 8 found").wait_for()
    assert lab.get_by_text("sunshine").count() >= 2
    assert "dave, grace: not among 30 000 candidates." in lab.inner_text()


def test_with_the_keyboard_a_mask_is_chosen_and_typed_and_read(notebook):
    lab = notebook.output(CRACKS)
    lab.get_by_role("radio", name="Dictionary").focus()
    press(notebook, "ArrowRight", "ArrowRight")
    mask = lab.get_by_role("textbox", name="Mask")
    mask.focus()
    press(notebook, "ControlOrMeta+a")
    notebook.page.keyboard.type("?d?d?d?d")
    lab.get_by_text("Every string of this form: 10 000 guesses.").wait_for()
    mask.fill("?x")
    lab.get_by_role("alert").filter(has_text="unknown mark").wait_for()


def test_cancel_by_keyboard_stops_the_guessing_and_the_kernel_stays_usable(notebook):
    lab = notebook.output(CRACKS)
    lab.get_by_label("Stolen table", exact=True).select_option("Argon2id, a salt each")
    lab.get_by_label("Budget for a row", exact=True).select_option("1 h")
    lab.get_by_text("Dictionary", exact=True).click()
    guess = lab.get_by_role("button", name="Guess")
    guess.focus()
    press(notebook, "Enter")
    lab.get_by_text("a second here").wait_for(timeout=10_000)
    notebook.wait_until("'usable'", "usable")
    assert lab.get_by_role("button", name="Cancel").evaluate(FOCUSED)
    press(notebook, "Enter")
    lab.get_by_text("Stopped.").wait_for(timeout=1000)
    assert guess.evaluate(FOCUSED)
    notebook.wait_until("cracks.worker.join(5)", "True")


# --- rainbow walk ---


def test_the_rainbow_table_is_folded_away_at_first(notebook):
    walk = notebook.output(RAINBOW)
    assert not walk.get_by_role("button", name="Next").is_visible()
    walk.get_by_text("Open a small table").click()
    assert walk.locator("tbody tr").count() == 13


def test_with_the_mouse_the_walk_meets_a_false_alarm_and_goes_back(notebook):
    walk = notebook.output(RAINBOW)
    for _ in range(3):
        walk.get_by_role("button", name="Next").click()
    walk.get_by_text("False alarm", exact=True).wait_for()
    said(notebook, RAINBOW).filter(has_text="only met on the way").wait_for()
    walk.get_by_role("button", name="Back").click()
    walk.get_by_text("An end matches", exact=True).wait_for()


def test_with_the_keyboard_the_walk_ends_at_the_password_and_another_begins(notebook):
    walk = notebook.output(RAINBOW)
    walk.get_by_role("button", name="Next").focus()
    press(notebook, "End")
    walk.get_by_text("The password is").first.wait_for()
    assert walk.locator("td.hit").count() == 1
    press(notebook, "ArrowRight", "ArrowLeft")
    notebook.wait_until("rainbow.move == rainbow.last - 1", "True")
    field = walk.get_by_label("Digest", exact=True)
    field.fill(md5(b"557").hexdigest())
    press(notebook, "Enter")
    walk.get_by_text("move 0 of").wait_for()
    notebook.wait_until("rainbow.walk.password", "557")


# --- log-in simulator ---


def test_with_the_mouse_an_attack_meets_both_sites_and_its_exchanges_open(notebook):
    sim = notebook.output(LOG_IN)
    sim.get_by_role("button", name="Attack both sites").click()
    sim.get_by_text("Done: ").wait_for(timeout=30_000)
    said(notebook, LOG_IN).filter(has_text="Secure site: held. Site with one mistake: ").wait_for()
    assert sim.locator(".lk-side").count() == 2
    assert sim.locator(".lk-side").nth(1).get_by_text("Breached").is_visible()
    sim.get_by_text("to open").last.click()
    sim.locator("summary", has_text="/api/log-in").last.click()
    sim.locator("pre:visible", has_text="POST /api/log-in HTTP/1.1").wait_for()


def test_with_the_keyboard_another_attack_is_chosen_and_stopped(notebook):
    sim = notebook.output(LOG_IN)
    before = notebook.run("print(sides.attack, sides.mistake)")
    sim.get_by_label("Attack", exact=True).focus()
    press(notebook, "ArrowDown")
    notebook.page.wait_for_timeout(50)
    assert notebook.run("print(sides.attack, sides.mistake)") != before
    press(notebook, "Tab", "Tab", "Enter")
    cancel = sim.get_by_role("button", name="Cancel")
    cancel.wait_for()
    press(notebook, "Enter")
    sim.get_by_text("Stopped: half an attack").wait_for(timeout=1000)


# --- all of them ---


def test_dollar_signs_in_an_output_are_no_formula(notebook):
    assert notebook.output(TWIN).locator("mjx-container").count() == 0
    assert "$0.01" in notebook.output(TWIN).inner_text()


@pytest.mark.parametrize(("width", "zoom"), [(740, 1), (820, 1), (1080, 1), (1280, 2)])
def test_nothing_is_cut_off_at_any_width_and_zoom(notebook, width, zoom):
    notebook.resize(width, zoom=zoom)
    notebook.page.wait_for_function(
        "() => [...document.querySelectorAll('.lk')].every(each => each.clientWidth < innerWidth)"
    )
    wide = "each => each.scrollWidth > each.clientWidth + 1"
    found = notebook.page.evaluate(
        f"[...document.querySelectorAll({CUT_OFF!r})].filter({wide}).map(each => each.className)"
    )
    assert found == []


def test_every_control_has_a_name_and_is_large_enough(notebook):
    notebook.resize(1000)
    assert notebook.small() == []
    assert notebook.unnamed() == []


@pytest.mark.parametrize("theme", ["dark", "high contrast", "light"])
def test_text_stands_out_from_its_background_in_every_theme(notebook, theme):
    notebook.theme(theme)
    assert notebook.faint() == []


def test_the_widgets_are_quiet_and_ask_no_other_host(notebook):
    notebook.assert_quiet()


CUT_OFF = ".lk, .lk-card, .lk-hashes, .lk-crack, .lk-rainbow, .lk-side, .lk-lanes"
FOCUSED = "button => button === document.activeElement"
