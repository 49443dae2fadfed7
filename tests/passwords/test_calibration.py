"""calibrate, on a modelled machine: a hash takes its work times a speed."""

from collections.abc import Callable

import pytest

from labkit.errors import InvalidInput
from labkit.passwords import (
    OWASP_2026_BCRYPT,
    Argon2idParams,
    BcryptParams,
    Calibration,
    Ceilings,
    Clocks,
    Params,
    Pbkdf2Params,
    ScryptParams,
    calibrate,
    calibrating,
)
from labkit.passwords.schemes import SCHEMES

# Milliseconds for one unit of work: about those of a 2020s server.
SPEED_MS = {"argon2id": 6e-4, "bcrypt": 0.06, "scrypt": 4e-4, "pbkdf2": 2e-4}


class Machine:
    """Moves its clock by what a hash would take; `slower` makes it a slower machine."""

    def __init__(self, *, slower: float = 1.0, noise: float = 0.0) -> None:
        self.now = 0.0
        self.hashes: list[Params] = []
        self.slower = slower
        self.noise = noise

    def work_for(self, params: Params) -> Callable[[], object]:
        def work() -> None:
            self.hashes.append(params)
            wobble = 1 + self.noise * (-1) ** len(self.hashes)
            self.now += params.work * SPEED_MS[params.scheme] * self.slower * wobble / 1000

        return work

    def calibrate(self, scheme: str, target_ms: float, **more: object) -> Calibration:
        clock = Clocks(cpu=lambda: self.now, wall=lambda: self.now)
        return calibrate(scheme, target_ms, clocks=clock, work_for=self.work_for, **more)  # type: ignore[arg-type]  # passes on


def one_step_ms(found: Calibration) -> float:
    """The time that the smallest step up would add; endless at a ceiling."""
    params, ms_per_unit = found.params, found.timing.cpu_s * 1000 / found.params.work
    if any(2 * demand > getattr(Ceilings(), name) for name, demand in params.demands().items()):
        return float("inf")
    if isinstance(params, Argon2idParams):
        memory_used_up = params.memory_kib == 1024 * 1024
        return ms_per_unit * (params.memory_kib if memory_used_up else 2 * 1024)
    if isinstance(params, Pbkdf2Params):
        return ms_per_unit * 1000
    return ms_per_unit * params.work


every_scheme = pytest.mark.parametrize("scheme", sorted(SCHEMES))


@every_scheme
@pytest.mark.parametrize("target_ms", [1, 20, 250, 1000, 10_000])
@pytest.mark.parametrize("slower", [0.2, 1, 7.3])
def test_it_finds_the_dearest_parameters_within_the_target(
    scheme: str, target_ms: float, slower: float
) -> None:
    found = Machine(slower=slower).calibrate(scheme, target_ms, memory_mib=1024)
    took = found.timing.cpu_s * 1000
    assert found.done
    assert found.params.scheme == scheme
    if not found.within_target:
        assert found.params.work == min(trial.params.work for trial in found.trials)
        return
    assert took >= 0.9 * target_ms or took + one_step_ms(found) > 0.999 * target_ms


@every_scheme
def test_noise_of_a_few_percent_does_not_mislead_it(scheme: str) -> None:
    found = Machine(noise=0.05).calibrate(scheme, 250)
    assert found.done
    assert found.within_target
    assert found.timing.cpu_s * 1000 > 100


@every_scheme
def test_it_stops_after_a_few_trials(scheme: str) -> None:
    found = Machine(noise=0.05).calibrate(scheme, 250)
    assert len(found.trials) <= 8


@every_scheme
def test_what_it_finds_stays_under_the_ceilings_and_the_memory(scheme: str) -> None:
    for memory_mib in (1, 8, 100):
        found = Machine(slower=0.001).calibrate(scheme, 60_000, memory_mib=memory_mib)
        Ceilings().check(found.params)
        assert found.params.memory_bytes <= memory_mib << 20


def test_known_speeds_give_known_answers() -> None:
    machine = Machine()
    assert machine.calibrate("bcrypt", 250).params == BcryptParams(cost=12)  # 246 ms
    assert machine.calibrate("scrypt", 250).params == ScryptParams(n=1 << 16)  # 210 ms
    assert machine.calibrate("pbkdf2", 250.1).params == Pbkdf2Params(iterations=1_250_000)
    assert machine.calibrate("argon2id", 250).params == Argon2idParams(memory_kib=203 * 1024)


def test_argon2id_spends_on_memory_first_and_on_passes_when_it_is_used_up() -> None:
    found = Machine().calibrate("argon2id", 250, memory_mib=64).params
    assert isinstance(found, Argon2idParams)
    assert found.memory_kib == 64 * 1024
    assert found.passes == 6


def test_scrypt_repeats_itself_when_the_memory_is_used_up() -> None:
    found = Machine().calibrate("scrypt", 250, memory_mib=17).params
    assert isinstance(found, ScryptParams)
    assert found == ScryptParams(n=1 << 14, p=4)


def test_a_target_too_short_for_the_minimum_says_so() -> None:
    found = Machine().calibrate("bcrypt", 20)
    assert found.params == BcryptParams(cost=8)
    assert found.minimum == OWASP_2026_BCRYPT
    assert not found.meets_minimum
    assert "below OWASP's minimum" in found.note


def test_enough_time_says_that_the_minimum_is_met() -> None:
    found = Machine().calibrate("bcrypt", 250)
    assert found.meets_minimum
    assert "at or above OWASP's minimum" in found.note


def test_a_machine_too_slow_for_the_target_gets_the_cheapest_and_is_told() -> None:
    found = Machine(slower=1000).calibrate("bcrypt", 1)
    assert found.params == BcryptParams(cost=4)
    assert not found.within_target
    assert "nothing cheaper" in found.note


def test_progress_is_told_after_every_sample_and_ends_with_the_answer() -> None:
    told: list[Calibration] = []
    found = Machine().calibrate("bcrypt", 250, on_progress=told.append)
    assert told[-1] == found
    assert [state.done for state in told] == [False] * (len(told) - 1) + [True]
    assert [state.progress for state in told] == sorted(state.progress for state in told)
    assert told[-1].progress == 1
    assert len(told) == 3 * len(found.trials)


def test_a_cancelled_calibration_returns_what_it_knows() -> None:
    machine = Machine()
    found = machine.calibrate("bcrypt", 250, cancelled=lambda: len(machine.hashes) > 10)
    assert not found.done
    assert found.params in machine.hashes
    assert found.trials


def test_nothing_is_hashed_before_the_first_state_is_asked_for() -> None:
    machine = Machine()
    states = calibrating(
        "bcrypt", clocks=Clocks(lambda: 0.0, lambda: 0.0), work_for=machine.work_for
    )
    assert machine.hashes == []
    next(states)
    assert machine.hashes


def test_a_clock_that_stands_still_ends_too() -> None:
    still = Clocks(lambda: 0.0, lambda: 0.0)
    found = calibrate("bcrypt", clocks=still, work_for=lambda _: lambda: None, shortest_sample_s=0)
    assert found.done


def test_it_runs_on_the_real_thing() -> None:
    found = calibrate("pbkdf2", 1, shortest_sample_s=0)
    assert found.done
    assert isinstance(found.params, Pbkdf2Params)


@pytest.mark.parametrize(
    ("scheme", "more"),
    [
        ("md5", {}),
        ("", {}),
        (None, {}),
        (["bcrypt"], {}),
        ("bcrypt", {"target_ms": 0}),
        ("bcrypt", {"target_ms": float("inf")}),
        ("bcrypt", {"target_ms": "250"}),
        ("bcrypt", {"memory_mib": 0}),
        ("bcrypt", {"memory_mib": 1 << 40}),
        ("bcrypt", {"shortest_sample_s": -1}),
    ],
)
def test_wrong_arguments_are_invalid_input(scheme: object, more: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        calibrating(scheme, **more)  # type: ignore[arg-type]  # what is tested
