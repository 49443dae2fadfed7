"""Measuring in another process, and ending it at any moment."""

import subprocess
import sys
import threading

import pytest

from labkit.errors import InvalidInput
from labkit.measuring import (
    CannotStart,
    Measurement,
    MeasuringError,
    MeasuringFailed,
    Request,
    Spare,
    Stopped,
)
from labkit.measuring.process import Process
from labkit.passwords import (
    Argon2idParams,
    BcryptParams,
    Ceilings,
    HashTooCostly,
    Pbkdf2Params,
    ScryptParams,
)

# A hang, not a speed: what DEAR asks for takes half a minute or more.
GUARD_S = 15
CHEAP = Request(BcryptParams(cost=4), calls=3)
MANY = {"calls": 100, "ceilings": Ceilings()}
DEAR = {
    "bcrypt": Request(BcryptParams(cost=17), **MANY),
    "scrypt": Request(ScryptParams(n=1 << 17, r=8, p=10), **MANY),
    "argon2id": Request(Argon2idParams(memory_kib=1 << 16, passes=200, lanes=2), **MANY),
    "pbkdf2": Request(Pbkdf2Params(iterations=20_000_000), **MANY),
}


class Timers:
    """Timers that ring when the test says so."""

    def __init__(self):
        self.running = []

    def __call__(self, seconds, call):
        timers = self

        class Timer:
            daemon = False

            def start(self):
                timers.running.append((seconds, call, self))

            def cancel(self):
                timers.running = [each for each in timers.running if each[2] is not self]

        return Timer()

    def ring(self):
        for _seconds, call, _timer in list(self.running):
            call()


class Started(list):
    """Starts processes and remembers them; `asked` is set once one is asked for a sample."""

    def __init__(self, *command):
        super().__init__()
        self.asked = threading.Event()
        self._command = command

    def __call__(self):
        started = self

        class Watched(Process):
            def samples(self, request):
                started.asked.set()
                return super().samples(request)

        process = Watched(self._command) if self._command else Watched()
        self.append(process)
        return process


@pytest.fixture
def timers():
    return Timers()


@pytest.fixture
def spare(timers):
    kept = Spare(idle_s=60, timer=timers)
    yield kept
    kept.close()


@pytest.fixture
def started():
    processes = Started()
    yield processes
    for process in processes:
        process.close()


def python(program):
    return Started(sys.executable, "-c", program)


def measure(spare, started, request=CHEAP):
    with Measurement(spare, started) as measurement:
        return list(measurement.samples(request))


# --- samples ---


@pytest.mark.parametrize(
    "scheme",
    [
        BcryptParams(cost=4),
        ScryptParams(n=16, r=1),
        Argon2idParams(memory_kib=64, lanes=2),
        Pbkdf2Params(iterations=10),
        "MD5",
    ],
)
def test_every_scheme_is_measured_in_the_other_process(spare, started, scheme):
    taken = measure(spare, started, Request(scheme, calls=2, shortest_sample_s=0.001))
    assert len(taken) == 2
    assert all(sample.cpu_s > 0 and sample.wall_s > 0 for sample in taken)
    assert len(started) == 1


def test_a_process_measures_again_and_again(spare, started):
    assert Measurement(spare, started).must_start
    measure(spare, started)
    assert not Measurement(spare, started).must_start
    measure(spare, started)
    assert len(started) == 1


def test_whoever_has_enough_leaves_and_the_process_rests(spare, started):
    with Measurement(spare, started) as measurement:
        next(measurement.samples(CHEAP))
    assert spare.there
    assert len(measure(spare, started)) == 3
    assert len(started) == 1


def test_two_measurements_at_once_have_a_process_each_and_one_is_kept(spare, started):
    with Measurement(spare, started) as one, Measurement(spare, started) as other:
        assert len(list(one.samples(CHEAP))) == len(list(other.samples(CHEAP))) == 3
    assert [process.exit_code is None for process in started] == [True, False]
    assert spare.there


# --- stopping ---


@pytest.mark.parametrize(
    ("scheme", "within_s"), [*((each, 0.0) for each in DEAR), ("bcrypt", 0.01)]
)
def test_a_stop_in_the_middle_of_a_hash_ends_the_process(spare, started, scheme, within_s):
    measurement, raised = Measurement(spare, started), []

    def go():
        with pytest.raises(Stopped) as caught, measurement:
            list(measurement.samples(DEAR[scheme]))
        raised.append(caught.type)

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    assert started.asked.wait(GUARD_S)
    measurement.stop(within_s=within_s)
    thread.join(GUARD_S)
    assert raised == [Stopped]
    assert started[0].exit_code not in (None, 0)
    assert not spare.there


def test_the_next_measurement_follows_a_stop(spare, started):
    with Measurement(spare, started) as stopped:
        stopped.stop()
    assert len(measure(spare, started)) == 3
    assert len(started) == 2


def test_a_stop_before_the_start_starts_nothing_that_stays(spare, started):
    measurement = Measurement(spare, started)
    measurement.stop()
    with pytest.raises(Stopped), measurement:
        pytest.fail("It was stopped.")
    assert started[0].exit_code is not None


def test_a_stop_that_can_wait_lets_the_process_rest(spare, started):
    with Measurement(spare, started) as measurement:
        samples = measurement.samples(CHEAP)
        next(samples)
        measurement.stop(within_s=3600)
        with pytest.raises(Stopped):
            next(samples)
    assert spare.there


def test_a_stop_after_the_end_does_not_touch_the_next_measurement(spare, started):
    with Measurement(spare, started) as before:
        list(before.samples(CHEAP))
    with Measurement(spare, started) as after:
        before.stop()
        assert len(list(after.samples(CHEAP))) == 3


# --- the spare process ---


def test_an_idle_process_is_ended_after_a_minute(spare, started, timers):
    measure(spare, started)
    assert [seconds for seconds, *_ in timers.running] == [60]
    timers.ring()
    assert started[0].exit_code is not None
    assert not spare.there
    assert timers.running == []


def test_the_minute_begins_anew_with_every_measurement(spare, started, timers):
    measure(spare, started)
    with Measurement(spare, started):
        assert timers.running == []
    assert len(timers.running) == 1


def test_a_spare_process_that_has_died_is_replaced(spare, started):
    measure(spare, started)
    started[0].kill()
    assert len(measure(spare, started)) == 3
    assert len(started) == 2


def test_at_the_end_of_python_the_process_is_ended_even_in_a_hash():
    program = (
        "import atexit, threading\n"
        "from labkit.measuring.process import Process\n"
        "from labkit.measuring import Request\n"
        "from labkit.passwords import BcryptParams\n"
        "process = None\n"
        # Registered first, so called last.
        "atexit.register(lambda: print(process.exit_code))\n"
        "process = Process()\n"
        "process.wait_until_ready()\n"
        "samples = process.samples(Request(BcryptParams(cost=17)))\n"
        "threading.Thread(target=lambda: list(samples), daemon=True).start()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=GUARD_S
    )
    # Not the program's own exit code: CPython may abort where a daemon thread still reads a pipe.
    assert int(done.stdout) != 0


# --- errors ---


def test_what_is_over_a_ceiling_is_refused_here(spare, started):
    with pytest.raises(HashTooCostly):
        measure(spare, started, Request(BcryptParams(cost=4), ceilings=Ceilings(bcrypt_cost=3)))
    assert spare.there


def test_an_error_in_the_process_is_an_error_here(spare, started):
    with Measurement(spare, started), pytest.raises(MeasuringFailed) as caught:
        list(started[0].samples(Request("rot13")))
    assert caught.value.cause == "The parameters must be Params, not str."
    assert caught.value.evidence == {"kind": "InvalidInput"}
    assert spare.there


READY = "print('{\"ready\": 1}', flush=True); input(); "


def test_a_process_that_dies_is_told_with_its_exit_code(spare):
    with pytest.raises(MeasuringFailed, match="ended with code 3") as caught:
        measure(spare, python(READY + "raise SystemExit(3)"))
    assert caught.value.evidence == {"code": 3}
    assert not spare.there


@pytest.mark.parametrize("answer", ["nonsense", "[]", "{}", "7", ""])
def test_an_answer_that_cannot_be_read_is_told(spare, answer):
    with pytest.raises(MeasuringFailed, match="no answer that can be read"):
        measure(spare, python(READY + f"print({answer!r}, flush=True); input()"))
    assert not spare.there


def test_what_a_python_prints_at_its_start_is_no_answer(spare):
    chatty = python("print('Welcome.'); " + READY + "print('{\"end\": true}', flush=True); input()")
    assert measure(spare, chatty) == []


# --- where no process can be started ---


@pytest.mark.parametrize(
    "command",
    [("/no/such/python",), (sys.executable, "-c", ""), (sys.executable, "-m", "labkit.no_such")],
)
def test_without_a_process_it_measures_here_and_says_why(spare, command):
    with Measurement(spare, Started(*command)) as measurement:
        assert not measurement.stoppable
        assert "process" in str(measurement.fallback)
        assert len(list(measurement.samples(CHEAP))) == 3


def test_measuring_here_stops_between_two_samples(spare):
    with Measurement(spare, Started("/no/such/python")) as measurement:
        samples = measurement.samples(CHEAP)
        next(samples)
        measurement.stop()
        with pytest.raises(Stopped):
            next(samples)


def test_a_process_that_is_not_ready_in_time_is_given_up():
    process = Process([sys.executable, "-c", "input()"])
    with pytest.raises(CannotStart):
        process.wait_until_ready(timeout_s=0.0)
    assert process.exit_code is not None
    process.close()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Measurement(None),
        lambda: Measurement(start="python"),
        lambda: Measurement().samples("MD5"),
        lambda: Measurement().stop(within_s="soon"),
        lambda: Measurement().stop(within_s=float("inf")),
        lambda: Spare(idle_s=None),
        lambda: Spare(idle_s=-1),
        lambda: Spare(timer=60),
    ],
)
def test_a_wrong_argument_is_refused_at_once(wrong):
    with pytest.raises(InvalidInput):
        wrong()


def test_its_errors_have_one_root():
    assert {CannotStart, MeasuringFailed, Stopped} <= set(MeasuringError.__subclasses__())
    assert not issubclass(MeasuringError, InvalidInput)
