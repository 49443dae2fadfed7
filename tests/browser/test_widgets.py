"""Each widget in a real JupyterLab, by mouse and by keyboard, and in pictures.

With LABKIT_PICTURES=docs/pictures the pictures, light and dark, are written there.
"""

import json
import urllib.request
from hashlib import md5

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PROMPT_S = 0.25  # what a cancel may take in the kernel; the page and the machine take their own
CANARY = "canary-7f3a-do-not-save"
HASHES, COSTS, PREDICTION, ESTIMATE, TWIN, CRACKS, RAINBOW, LOG_IN = range(1, 9)
CHEAP = "{'bcrypt': BcryptParams(cost=4), 'Argon2id': ONLY_FOR_TESTS}"


@pytest.fixture(scope="module")
def notebook(open_notebook):
    opened = open_notebook(
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
    for widget in ("explorer", "cracks", "sides"):
        opened.note_cancels(widget)
    return opened


def press(notebook, *keys):
    for key in keys:
        notebook.page.keyboard.press(key)


# --- hash lab ---


def test_the_hash_lab_shows_different_rows_for_an_invented_password(notebook):
    notebook.see(HASHES, "A salt for each user")
    notebook.see(HASHES, "Rows differ", at_least=3)
    field = notebook.output(HASHES).get_by_label("Password", exact=True)
    assert field.input_value() == "Tuesday-Marmalade-7"
    assert "Invented." in notebook.output(HASHES).inner_text()


def test_with_the_mouse_the_salt_goes_and_equal_rows_are_seen_and_said(notebook):
    lab = notebook.output(HASHES)
    lab.get_by_text("Off", exact=True).click()
    notebook.see(HASHES, "Rows are equal", at_least=3)
    notebook.hear(HASHES, "Equal rows under MD5, bcrypt, Argon2id.")
    digests = lab.locator("mark").all_inner_texts()
    assert len(digests) == 6
    assert digests[0] == digests[1] == md5(b"Tuesday-Marmalade-7").hexdigest()


def test_with_the_keyboard_a_password_is_typed_and_the_salt_comes_back(notebook):
    lab = notebook.output(HASHES)
    lab.get_by_label("Password", exact=True).focus()
    press(notebook, "ControlOrMeta+a")
    notebook.page.keyboard.type("sunshine")
    notebook.see(HASHES, md5(b"sunshine").hexdigest())
    press(notebook, "Tab", "ArrowLeft")
    notebook.see(HASHES, "Rows differ", at_least=3)
    assert lab.get_by_role("radio", name="On").is_checked()


def test_what_bcrypt_refuses_is_told_without_a_traceback(notebook):
    lab = notebook.output(HASHES)
    lab.get_by_label("Password", exact=True).fill("x" * 73)
    notebook.see(HASHES, "bcrypt takes 72 bytes")
    assert "Traceback" not in lab.inner_text()


def test_what_is_typed_is_in_no_file_whatever_is_saved_or_exported(notebook, jupyterlab):
    lab = notebook.output(HASHES)
    lab.get_by_text("Off", exact=True).click()
    lab.get_by_label("Password", exact=True).fill(CANARY)
    digest = md5(CANARY.encode()).hexdigest()
    notebook.see(HASHES, digest)
    saved = notebook.save()
    home = jupyterlab.home
    for kind in ("html", "markdown"):
        address = f"{jupyterlab.url}/nbconvert/{kind}/{notebook.file.name}?download=true"
        with urllib.request.urlopen(address, timeout=60) as answer:
            (home / f"export.{kind}").write_bytes(answer.read())
    state = json.dumps(saved["metadata"]["widgets"])
    assert "labkit.widgets.hashes.HashLab" in state  # it was saved: what follows is no empty check
    assert any(".ipynb_checkpoints" in str(path) for path in home.rglob("*.ipynb"))
    for secret in (CANARY, digest):
        assert jupyterlab.holding(secret) == []


# --- cost explorer ---


def test_the_explorer_measures_by_itself_and_names_its_source(notebook):
    notebook.see(COSTS, "log-ins a second")
    notebook.see(COSTS, "Here: median of 7")
    assert "hashcat 6.2.6" in notebook.output(COSTS).inner_text()


def test_with_the_keyboard_a_slider_moves_both_sides_figures(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_label("Cost (rounds)").focus()
    press(notebook, "ArrowRight")
    notebook.see(COSTS, "bcrypt, cost 6:")
    assert explorer.get_by_label("Cost (rounds)").get_attribute("aria-valuetext") == "6 (2⁶)"
    notebook.wait_until(MEASURED, "6 7")
    notebook.see(COSTS, "Here: median of 7")


def test_with_the_mouse_another_scheme_and_a_preset_are_chosen(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_text("Argon2id", exact=True).first.click()
    explorer.get_by_role("button", name="Preset: RFC 9106, 64 MiB").click()
    notebook.see(COSTS, "Argon2id, 64 MiB, 3 passes, 4 lanes")
    explorer.get_by_label("Attacker’s GPU").select_option("RTX 5090")
    notebook.see(COSTS, "No published rate")
    explorer.get_by_label("Attacker’s GPU").select_option("RTX 4090")
    explorer.get_by_text("bcrypt", exact=True).first.click()


def test_cancel_by_keyboard_stops_a_slow_measurement_and_the_kernel_stays_usable(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_label("Cost (rounds)").focus()
    press(notebook, "End")
    notebook.wait_until("explorer.cost > 12", "True")  # nothing of an earlier one is shown any more
    notebook.see(COSTS, "warming up")
    explorer.get_by_role("button", name="Cancel").focus()
    press(notebook, "Enter")
    notebook.see(COSTS, "Stopped.")
    assert notebook.cancelled_in_s("explorer") < PROMPT_S
    assert explorer.get_by_role("button", name="Measure again").evaluate(FOCUSED)


def test_after_a_cancel_in_a_long_hash_the_next_measurement_follows_at_once(notebook):
    explorer = notebook.output(COSTS)
    # A hash that nobody waits for to the end: its measurement takes half a minute or more.
    notebook.run("explorer.cost = 17")
    notebook.see(COSTS, "warming up")
    explorer.get_by_role("button", name="Cancel").click()
    notebook.see(COSTS, "Stopped.")
    assert notebook.cancelled_in_s("explorer") < PROMPT_S
    notebook.wait_until("explorer.worker.join(5)", "True")
    explorer.get_by_label("Cost (rounds)").focus()
    press(notebook, "Home")
    notebook.wait_until(MEASURED, "4 7")
    notebook.see(COSTS, "Here: median of 7")


def test_find_my_settings_ends_with_sliders_where_the_time_is_kept(notebook):
    explorer = notebook.output(COSTS)
    explorer.get_by_role("button", name="Find my settings for 2 ms").click()
    notebook.see(COSTS, "ms of CPU time for a target of 2 ms")
    notebook.wait_until("explorer.worker.join()", "True")
    found = int(notebook.run("print(explorer.cost)"))
    notebook.see(COSTS, f"bcrypt, cost {found}:")
    expect(explorer.get_by_label("Cost (rounds)")).to_have_value(str(found - 4))


# --- guesses ---


def test_with_the_mouse_a_prediction_is_made_and_compared(notebook):
    asked = notebook.output(PREDICTION)
    commit = asked.get_by_role("button", name="That is my guess")
    assert commit.is_disabled()
    asked.get_by_label("nobody").check()
    commit.click()
    notebook.see(PREDICTION, "Noted: nobody.")
    assert "You guessed: nobody. The answer is: Alice and Bob." in notebook.run(
        "print(which.reveal('Alice and Bob'))"
    )
    notebook.see(PREDICTION, "It came out otherwise")
    expect(asked.get_by_label("Alice and Bob")).to_be_disabled()


def test_with_the_keyboard_an_estimate_is_made_and_compared(notebook):
    asked = notebook.output(ESTIMATE)
    asked.get_by_label("Your guess").focus()
    press(notebook, "End", "Tab", "Enter")
    notebook.see(ESTIMATE, "Noted: 32 years.")
    notebook.run("long.reveal(21)")
    notebook.see(ESTIMATE, "Too much by a factor of 48 000 000.")


# --- crack lab ---


def test_with_the_mouse_a_stolen_table_is_cracked_and_finds_are_seen_and_said(notebook):
    lab = notebook.output(CRACKS)
    notebook.see(CRACKS, "30 000 passwords that real people used")
    lab.get_by_role("button", name="Guess").click()
    notebook.hear(CRACKS, "6 of 8 found")
    notebook.see(CRACKS, "Found", at_least=6)
    notebook.see(CRACKS, "sunshine", at_least=2)
    notebook.see(CRACKS, "dave, grace: not among 30 000 candidates.")


def test_with_the_keyboard_a_mask_is_chosen_and_typed_and_read(notebook):
    lab = notebook.output(CRACKS)
    lab.get_by_role("radio", name="Dictionary").focus()
    press(notebook, "ArrowRight", "ArrowRight")
    mask = lab.get_by_role("textbox", name="Mask")
    mask.focus()
    press(notebook, "ControlOrMeta+a")
    notebook.page.keyboard.type("?d?d?d?d")
    notebook.see(CRACKS, "Every string of this form: 10 000 guesses.")
    mask.fill("?x")
    lab.get_by_role("alert").filter(has_text="unknown mark").wait_for()


def test_cancel_by_keyboard_stops_the_guessing_and_the_kernel_stays_usable(notebook):
    lab = notebook.output(CRACKS)
    lab.get_by_label("Stolen table", exact=True).select_option("Argon2id, a salt each")
    lab.get_by_label("Budget for a row", exact=True).select_option("1 h")
    lab.get_by_text("Dictionary", exact=True).click()
    # ipywidgets holds a choice back while the one before is under way, but not a button's message.
    chosen = "Argon2id, a salt each / 1 h / dictionary"
    notebook.wait_until("f'{cracks.table} / {cracks.budget} / {cracks.attack}'", chosen)
    guess = lab.get_by_role("button", name="Guess")
    guess.focus()
    press(notebook, "Enter")
    notebook.see(CRACKS, "a second here")
    notebook.wait_until("'usable'", "usable")
    assert lab.get_by_role("button", name="Cancel").evaluate(FOCUSED)
    press(notebook, "Enter")
    notebook.see(CRACKS, "Stopped.")
    assert notebook.cancelled_in_s("cracks") < PROMPT_S
    assert guess.evaluate(FOCUSED)
    notebook.wait_until("cracks.worker.join(5)", "True")


# --- rainbow walk ---


def test_the_rainbow_table_is_folded_away_at_first(notebook):
    walk = notebook.output(RAINBOW)
    assert not walk.get_by_role("button", name="Next").is_visible()
    walk.get_by_text("Open a small table").click()
    expect(walk.locator("tbody tr")).to_have_count(13)


def test_with_the_mouse_the_walk_meets_a_false_alarm_and_goes_back(notebook):
    walk = notebook.output(RAINBOW)
    for _ in range(3):
        walk.get_by_role("button", name="Next").click()
    notebook.see(RAINBOW, "False alarm", exact=True)
    notebook.hear(RAINBOW, "only met on the way")
    walk.get_by_role("button", name="Back").click()
    notebook.see(RAINBOW, "An end matches", exact=True)


def test_with_the_keyboard_the_walk_ends_at_the_password_and_another_begins(notebook):
    walk = notebook.output(RAINBOW)
    walk.get_by_role("button", name="Next").focus()
    press(notebook, "End")
    notebook.see(RAINBOW, "The password is")
    expect(walk.locator("td.hit")).to_have_count(1)
    press(notebook, "ArrowRight", "ArrowLeft")
    notebook.wait_until("rainbow.move == rainbow.last - 1", "True")
    field = walk.get_by_label("Digest", exact=True)
    field.fill(md5(b"557").hexdigest())
    press(notebook, "Enter")
    notebook.see(RAINBOW, "move 0 of")
    notebook.wait_until("rainbow.walk.password", "557")


# --- log-in simulator ---


def test_with_the_mouse_an_attack_meets_both_sites_and_its_exchanges_open(notebook):
    sim = notebook.output(LOG_IN)
    sim.get_by_role("button", name="Attack both sites").click()
    notebook.see(LOG_IN, "Done: ")
    notebook.hear(LOG_IN, "Secure site: held. Site with one mistake: ")
    assert sim.locator(".lk-side").count() == 2
    assert sim.locator(".lk-side").nth(1).get_by_text("Breached").is_visible()
    sim.get_by_text("to open").last.click()
    sim.locator("summary", has_text="/api/log-in").last.click()
    sim.locator("pre:visible", has_text="POST /api/log-in HTTP/1.1").wait_for()


def test_with_the_keyboard_another_attack_is_chosen_and_stopped(notebook):
    sim = notebook.output(LOG_IN)
    sim.get_by_label("Attack", exact=True).focus()
    press(notebook, "ArrowDown")
    notebook.wait_until("sides.attack, sides.mistake", "G7 G7")
    notebook.run(OTHER_WORK)
    press(notebook, "Tab", "Tab", "Enter")
    sim.get_by_role("button", name="Cancel").wait_for()
    press(notebook, "Enter")
    notebook.see(LOG_IN, "Stopped: half an attack")
    assert notebook.cancelled_in_s("sides") < PROMPT_S
    notebook.run("over.set()")
    notebook.wait_until("sides.worker.join(), sides.result.attack.id", "True G5")


# --- all of them ---


def test_dollar_signs_in_an_output_are_no_formula(notebook):
    assert notebook.output(TWIN).locator("mjx-container").count() == 0
    assert "$0.01" in notebook.output(TWIN).inner_text()


@pytest.mark.parametrize(("width", "zoom"), [(740, 1), (820, 1), (1080, 1), (1280, 2)])
def test_nothing_is_cut_off_at_any_width_and_zoom(notebook, width, zoom):
    notebook.resize(width, zoom=zoom)
    notebook.assert_nothing_cut_off(CUT_OFF)


def test_every_control_has_a_name_and_is_large_enough(notebook):
    notebook.resize(1000)
    notebook.assert_usable()


@pytest.mark.parametrize("theme", ["dark", "high contrast", "light"])
def test_text_stands_out_from_its_background_in_every_theme(notebook, theme):
    notebook.theme(theme)
    notebook.assert_readable()


def test_the_widgets_are_quiet_and_ask_no_other_host(notebook):
    notebook.assert_quiet()


CUT_OFF = ".lk, .lk-card, .lk-hashes, .lk-crack, .lk-rainbow, .lk-side, .lk-lanes"
# --- in pictures, in a notebook of their own that takes the first one's place ---

# CSS pixels: of a card, of what JupyterLab puts beside it, of a window that holds every card
WIDTH, PROMPT, HEIGHT = 660, 180, 5200
CARDS = {
    "hash-lab": 1,
    "cost-explorer": 2,
    "estimate": 3,
    "crack-lab": 5,
    "rainbow-walk": 6,
    "log-in-simulator": 7,
}
FALSE_ALARM = 3


@pytest.fixture(scope="module")
def gallery(open_notebook):
    opened = open_notebook(
        "from labkit.widgets import CostExplorer, CrackLab, Estimate, HashLab\n"
        "from labkit.widgets import LogInSimulator, RainbowWalk",
        "lab = HashLab(); lab",
        "explorer = CostExplorer(); explorer",
        "guess = Estimate('How long do 30 000 common passwords take one GPU under bcrypt 12?',"
        " 1e-6, 1e9); guess",
        "guess.guess = 7200.0; guess.reveal(21)",
        "cracks = CrackLab(); cracks.table = 'bcrypt 4, a salt each'; cracks",
        f"rainbow = RainbowWalk(); rainbow.move = {FALSE_ALARM}; rainbow",
        "sides = LogInSimulator(); sides",
    )
    opened.resize(WIDTH + PROMPT, HEIGHT)
    opened.output(CARDS["hash-lab"]).get_by_text("Off", exact=True).click()
    opened.see(CARDS["hash-lab"], "Rows are equal", at_least=5)
    opened.see(CARDS["cost-explorer"], "Here: median of 7")
    opened.output(CARDS["rainbow-walk"]).get_by_text("Open a small table").click()
    opened.output(CARDS["log-in-simulator"]).get_by_role("button", name="Attack both").click()
    opened.output(CARDS["crack-lab"]).get_by_role("button", name="Guess").click()
    opened.see(CARDS["log-in-simulator"], "Done: ")
    opened.see(CARDS["crack-lab"], "Done. ")
    return opened


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_sharp_and_of_its_theme(gallery, theme, name):
    gallery.theme(theme)
    gallery.assert_picture(CARDS[name], f"{name}-{theme}", WIDTH)


# What was measured last: at which cost, in how many samples.
MEASURED = "explorer.cost, explorer.table.timing and explorer.table.timing.samples"
# An attack waits while other work is done, so that it is not over before a key can stop it.
OTHER_WORK = """
import threading
from labkit.widgets.worker import Worker
over, other = threading.Event(), Worker(print)
other.start(lambda: iter([over.wait]))
"""
FOCUSED = "button => button === document.activeElement"
