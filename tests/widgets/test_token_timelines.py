"""Refresh families, keys in rotation and dates without a browser, and their twins in code."""

import re

import pytest
import traitlets

from labkit.clock import ManualClock
from labkit.comparing.dates import WINTER
from labkit.comparing.rotation_plan import MOST_ACTIONS, Plan
from labkit.comparing.stories import STORIES
from labkit.errors import InvalidInput
from labkit.tokens import KeyRing, RefreshTokens
from labkit.widgets import (
    KeyRotation,
    RefreshFamilies,
    TokenDates,
    key_rotation,
    key_timeline,
    refresh_families,
    token_dates,
)
from labkit.widgets.timeline import Axis, Row, Span, legend, timeline

PAYLOAD = "<img src=x onerror=alert(1)>"


def words(html):
    """What is read of some HTML."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


# --- refresh families ---


@pytest.mark.parametrize("story", STORIES)
def test_the_widget_shows_of_a_story_what_the_twin_shows(listen, tell, story):
    widget = RefreshFamilies()
    heard = listen(widget)
    widget.story = story
    tell(widget, "ready")
    assert heard.last("result") == refresh_families(story).body()
    assert repr(widget.timeline) == repr(refresh_families(story))
    assert heard.errors() == []


def test_each_switch_reaches_the_issuer(listen):
    widget = RefreshFamilies("response lost")
    heard = listen(widget)
    assert "Owner was thrown out for nothing" in widget.timeline.said
    widget.grace_s = 10
    assert "Owner stayed in" in heard[-1]["said"]
    widget.set_state({"story": "thief first", "detect": False, "refreshes": 3})
    assert "Thief is still in, after 30 min" in heard[-1]["said"]
    widget.rotate = False
    assert words(heard.last("result")).count("Always") == 0
    assert "rotation off" in heard.last("result")


def test_used_tokens_are_struck_and_revoked_ones_hatched_and_both_say_so():
    html = refresh_families("thief first").body()
    assert '<li class="used revoked"><b>A1</b> used, revoked' in html
    assert '<li class="revoked"><b>A3</b> revoked' in html
    assert '<li class="works"><b>B2</b> works' in html


def test_the_lanes_tell_who_presented_what_and_the_table_tells_the_same():
    html = words(refresh_families("thief first").body())
    for told in (
        "Owner to Thief: 0:20 A2 is copied",
        "Thief to Issuer: 0:20 A2",
        "Issuer to Thief: A3",
        "Issuer to Owner: refused: used before, so the family ends",
        "0:30 owner presents A2 refused: used before, so the family ends",
        "A2 used, revoked owner, thief",
    ):
        assert told in html


def test_a_lost_answer_is_a_gap_that_says_what_was_in_it():
    assert "The answer with A3 is lost." in refresh_families("response lost").body()


def test_a_log_out_has_no_answer_and_is_in_the_table():
    assert "owner logs out –" in words(refresh_families("log-out").table())


def test_a_twin_can_be_given_an_issuer_with_a_mistake():
    class NeverRotates(RefreshTokens):
        def successor(self, record):
            return record.presented

    told = refresh_families(tokens=NeverRotates)
    assert "Thief is still in" in told.said
    assert "issuer NeverRotates" in told.html()


@pytest.mark.parametrize(
    "bad", [{"story": "x"}, {"grace_s": 301}, {"grace_s": 1.5}, {"refreshes": 9}, {"story": None}]
)
def test_a_family_widget_that_makes_no_sense_is_refused(bad):
    with pytest.raises(InvalidInput):
        RefreshFamilies(**bad)


@pytest.mark.parametrize(
    "state", [{"story": "x"}, {"grace_s": -1}, {"refreshes": 6}, {"rotate": "no"}]
)
def test_a_family_trait_that_makes_no_sense_is_an_error_in_the_widget(listen, state):
    widget = RefreshFamilies()
    heard = listen(widget)
    widget.set_state(state)
    assert len(heard.errors()) == 1
    assert repr(widget.timeline) == repr(refresh_families())


# --- keys in rotation ---


def test_the_rotation_widget_shows_what_the_twin_shows(listen, tell):
    widget = KeyRotation(overlap_min=5, lead_min=0)
    heard = listen(widget)
    tell(widget, "ready")
    twin = key_rotation(Plan(overlap_s=300, lead_s=0), now_s=45 * 60)
    assert heard.last("result") == twin.body()
    assert repr(widget.timeline) == repr(twin)


def test_a_slider_says_what_breaks(listen):
    widget = KeyRotation()
    heard = listen(widget)
    widget.lead_min = 0
    assert "A new key is not known everywhere" in heard[-2]["said"]
    widget.asks_again = True
    assert "Nothing breaks" in heard[-2]["said"]
    widget.overlap_min = 0
    assert "Good tokens are refused" in heard[-2]["said"]
    assert "Good tokens are refused" in heard.last("result")


def test_rotating_and_withdrawing_happen_at_the_moment_of_the_slider(listen, tell):
    widget = KeyRotation()
    heard = listen(widget)
    tell(widget, "restart")
    assert heard[-1] == {"done": "nothing"}
    widget.now_min = 60
    tell(widget, "rotate")
    widget.now_min = 20
    tell(widget, "withdraw")
    assert widget.actions == [[20, "withdraw"], [60, "rotate"]]
    assert heard[-1] == {"done": "0:20 signing key withdrawn; 1:00 rotated"}
    assert "The thief is still let in" in heard.last("result")
    assert [key.name for key in widget.timeline.rotation.keys] == ["key 1", "key 2", "key 3"]


def test_moving_now_says_what_each_key_is_and_carries_nothing_out_anew(listen):
    widget = KeyRotation()
    rotation = widget.timeline.rotation
    heard = listen(widget)
    widget.now_min = 35
    assert heard[-2]["said"] == "0:35: key 1 signs, key 2 published."
    assert "now 0:35" in heard.last("result")
    widget.now_min = 61
    assert heard[-2]["said"] == "1:01: key 1 gone, key 2 signs."
    assert widget.timeline.rotation is rotation


def test_too_many_actions_are_an_error_in_the_widget(listen, tell):
    widget = KeyRotation()
    heard = listen(widget)
    for _ in range(MOST_ACTIONS):
        tell(widget, "rotate")
    assert len(heard.errors()) == 1
    assert len(widget.actions) == MOST_ACTIONS


@pytest.mark.parametrize(
    "state",
    [
        {"actions": [[1]]},
        {"actions": [["1", "rotate"]]},
        {"actions": [[1, "burn"]]},
        {"actions": [[121, "rotate"]]},
        {"actions": [[1, "rotate"]] * 9},
        {"actions": 7},
        {"now_min": 121},
        {"life_min": 0},
        {"lead_min": "x"},
    ],
)
def test_a_rotation_trait_that_makes_no_sense_is_an_error_in_the_widget(listen, state):
    widget = KeyRotation()
    before = repr(widget.timeline)
    heard = listen(widget)
    widget.set_state(state)
    assert len(heard.errors()) == 1
    assert repr(widget.timeline) == before


@pytest.mark.parametrize(
    "bad", [{"life_min": 0}, {"life_min": 61}, {"lead_min": -1}, {"cache_min": 1.5}]
)
def test_a_rotation_widget_that_makes_no_sense_is_refused(bad):
    with pytest.raises(InvalidInput):
        KeyRotation(**bad)


def test_the_moment_in_words_counts_the_good_tokens_that_are_refused():
    told = words(key_rotation(Plan(overlap_s=300), now_s=2760).moment())
    assert "At 0:46: key 1 still accepted" not in told
    assert "key 1 gone , key 2 signs" in told
    assert "the verifier that asks the ring refuses 2, the one with a copy 0." in told


def test_the_tables_name_every_key_and_every_token_with_its_times():
    told = key_rotation(Plan(lead_s=0))
    html = words(told.tables())
    assert html.count("key 1 ") + html.count("key 2 ") == 2 + len(told.rotation.tokens)
    assert "key 2 0:30 0:45 to its end no, 0:30 to 0:40" in html
    assert "key 1 0:00 0:00 0:30 0:50" in html


def test_a_rings_own_timeline_says_what_each_key_is_now_and_later():
    clock = ManualClock(WINTER)
    ring = KeyRing(clock=clock, overlap_s=1200)
    assert repr(key_timeline(ring)) == "key 1: signs"
    ring.rotate(lead_s=600)
    assert repr(key_timeline(ring)) == "key 1: signs\nkey 2: published"
    later = key_timeline(ring, now_s=WINTER + 700)
    assert repr(later) == "key 1: still accepted\nkey 2: signs"
    assert "key 1 0:00 0:00 0:10 0:30 still accepted" in words(later.html())
    for key in ring.accepted():
        assert key.kid not in later.html()


@pytest.mark.parametrize("bad", [None, 7, "ring", {}])
def test_what_is_no_ring_and_no_plan_has_no_timeline(bad):
    with pytest.raises(InvalidInput):
        key_timeline(bad)
    if bad is not None:
        with pytest.raises(InvalidInput):
            key_rotation(bad)


@pytest.mark.parametrize("bad", [-1, 7201, 1.5, "x"])
def test_a_moment_outside_the_plan_is_refused(bad):
    with pytest.raises(InvalidInput):
        key_rotation(now_s=bad)


# --- dates ---


def test_the_dates_widget_shows_what_the_twin_shows(listen, tell):
    widget = TokenDates("summer", written_in="America/New_York")
    heard = listen(widget)
    widget.after_s = 3600
    tell(widget, "ready")
    twin = token_dates(
        issued_at=widget.timeline.token.issued_at, after_s=3600, written_in="America/New_York"
    )
    assert heard.last("result") == twin.body()
    assert "Its dates are +4 h off." in words(twin.body())


def test_each_control_moves_the_verdict(listen):
    widget = TokenDates()
    heard = listen(widget)
    widget.after_s = 930
    assert heard[-1]["said"] == "The token expired 30 s ago."
    widget.leeway_s = 60
    assert heard[-1]["said"] == "The token is valid now, for 30 s more."
    widget.set_state({"after_s": 0, "skew_s": 120})
    assert "is 120 s ahead" in heard[-1]["said"]
    widget.set_state({"skew_s": 0, "written_in": "Europe/Berlin"})
    assert "expired 2700 s ago" in heard[-1]["said"]
    assert "It had ended before it was issued." in heard.last("result")


def test_the_dates_stand_in_utc_and_in_two_zones():
    table = words(token_dates().table())
    assert "UTC New York, UTC−05:00 Berlin, UTC+01:00" in table
    assert f"iat, issued {WINTER} 12:00:00 07:00:00 13:00:00" in table
    assert f"exp, expires {WINTER + 900} 12:15:00 07:15:00 13:15:00" in table


def test_another_day_is_named_where_a_wall_shows_another_day():
    table = words(token_dates(zones=("Pacific/Auckland", "UTC")).table())
    assert "2027-01-16 01:00:00" in table


def test_what_the_mistake_does_is_told_by_zone_and_season():
    told = words(token_dates().mistakes())
    for row in (
        "UTC, 2027-01-15 nothing 15 min accepted",
        "New York, 2027-01-15 +5 h 5 h 15 min refused: Not yet valid",
        "New York, 2027-07-15 +4 h 4 h 15 min refused: Not yet valid",
        "Berlin, 2027-01-15 −1 h not at all refused: Expired",
        "Berlin, 2027-07-15 −2 h not at all refused: Expired",
    ):
        assert row in told


def test_the_text_twin_tells_the_dates_and_the_verdict():
    text = repr(token_dates(after_s=901))
    assert text.endswith("Expired: The token expired 1 s ago.")
    assert f"exp, expires  {WINTER + 900}  12:15:00  07:15:00  13:15:00" in text


@pytest.mark.parametrize(
    "bad",
    [
        {"zones": ("UTC",)},
        {"zones": "UTC"},
        {"zones": ("UTC", PAYLOAD)},
        {"issued_at": 0},
        {"after_s": 1.5},
        {"written_in": "Nowhere"},
    ],
)
def test_dates_that_make_no_sense_are_refused(bad):
    with pytest.raises(InvalidInput):
        token_dates(**bad)


@pytest.mark.parametrize("bad", [{"day": "spring"}, {"day": None}, {"written_in": "Asia/Tokyo"}])
def test_a_dates_widget_that_makes_no_sense_is_refused(bad):
    with pytest.raises(InvalidInput):
        TokenDates(**bad)


@pytest.mark.parametrize("state", [{"day": "spring"}, {"after_s": "x"}, {"leeway_s": 301}])
def test_a_dates_trait_that_makes_no_sense_is_an_error_in_the_widget(listen, state):
    widget = TokenDates()
    heard = listen(widget)
    widget.set_state(state)
    assert len(heard.errors()) == 1
    assert widget.timeline.token.state == "valid"


# --- the picture ---


def test_a_span_is_where_its_share_of_the_axis_is_and_names_are_escaped():
    axis = Axis(0, 200, ((0, "start"), (100, PAYLOAD), (200, "end")))
    rows = [Row(PAYLOAD, (Span("signs", 50, 150, PAYLOAD), Span("signs", 300, 400)), (20,))]
    html = timeline(axis, rows, [(199, PAYLOAD)], soft=[10])
    assert 'class="seg signs" style="left:25.00%;width:50.00%"' in html
    assert html.count("seg signs") == 1
    assert 'class="fetch" style="left:10.00%"' in html
    assert 'class="soft" style="left:5.00%"' in html
    assert "<img" not in html + legend(("seg signs", PAYLOAD))


@pytest.mark.parametrize("make", [RefreshFamilies, KeyRotation, TokenDates])
def test_a_control_has_a_text_for_every_value_and_its_first_value_is_among_them(make):
    widget = make()
    for slider in widget.spec.get("sliders", []):
        assert len(slider["values"]) == len(slider["texts"]) == len(set(slider["texts"]))
        assert getattr(widget, slider["name"]) in slider["values"]
        for value in (slider["values"][0], slider["values"][-1]):
            setattr(widget, slider["name"], value)
    assert isinstance(widget, traitlets.HasTraits)
    assert widget.error is None
