import sqlite3
import threading
from pathlib import Path

import pytest

from labkit.database import Database
from labkit.errors import InvalidInput, StoreError


@pytest.fixture(params=["memory", "file"])
def database(request, tmp_path):
    made = Database(":memory:" if request.param == "memory" else tmp_path / "test.db")
    made.script("CREATE TABLE t (n INTEGER PRIMARY KEY, word TEXT)")
    yield made
    made.close()


def count(database):
    return database.row("SELECT count(*) FROM t")[0]


def insert(database, *statements, then=lambda: None):
    with database.transaction() as connection:
        for statement in statements:
            connection.execute(statement)
        then()


class TestStatements:
    def test_a_row_that_is_not_there_is_none(self, database):
        assert database.row("SELECT n FROM t") is None
        assert database.rows("SELECT n FROM t") == []

    def test_write_says_how_many_rows_it_changed(self, database):
        database.write("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        assert database.write("UPDATE t SET word = 'c'") == 2
        assert database.rows("SELECT word FROM t ORDER BY n") == [("c",), ("c",)]

    def test_values_are_bound_and_never_become_part_of_the_statement(self, database):
        database.write("INSERT INTO t VALUES (?, ?)", (1, "x'); DROP TABLE t; --"))
        assert count(database) == 1

    def test_a_refused_statement_is_a_store_error_that_keeps_its_cause(self, database):
        with pytest.raises(StoreError, match="no such table") as caught:
            database.rows("SELECT * FROM nowhere")
        assert isinstance(caught.value.__cause__, sqlite3.Error)

    def test_a_row_taken_by_delete_returning_holds_no_lock_afterwards(self, database):
        database.write("INSERT INTO t VALUES (1, 'a')")
        assert database.row("DELETE FROM t RETURNING n") == (1,)
        seen = []
        writer = threading.Thread(
            target=lambda: seen.append(database.write("INSERT INTO t VALUES (2, 'b')"))
        )
        writer.start()
        writer.join()
        assert seen == [1]


class TestTransactions:
    def test_all_of_it_is_written(self, database):
        with database.transaction() as connection:
            connection.execute("INSERT INTO t VALUES (1, 'a')")
            connection.execute("INSERT INTO t VALUES (2, 'b')")
        assert count(database) == 2

    def test_an_exception_rolls_all_of_it_back_and_goes_on(self, database):
        with pytest.raises(ZeroDivisionError):
            insert(database, "INSERT INTO t VALUES (1, 'a')", then=lambda: 1 / 0)
        assert count(database) == 0

    def test_a_refused_statement_rolls_back_as_well(self, database):
        statement = "INSERT INTO t VALUES (1, 'a')"
        with pytest.raises(StoreError, match="UNIQUE"):
            insert(database, statement, statement)
        assert count(database) == 0

    def test_a_commit_that_is_refused_leaves_the_database_usable(self, database):
        database.script(
            "CREATE TABLE child (n INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)"
        )
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            insert(database, "INSERT INTO child VALUES (99)")
        insert(database, "INSERT INTO t VALUES (1, 'a')")
        assert count(database) == 1

    def test_a_transaction_inside_a_transaction_is_refused_and_rolls_back(self, database):
        def again():
            insert(database, "INSERT INTO t VALUES (2, 'b')")

        with pytest.raises(StoreError, match="within a transaction"):
            insert(database, "INSERT INTO t VALUES (1, 'a')", then=again)
        assert count(database) == 0

    def test_read_then_write_in_one_transaction_loses_no_update(self, database):
        database.write("INSERT INTO t VALUES (1, '0')")

        def add():
            for _ in range(10):
                with database.transaction() as connection:
                    (old,) = connection.execute("SELECT word FROM t").fetchone()
                    connection.execute("UPDATE t SET word = ?", (str(int(old) + 1),))

        threads = [threading.Thread(target=add) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert database.row("SELECT word FROM t") == ("80",)


class TestSnapshots:
    def test_restore_puts_everything_back(self):
        database = Database()
        database.script("CREATE TABLE t (n)")
        database.write("INSERT INTO t VALUES (1)")
        image = database.snapshot()
        database.script("DELETE FROM t; CREATE TABLE other (n)")
        database.restore(image)
        assert database.rows("SELECT n FROM t") == [(1,)]
        assert database.row("SELECT name FROM sqlite_master WHERE name = 'other'") is None

    def test_the_same_image_can_be_restored_again_and_written_to(self):
        database = Database()
        database.script("CREATE TABLE t (n)")
        image = database.snapshot()
        for _ in range(3):
            database.restore(image)
            assert database.write("INSERT INTO t VALUES (1)") == 1
            assert database.rows("SELECT n FROM t") == [(1,)]

    def test_foreign_keys_still_hold_after_a_restore(self):
        database = Database()
        database.script("CREATE TABLE t (n PRIMARY KEY); CREATE TABLE c (n REFERENCES t (n))")
        database.restore(database.snapshot())
        with pytest.raises(StoreError, match="FOREIGN KEY"):
            database.write("INSERT INTO c VALUES (1)")

    def test_a_file_is_not_put_back_under_other_processes(self, tmp_path):
        database = Database(tmp_path / "test.db")
        database.script("CREATE TABLE t (n)")
        with pytest.raises(StoreError, match="Only a database in memory"):
            database.restore(database.snapshot())
        database.close()

    @pytest.mark.parametrize("image", [b"", b"junk" * 100, "text", None])
    def test_what_is_no_image_is_refused_and_nothing_is_lost(self, image):
        database = Database()
        database.script("CREATE TABLE t (n)")
        with pytest.raises(InvalidInput):
            database.restore(image)
        assert database.rows("SELECT n FROM t") == []


class TestFiles:
    def test_are_in_wal_mode_with_foreign_keys(self, tmp_path):
        database = Database(tmp_path / "test.db")
        assert database.row("PRAGMA journal_mode") == ("wal",)
        assert database.row("PRAGMA synchronous") == (1,)
        assert database.row("PRAGMA foreign_keys") == (1,)
        database.close()

    def test_each_thread_has_a_connection_that_ends_with_it(self, tmp_path):
        database = Database(tmp_path / "test.db")
        database.script("CREATE TABLE t (n)")
        inside = []

        def use():
            database.row("SELECT * FROM t")
            inside.append(database.connections)

        for _ in range(20):
            thread = threading.Thread(target=use)
            thread.start()
            thread.join()
        assert set(inside) == {2}
        assert database.connections == 1
        database.close()
        assert database.connections == 0

    def test_closing_twice_is_no_error_and_the_file_can_be_used_again(self, tmp_path):
        database = Database(tmp_path / "test.db")
        database.script("CREATE TABLE t (n)")
        database.close()
        database.close()
        assert database.rows("SELECT * FROM t") == []
        database.close()

    def test_a_file_that_is_no_database_is_a_store_error(self, tmp_path):
        path = tmp_path / "letter.txt"
        path.write_text("Dear Alice, " * 200)
        with pytest.raises(StoreError, match="not a database"):
            Database(path).rows("SELECT 1 FROM sqlite_master")

    def test_a_folder_that_is_not_there_is_a_store_error_that_names_the_path(self, tmp_path):
        with pytest.raises(StoreError) as caught:
            Database(tmp_path / "nowhere" / "test.db").rows("SELECT 1")
        assert Path(caught.value.evidence["path"]).name == "test.db"

    @pytest.mark.parametrize("path", ["", "a\0b", "\ud800", None, 5, b"x.db", "x" * 5000])
    def test_a_path_that_is_none_is_refused(self, path):
        with pytest.raises(InvalidInput):
            Database(path)


def test_a_closed_database_in_memory_says_so():
    database = Database()
    database.close()
    with pytest.raises(StoreError, match="closed"):
        database.rows("SELECT 1")
