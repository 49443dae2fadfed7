"""The crack lab without a browser, and its twin in code."""

import json
import threading
from hashlib import md5

import pytest

from labkit.cracking import Find, Progress
from labkit.errors import InvalidInput
from labkit.widgets import CrackLab, Guessing, crack_lab
from labkit.widgets.crack_table import CrackTable, practice_leaks, price, told


def row(password):
    return md5(password.encode()).hexdigest()


LEAKED = {"alice": row("sunshine"), "bob": row("Tk7!xq-93-pQ"), "carol": row("zzq7")}
PAYLOAD = "<img src=x onerror=alert(1)>"


@pytest.fixture
def lab():
    return CrackLab(LEAKED, at_most_s=20)


def test_a_dictionary_finds_what_is_listed_and_says_at_which_guess(lab, listen, tell):
    heard = listen(lab)
    tell(lab, "start")
    assert lab.worker.join()
    assert lab.result.found == {"alice": "sunshine"}
    assert "guess 46" in heard.last("rows")
    assert heard.last("rows").count("Not found") == 2
    assert "bob, carol: not among 30 000 candidates." in heard.last("notes")


@pytest.mark.parametrize(
    ("traits", "mask", "password"),
    [
        ({"attack": "rules"}, "?d", "Penguin"),
        ({"attack": "mask"}, "?l?l?l?d", "zzq7"),
        ({"attack": "brute force", "characters": "?l", "longest": 3}, "?d", "zzz"),
    ],
)
def test_each_attack_finds_what_its_guesses_hold(listen, tell, traits, mask, password):
    lab = CrackLab({"dan": row(password)})
    heard = listen(lab)
    tell(lab, "mask", mask=mask)
    for name, value in traits.items():
        setattr(lab, name, value)
    tell(lab, "start")
    assert lab.worker.join()
    assert lab.result.found == {"dan": password}
    assert heard.errors() == []


def test_a_find_is_said_as_it_comes_and_the_sum_in_the_end(lab, listen, tell):
    heard = listen(lab)
    tell(lab, "start")
    assert lab.worker.join()
    said = [each["said"] for each in heard if each.get("said")]
    assert said[0] == "Found: alice, sunshine (guess 46)."
    assert said[-1].startswith("1 of 3 found")


def test_after_cancel_nothing_comes_any_more_and_the_rest_is_not_called_safe(
    lab, listen, tell, monkeypatch
):
    begun, asked = threading.Event(), []

    def endless(rows, candidates, *, budget, progress, cancelled):
        progress(Progress("MD5", 1, 9, 1, 1, 3, 1, 1, (Find("alice", "sunshine", 1, "MD5"),)))
        begun.set()
        while not cancelled():
            asked.append(1)
        raise AssertionError("its error comes too late to be shown")

    monkeypatch.setattr("labkit.widgets.cracks.crack", endless)
    heard = listen(lab)
    tell(lab, "start")
    assert begun.wait(10)
    tell(lab, "cancel")
    before = len(heard)
    assert lab.worker.join()
    assert len(heard) == before
    assert heard[-1] == {"told": "Stopped.", "busy": False, "progress": None}
    assert "sunshine" in heard.last("rows")
    assert heard.last("rows").count("not tried to the end") == 2
    assert "Not found" not in heard.last("rows")


def test_a_choice_during_an_attack_ends_it_and_begins_anew(lab, listen, tell, monkeypatch):
    begun = threading.Event()

    def endless(rows, candidates, *, budget, progress, cancelled):
        begun.set()
        while not cancelled():
            pass

    monkeypatch.setattr("labkit.widgets.cracks.crack", endless)
    heard = listen(lab)
    tell(lab, "start")
    assert begun.wait(10)
    lab.attack = "mask"
    assert lab.worker.join()
    assert heard[-1]["busy"] is False
    assert heard.last("rows").count("not found yet") == 3


def test_a_start_that_overtakes_a_choice_is_meant_for_it(listen, tell):
    lab = CrackLab({"dan": row("zzq7")})
    heard = listen(lab)
    tell(lab, "mask", mask="?l?l?l?d")
    tell(lab, "start", chosen={"attack": "mask"})
    lab.set_state({"attack": "mask"})  # the browser had held it back: it ends nothing
    assert lab.worker.join()
    assert lab.result.found == {"dan": "zzq7"}
    assert heard.errors() == []


def test_what_the_engine_raises_is_shown_and_another_start_works(lab, listen, tell, monkeypatch):
    def broken(*_args, **_named):
        raise ValueError("no")

    heard = listen(lab)
    with monkeypatch.context() as patch:
        patch.setattr("labkit.widgets.cracks.crack", broken)
        tell(lab, "start")
        assert lab.worker.join()
    assert "ValueError: no" in heard.errors()[0]["cause"]
    tell(lab, "start")
    assert lab.worker.join()
    assert lab.result.found == {"alice": "sunshine"}


def test_a_mask_that_cannot_be_read_is_told_and_nothing_starts(lab, listen, tell):
    heard = listen(lab)
    lab.attack = "mask"
    tell(lab, "mask", mask="?x")
    assert "unknown mark" in heard.errors()[0]["cause"]
    tell(lab, "start")
    assert len(heard.errors()) == 2
    assert lab.worker.join()
    assert not any(each.get("busy") for each in heard)


def test_neither_masks_nor_passwords_nor_stored_strings_are_state(lab, listen, tell):
    listen(lab)
    tell(lab, "mask", mask="canary?d?d")
    tell(lab, "start")
    assert lab.worker.join()
    state = json.dumps(lab.get_state(), default=str)
    assert "spec" in state
    assert not any(secret in state for secret in ("canary", "sunshine", LEAKED["alice"]))


def test_the_plan_names_the_guesses_and_the_published_price(lab, listen, tell):
    heard = listen(lab)
    tell(lab, "ready")
    plan = next(each["plan"] for each in heard if "plan" in each)
    assert plan["about"].startswith("30 000 passwords")
    assert (
        "164 100 000 000 guesses a second on one RTX 4090; 1 ms buys 164 000 000."
        in (plan["price"])
    )


def test_a_price_that_nobody_published_is_not_invented():
    assert price({"x": "$argon2id$v=1$"}, 1.0) != ""
    assert price({"x": "$textbook$$hunter2"}, 1.0) == "readable without a guess."
    assert price({}, 1.0) == "The table is empty."


def test_a_row_that_needs_no_guess_is_told_so():
    table = crack_lab({"ann": "$textbook$$hunter2"})
    assert "hunter2 (read without a guess)" in repr(table)
    assert "read, not guessed" in table.html()


@pytest.mark.parametrize(
    ("share", "elapsed", "done", "words"),
    [
        (0.25, 2.0, 0.25, "500 a second here; 1 of 3 found; at most 6 s left"),
        (0.0, 30.0, 0.5, "33 a second here; 1 of 3 found; at most 30 s left"),
        (1.0, 0.0, 1.0, "1 000 000 a second here; 1 of 3 found; at most 0 s left"),
    ],
)
def test_rate_and_time_left_follow_from_what_was_done(share, elapsed, done, words):
    progress = Progress("MD5", round(share * 100), 100, 1000, 1, 3)
    assert told(progress, elapsed, 60.0) == (done, f"1 000 guesses, {words}")


def test_several_tables_are_chosen_by_name(listen, tell):
    lab = CrackLab({"old": LEAKED, "new": {"dan": row("dragon")}})
    heard = listen(lab)
    lab.table = "new"
    tell(lab, "start")
    assert lab.worker.join()
    assert lab.result.found == {"dan": "dragon"}
    lab.set_state({"table": "nowhere"})
    assert lab.table == "new"
    assert len(heard.errors()) == 1


@pytest.mark.parametrize(
    "bad", [7, {}, [], "x", {"a": 7}, {"a": LEAKED, "b": 7}, {"a": {"b": 7}}, {"": LEAKED}]
)
def test_what_is_no_table_is_refused(bad):
    with pytest.raises(InvalidInput):
        CrackLab(bad)


@pytest.mark.parametrize("bad", ["rainbow", 7, None, Guessing("brute force", longest=99)])
def test_what_is_no_attack_is_refused(bad):
    with pytest.raises(InvalidInput):
        crack_lab(LEAKED, bad)


@pytest.mark.parametrize("bad", [7, None, ["x"]])
def test_the_twin_refuses_what_is_no_table(bad):
    with pytest.raises(InvalidInput):
        crack_lab(bad)


def test_names_rows_and_passwords_are_escaped_where_they_become_html():
    table = crack_lab({PAYLOAD: "$textbook$$%3Cb%3E", f"b{PAYLOAD}": PAYLOAD})
    assert "<img" not in table.html()
    assert "<b>" not in table.table()


def test_slurs_are_not_spelled_out():
    table = CrackTable.of({"x": row("y")}).having([Find("x", "fuck", 1, "MD5")])
    assert "fuck" not in table.html() + repr(table)


def test_the_practice_sites_table_comes_under_four_schemes_with_the_same_people():
    leaks = practice_leaks()
    assert len({frozenset(leaked) for leaked in leaks.values()}) == 1
    starts = [leaked["alice"][:12] for leaked in leaks.values()]
    assert len(set(starts)) == 4
