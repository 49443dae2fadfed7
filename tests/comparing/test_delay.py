"""How long a log-in outlives its end, found on a virtual clock."""

import math

import pytest

from labkit.comparing import DESIGNS, Design, Occasion, Stateless, revocation_delay
from labkit.comparing.delay import COARSE_S
from labkit.errors import InvalidInput
from labkit.sessions import SessionManager

# The worst case, in seconds: the token is new when it happens.
WORST = {
    "stateless": {"log-out": 900, "ban": 900, "demotion": 900, "store down": 900},
    "denylist": {"log-out": 0, "ban": 0, "demotion": 0, "store down": 0},
    "refresh": {"log-out": 300, "ban": 300, "demotion": 300, "store down": 300},
    "sessions": {"log-out": 0, "ban": 0, "demotion": 0, "store down": 0},
}


@pytest.mark.parametrize("event", Occasion)
@pytest.mark.parametrize("design", DESIGNS)
def test_the_delay_in_the_worst_case(design, event):
    assert revocation_delay(design, event) == WORST[design][event]


@pytest.mark.parametrize(
    ("design", "after_s", "left_s"),
    [
        ("stateless", 60, 840),
        ("stateless", 899, 1),
        ("stateless", 700.5, 200),
        ("refresh", 299, 1),
        ("refresh", 300, 300),  # renewed at that moment
        ("refresh", 720, 180),
        ("sessions", 3000, 0),
    ],
)
def test_what_is_left_depends_on_the_age_of_the_token(design, after_s, left_s):
    assert revocation_delay(design, Occasion.DEMOTION, after_s=after_s) == left_s


@pytest.mark.parametrize("start", [1.0, 1_700_000_000.25, 4e9])
def test_the_answer_does_not_depend_on_the_date(start):
    assert revocation_delay("refresh", "ban", start=start) == 300


class Hours(Stateless):
    name = "tokens for 24 hours"
    life_s = 86_400.0


class Hasty(Stateless):
    name = "tokens for a minute and a half"
    life_s = 90.0


class NeverLooks(DESIGNS["sessions"]):
    """Log-out deletes the cookie in the browser only."""

    def log_out(self, credential):
        pass


def test_a_class_of_your_own_is_measured_too():
    assert revocation_delay(Hasty) == 90
    assert revocation_delay(Hours, within_s=90_000) == 86_400


def test_what_does_not_end_in_time_is_infinite():
    assert revocation_delay(Hours, within_s=3600) == math.inf


def test_a_session_that_nobody_removes_lives_to_its_absolute_limit():
    assert revocation_delay(NeverLooks, "log-out", within_s=2 * 86_400) == 86_400


class Sleepy(DESIGNS["sessions"]):
    """Idle sessions end after half a minute, and log-out forgets them."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self._manager = SessionManager(self._manager._store, clock=self.clock, idle_s=30)
        self._managers = dict.fromkeys(self.services, self._manager)

    def log_out(self, credential):
        pass


def test_a_session_that_is_kept_alive_by_the_second_is_told_from_one_that_ends_by_the_minute():
    assert COARSE_S > 30
    assert revocation_delay(Sleepy, "log-out", within_s=600) == math.inf


@pytest.mark.parametrize("design", ["tokens", "", None, 7, int, object, Occasion, Design])
def test_what_is_no_design_is_refused(design):
    with pytest.raises(InvalidInput, match="no such design"):
        revocation_delay(design)


@pytest.mark.parametrize("event", ["log out", "", None, 7, []])
def test_what_is_no_event_is_refused(event):
    with pytest.raises(InvalidInput, match="no such event"):
        revocation_delay("stateless", event)


@pytest.mark.parametrize("name", ["after_s", "within_s", "start"])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf, "60", None, True, 10**400])
def test_a_bad_number_is_refused(name, value):
    with pytest.raises(InvalidInput):
        revocation_delay("stateless", **{name: value})
