"""The cost explorer without a browser, and its twin in code."""

import threading

import pytest

from labkit.cracking import cost_to_crack
from labkit.cracking.params import Argon2
from labkit.errors import InvalidInput
from labkit.measuring import Measurement, MeasuringFailed
from labkit.passwords import (
    OWASP_2026,
    PROFILES,
    Argon2idParams,
    BcryptParams,
    HashTooCostly,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.calibration import Calibration
from labkit.passwords.timing import Sample
from labkit.widgets import CostExplorer, cost, knobs
from labkit.widgets.cost_table import SAMPLES, summary_of, table_for
from labkit.widgets.limits import ceilings, cores, memory_mib

# A hang, not a speed: seven hashes of bcrypt's cost 17 take about a minute.
GUARD_S = 15
QUIET = Sample(cpu_s=0.250, wall_s=0.252)
BUSY = Sample(cpu_s=0.250, wall_s=0.900)


class Quiet:
    """A measurement without a process: every hash takes 250 ms."""

    asked: list[object]
    stops: list[float]
    must_start, stoppable = False, True

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def samples(self, request):
        self.asked.append(request.scheme)
        return iter([QUIET] * request.calls)

    def stop(self, *, within_s=0.0):
        self.stops.append(within_s)


@pytest.fixture
def quiet(monkeypatch):
    class Fresh(Quiet):
        asked, stops = [], []

    monkeypatch.setattr("labkit.widgets.costs.Measurement", Fresh)
    monkeypatch.setattr("labkit.widgets.costs.SETTLE_S", 0.0)
    return Fresh


@pytest.fixture
def measured(quiet):
    """The parameters that were measured."""
    return quiet.asked


@pytest.fixture
def calibrated(monkeypatch):
    """The settings found are bcrypt's cost 12."""

    def states(scheme, target_ms, *, memory_mib, samples_of):
        found = BcryptParams(cost=12)
        timing = summary_of(found, [QUIET])
        for done in (False, True):
            trials = (timing,)
            yield Calibration(found, timing, target_ms, trials, done, float(done), found)

    monkeypatch.setattr("labkit.widgets.costs.calibrating", states)


@pytest.fixture
def explorer():
    return CostExplorer("bcrypt")


def test_a_slider_changes_the_attackers_figures_at_once(explorer, listen):
    heard = listen(explorer)
    explorer.cost = 14
    assert "bcrypt, cost 14" in heard.last("there")
    assert "1.4 min" in heard.last("there")  # 30 000 words at 359 a second


def test_a_slider_that_rests_is_measured_and_the_log_ins_are_told(explorer, listen, tell, measured):
    heard = listen(explorer)
    tell(explorer, "ready")
    explorer.cost = 12
    assert explorer.worker.join()
    assert measured[-1] == BcryptParams(cost=12)
    assert "250" in heard.last("here")
    assert f"{4 * cores():.2g} " in heard.last("here").replace("<", " <")


def test_progress_rate_and_time_left_are_told_while_it_measures(explorer, listen, tell, measured):
    heard = listen(explorer)
    tell(explorer, "measure")
    assert explorer.worker.join()
    told = [each for each in heard if each.get("busy")]
    assert told[0]["told"] == "warming up"
    assert told[1]["told"] == "sample 1 of 7, 3.97 hashes a second, 1.5 s left"
    assert [each["progress"] for each in told[1:]] == [n / 7 for n in range(1, 7)]
    assert [each["busy"] for each in heard if "busy" in each][-1] is False


def test_no_view_no_measurement(explorer, measured):
    explorer.cost = 13
    assert explorer.worker.join()
    assert measured == []


def test_cancel_stops_it_and_keeps_what_is_known(quiet, explorer, listen, tell, monkeypatch):
    def samples(_measurement, _request):
        yield QUIET
        explorer.do_cancel({})
        yield QUIET

    monkeypatch.setattr(quiet, "samples", samples)
    heard = listen(explorer)
    tell(explorer, "measure")
    assert explorer.worker.join()
    assert [each["told"] for each in heard if "told" in each][-1] == "Stopped."
    assert explorer.table.timing.samples == 1
    assert len(quiet.stops) == 2  # what was before, and what was cancelled


def test_cancel_ends_a_hash_that_is_running_and_the_next_measurement_follows(
    explorer, listen, tell, monkeypatch
):
    asked = threading.Event()

    class Watched(Measurement):
        def samples(self, request):
            asked.set()
            return super().samples(request)

    monkeypatch.setattr("labkit.widgets.costs.Measurement", Watched)
    heard = listen(explorer)
    explorer.cost = 17
    tell(explorer, "measure")
    assert asked.wait(GUARD_S)
    tell(explorer, "cancel")
    assert explorer.worker.join(GUARD_S)
    assert explorer.table.timing is None
    explorer.cost = 4
    tell(explorer, "measure")
    assert explorer.worker.join(GUARD_S)
    assert explorer.table.timing.samples == SAMPLES
    assert heard.errors() == []


def test_closing_the_widget_ends_what_it_measures(quiet, explorer, listen, tell):
    listen(explorer)
    explorer.close()
    assert quiet.stops == [0.0]


def test_a_slider_that_moves_leaves_a_quick_hash_the_time_until_it_rests(
    quiet, explorer, listen, tell, monkeypatch
):
    monkeypatch.setattr("labkit.widgets.costs.SETTLE_S", 0.01)
    listen(explorer)
    tell(explorer, "ready")
    explorer.cost = 12
    assert explorer.worker.join()
    assert quiet.stops == [0.0, 0.01]


def test_the_start_of_a_process_is_told(quiet, explorer, listen, tell, monkeypatch):
    monkeypatch.setattr(quiet, "must_start", True)
    heard = listen(explorer)
    tell(explorer, "measure")
    assert explorer.worker.join()
    told = [each["told"] for each in heard if each.get("busy")]
    assert told[:2] == ["starting", "warming up"]


def test_where_no_process_can_be_started_the_widget_measures_in_the_kernel_and_says_so(
    quiet, explorer, listen, tell, monkeypatch
):
    monkeypatch.setattr(quiet, "stoppable", False)
    heard = listen(explorer)
    tell(explorer, "measure")
    assert explorer.worker.join()
    assert "cannot be stopped here" in next(e["told"] for e in heard if e.get("busy"))
    measured = [each["measured"] for each in heard if "measured" in each][-1]
    assert "median of 7" in measured
    assert "Measured in the kernel itself" in measured


def test_a_process_that_dies_is_an_error_in_the_widget(quiet, explorer, listen, tell, monkeypatch):
    def samples(_measurement, _request):
        yield QUIET
        raise MeasuringFailed("The process that measured ended with code -9.")

    monkeypatch.setattr(quiet, "samples", samples)
    heard = listen(explorer)
    tell(explorer, "measure")
    assert explorer.worker.join()
    assert "less memory" in heard.errors()[0]["remedy"]


def test_settings_are_looked_for_in_the_other_process(quiet, explorer, listen, tell, monkeypatch):
    heard = listen(explorer)
    tell(explorer, "calibrate")
    assert explorer.worker.join()
    assert quiet.asked[0] == BcryptParams(cost=6)
    assert explorer.params == quiet.asked[-1]
    assert "of CPU time for a target of 250 ms" in [e["told"] for e in heard if "told" in e][-1]


def test_a_slow_hash_is_believed_after_three_samples(explorer, listen, tell, measured, monkeypatch):
    monkeypatch.setattr("labkit.widgets.costs.ENOUGH_S", 0.0)
    listen(explorer)
    tell(explorer, "measure")
    assert explorer.worker.join()
    assert explorer.table.timing.samples == 3


def test_find_my_settings_moves_the_sliders_without_measuring_again(
    explorer, listen, tell, measured, calibrated
):
    heard = listen(explorer)
    tell(explorer, "ready")
    assert explorer.worker.join()
    measured.clear()
    tell(explorer, "calibrate")
    assert explorer.worker.join()
    assert explorer.cost == 12
    assert explorer.params == BcryptParams(cost=12)
    assert measured == []
    assert "at or above OWASP's minimum" in [e["told"] for e in heard if "told" in e][-1]


def test_md5_has_nothing_to_find(listen, tell):
    explorer = CostExplorer("md5")
    heard = listen(explorer)
    tell(explorer, "calibrate")
    assert heard.errors() == [
        {"cause": "MD5 has nothing to turn.", "remedy": "Choose another scheme."}
    ]


def test_what_is_over_the_memory_limit_is_an_error_in_the_widget(listen, tell):
    explorer = CostExplorer("scrypt")
    explorer.n, explorer.r = 1 << 20, 32
    heard = listen(explorer)
    tell(explorer, "measure")
    assert explorer.worker.join()
    assert "memory_mib" in heard.errors()[0]["cause"]
    assert isinstance(explorer.error, HashTooCostly)


def test_parameters_that_make_no_sense_together_are_an_error_in_the_widget(listen):
    explorer = CostExplorer()
    explorer.memory_kib = 1024
    heard = listen(explorer)
    explorer.lanes = 500
    assert len(heard.errors()) >= 1


def test_a_gpu_without_a_published_rate_says_so(listen):
    explorer = CostExplorer("argon2id")
    heard = listen(explorer)
    explorer.gpu = "H100 SXM5"
    assert "No published rate for Argon2id on one H100 SXM5" in heard.last("there")


def test_a_busy_machine_is_told():
    table = table_for(BcryptParams(), timing=summary_of(BcryptParams(), [BUSY] * 3))
    assert "Wall time is 3.6 times CPU time" in table.measured()


def test_every_scheme_can_be_measured_for_real():
    for scheme in ("MD5", BcryptParams(cost=4), Argon2idParams(memory_kib=64), ScryptParams(n=16)):
        assert cost(scheme).timing.cpu_s > 0
    assert cost(Pbkdf2Params(iterations=10)).log_ins > 0


def test_the_twin_in_code_says_what_the_library_says():
    shown = cost(OWASP_2026, measure=False)
    expected = cost_to_crack(Argon2(19456, 2, 1))
    assert expected.time in repr(shown)
    assert expected.time in shown.html()
    assert "estimate" in repr(shown)
    assert shown.timing is None


def test_the_bars_stand_in_the_order_of_their_times_on_the_axis():
    import re

    widths = [float(each) for each in re.findall(r"width:([\d.]+)%", cost(measure=False).html())]
    assert widths == sorted(widths)
    assert len(set(widths)) == 4


@pytest.mark.parametrize("bad", [None, "rot13", 7, b"x", object(), Pbkdf2Params(digest="sha1")])
def test_what_is_no_scheme_is_refused(bad):
    with pytest.raises(InvalidInput):
        cost(bad, measure=False)


@pytest.mark.parametrize("bad", ["rot13", None, ["bcrypt"], 7])
def test_an_unknown_scheme_is_refused_by_the_widget_too(bad):
    with pytest.raises(InvalidInput):
        CostExplorer(bad)


@pytest.mark.parametrize("bad", ["x", 0, None, float("nan")])
def test_the_target_must_be_a_number_of_milliseconds(bad):
    with pytest.raises(InvalidInput):
        CostExplorer("bcrypt", target_ms=bad)


def test_every_preset_is_one_of_the_profiles_and_fits_the_sliders():
    spec = knobs.spec(ceilings({}))
    for scheme in spec["schemes"]:
        values = {knob["name"]: knob["values"] for knob in scheme["knobs"]}
        for preset in scheme["presets"]:
            assert knobs.build(scheme["name"], preset["values"]) in PROFILES.values()
            assert all(value in values[name] for name, value in preset["values"].items())


def test_in_class_mode_nothing_above_64_mib_can_be_set():
    spec = knobs.spec(ceilings({"LABKIT_CLASS": "1"}))
    argon2 = next(each for each in spec["schemes"] if each["name"] == "argon2id")
    assert max(argon2["knobs"][0]["values"]) == 64 << 10
    assert [each["text"] for each in argon2["presets"]] == ["OWASP 2026", "RFC 9106, 64 MiB"]
    scrypt = next(each for each in spec["schemes"] if each["name"] == "scrypt")
    assert scrypt["presets"] == []


@pytest.mark.parametrize(
    ("environ", "mib"),
    [
        ({}, 1024),
        ({"LABKIT_CLASS": "0"}, 1024),
        ({"LABKIT_CLASS": "1"}, 64),
        ({"MEM_LIMIT": str(512 << 20)}, 128),
        ({"MEM_LIMIT": str(64 << 20), "LABKIT_CLASS": "1"}, 16),
        ({"MEM_LIMIT": "plenty"}, 1024),
        ({"MEM_LIMIT": "0"}, 1),
    ],
)
def test_memory_is_capped_from_the_environment(environ, mib):
    assert memory_mib(environ) == mib


@pytest.mark.parametrize(("limit", "most"), [("1.0", 1), ("0.5", 1), ("many", 4096), ("-1", 4096)])
def test_cores_are_capped_from_the_environment(limit, most):
    assert 1 <= cores({"CPU_LIMIT": limit}) <= most
