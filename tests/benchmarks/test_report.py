"""`make bench`: what it prints, what it writes, and that a missed goal is seen."""

import re

import pytest

from benchmarks import __main__ as command
from benchmarks import report
from benchmarks.measure import Row

MET = Row("verify HS256", "PyJWT 2.15", 7.2e-6, 29e-6, 0.248, 0.04, "≤ 0.4×", met=True)
MISSED = Row("look-up", "sqlite3", 12e-6, 5e-6, 2.4, 0.1, "≤ 2×", met=False)


@pytest.fixture
def readme(tmp_path, monkeypatch):
    path = tmp_path / "README.md"
    path.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", "utf-8")
    monkeypatch.setattr(command, "README", path)
    return path


def measuring(monkeypatch, *rows):
    monkeypatch.setattr(command, "measured", lambda _: iter(rows))


def test_the_table_has_both_times_the_ratio_and_the_goal():
    line = report.plain([MET]).splitlines()[1]
    cells = ["verify HS256", "7.2 µs", "PyJWT 2.15", "29 µs", "0.248 ± 2%", "≤ 0.4×", "yes"]
    assert re.split(r" {2,}", line) == cells


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(7.04e-6, "7.04 µs"), (0.02249, "22.5 ms"), (1.5, "1.5 s"), (2e-7, "200 ns"), (0, "0 ns")],
)
def test_a_duration_has_three_digits_and_the_unit_that_suits_it(seconds, said):
    assert report.duration(seconds) == said


def test_only_what_is_between_the_marks_is_replaced(readme, monkeypatch):
    measuring(monkeypatch, MET)
    assert command.main(["--write"]) == 0
    text = readme.read_text("utf-8")
    assert text.startswith(f"before\n{report.BEGIN}\n")
    assert text.endswith(f"\n{report.END}\nafter\n")
    assert "| verify HS256 | 7.2 µs |" in text
    assert "old" not in text


@pytest.mark.parametrize("text", ["", report.BEGIN, report.END + report.BEGIN, report.BEGIN * 2])
def test_a_readme_without_the_marks_is_refused(text):
    with pytest.raises(ValueError, match="once each"):
        report.written(text, "table")


def test_a_missed_goal_is_named_and_exits_with_1(monkeypatch, capsys):
    measuring(monkeypatch, MET, MISSED)
    assert command.main([]) == 1
    assert "2 rows; goals missed: look-up" in capsys.readouterr().out


def test_without_write_the_readme_stays(readme, monkeypatch):
    before = readme.read_text("utf-8")
    measuring(monkeypatch, MET)
    command.main([])
    assert readme.read_text("utf-8") == before


@pytest.mark.parametrize("arguments", [["dance"], ["imports", "--write"]])
def test_wrong_usage_exits_with_2(arguments):
    with pytest.raises(SystemExit, match="2"):
        command.main(arguments)


def test_every_module_that_is_no_tool_is_a_topic():
    assert "imports" in command.topics()
    assert not {"measure", "report", "__main__"} & set(command.topics())
