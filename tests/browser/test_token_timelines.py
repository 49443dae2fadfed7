"""The three timelines of tokens in a real JupyterLab: by mouse, by keyboard, and in pictures.

With LABKIT_PICTURES=docs/pictures the pictures are written there.
"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# CSS pixels: what JupyterLab puts beside a card, and a window that holds every card
PROMPT, HEIGHT = 180, 5200
WIDTHS = (560, 640, 900)
FAMILIES, ROTATION, DATES, TWINS = 1, 2, 3, 4
CARDS = {"refresh-families": FAMILIES, "key-rotation": ROTATION, "token-dates": DATES}


@pytest.fixture(scope="module")
def notebook(open_notebook):
    opened = open_notebook(
        "from IPython.display import display\n"
        "from labkit.clock import ManualClock\n"
        "from labkit.comparing.rotation_plan import Plan\n"
        "from labkit.tokens import KeyRing\n"
        "from labkit.widgets import KeyRotation, RefreshFamilies, TokenDates\n"
        "from labkit.widgets import key_rotation, key_timeline, refresh_families, token_dates",
        "families = RefreshFamilies(); families",
        "keys = KeyRotation(); keys",
        "dates = TokenDates(); dates",
        "ring = KeyRing(clock=ManualClock(1_800_000_000), overlap_s=1200)\n"
        "ring.rotate(lead_s=600)\n"
        "display(refresh_families('within the grace', grace_s=10), key_timeline(ring),\n"
        "        key_rotation(Plan(overlap_s=300, lead_s=0, actions=[(900, 'withdraw'),"
        " (3600, 'rotate')]), now_s=1000),\n"
        "        token_dates(written_in='America/New_York'))",
    )
    opened.resize(WIDTHS[1] + PROMPT, HEIGHT)
    for cell, words in ((FAMILIES, "Thief was in"), (ROTATION, "Nothing"), (DATES, "Accepted")):
        opened.see(cell, words)
    return opened


def press(notebook, *keys):
    for key in keys:
        notebook.page.keyboard.press(key)


# --- refresh families ---


def test_with_the_mouse_the_thief_is_left_in_where_nothing_is_rotated(notebook):
    card = notebook.output(FAMILIES)
    card.get_by_text("Always the same token", exact=True).click()
    notebook.see(FAMILIES, "Thief is still in, after 30 min")
    notebook.hear(FAMILIES, "Issuer noticed nothing")
    card.get_by_text("A new token each time", exact=True).click()
    notebook.see(FAMILIES, "Thief was in for 15 min")


def test_with_the_keyboard_a_lost_answer_throws_the_owner_out_and_a_grace_does_not(notebook):
    card = notebook.output(FAMILIES)
    story = card.get_by_label("Story", exact=True)
    story.select_option("response lost")
    notebook.see(FAMILIES, "Owner was thrown out for nothing")
    card.get_by_role("radio", name="Ends the family").focus()
    press(notebook, "Tab")
    assert card.get_by_role("radio", name="None").evaluate(FOCUSED)
    press(notebook, "ArrowRight", "ArrowRight")
    notebook.see(FAMILIES, "Owner stayed in")
    press(notebook, "Tab", "End")
    notebook.see(FAMILIES, "5 refreshes")
    notebook.wait_until("families.grace_s, families.refreshes", "10 5")
    story.focus()
    press(notebook, "Home")
    notebook.see(FAMILIES, "Thief was in for")
    notebook.wait_until("families.story", "thief first")


def test_the_familys_table_opens_by_keyboard_and_tells_what_the_lanes_tell(notebook):
    card = notebook.output(FAMILIES)
    card.locator("summary", has_text="The same as a table").focus()
    press(notebook, "Enter")
    card.locator("td:visible", has_text="refused: used before, so the family ends").wait_for()
    card.get_by_label("Refreshed before", exact=True).focus()
    press(notebook, "Home")
    card.locator("td:visible", has_text="copies A1 from the owner").wait_for()
    expect(card).to_contain_text("Issuer to Owner: refused: used before")


def test_of_two_choices_the_one_that_holds_is_pressed(notebook):
    for cell, first, second, value, other in (
        (FAMILIES, "A new token each time", "Always the same token", "families.rotate", False),
        (FAMILIES, "Ends the family", "Is only refused", "families.detect", False),
        (ROTATION, "Refuses", "Fetches again", "keys.asks_again", True),
    ):
        radios = [notebook.output(cell).get_by_role("radio", name=each) for each in (first, second)]
        expect(radios[0]).to_be_checked()
        notebook.run(f"{value} = {other}")
        expect(radios[1]).to_be_checked()
        expect(radios[0]).not_to_be_checked()
        notebook.run(f"{value} = {not other}")
        expect(radios[0]).to_be_checked()


# --- keys in rotation ---


def test_with_the_keyboard_a_lead_that_is_too_short_leaves_a_key_unknown(notebook):
    card = notebook.output(ROTATION)
    card.get_by_label("Key’s lead", exact=True).focus()
    press(notebook, "Home")
    notebook.see(ROTATION, "A new key is not known everywhere")
    notebook.hear(ROTATION, "did not hold key 2 yet")
    lead = card.get_by_label("Key’s lead", exact=True)
    expect(lead).to_have_attribute("aria-valuetext", "none")
    card.get_by_role("radio", name="Refuses").focus()
    press(notebook, "ArrowRight")
    notebook.see(ROTATION, "Nothing breaks")
    press(notebook, "ArrowLeft")
    notebook.see(ROTATION, "A new key is not known everywhere")
    notebook.run("keys.lead_min = 10")
    notebook.see(ROTATION, "Nothing breaks")
    expect(lead).to_have_attribute("aria-valuetext", "10 min")


def test_with_the_keyboard_now_moves_and_each_key_says_what_it_is(notebook):
    card = notebook.output(ROTATION)
    card.get_by_label("Now", exact=True).focus()
    press(notebook, "ArrowRight")
    notebook.see(ROTATION, "now 0:46")
    press(notebook, "End")
    notebook.hear(ROTATION, "2:00: key 1 gone, key 2 signs.")


def test_with_the_mouse_a_stolen_key_is_withdrawn_and_still_works_where_it_is_copied(notebook):
    card = notebook.output(ROTATION)
    notebook.run("keys.now_min = 90")
    notebook.see(ROTATION, "now 1:30")
    withdraw = card.get_by_role("button", name="Withdraw the signing key now")
    before = withdraw.bounding_box()
    withdraw.click()
    notebook.see(ROTATION, "The thief is still let in")
    notebook.see(ROTATION, "Done: 0:30 rotated; 1:30 signing key withdrawn.")
    assert withdraw.bounding_box() == before
    expect(card.locator(".seg.stolen:visible")).to_have_count(2)  # in the picture and in its legend
    card.locator("summary", has_text="The same as tables").click()
    notebook.see(ROTATION, "1:30 (withdrawn)")
    card.get_by_role("button", name="Take all back").click()
    notebook.see(ROTATION, "Done: nothing.")
    card.get_by_role("button", name="Rotate now").click()
    notebook.see(ROTATION, "Done: 1:30 rotated.")


# --- dates ---


def test_with_the_keyboard_a_token_ends_and_leeway_brings_it_back(notebook):
    card = notebook.output(DATES)
    card.get_by_label("Now", exact=True).focus()
    press(notebook, "ArrowRight", "ArrowRight", "ArrowRight")
    notebook.hear(DATES, "The token expired 0 s ago.")
    press(notebook, "Tab", "Tab", "End")
    notebook.see(DATES, "for 5 min more")
    notebook.wait_until("dates.after_s, dates.leeway_s", "900 300")
    press(notebook, "Home")
    notebook.see(DATES, "Refused: Expired")
    notebook.run("dates.after_s = 0")


def test_with_the_mouse_a_time_zone_kills_a_token_or_keeps_it_alive(notebook):
    card = notebook.output(DATES)
    written = card.get_by_label("Dates written", exact=True)
    written.select_option("Europe/Berlin")
    notebook.see(DATES, "It had ended before it was issued. Its dates are −1 h off.")
    card.get_by_text("Summer", exact=True).click()
    notebook.see(DATES, "Its dates are −2 h off.")
    written.select_option("America/New_York")
    notebook.see(DATES, "Its dates are +4 h off.")
    card.locator("summary", has_text="by zone and season").click()
    card.get_by_role("cell", name="New York, 2027-01-15").wait_for()
    written.select_option("right")
    card.get_by_text("Winter", exact=True).click()
    notebook.see(DATES, "Accepted")


# --- all of them ---


@pytest.mark.parametrize(("width", "zoom"), [*((width, 1) for width in WIDTHS), (1100, 2)])
def test_nothing_is_cut_off_and_no_word_reaches_over_another(notebook, width, zoom):
    notebook.resize(width + PROMPT, HEIGHT, zoom=zoom)
    notebook.assert_nothing_cut_off(CUT_OFF)
    notebook.none(OVER_EACH_OTHER)


def test_every_control_has_a_name_and_is_large_enough(notebook):
    notebook.assert_usable()


@pytest.mark.parametrize("theme", ["dark", "high contrast", "light"])
def test_text_stands_out_from_its_background_in_every_theme(notebook, theme):
    notebook.theme(theme)
    notebook.assert_readable()


def test_the_widgets_are_quiet_and_ask_no_other_host(notebook):
    notebook.assert_quiet()


@pytest.fixture(scope="module")
def as_at_first(notebook):
    """What the tests before have turned and unfolded is put back."""
    notebook.run(
        "families.story, families.grace_s, families.refreshes = 'thief first', 0, 1\n"
        "keys.actions, keys.lead_min, keys.now_min = [[30, 'rotate']], 10, 45\n"
        "dates.day, dates.written_in, dates.after_s, dates.leeway_s = 'winter', 'right', 0, 0"
    )
    notebook.see(FAMILIES, "Thief was in for 15 min")
    notebook.see(ROTATION, "now 0:45")
    notebook.see(DATES, "Accepted")
    notebook.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = false; })")


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.usefixtures("as_at_first")
def test_a_picture_is_sharp_and_of_its_theme(notebook, theme, name):
    notebook.theme(theme)
    notebook.resize(WIDTHS[1] + PROMPT, HEIGHT)
    notebook.assert_picture(CARDS[name], f"{name}-{theme}", WIDTHS[1])


FOCUSED = "control => control === document.activeElement"
CUT_OFF = ".lk, .lk-card, .lk-lanes, .lk-family, .lk-table, .lk-found, .lk-row, .lk-key"
OVER_EACH_OTHER = """[...document.querySelectorAll(".lk-tl .ticks")].flatMap(ticks => {
  const boxes = [...ticks.children].map(e => e.getBoundingClientRect());
  return boxes.slice(1).filter((box, i) => box.left < boxes[i].right).map(box => box.left);
})"""
