"""What one process adds to the contract: threads that change places in the middle of a step."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from labkit.sessions import MemorySessionStore, Session

NOW = 1_800_000_000.0


class Slow(str):
    """A key that takes long to find, so that another thread comes in while it is looked for."""

    __slots__ = ()

    def __hash__(self) -> int:
        for _ in range(3000):
            pass
        return super().__hash__()


@pytest.fixture(autouse=True)
def _eager_switches() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def together(*steps: Callable[[], bool]) -> list[bool]:
    barrier, answers = threading.Barrier(len(steps)), [False] * len(steps)

    def client(n: int) -> None:
        barrier.wait()
        answers[n] = steps[n]()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def session(key: str) -> Session:
    return Session(key, "alice", "password", NOW, NOW, NOW)


@pytest.mark.parametrize("turn", range(20))
def test_one_of_several_rotations_wins(turn: int) -> None:
    store = MemorySessionStore()
    store.add(session(Slow("old")), expires_at=NOW, ends_at=NOW)

    def rotation(n: int) -> Callable[[], bool]:
        return lambda: store.rotate(Slow("old"), session(Slow(n)), expires_at=NOW, ends_at=NOW)

    assert sum(together(*map(rotation, range(4)))) == 1
    assert len(store.of_user("alice")) == 1


@pytest.mark.parametrize("turn", range(20))
def test_a_touch_or_new_data_never_brings_a_removed_session_back(turn: int) -> None:
    store = MemorySessionStore()
    store.add(session(Slow("k")), expires_at=NOW, ends_at=NOW)
    together(
        lambda: store.remove(Slow("k")),
        lambda: store.touch(Slow("k"), NOW + 1, expires_at=NOW),
        lambda: store.set_data(Slow("k"), {"a": 1}),
    )
    assert store.get("k") is None
    assert store.of_user("alice") == []
