"""Appointments as the text that calendar programs read (iCalendar, RFC 5545)."""

from collections.abc import Iterable, Iterator

from labkit.practice.gradebook import Row

LONGEST_LINE = 75  # bytes, without the line's end (RFC 5545 §3.1)
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": ""})


def icalendar(appointments: Iterable[Row]) -> str:
    r"""Return whole-day appointments as an iCalendar object.

    Args:
        appointments: Rows with `id`, `day` (such as "2027-01-14") and `title`.

    Examples:
        >>> text = icalendar([{"id": 1, "day": "2027-01-14", "title": "Test; bring a pencil"}])
        >>> print(text.splitlines()[7])
        SUMMARY:Test\; bring a pencil
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//labkit//gradebook//EN"]
    for row in appointments:
        lines += _event(row)
    return "".join(
        f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line)
    )


def _event(row: Row) -> list[str]:
    day = str(row["day"]).replace("-", "")
    return [
        "BEGIN:VEVENT",
        f"UID:{row['id']}@gradebook.localhost",
        f"DTSTAMP:{day}T000000Z",
        f"DTSTART;VALUE=DATE:{day}",
        f"SUMMARY:{str(row['title']).translate(_ESCAPES)}",
        "END:VEVENT",
    ]


def _folded(line: str) -> Iterator[str]:
    """Cut a long line; each further piece begins with a space, and no character is cut in two."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += character
    yield piece
