"""The rainbow walk without a browser, and its twin in code."""

import json
from hashlib import md5

import pytest

from labkit.cracking import build
from labkit.errors import InvalidInput
from labkit.widgets import RainbowWalk, rainbow_walk
from labkit.widgets.rainbow_steps import RainbowSteps, examples, small

TABLE = small()
EVERY_DIGEST = [md5(f"{number:03}".encode()).digest() for number in range(0, 1000, 7)]


def test_the_moves_find_what_the_table_finds_and_tell_as_many_false_alarms():
    for digest in EVERY_DIGEST:
        walk, found = RainbowSteps(TABLE, digest), TABLE.walk(digest)
        assert walk.false_alarms == found.false_alarms
        assert (walk.moves[-1].kind == "found") == (found.find is not None)
        if found.find:
            assert f"The password is {found.find.password}." in walk.moves[-1].said


def test_columns_are_supposed_from_the_last_to_the_first():
    walk = examples(TABLE)[-1]
    supposed = [move.column for move in walk.moves if move.kind in ("no end", "an end")]
    assert supposed == list(reversed(range(TABLE.length)))
    assert all(len(move.path) == TABLE.length - move.column for move in walk.moves if move.path)


def test_the_examples_are_a_find_after_a_false_alarm_a_find_at_once_and_none():
    kinds = [(walk.moves[-1].kind, walk.false_alarms) for walk in examples(TABLE)]
    assert kinds == [("found", 1), ("found", 0), ("over", 1)]


def test_every_chain_is_visible_and_only_its_ends_are_marked_as_kept():
    html = rainbow_walk().picture(0)
    assert html.count('<th scope="row">chain') == TABLE.chains
    assert html.count('class="kept"') == 2 * TABLE.chains
    assert all(step.password in html for step in TABLE.chain(3))


def test_a_false_alarm_and_a_find_differ_in_word_and_in_form():
    walk = rainbow_walk()
    alarm = next(i for i, move in enumerate(walk.moves) if move.kind == "false alarm")
    assert "False alarm" in walk.sentence(alarm)
    assert 'class="on miss"' in walk.picture(alarm)
    last = len(walk.moves) - 1
    assert "Found" in walk.sentence(last)
    assert 'class="on hit"' in walk.picture(last)
    assert "on miss" not in walk.picture(last)


def test_the_walk_goes_on_and_back_and_says_where_it_is(listen):
    widget = RainbowWalk(TABLE)
    heard = listen(widget)
    widget.set_state({"move": 2})
    assert "An end matches" in heard.last("sentence")
    widget.set_state({"move": 1})
    assert "No such end" in heard.last("sentence")
    assert heard[-1]["said"].startswith("No such end. If ")


@pytest.mark.parametrize("bad", [-1, 99, "x", None])
def test_a_move_that_is_none_is_an_error_in_the_widget(listen, bad):
    widget = RainbowWalk(TABLE)
    heard = listen(widget)
    widget.set_state({"move": bad})
    assert widget.move == 0
    assert len(heard.errors()) == 1


def test_another_digest_begins_at_the_first_move(listen, tell):
    widget = RainbowWalk(TABLE)
    heard = listen(widget)
    widget.move = widget.last
    tell(widget, "another")
    assert (widget.move, widget.last) == (0, len(widget.walk.moves) - 1)
    assert widget.walk.password is not None
    for _ in range(2):
        tell(widget, "another")
    assert widget.walk == examples(TABLE)[0]
    assert heard.errors() == []


def test_a_digest_that_is_typed_is_looked_up_and_is_no_state(listen, tell):
    widget = RainbowWalk(TABLE)
    heard = listen(widget)
    digest = md5(b"557").hexdigest()
    tell(widget, "look_up", digest=f" {digest.upper()} ")
    assert widget.walk.password == "557"
    assert heard.last("chains")
    assert {"digest": digest} in heard
    assert digest not in json.dumps(widget.get_state(), default=str)


@pytest.mark.parametrize("bad", [None, "", 7, "zz", "00", "\ud800", "0" * 201, ["x"]])
def test_what_is_no_digest_is_an_error_in_the_widget(listen, tell, bad):
    widget = RainbowWalk(TABLE)
    heard = listen(widget)
    tell(widget, "look_up", digest=bad)
    assert len(heard.errors()) == 1


@pytest.mark.parametrize(
    "bad",
    [
        7,
        "?d?d?d",
        build("?d?d?d", chains=60, length=3),
        build("?d?d?d", chains=3, length=9),
        build("?d?d?d?d?d?d?d", chains=3, length=3),
    ],
)
def test_what_cannot_be_seen_whole_is_refused(bad):
    with pytest.raises(InvalidInput):
        RainbowWalk(bad)


def test_the_passwords_of_a_mask_are_escaped():
    walk = rainbow_walk(build("<b>?d", chains=3, length=2))
    assert "<b>" not in walk.html()


def test_the_twin_in_code_tells_every_move_as_text_and_as_html():
    walk = rainbow_walk(TABLE, md5(b"557").digest())
    assert repr(walk).count("\n") == len(walk.moves)
    assert walk.html().count("<li>") == len(walk.moves)
    with pytest.raises(InvalidInput):
        rainbow_walk(TABLE, "00")
