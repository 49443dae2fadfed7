"""The designs side by side: what is counted repeats exactly, what is timed is told as a ratio."""

import re
from itertools import count as counting

import pytest

from labkit.comparing import DESIGNS, Occasion, Sessions, Stateless, compare, loads, working_day
from labkit.comparing.comparison import in_all, per_cpu
from labkit.comparing.load import Load
from labkit.comparing.spans import lasting
from labkit.errors import InvalidInput


def ticking():
    """A CPU clock that is a second on whenever it is read."""
    return counting().__next__


@pytest.fixture(scope="module")
def found():
    return compare(services=(1, 10), cpu=ticking())


def test_a_day_under_each_design():
    days = {name: working_day(name) for name in DESIGNS}
    assert {name: day.requests for name, day in days.items()} == dict.fromkeys(DESIGNS, 480)
    assert {name: (day.log_ins, day.renewals) for name, day in days.items()} == {
        "stateless": (32, 0),
        "denylist": (32, 0),
        "refresh": (1, 95),
        "sessions": (1, 0),
    }
    assert {name: (day.reads, day.writes > 0) for name, day in days.items()} == {
        "stateless": (0, False),
        "denylist": (960, False),
        "refresh": (0, False),
        "sessions": (960, True),
    }


def test_state_is_kept_where_something_can_be_taken_back():
    days = {name: working_day(name, hours_s=1200) for name in DESIGNS}
    assert {name: (day.kept_bytes > 0, day.left_bytes > 0) for name, day in days.items()} == {
        "stateless": (False, False),
        "denylist": (False, True),
        "refresh": (True, True),
        "sessions": (True, False),
    }


def test_a_token_is_many_times_as_long_as_a_session_id():
    assert working_day("stateless").wire_bytes > 5 * working_day("sessions").wire_bytes


def test_a_day_with_more_requests_looks_up_more_and_logs_in_as_often():
    busy, calm = (working_day("denylist", every_s=each, hours_s=3600) for each in (10, 60))
    assert (busy.reads, calm.reads) == (2 * 360, 2 * 60)
    assert busy.log_ins == calm.log_ins


def test_the_services_take_the_requests_in_turn():
    assert working_day("sessions", services=7) == working_day("sessions")


@pytest.mark.parametrize("name", ["hours_s", "every_s", "services", "start"])
@pytest.mark.parametrize("value", [-1, float("nan"), "8", None, 10**400])
def test_a_bad_number_of_a_day_is_refused(name, value):
    with pytest.raises(InvalidInput):
        working_day("sessions", **{name: value})


def test_what_is_counted_at_the_store_grows_with_the_services():
    at = {n: loads(DESIGNS, n, cpu=ticking()) for n in (1, 10, 25)}
    seen = {name: [at[n][name].look_ups_per_s for n in at] for name in DESIGNS}
    assert seen == {
        "stateless": [0, 0, 0],
        "denylist": [2, 20, 50],
        "refresh": [0, 0, 0],
        "sessions": [2, 20, 50],
    }


def test_every_request_of_a_load_is_really_made():
    asked = []

    class Told(Sessions):
        def ask(self, credential, service="service 1"):
            asked.append(service)
            return super().ask(credential, service)

    load = loads({"told": Told}, 10)["told"]
    served = asked[10:]  # the first of each warms it up
    assert load.requests == len(served)
    assert {served.count(f"service {n}") for n in range(1, 11)} == {load.span_s}


def test_the_stores_calls_are_made_again_to_tell_its_share_apart():
    # Each reading of this clock is a second later, so a round takes one and the calls one more.
    both = loads({"sessions": Sessions, "stateless": Stateless}, 10, cpu=ticking())
    assert both["sessions"].store_s == pytest.approx(1 / 50)
    assert both["sessions"].service_s == 0
    assert both["stateless"].store_s == 0
    assert both["stateless"].service_s == pytest.approx(1 / 50)


@pytest.mark.parametrize(
    ("services", "service_s", "store_s", "per_second", "full"),
    [
        (1, 0.001, 0.0, 1000, False),
        (10, 0.001, 0.0, 10_000, False),
        (10, 0.001, 0.0001, 10_000, False),
        (100, 0.001, 0.0001, 10_000, True),
        (1, 0.001, 0.002, 500, True),
    ],
)
def test_the_busiest_core_limits_the_whole(services, service_s, store_s, per_second, full):
    load = Load(services, 100, 1.0, 0, 0, service_s, store_s)
    assert load.most_per_s == pytest.approx(per_second)
    assert load.store_full is full


def test_rates_are_told_beside_the_first_design():
    slow, quick = (Load(10, 100, 1.0, 0, 0, each, 0.0) for each in (1e-3, 1e-6))
    full = Load(10, 100, 1.0, 0, 0, 1e-6, 1e-4)
    assert per_cpu(slow, slow) == "1 000 (1×)"
    assert per_cpu(quick, slow) == "1 000 000 (1 000×)"
    assert in_all(full, slow) == "10 000 (1×, store full)"
    assert in_all(slow, quick) == "10 000 (0.001×)"


def test_a_comparison_holds_every_design(found):
    assert list(found.columns) == list(DESIGNS)
    assert found["stateless"].delays[Occasion.DEMOTION] == 900
    assert found["refresh"].delays["demotion"] == 300
    assert {name: len(column.minters) for name, column in found.columns.items()} == {
        "stateless": 1,
        "denylist": 1,
        "refresh": 1,
        "sessions": 4,
    }


def test_the_ratio_is_one_for_the_first_design(found):
    assert found.ratio("stateless", 10) == 1


def without_timings(shown):
    return re.sub(r"\d[\d ]* \([\d .]+×(, store full)?\)", "RATE", shown)


def test_all_but_the_timings_repeats():
    two_of_them = {name: DESIGNS[name] for name in ("refresh", "sessions")}
    one, two = (compare(services=(3,), designs=two_of_them) for _ in range(2))
    assert without_timings(repr(one)) == without_timings(repr(two))
    assert without_timings(one.html()) == without_timings(two.html())


def test_text_and_table_say_the_same(found):
    text, html = repr(found), found.html()
    for row in ("demoted, and still admin", "store down, and still served", "log-ins in 8 h"):
        assert row in text
        assert row in html
    line = next(line for line in text.splitlines() if line.startswith("demoted"))
    assert re.split(r"\s{2,}", line)[1:] == ["15 min", "not at all", "5 min", "not at all"]


def test_a_name_of_your_own_is_escaped():
    class Loud(Stateless):
        name = "<b>loud</b>"

    shown = compare(services=(1,), designs={"<i>loud</i>": Loud}, cpu=ticking()).html()
    assert "<b>loud" not in shown
    assert "&lt;b&gt;loud" in shown


def test_another_algorithm_is_a_line_of_code():
    class Shared(Stateless):
        name = "tokens under one secret"
        algorithm = "HS256"

    both = compare(services=(1,), designs={"ES256": Stateless, "HS256": Shared}, cpu=ticking())
    assert both["HS256"].day.wire_bytes < both["ES256"].day.wire_bytes
    assert len(both["HS256"].minters) == 4


@pytest.mark.parametrize("services", [(), (0,), (1, 1), ("1",), (1001,), 10, None, "10", (True,)])
def test_bad_numbers_of_services_are_refused(services):
    with pytest.raises(InvalidInput):
        compare(services=services)


@pytest.mark.parametrize("designs", [{}, None, [Stateless], {"a": int}, {"a": "stateless tokens"}])
def test_what_is_no_set_of_designs_is_refused(designs):
    with pytest.raises(InvalidInput):
        compare(services=(1,), designs=designs)


@pytest.mark.parametrize("name", ["tokens", None, 7, []])
def test_a_design_that_was_not_compared_is_refused_by_name(found, name):
    with pytest.raises(InvalidInput, match="compared"):
        found[name]
    with pytest.raises(InvalidInput, match="compared"):
        found.ratio("stateless", 7)


@pytest.mark.parametrize("cpu", [None, 7, "clock"])
def test_a_clock_that_is_none_is_refused(cpu):
    with pytest.raises(InvalidInput):
        compare(services=(1,), cpu=cpu)


def test_what_lasts_is_told_in_words():
    assert [lasting(each) for each in (0, 300, float("inf"))] == [
        "not at all",
        "5 min",
        "no end seen",
    ]
