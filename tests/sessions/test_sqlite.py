"""What SQLite adds to the contract: crashes, processes, and what lies in the file."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from labkit.database import Database
from labkit.errors import InvalidInput, StoreError
from labkit.sessions import SessionManager, SqliteSessionStore

OPENS_FOR_EVER = """
import sys
from labkit.database import Database
from labkit.sessions import SessionManager, SqliteSessionStore
manager = SessionManager(SqliteSessionStore(Database(sys.argv[1])))
while True:
    print(manager.log_in(manager.open(), "alice", level="password"), flush=True)
"""
LIVES = """
import sys
from labkit.database import Database
from labkit.sessions import SessionManager, SqliteSessionStore
manager = SessionManager(SqliteSessionStore(Database(sys.argv[1])))
for turn in range(int(sys.argv[3])):
    session_id = manager.log_in(manager.open(), sys.argv[2], level="password")
    session_id = manager.raise_level(session_id, "full")
    assert manager.look_up(session_id).user == sys.argv[2]
    if turn % 2:
        assert manager.revoke(session_id)
    else:
        print(session_id)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = Database(file)
    yield opened
    opened.close()


@pytest.fixture
def manager(database: Database) -> SessionManager:
    return SessionManager(SqliteSessionStore(database))


def run(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_every_session_a_killed_process_had_committed_is_there(
    file: Path, manager: SessionManager
) -> None:
    with run(OPENS_FOR_EVER, file) as child:
        assert child.stdout is not None
        told = [child.stdout.readline().strip() for _ in range(100)]
        child.kill()
        told += [line.strip() for line in child.stdout if line.endswith("\n")]
    assert child.returncode != 0
    assert len(told) >= 100
    assert all(manager.look_up(each) for each in told)


def test_four_processes_lose_nothing_and_corrupt_nothing(
    file: Path, database: Database, manager: SessionManager
) -> None:
    children = [run(LIVES, file, f"user{n}", 50) for n in range(4)]
    alive = [child.communicate()[0].split() for child in children]
    assert [child.returncode for child in children] == [0] * 4
    assert [len(each) for each in alive] == [25] * 4
    assert_whole(database, manager, {f"user{n}": ids for n, ids in enumerate(alive)})


def test_eight_threads_lose_nothing_and_corrupt_nothing(
    database: Database, manager: SessionManager
) -> None:
    alive: dict[str, list[str]] = {f"user{n}": [] for n in range(8)}

    def live(user: str) -> None:
        for turn in range(50):
            session_id = manager.log_in(manager.open(), user, level="password")
            session_id = manager.raise_level(session_id, "full")
            if turn % 2 == 0 or not manager.revoke(session_id):
                alive[user].append(session_id)

    threads = [threading.Thread(target=live, args=(user,)) for user in alive]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(each) for each in alive.values()] == [25] * 8
    assert_whole(database, manager, alive)


def assert_whole(database: Database, manager: SessionManager, alive: dict[str, list[str]]) -> None:
    for user, ids in alive.items():
        listed = {each.id_hash for each in manager.sessions_of(user)}
        assert listed == {manager.store_key(each) for each in ids}
    assert database.row("SELECT count(*) FROM sessions") == (sum(map(len, alive.values())),)
    assert database.row("PRAGMA integrity_check") == ("ok",)


def test_the_file_is_in_wal_mode_and_holds_no_id(
    file: Path, database: Database, manager: SessionManager
) -> None:
    session_id = manager.open("alice", level="full")
    assert database.row("PRAGMA journal_mode") == ("wal",)
    written = b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert session_id.encode() not in written
    assert manager.store_key(session_id).encode() in written


def test_looking_up_and_listing_read_one_index_entry_each(database: Database) -> None:
    SqliteSessionStore(database)
    for column in ("key", "user"):
        plan = database.rows(f"EXPLAIN QUERY PLAN SELECT * FROM sessions WHERE {column} = 'x'")
        assert "SEARCH" in plan[0][3]


@pytest.mark.parametrize("data", ["not json", "[1]", "7", "{"])
def test_a_session_that_something_else_wrote_over_is_a_store_error(
    database: Database, manager: SessionManager, data: str
) -> None:
    session_id = manager.open()
    database.write("UPDATE sessions SET data = ?", (data,))
    with pytest.raises(StoreError, match="damaged"):
        manager.look_up(session_id)


@pytest.mark.parametrize("wrong", ["sessions.db", b"", 7, object()])
def test_a_store_takes_a_database(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="is a Database"):
        SqliteSessionStore(wrong)  # type: ignore[arg-type]


def test_a_file_that_is_no_database_is_a_store_error(file: Path) -> None:
    file.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="SQLite refused"):
        SqliteSessionStore(Database(file))
