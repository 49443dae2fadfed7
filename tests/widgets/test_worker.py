"""Long work: the newest job only, stopped between two steps, silent once cancelled."""

import threading

from labkit.widgets.worker import Worker


def test_what_a_job_yields_is_reported_in_order():
    heard = []
    worker = Worker(heard.append)
    worker.start(lambda: ((lambda n=n: heard.append(n)) for n in range(3)))
    assert worker.join()
    assert heard == [0, 1, 2]


def test_after_a_cancel_nothing_is_reported_and_the_job_ends():
    heard, begun, go_on = [], threading.Event(), threading.Event()

    def job():
        yield lambda: heard.append("first")
        begun.set()
        go_on.wait(10)
        yield lambda: heard.append("late")
        heard.append("ran on")

    worker = Worker(heard.append)
    worker.start(job)
    assert begun.wait(10)
    worker.cancel()
    go_on.set()
    assert worker.join()
    assert heard == ["first"]


def test_a_newer_job_replaces_an_older_one():
    heard, go_on = [], threading.Event()

    def slow():
        go_on.wait(10)
        yield lambda: heard.append("old")

    worker = Worker(heard.append)
    worker.start(slow)
    worker.start(lambda: iter([lambda: heard.append("new")]))
    go_on.set()
    assert worker.join()
    assert heard == ["new"]


def test_a_job_that_waits_is_dropped_before_it_began():
    worker, begun = Worker(print), []
    worker.start(lambda: iter([lambda: begun.append(1)]), after_s=60)
    worker.cancel()
    assert worker.join()
    assert begun == []


def test_what_a_job_raises_reaches_its_owner():
    heard = []

    def job():
        yield lambda: None
        raise ValueError("no")

    worker = Worker(heard.append)
    worker.start(job)
    assert worker.join()
    assert [str(error) for error in heard] == ["no"]


def test_two_workers_take_turns():
    at_once, most, lock = 0, [], threading.Lock()

    def job():
        nonlocal at_once
        for _ in range(3):
            with lock:
                at_once += 1
                most.append(at_once)
            with lock:
                at_once -= 1
            yield lambda: None

    workers = [Worker(print) for _ in range(4)]
    for worker in workers:
        worker.start(job)
    assert all(worker.join() for worker in workers)
    assert max(most) == 1
    assert len(most) == 12
