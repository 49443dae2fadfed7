"""Session look-ups against bare sqlite3, Django's session backend and bare redis-py."""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from itertools import cycle
from pathlib import Path

import redis

from benchmarks.measure import Row, Work, compare
from labkit.database import Database
from labkit.sessions import RedisSessionStore, SessionManager, SqliteSessionStore

FEW, MANY = 1_000, 1_000_000
SAMPLE = 500  # the sessions that are looked up, in turn
REDIS_SERVER = shutil.which("redis-server")
RAW = "SELECT user, level, created_at, seen_at, authenticated_at, data FROM sessions WHERE key = ?"
# The rest of the table: copies of one real session under made-up keys, made by the store itself.
FILL_SQLITE = """
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
INSERT INTO sessions SELECT lower(hex(randomblob(32))), 'user' || n, level, created_at, seen_at,
  authenticated_at, data, expires_at FROM n, (SELECT * FROM sessions LIMIT 1)
"""
FILL_REDIS = """
local blob, life = redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])
for n = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local key = redis.sha1hex(n)
  redis.call('SET', 'labkit:session:id:' .. key .. string.sub(key, 1, 24), blob, 'PX', life)
end
"""


def rows() -> Iterator[Row]:
    """Yield the table's rows; filling takes some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        yield django_row(Path(folder))
        yield from grown(sqlite_row(Path(folder), FEW), sqlite_row(Path(folder), MANY))
    if REDIS_SERVER is None:
        print("no redis-server on PATH: the rows over Redis are left out", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as client:
        yield from grown(redis_row(client, FEW), redis_row(client, MANY))


def grown(small: Row, large: Row) -> Iterator[Row]:
    """Yield both, and by how much the ratio to the peer differs between them."""
    yield small
    yield large
    ratio = large.ratio / small.ratio
    spread = max(small.spread, large.spread)
    yield Row(
        f"the ratio of the line above, {count(MANY)} sessions",
        f"the same ratio, {count(FEW)} sessions",
        large.ours_s,
        small.ours_s,
        ratio,
        spread,
        "≤ 1.15×",
        ratio <= 1.15,
    )


def count(number: int) -> str:
    return f"{number:_}".replace("_", " ")


def django_row(folder: Path) -> Row:
    manager, _, database = sqlite_sessions(folder / "ours.db", FEW)
    row = compare(
        "SessionManager.look_up, SQLite",
        turns(manager.look_up, [manager.open("alice", level="full") for _ in range(SAMPLE)]),
        f"Django {version('django')} SessionStore.load, SQLite, WAL",
        django_load(folder / "django.db"),
        at_least=10,
        number=200,
    )
    database.close()
    return row


def sqlite_row(folder: Path, stored: int) -> Row:
    file = folder / f"{stored}.db"
    manager, ids, database = sqlite_sessions(file, stored)
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("PRAGMA synchronous = NORMAL")
    row = compare(
        f"SessionManager.look_up, SQLite, {count(stored)} sessions",
        turns(manager.look_up, ids),
        f"sqlite3 {sqlite3.sqlite_version}, the bare SELECT, WAL",
        turns(lambda key: raw.execute(RAW, (key,)).fetchone(), [manager.store_key(i) for i in ids]),
        at_most=2.0,
        number=100,
        rounds=151,  # short ones: what else runs on the machine meets both of a pair
    )
    raw.close()
    database.close()
    return row


def redis_row(client: redis.Redis, stored: int) -> Row:
    client.flushall()
    manager = SessionManager(RedisSessionStore(client))
    ids = [manager.open("alice", level="full") for _ in range(SAMPLE)]
    names = [f"labkit:session:id:{manager.store_key(each)}" for each in ids]
    for start in range(SAMPLE, stored, 10_000):
        client.eval(FILL_REDIS, 1, names[0], start + 1, min(start + 10_000, stored))
    assert client.dbsize() == stored + 1  # the sessions and one user's list
    return compare(
        f"SessionManager.look_up, Redis, {count(stored)} sessions",
        turns(manager.look_up, ids),
        f"redis-py {version('redis')}, the bare GET",
        turns(client.get, names),
        at_most=1.3,
        number=100,
        rounds=151,  # short ones: what else runs on the machine meets both of a pair
    )


def sqlite_sessions(file: Path, stored: int) -> tuple[SessionManager, list[str], Database]:
    database = Database(file)
    manager = SessionManager(SqliteSessionStore(database))
    ids = [manager.open("alice", level="full") for _ in range(SAMPLE)]
    database.write(FILL_SQLITE, (stored - SAMPLE,))
    assert database.row("SELECT count(*) FROM sessions") == (stored,)
    return manager, ids, database


def turns(call: Callable[[str], object], arguments: list[str]) -> Work:
    """Return a call that takes the next argument each time, so no cache of one serves it."""
    following = cycle(arguments).__next__
    return lambda: call(following())


def django_load(file: Path) -> Work:
    import django
    from django.conf import settings

    pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
    options: dict[str, object] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    options["OPTIONS"] = {"init_command": pragmas}
    settings.configure(
        DATABASES={"default": options},
        INSTALLED_APPS=["django.contrib.sessions"],
        SECRET_KEY="x" * 50,
    )
    django.setup()
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    keys = []
    for _ in range(SAMPLE):
        session = SessionStore()
        session["user"], session["level"] = "alice", "full"
        session.create()
        keys.append(str(session.session_key))
    return turns(lambda key: SessionStore(session_key=key).load(), keys)


@contextmanager
def redis_server(folder: Path) -> Iterator[redis.Redis]:
    """Run a private server on a Unix socket, and end it."""
    socket = folder / "s"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(
        [str(REDIS_SERVER), *options], stdout=subprocess.PIPE, text=True, cwd=folder
    )
    try:
        assert server.stdout is not None
        assert any("accept connections" in line for line in server.stdout)
        with redis.Redis(unix_socket_path=str(socket)) as client:
            yield client
    finally:
        server.terminate()
        server.communicate()
