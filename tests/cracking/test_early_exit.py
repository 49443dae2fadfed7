import hmac
import operator

import pytest

from labkit.cracking.early_exit import RUNS, early_exit
from labkit.errors import InvalidInput


def test_equality_tells_where_two_secrets_begin_to_differ():
    assert early_exit(operator.eq).leaks


def test_a_comparison_in_constant_time_does_not():
    assert not early_exit(hmac.compare_digest).leaks


@pytest.mark.parametrize(("late_s", "leaks"), [(1.0, False), (9.0, False), (11.0, True)])
def test_more_than_ten_times_is_a_leak(late_s, leaks):
    steps = [step for span in [1.0] * RUNS + [late_s] * RUNS for step in (0.0, span)]
    found = early_exit(lambda *_: False, clock=iter(steps).__next__)
    assert found.ratio == late_s
    assert found.leaks is leaks
    assert ("tells nothing" in repr(found)) is not leaks


@pytest.mark.parametrize("value", [None, 7, "==", b"x"])
def test_what_is_no_comparison_is_refused(value):
    with pytest.raises(InvalidInput):
        early_exit(value)
