"""A token's dates: what a verifier makes of clocks that differ, and the zone that is none."""

import json
import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.comparing import dates
from labkit.comparing.dates import (
    MISTAKEN_IN,
    SUMMER,
    WINTER,
    DatedToken,
    local,
    mistaken,
    shifts,
    zone,
)
from labkit.errors import InvalidInput, LabkitError
from labkit.tokens import Key, TokenVerifier

HOUR = 3600
some_dates = st.builds(
    DatedToken,
    issued_at=st.just(WINTER),
    now=st.integers(-4000, 5000).map(lambda late: WINTER + late),
    life_s=st.integers(1, 3600),
    leeway_s=st.integers(0, 300),
    skew_s=st.integers(-600, 600),
    wait_s=st.integers(0, 600),
    written_in=st.sampled_from([None, *MISTAKEN_IN]),
)


@given(some_dates)
def test_the_window_is_where_the_verifier_says_yes(told):
    begins, ends = told.window
    assert (told.state == "valid") == (begins <= told.now < ends)
    for at in (begins - 1, begins, ends - 1, ends):
        moved = DatedToken(**{**vars(told), "now": at})
        assert (moved.state == "valid") == (begins <= at < ends)


@pytest.mark.parametrize("late", [-61, -60, 0, 959, 960])
def test_the_verdict_on_the_dates_is_the_one_on_a_whole_token(late):
    told = DatedToken(WINTER, WINTER + late, leeway_s=60)
    key = Key.generate("HS256", kid="k")
    verifier = TokenVerifier(
        key,
        algorithm="HS256",
        issuer="https://a",
        audience="b",
        leeway_s=60,
        clock=ManualClock(WINTER + late),
    )
    claims = {"iss": "https://a", "aud": "b", **told.claims}
    header = {"typ": "at+jwt", "kid": "k"}
    token = jwt.encode(claims, key.material, algorithm="HS256", headers=header)
    try:
        verifier.verify(token)
        state = "valid"
    except LabkitError as error:
        state = type(error).__name__
    assert told.state == state


# Zone, day, hours that the mistake adds, what becomes of a token for 15 minutes.
SHIFTS = [
    ("UTC", WINTER, 0, 900, "valid"),
    ("UTC", SUMMER, 0, 900, "valid"),
    ("America/New_York", WINTER, 5, 5 * HOUR + 900, "NotYetValid"),
    ("America/New_York", SUMMER, 4, 4 * HOUR + 900, "NotYetValid"),
    ("Europe/Berlin", WINTER, -1, 0, "Expired"),
    ("Europe/Berlin", SUMMER, -2, 0, "Expired"),
]


def test_the_mistake_in_three_zones_in_winter_and_in_summer():
    found = [(s.zone, s.at, s.shift_s / HOUR, s.exp_only, s.strict) for s in shifts()]
    assert found == SHIFTS


CHILD = """
import json, sys, time, warnings
from datetime import datetime
time.tzset()
warnings.simplefilter("ignore", DeprecationWarning)
print(json.dumps([int(datetime.utcfromtimestamp(at).timestamp()) for at in json.load(sys.stdin)]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no time zone by TZ")
@pytest.mark.parametrize("name", [*MISTAKEN_IN, "Asia/Kolkata"])
def test_python_itself_makes_that_mistake_on_a_machine_in_that_zone(name):
    # Beside winter and summer: the hours around both changes of the clock in 2027, in both zones.
    around = [datetime(2027, *day, tzinfo=UTC) for day in ((3, 14), (3, 28), (10, 31), (11, 7))]
    moments = [WINTER, SUMMER]
    moments += [int(day.timestamp()) + hour * HOUR + 60 for day in around for hour in range(24)]
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(moments),
        env={**os.environ, "TZ": name},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [mistaken(at, name) for at in moments]


def test_an_empty_window_is_born_dead_at_every_moment():
    born_dead = {"life_s": 900, "written_in": "Europe/Berlin", "leeway_s": 300}
    _begins, ends = DatedToken(WINTER, WINTER, **born_dead).window
    assert ends < WINTER
    assert {DatedToken(WINTER, WINTER + s, **born_dead).state for s in (0, 60, 900)} == {"Expired"}


def test_leeway_makes_up_for_a_clock_that_is_ahead_and_not_for_more():
    assert DatedToken(WINTER, WINTER, skew_s=30).state == "NotYetValid"
    assert DatedToken(WINTER, WINTER, skew_s=30, leeway_s=30).state == "valid"
    assert DatedToken(WINTER, WINTER, skew_s=31, leeway_s=30).state == "NotYetValid"


def test_a_moment_is_one_number_and_has_a_name_in_each_zone():
    assert local(SUMMER, "UTC") == "2027-07-15 12:00:00 +00:00"
    assert local(SUMMER, "America/New_York") == "2027-07-15 08:00:00 -04:00"
    assert local(SUMMER, "Europe/Berlin") == "2027-07-15 14:00:00 +02:00"
    assert local(WINTER, "Asia/Kolkata") == "2027-01-15 17:30:00 +05:30"


def test_a_sentence_says_how_long_it_is_valid_or_why_it_is_not():
    assert DatedToken(WINTER, WINTER + 60).said == "The token is valid now, for 14 min more."
    assert DatedToken(WINTER, WINTER + 901).said == "The token expired 1 s ago."


@pytest.mark.parametrize(
    "bad", ["", "Mars/Olympus", "../../etc/passwd", "\0", "\ud800", "x" * 10**6, None, 7, "Europe"]
)
def test_what_is_no_time_zone_is_refused(bad):
    for call in (zone, lambda name: mistaken(WINTER, name), lambda name: local(0, name)):
        with pytest.raises(InvalidInput):
            call(bad)


def test_a_machine_without_time_zones_is_told_what_to_install(monkeypatch):
    def none(name):
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(dates, "ZoneInfo", none)
    with pytest.raises(LabkitError, match="no time zones") as caught:
        zone("Europe/Berlin")
    assert "tzdata" in caught.value.remedy


@pytest.mark.parametrize(
    "bad",
    [
        {"issued_at": -1},
        {"issued_at": 10**15},
        {"issued_at": "now"},
        {"now": float("nan")},
        {"life_s": 0},
        {"life_s": 1.5},
        {"leeway_s": 301},
        {"skew_s": 3601},
        {"wait_s": -1},
        {"written_in": "Nowhere"},
        {"written_in": 7},
    ],
)
def test_dates_out_of_range_are_refused(bad):
    with pytest.raises(InvalidInput):
        DatedToken(**{"issued_at": WINTER, "now": WINTER, **bad})


@pytest.mark.parametrize(
    "bad",
    [
        {"zones": "UTC"},
        {"zones": None},
        {"days": [-1]},
        {"days": WINTER},
        {"days": "now"},
        {"life_s": 0},
    ],
)
def test_shifts_of_what_is_none_are_refused(bad):
    with pytest.raises(InvalidInput):
        shifts(**bad)
