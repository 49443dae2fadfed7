import threading

import pytest

from labkit.database import Database
from labkit.errors import InvalidInput
from labkit.interleaving import ClientStuck, NotRepeatable, TooManyOrders, interleavings
from labkit.stores import MemoryStore, SqliteStore, Store

ORDERS = ["AABB", "ABAB", "ABBA", "BAAB", "BABA", "BBAA"]


def atomic(store: Store) -> bool:
    store.get("step")
    return store.advance("step", 7)


def check_then_act(store: Store) -> bool:
    fresh = store.get("step") is None
    store.put("step", "7")
    return fresh


def in_memory() -> Store:
    return MemoryStore()


def in_sqlite() -> Store:
    return SqliteStore(Database())


@pytest.mark.parametrize("make_store", [in_memory, in_sqlite])
class TestTwoClientsOfTwoStepsEach:
    def test_are_run_in_all_six_orders(self, make_store):
        assert [run.order for run in interleavings(make_store, [atomic, atomic])] == ORDERS

    def test_have_one_winner_in_every_order_when_the_store_decides(self, make_store):
        runs = interleavings(make_store, [atomic, atomic])
        assert [sum(run.results) for run in runs] == [1, 1, 1, 1, 1, 1]

    def test_have_two_winners_where_both_look_before_either_acts(self, make_store):
        runs = interleavings(make_store, [check_then_act, check_then_act])
        assert [sum(run.results) for run in runs] == [1, 2, 2, 2, 2, 1]


def test_the_file_of_a_real_database_gives_the_same_counts(tmp_path):
    opened = []

    def in_a_file():
        opened.append(Database(tmp_path / f"{len(opened)}.db"))
        return SqliteStore(opened[-1])

    counts = [
        [sum(run.results) for run in interleavings(in_a_file, [client, client])]
        for client in (atomic, check_then_act)
    ]
    for database in opened:
        database.close()
    assert counts == [[1, 1, 1, 1, 1, 1], [1, 2, 2, 2, 2, 1]]


def test_three_clients_of_two_steps_have_ninety_orders_and_no_two_are_the_same():
    orders = [run.order for run in interleavings(MemoryStore, [check_then_act] * 3)]
    assert len(orders) == len(set(orders)) == 90
    assert orders == sorted(orders)


def test_a_client_may_take_more_steps_in_one_order_than_in_another():
    def increment(store):
        while True:
            old = store.get("n")
            new = int(old or 0) + 1
            if store.swap("n", old, str(new)):
                return new

    runs = list(interleavings(MemoryStore, [increment, increment]))
    assert {len(run.order) for run in runs} == {4, 6}
    assert all(sorted(run.results) == [1, 2] for run in runs)


def test_what_a_client_raises_is_in_the_run_and_the_other_goes_on():
    def broken(store):
        store.get("x")
        raise ZeroDivisionError

    runs = list(interleavings(MemoryStore, [broken, check_then_act]))
    assert {run.order for run in runs} == {"ABB", "BAB", "BBA"}
    assert all(isinstance(run.errors[0], ZeroDivisionError) for run in runs)
    assert all(run.errors[1] is None and run.results == (None, True) for run in runs)


def test_a_client_that_never_touches_the_store_takes_no_step():
    assert [run.order for run in interleavings(MemoryStore, [lambda _: 1, atomic])] == ["BB"]


def test_no_thread_outlives_its_run():
    before = threading.active_count()
    for _ in interleavings(MemoryStore, [atomic, atomic]):
        assert threading.active_count() == before


def test_more_orders_than_allowed_are_an_error_and_no_thread_is_left():
    before = threading.active_count()
    runs = interleavings(MemoryStore, [atomic, atomic], most_runs=3)
    assert [next(runs).order for _ in range(3)] == ORDERS[:3]
    with pytest.raises(TooManyOrders, match="more than 3 orders"):
        next(runs)
    assert threading.active_count() == before


def test_exactly_as_many_orders_as_allowed_are_no_error():
    assert len(list(interleavings(MemoryStore, [atomic, atomic], most_runs=6))) == 6


def test_a_client_that_never_ends_is_an_error_and_its_thread_is_unwound():
    def for_ever(store):
        while True:
            store.get("x")

    before = threading.active_count()
    with pytest.raises(TooManyOrders, match="more than 50 steps"):
        next(interleavings(MemoryStore, [for_ever, atomic], most_steps=50))
    assert threading.active_count() == before


def test_a_client_that_waits_for_something_else_is_named_and_not_waited_for_for_ever():
    gate = threading.Event()

    def waits(store):
        store.get("x")
        gate.wait()

    with pytest.raises(ClientStuck):
        next(interleavings(MemoryStore, [waits, atomic], patience_s=0.05))
    gate.set()


def test_a_client_that_remembers_earlier_runs_is_found_out():
    steps = iter([3, 1])

    def learns(store):
        for _ in range(next(steps)):
            store.get("x")

    with pytest.raises(NotRepeatable):
        list(interleavings(MemoryStore, [atomic, learns]))


@pytest.mark.parametrize("clients", [[], [atomic], [atomic] * 9])
def test_fewer_than_two_clients_or_more_than_eight_are_refused(clients):
    with pytest.raises(InvalidInput):
        next(interleavings(MemoryStore, clients))
