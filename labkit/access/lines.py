"""Where in a TOML text a value is written: the standard library's parser does not say."""

import re
from collections.abc import Iterator

# Strings and comments, so that what stands in them is not taken for a header or a key.
_OPAQUE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*",
    re.DOTALL,
)
_HEADER = re.compile(r"^[ \t]*(\[\[?)([^\[\]\n=,]+)\]\]?[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"^[ \t]*([A-Za-z0-9_-]+)[ \t]*[.=]", re.MULTILINE)

Place = tuple[str | int, ...]
Span = tuple[int, int]


def line_of(written: str, place: Place, value: object = None) -> int:
    r"""Return the line, from 1, of the value at a path; of its table if the key is spelled oddly.

    Args:
        written: TOML that can be parsed.
        place: Keys and indices, such as ("permit", 2, "roles").
        value: Text to look for among the lines of a value that spans several.

    Examples:
        >>> line_of('[roles.student]\n[[permit]]\nname = "x"', ("permit", 0, "name"))
        3
    """
    bare = _OPAQUE.sub(_blank, written)
    depth, section = _section(written, bare, place)
    start, end = _entry(bare, place[depth : depth + 1], section)
    found = written.find(value, start, end) if isinstance(value, str) else -1
    return written.count("\n", 0, max(start, found)) + 1


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " " if match[0].startswith("#") else "\0", match[0])


def _section(written: str, bare: str, place: Place) -> tuple[int, Span]:
    """Return the table whose header is the longest beginning of `place`, and that length."""
    headers = list(_addresses(written, bare))
    ends = [start for start, _ in headers] + [len(written)]
    best: tuple[int, Span] = (0, (0, ends[0]))
    for (start, address), end in zip(headers, ends[1:], strict=True):
        if place[: len(address)] == address and len(address) > best[0]:
            best = (len(address), (start, end))
    return best


def _addresses(written: str, bare: str) -> Iterator[tuple[int, Place]]:
    count: dict[Place, int] = {}
    for header in _HEADER.finditer(bare):
        parts = written[header.start(2) : header.end(2)].split(".")
        keys: Place = tuple(part.strip().strip("\"'") for part in parts)
        if header[1] == "[[":
            count[keys] = count.get(keys, -1) + 1
            keys = (*keys, count[keys])
        yield header.start(1), keys


def _entry(bare: str, key: Place, section: Span) -> Span:
    start, end = section
    found = [(match.start(1), match[1]) for match in _KEY.finditer(bare, start, end)]
    stops = [at for at, _ in found[1:]] + [end]
    return next(
        ((at, stop) for (at, name), stop in zip(found, stops, strict=False) if (name,) == key),
        section,
    )
