"""time_hash, on clocks that the test moves itself."""

import pytest

from labkit.errors import InvalidInput
from labkit.passwords import (
    ONLY_FOR_TESTS,
    OWASP_2026,
    RFC9106_LOW_MEMORY,
    Argon2idParams,
    BcryptParams,
    Clocks,
    HashTooCostly,
    Params,
    PasswordTooLong,
    Pbkdf2Params,
    ScryptParams,
    sampling,
    time_hash,
)
from labkit.passwords.timing import ALL_THREADS, THIS_THREAD, clocks_for, hash_call, summary


class Machine:
    """A machine whose every hash takes what the script says: CPU seconds, wall seconds."""

    def __init__(self, *script: tuple[float, float]) -> None:
        self.script = list(script)
        self.cpu = self.wall = 0.0
        self.calls = 0

    def work(self) -> None:
        cpu, wall = self.script[min(self.calls, len(self.script) - 1)]
        self.calls += 1
        self.cpu += cpu
        self.wall += wall

    def clocks(self, covers: str = "this thread") -> Clocks:
        return Clocks(cpu=lambda: self.cpu, wall=lambda: self.wall, covers=covers)


def test_the_warm_up_does_not_count_and_the_median_does() -> None:
    machine = Machine((9, 9), (1, 1), (2, 2), (3, 3), (4, 4), (50, 50))
    timing = time_hash(OWASP_2026, calls=5, clocks=machine.clocks(), work=machine.work)
    assert timing.cpu_s == 3
    assert timing.wall_s == 3
    assert timing.samples == 5
    assert machine.calls == 6


def test_the_spread_is_the_interquartile_range_over_the_median() -> None:
    machine = Machine((9, 9), (1, 8), (2, 8), (3, 8), (4, 8), (50, 8))
    timing = time_hash(OWASP_2026, calls=5, clocks=machine.clocks(), work=machine.work)
    assert timing.cpu_spread == pytest.approx(2 / 3)
    assert timing.wall_spread == 0


def test_a_fast_hash_is_repeated_until_a_sample_is_long_enough() -> None:
    machine = Machine((0.001, 0.001))
    timing = time_hash(
        ONLY_FOR_TESTS, calls=3, clocks=machine.clocks(), work=machine.work, shortest_sample_s=0.02
    )
    assert machine.calls == 1 + 3 * 20
    assert timing.cpu_s == pytest.approx(0.001)


def test_a_clock_that_stands_still_ends_too() -> None:
    machine = Machine((0, 0))
    timing = time_hash(ONLY_FOR_TESTS, calls=1, clocks=machine.clocks(), work=machine.work)
    assert machine.calls <= 10_001
    assert timing.cpu_s == 0
    assert timing.cpu_spread == 0


def test_it_says_when_the_clocks_agree() -> None:
    machine = Machine((1.0, 1.05))
    timing = time_hash(OWASP_2026, calls=3, clocks=machine.clocks(), work=machine.work)
    assert not timing.clocks_differ
    assert "agrees" in timing.note


def test_it_says_when_a_busy_machine_made_it_wait() -> None:
    machine = Machine((1.0, 2.0))
    timing = time_hash(OWASP_2026, calls=3, clocks=machine.clocks(), work=machine.work)
    assert timing.clocks_differ
    assert timing.note.startswith("Wall time is 2.0 times CPU time")
    assert timing.note in str(timing)
    assert "1e+03 ms CPU" in str(timing) or "1000 ms CPU" in str(timing)


def test_it_says_when_several_lanes_ran_at_once() -> None:
    machine = Machine((2.0, 0.6))
    clocks = machine.clocks("all threads of this process")
    timing = time_hash(RFC9106_LOW_MEMORY, calls=3, clocks=clocks, work=machine.work)
    assert timing.clocks_differ
    assert "all threads of this process" in timing.note
    assert "30%" in timing.note


def test_several_lanes_are_counted_over_all_threads_and_one_lane_is_not() -> None:
    assert clocks_for(Argon2idParams(memory_kib=64, lanes=2)) is ALL_THREADS
    for params in (OWASP_2026, BcryptParams(), ScryptParams(p=4), Pbkdf2Params()):
        assert clocks_for(params) is THIS_THREAD


@pytest.mark.parametrize(
    "params",
    [ONLY_FOR_TESTS, BcryptParams(cost=4), ScryptParams(n=16, r=1), Pbkdf2Params(iterations=10)],
    ids=lambda params: params.scheme,
)
def test_it_times_the_real_thing(params: Params) -> None:
    timing = time_hash(params, calls=2, shortest_sample_s=0)
    assert timing.params == params
    assert timing.samples == 2
    assert timing.wall_s > 0
    assert timing.covers == "this thread"
    assert hash_call(params)() == hash_call(params)()


def test_samples_come_one_by_one() -> None:
    machine = Machine((1, 1))
    samples = sampling(OWASP_2026, calls=9, clocks=machine.clocks(), work=machine.work)
    assert machine.calls == 0
    next(samples)
    assert machine.calls == 2
    next(samples)
    assert machine.calls == 3


def test_absurd_parameters_are_refused_before_the_first_sample() -> None:
    with pytest.raises(HashTooCostly):
        sampling(Argon2idParams(memory_kib=1 << 32))


@pytest.mark.parametrize(
    "wrong",
    [
        {"calls": 0},
        {"calls": 1.5},
        {"calls": 10**9},
        {"password": ""},
        {"password": "\ud800"},
        {"password": b"secret"},
        {"password": "x" * 5000},
        {"shortest_sample_s": -1},
        {"shortest_sample_s": float("nan")},
    ],
)
def test_wrong_arguments_are_invalid_input(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        time_hash(ONLY_FOR_TESTS, **wrong)  # type: ignore[arg-type]  # what is tested


def test_what_is_no_parameters_is_invalid_input() -> None:
    for wrong in ("bcrypt", None, 12):
        with pytest.raises(InvalidInput):
            time_hash(wrong)  # type: ignore[arg-type]  # what is tested


def test_a_password_that_the_scheme_refuses_is_refused() -> None:
    with pytest.raises(PasswordTooLong):
        time_hash(BcryptParams(cost=4), password="x" * 73)


def test_a_summary_of_nothing_is_invalid_input() -> None:
    with pytest.raises(InvalidInput):
        summary(OWASP_2026, [], covers="this thread")
