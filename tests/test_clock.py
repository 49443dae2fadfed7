import time

from labkit.clock import Clock, ManualClock, system_clock


def test_the_system_clock_counts_seconds_since_1970():
    before = time.time()
    assert before <= system_clock() <= time.time()


def test_a_manual_clock_stands_still():
    clock: Clock = ManualClock(1000)
    assert [clock(), clock()] == [1000.0, 1000.0]


def test_a_manual_clock_moves_when_told_to_forwards_and_back():
    clock = ManualClock(1000)
    assert clock.advance(30) == 1030.0
    assert clock.advance(-60) == 970.0
    assert clock() == 970.0


def test_two_manual_clocks_start_alike_so_that_a_lesson_repeats():
    assert ManualClock()() == ManualClock()() == 1_800_000_000.0
