"""The pictures of the widgets in light and dark that the README shows.

Each run takes them and looks at them; with LABKIT_PICTURES=docs/pictures they are written there.
"""

import pytest

pytestmark = pytest.mark.browser

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
def notebook(open_notebook):
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
    opened.page.set_viewport_size({"width": WIDTH + PROMPT, "height": HEIGHT})
    lab = opened.output(CARDS["hash-lab"])
    lab.get_by_text("Off", exact=True).click()
    lab.get_by_text("Rows are equal").nth(4).wait_for(timeout=30_000)
    opened.wait_until_text(CARDS["cost-explorer"], "Here: median of 7", timeout_s=30)
    opened.output(CARDS["rainbow-walk"]).get_by_text("Open a small table").click()
    opened.output(CARDS["log-in-simulator"]).get_by_role("button", name="Attack both").click()
    opened.output(CARDS["crack-lab"]).get_by_role("button", name="Guess").click()
    for card in ("crack-lab", "log-in-simulator"):
        opened.wait_until_text(CARDS[card], "Done", timeout_s=60)
    return opened


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_sharp_and_of_its_theme(notebook, theme, name):
    notebook.theme(theme)
    card = notebook.output(CARDS[name]).locator(".lk-card")
    picture = notebook.picture(card, f"{name}-{theme}")
    colours = sorted(picture.getcolors(1 << 24), reverse=True)
    assert picture.width >= (WIDTH - 40) * 2
    assert (sum(colours[0][1]) > 600) == (theme == "light")  # what most of it is painted in
    assert colours[0][0] < 0.97 * picture.width * picture.height  # and not all of it
