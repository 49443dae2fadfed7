"""The harness itself: a JupyterLab in which an ordinary widget works."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def notebook(open_notebook):
    return open_notebook(
        "import ipywidgets\nslider = ipywidgets.IntSlider(value=10, min=4, max=20)",
        "out = ipywidgets.Output()\n"
        "slider.observe(lambda change: out.append_stdout(f'cost {change.new}'), 'value')\n"
        "ipywidgets.VBox([slider, out])",
    )


def test_every_cell_runs_in_order(notebook):
    counts = [cell["count"] for cell in notebook.code_cells()]
    assert counts == [counts[0], counts[0] + 1]


def test_a_slider_obeys_the_keyboard_and_the_kernel_answers(notebook):
    notebook.page.locator(".widget-slider .noUi-handle").focus()
    notebook.page.keyboard.press("ArrowRight")
    notebook.see(1, "cost 11")
    notebook.wait_until("slider.value", "11")


def test_jupyterlab_alone_is_quiet_and_asks_no_other_host(notebook):
    notebook.assert_quiet()


def test_all_cells_can_be_run_again(notebook):
    before = [cell["count"] for cell in notebook.code_cells()]
    notebook.run_all()
    assert [cell["count"] for cell in notebook.code_cells()] == [n + len(before) for n in before]


def test_what_is_saved_is_what_was_run(notebook):
    saved = notebook.save()
    assert saved["cells"][0]["execution_count"] is not None


@pytest.mark.parametrize("theme", ["dark", "high contrast", "light"])
def test_the_theme_is_the_one_asked_for(notebook, theme):
    notebook.theme(theme)
    is_light = notebook.page.evaluate("document.body.dataset.jpThemeLight")
    assert is_light == str(theme == "light").lower()


@pytest.mark.parametrize(("width", "zoom", "css_width"), [(640, 1, 640), (1200, 2, 600)])
def test_the_window_and_the_zoom_are_the_ones_asked_for(notebook, width, zoom, css_width):
    notebook.resize(width, zoom=zoom)
    assert notebook.page.evaluate("[innerWidth, devicePixelRatio]") == [css_width, zoom]


def test_complaints_foreign_hosts_and_errors_are_seen(open_notebook):
    noisy = open_notebook(
        "from IPython.display import Javascript\n"
        "Javascript(\"console.error('a complaint'); fetch('http://127.0.0.2:9/').catch(() => 0)\")",
        "1 / 0",
        "print('never')",
        allow_errors=True,
    )
    while not (noisy.hosts and noisy.console_errors):  # pytest's patience, or CI's, ends this
        noisy.page.wait_for_timeout(20)
    assert noisy.hosts == {"127.0.0.2"}
    assert any("a complaint" in error for error in noisy.console_errors)
    assert noisy.errors() == ["ZeroDivisionError: division by zero"]
