"""A variant of each exercise for each student: names, secrets and keys, derived from one key.

Two steps lead there, both HMAC-SHA256: the course key and a student's id give the student's key,
which alone is handed out, and that key and an exercise give the variant. Who has the course key
can make every variant again; who has one variant, or one student's key, learns nothing of another.

What is derived is for exercises: none of it protects anything.
"""

import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from labkit.display import Shown, card, table
from labkit.encoding import brief, printable
from labkit.errors import InvalidInput, LabkitError
from labkit.exercises import progress
from labkit.inputs import octets, text, whole

STUDENT = "LABKIT_STUDENT"  # the environment variable that names the student
COURSE_KEY = "LABKIT_COURSE_KEY"  # and the one for the course key, on the machines of teachers
FILE = "student.json"  # beside the progress, on the machines of students
LEAST_KEY_BYTES = 16
# Without a course key variants still differ from student to student; anybody can make them.
OPEN_KEY = b"labkit, open to everybody"
SCHOOLS = ("alder", "birch", "cedar", "elm", "hazel", "larch", "maple", "rowan", "willow", "yew")
PEOPLE = ("amara", "bilal", "chiara", "dmitri", "elif", "farid", "hanna", "ines", "jonas", "katya")
MONTHS = ("january", "march", "april", "june", "august", "october", "november", "december")
T = TypeVar("T")


class MalformedStudent(LabkitError):
    """The file that says who the student is cannot be used."""


@dataclass(frozen=True)
class Variant(Shown):
    """One student's values for one exercise. The same student gets the same ones every time.

    Immutable, so threads may share it.

    Args:
        exercise: Like "tokens/verify".
        student: Whose it is; empty for the one that everybody has who says nothing.
        seed: What all values are derived from.
    """

    exercise: str
    student: str
    seed: bytes = field(repr=False)

    def octets(self, name: str, size: int = 32) -> bytes:
        """Return the secret bytes of that name.

        Args:
            name: What they are for; another name, other bytes.
            size: How many.
        """
        blocks = (_derived(self.seed, name, str(place)) for place in range(-(-size // 32)))
        return b"".join(blocks)[:size]

    def number(self, name: str, below: int) -> int:
        """Return a number from 0 up to, not including, `below`."""
        return int.from_bytes(self.octets(name, 16 + (below.bit_length() + 7) // 8)) % below

    def choice(self, name: str, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.number(name, len(options))]

    def ordered(self, name: str, options: Sequence[T]) -> tuple[T, ...]:
        """Return the options in an order of the student's own.

        Nobody in particular gets them as they are, so the usual ones come first.
        """
        if not self.student:
            return tuple(options)
        places = range(len(options))
        return tuple(options[at] for at in sorted(places, key=lambda at: self._rank(name, at)))

    def usual(self, name: str, options: Sequence[T]) -> T:
        """Return one of the options; the first where nobody said whose variant it is."""
        return self.ordered(name, options)[0]

    @cached_property
    def school(self) -> str:
        """The name of the school, as it stands in addresses."""
        return f"{self.choice('school', SCHOOLS)}-{self.octets('school number', 2).hex()}"

    @property
    def issuer(self) -> str:
        """Who issues the tokens."""
        return f"https://gradebook.{self.school}.example"

    @property
    def audience(self) -> str:
        """What the gradebook's own service is called in tokens."""
        return f"gradebook-{self.school}"

    @property
    def user(self) -> str:
        """The honest user."""
        return self.choice("user", PEOPLE)

    def kid(self, place: int) -> str:
        """Return the name of a key: no two places share one.

        Args:
            place: From 0 to 7.

        Raises:
            InvalidInput: There is no such place.
        """
        whole(place, "place", at_most=len(MONTHS) - 1)
        month = MONTHS[(self.number("month", len(MONTHS)) + place) % len(MONTHS)]
        return f"{month}-{self.octets('key number', 2).hex()}"

    @property
    def flag(self) -> str:
        """What a solved exercise shows; empty where nobody said whose variant it is."""
        return f"lk-{self.octets('flag', 8).hex()}" if self.student else ""

    @property
    def sign(self) -> str:
        """Eight digits by which two people see that they have the same variant."""
        return self.octets("sign", 4).hex()

    def __repr__(self) -> str:
        return "\n".join(f"{name:9} {value}" for name, value in self._rows())

    def html(self) -> str:
        """Return the names of the variant as a card; no secret is among them."""
        return card("Your variant", self.exercise, table(("name", "value"), self._rows()))

    def _rank(self, name: str, place: int) -> bytes:
        return self.octets(f"{name} {place}", 8)

    def _rows(self) -> list[tuple[str, str]]:
        whose = printable(self.student) if self.student else "nobody in particular"
        return [
            ("student", whose),
            ("issuer", self.issuer),
            ("audience", self.audience),
            ("user", self.user),
            ("sign", self.sign),
        ]


def variant(
    exercise: str, student: str | None = None, *, course_key: bytes | None = None
) -> Variant:
    """Return the variant of an exercise.

    Args:
        exercise: Like "tokens/verify".
        student: Whose; if None, who LABKIT_STUDENT names, or else who the file `student.json`
            beside the progress names, or else nobody: then the variant is always the same.
        course_key: At least 16 bytes; if None, what LABKIT_COURSE_KEY holds, as text.

    Raises:
        InvalidInput: An argument or a variable of the environment is not of this form.
        MalformedStudent: The file cannot be read.

    Examples:
        >>> variant("tokens/verify", "ann").issuer == variant("tokens/verify", "bea").issuer
        False
    """
    text(exercise, "name of the exercise", at_least=1, at_most=100)
    named = student if student is not None else os.environ.get(STUDENT)
    if named is not None:
        key = student_key(named, course_key=course_key)
        return _variant(exercise, named.strip(), key)
    return _from_file(exercise)


def fixed(exercise: str) -> Variant:
    """Return the variant of nobody in particular, whatever the environment says."""
    return _variant(exercise, "", _derived(OPEN_KEY, "student", ""))


def student_key(student: str, *, course_key: bytes | None = None) -> bytes:
    """Return the key from which all variants of one student follow.

    Args:
        student: The id, as the course writes it; spaces around it do not count.
        course_key: As for `variant`.

    Raises:
        InvalidInput: An argument or the variable of the environment is not of this form.
    """
    name = text(student, "student's id", at_least=1, at_most=200).strip()
    if not name:
        raise InvalidInput("The student's id is empty.", remedy="Give the id that the course uses.")
    return _derived(_course_key(course_key), "student", name)


def student_file(student: str, *, course_key: bytes | None = None) -> str:
    """Return what to hand out as `student.json`: the id and the student's key, as JSON.

    Raises:
        InvalidInput: As for `student_key`.
    """
    key = student_key(student, course_key=course_key)
    return json.dumps({"student": student.strip(), "key": key.hex()}, indent=1) + "\n"


def place() -> Path:
    """Return where the file is looked for: in the folder of the progress."""
    return progress.path().parent / FILE


def _course_key(given: bytes | None) -> bytes:
    if given is None:
        held = os.environ.get(COURSE_KEY)
        if held is None:
            return OPEN_KEY
        given = held.encode("utf-8", "surrogateescape")
    return octets(given, "course key", at_least=LEAST_KEY_BYTES, at_most=4096)


def _from_file(exercise: str) -> Variant:
    path = place()
    try:
        found = json.loads(path.read_text("utf-8"))
        student, key = found["student"].strip(), bytes.fromhex(found["key"])
    except FileNotFoundError:
        return fixed(exercise)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _malformed(path) from error
    if len(key) != 32 or not student:
        raise _malformed(path)
    return _variant(exercise, student, key)


def _malformed(path: Path) -> MalformedStudent:
    return MalformedStudent(
        f"The file {brief(path.name)} beside your progress cannot be read.",
        remedy="Put it there again as your course gave it out, or move it away.",
    )


def _variant(exercise: str, student: str, key: bytes) -> Variant:
    return Variant(exercise, student, _derived(key, "exercise", exercise))


def _derived(key: bytes, *labels: str) -> bytes:
    return hmac.digest(key, json.dumps(labels).encode(), "sha256")
