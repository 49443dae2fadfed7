"""Who is in the practice gradebook when it opens: invented people, invented grades.

The accounts are older than the password policy, so some passwords stand in every word list.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    """One seeded account; the password is known to its owner and to the lesson's text."""

    name: str
    shown_as: str
    role: str
    class_id: str
    password: str = field(repr=False)
    about: str = ""


PEOPLE = (
    Person("alice", "Alice Moreau", "student", "7A", "penguin", "Plays the cello."),
    Person("bob", "Bob Okafor", "student", "7A", "sunshine", "In the chess club."),
    Person("mallory", "Mallory Voss", "student", "7A", "sunshine", "Likes puzzles."),
    Person("carol", "Carol Lindqvist", "teacher", "7A", "elephant", "Teaches mathematics."),
    Person("erin", "Erin Castellanos", "student", "7B", "butterfly", "Runs long distances."),
    Person("frank", "Frank Adeyemi", "student", "7B", "mountain", "Builds kites."),
    Person("dave", "Dave Halloran", "teacher", "7B", "xq7-Vem-41-Ruk", "Teaches chemistry."),
    Person("grace", "Grace Iyer", "admin", "", "vocal tundra mosaic elbow", "Runs the office."),
)

CLASSES = {"7A": "Class 7A", "7B": "Class 7B"}

# (whose, day, title)
APPOINTMENTS = (
    ("carol", "2027-01-14", "Algebra test, class 7A"),
    ("carol", "2027-01-18", "Talk with Bob's parents, in confidence"),
    ("dave", "2027-01-15", "Chemistry: new safety glasses arrive"),
    ("alice", "2027-01-16", "Cello, first lesson after the holidays"),
    ("mallory", "2027-01-14", "Algebra test"),
)

# (student, course, points of 100, entered by, approved by, the teacher's private note)
GRADES = (
    ("alice", "Algebra", 91, "carol", "grace", "Could help others."),
    ("bob", "Algebra", 54, "carol", "grace", "Parents informed in confidence."),
    ("mallory", "Algebra", 67, "carol", None, "Asks good questions about the lock on the door."),
    ("alice", "Geometry", 88, "carol", None, ""),
    ("bob", "Geometry", 61, "carol", None, ""),
    ("erin", "Chemistry", 79, "dave", "grace", ""),
    ("frank", "Chemistry", 73, "dave", None, "Was ill in March."),
)

MESSAGES = (
    ("carol", "7A", "The algebra test is on Thursday. Bring a pencil and a clear head."),
    ("alice", "7A", "Does anyone have the notes of Monday's lesson?"),
    ("dave", "7B", "Safety glasses are back in the cupboard. All of them, please."),
)
