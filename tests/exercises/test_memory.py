import threading

import pytest

from labkit.exercises.memory import TurnLock, in_own_memory
from labkit.interleaving import lockstep

lock = threading.Lock()
seen: list[int] = []
count = 0


def notes(number):
    with lock:
        seen.append(number)
        return helper()


def helper():
    global count
    count += len(seen)
    return count


def test_a_process_has_containers_numbers_and_helpers_of_its_own():
    one, other = in_own_memory(notes), in_own_memory(notes)
    assert [one(1), one(2), other(3)] == [1, 3, 1]
    assert (seen, count) == ([], 0)


def test_a_process_does_not_wait_for_the_lock_of_another():
    with lock:
        assert in_own_memory(notes)(7) == 1


def test_what_a_function_has_closed_over_is_its_own_too():
    held = []

    def keep(value):
        held.append(value)
        return len(held)

    copy = in_own_memory(keep)
    assert (copy(1), copy(2), held) == (1, 2, [])


def test_a_function_that_calls_itself_does_so_in_its_own_memory():
    assert in_own_memory(countdown)(3) == 0


def countdown(number):
    return number if number == 0 else countdown(number - 1)


@pytest.mark.parametrize("callable_", [len, dict, TurnLock])
def test_what_is_no_python_function_is_left_alone(callable_):
    assert in_own_memory(callable_) is callable_


def test_a_taken_lock_is_not_taken_twice_unless_it_may_be():
    once, again = TurnLock(), TurnLock(again=True)
    assert once.acquire()
    assert not once.acquire(blocking=False)
    assert again.acquire()
    assert again.acquire()
    again.release()
    assert again.locked()
    again.release()
    assert not again.locked()


def test_clients_abreast_all_read_before_the_first_writes():
    class Cell:
        value = 0

        def get(self):
            return self.value

        def put(self, value):
            self.value = value
            return value

    run = lockstep(Cell, [lambda cell: cell.put(cell.get() + 1)] * 3)
    assert (run.order, run.results) == ("ABCABC", (1, 1, 1))
