"""The gradebook's data in SQLite: rows in, rows out. It decides nothing about who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labkit.database import Database
from labkit.practice.people import APPOINTMENTS, CLASSES, GRADES, MESSAGES, PEOPLE

SCHEMA = """
CREATE TABLE classes (id TEXT PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE users (
  name TEXT PRIMARY KEY, shown_as TEXT NOT NULL, role TEXT NOT NULL, class_id TEXT NOT NULL,
  email TEXT NOT NULL, about TEXT NOT NULL, password_hash TEXT NOT NULL, feed_key TEXT NOT NULL,
  active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE grades (
  id INTEGER PRIMARY KEY, student TEXT NOT NULL REFERENCES users (name), class_id TEXT NOT NULL,
  course TEXT NOT NULL, points INTEGER NOT NULL CHECK (points BETWEEN 0 AND 100),
  entered_by TEXT NOT NULL, approved_by TEXT, note TEXT NOT NULL);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY, author TEXT NOT NULL, class_id TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE appointments (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, day TEXT NOT NULL, title TEXT NOT NULL);
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Gradebook:
    """Queries over one database; safe for as many threads as the database is."""

    database: Database

    @classmethod
    def seeded(
        cls, database: Database, hashes: Mapping[str, str], feed_keys: Mapping[str, str]
    ) -> "Gradebook":
        """Create the tables and fill them; `hashes` are the stored passwords, by name."""
        book = cls(database)
        if not database.row("SELECT 1 FROM sqlite_master WHERE name = 'users'"):
            database.script(SCHEMA)
            book._seed(hashes, feed_keys)
        return book

    def user(self, name: str) -> Row | None:
        """Return the user's whole row, hash and secret included, or None."""
        return self._one("SELECT * FROM users WHERE name = ?", name)

    def users(self) -> list[Row]:
        """Return all users' rows, by name."""
        return self._all("SELECT * FROM users ORDER BY name")

    def change_user(self, name: str, values: Row) -> None:
        """Write columns of one user; the names come from the program, never from a request."""
        columns = ", ".join(f"{column} = ?" for column in values)
        if columns:
            self.database.write(
                f"UPDATE users SET {columns} WHERE name = ?",
                (*values.values(), name),
            )

    def grade(self, grade_id: int) -> Row | None:
        """Return one grade, or None."""
        return self._one("SELECT * FROM grades WHERE id = ?", grade_id)

    def grades(self) -> list[Row]:
        """Return all grades of all classes, by id; the policy picks what a viewer may see."""
        return self._all("SELECT * FROM grades ORDER BY id")

    def grades_of(self, student: str) -> list[Row]:
        """Return one student's grades, by id."""
        return self._all("SELECT * FROM grades WHERE student = ? ORDER BY id", student)

    def change_grade(self, grade_id: int, points: int, by: str) -> None:
        """Enter other points; an approval does not outlive the change."""
        self.database.write(
            "UPDATE grades SET points = ?, entered_by = ?, approved_by = NULL WHERE id = ?",
            (points, by, grade_id),
        )

    def approve_grade(self, seen: Row, by: str) -> bool:
        """Note who approved the grade as `seen`; False if it is another one by now.

        One statement: an entry made between looking and approving is never approved unseen.
        """
        return bool(
            self.database.write(
                "UPDATE grades SET approved_by = ? WHERE id = ? AND points = ? AND entered_by = ?",
                (by, seen["id"], seen["points"], seen["entered_by"]),
            )
        )

    def messages(self, class_id: str) -> list[Row]:
        """Return one class's messages, oldest first."""
        return self._all("SELECT * FROM messages WHERE class_id = ? ORDER BY id", class_id)

    def post_message(self, author: str, class_id: str, text: str) -> None:
        """Add a message to a class's board."""
        self.database.write(
            "INSERT INTO messages (author, class_id, text) VALUES (?, ?, ?)",
            (author, class_id, text),
        )

    def members(self, class_id: str) -> list[Row]:
        """Return one class's users' whole rows, by name; the serialiser picks what is shown."""
        return self._all("SELECT * FROM users WHERE class_id = ? ORDER BY name", class_id)

    def appointments(self, name: str) -> list[Row]:
        """Return one user's appointments, by day."""
        return self._all("SELECT * FROM appointments WHERE name = ? ORDER BY day, id", name)

    def _seed(self, hashes: Mapping[str, str], feed_keys: Mapping[str, str]) -> None:
        people = [
            (
                *(p.name, p.shown_as, p.role, p.class_id, f"{p.name}@gradebook.example", p.about),
                *(hashes[p.name], feed_keys[p.name]),
            )
            for p in PEOPLE
        ]
        where = {p.name: p.class_id for p in PEOPLE}
        with self.database.transaction() as connection:
            connection.executemany("INSERT INTO classes VALUES (?, ?)", CLASSES.items())
            connection.executemany(
                "INSERT INTO users (name, shown_as, role, class_id, email, about, password_hash,"
                " feed_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                people,
            )
            connection.executemany(
                "INSERT INTO grades (student, class_id, course, points, entered_by, approved_by,"
                " note) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(student, where[student], *rest) for student, *rest in GRADES],
            )
            connection.executemany(
                "INSERT INTO messages (author, class_id, text) VALUES (?, ?, ?)", MESSAGES
            )
            connection.executemany(
                "INSERT INTO appointments (name, day, title) VALUES (?, ?, ?)", APPOINTMENTS
            )

    def _one(self, query: str, *values: object) -> Row | None:
        rows = self._all(query, *values)
        return rows[0] if rows else None

    def _all(self, query: str, *values: object) -> list[Row]:
        return self.database.records(query, values)
