"""The practice site's things as a notebook shows them: a stolen table, a student's screen."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from labkit.display import Html, Shown, card, table
from labkit.encoding import brief, escaped, printable
from labkit.errors import InvalidInput
from labkit.inputs import offering
from labkit.practice.people import PEOPLE
from labkit.practice.surface import Site

TEXTBOOK = "$textbook$"


class Leak(Mapping[str, str], Shown):
    """A stolen table: each user's name and what the site stored for the password."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._rows = dict(rows)

    def __getitem__(self, name: str) -> str:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        width = max(map(len, self._rows), default=0)
        rows = (f"{name:<{width}}  {salt} {rest}" for name, salt, rest in self._split())
        return "\n".join(printable(row) for row in rows)

    def html(self) -> str:
        """Return the table; a salt of its own has a column of its own."""
        rows = [
            (name, _mono(salt), _mono(rest)) if salt else (name, "none", _mono(rest))
            for name, salt, rest in self._split()
        ]
        return card("users", "a copy, taken last night", table(("name", "salt", "password"), rows))

    def _split(self) -> Iterator[tuple[str, str, str]]:
        for name, stored in self._rows.items():
            if stored.startswith(TEXTBOOK):
                salt, _, rest = stored.removeprefix(TEXTBOOK).partition("$")
                yield name, salt, unquote(rest)
            else:
                yield name, "(inside)", stored


class Lines(Leak):
    """Stolen lines that belong to no name: a log, a heap of digests.

    Args:
        rows: Each line's number and text.
        title: What they are, in a few words.
    """

    def __init__(self, rows: Mapping[str, str], title: str) -> None:
        super().__init__(rows)
        self._title = title

    def html(self) -> str:
        """Return the lines with their numbers."""
        rows = [(number, _mono(line)) for number, line in self.items()]
        return card(self._title, "a copy, taken last night", table(("", ""), rows))

    def _split(self) -> Iterator[tuple[str, str, str]]:
        return ((number, "", line) for number, line in self.items())


class Screen(Shown):
    """What one person sees after logging in: the grades that the site gives them."""

    def __init__(self, name: str, grades: list[dict[str, object]]) -> None:
        self.name, self.grades = name, grades

    def __repr__(self) -> str:
        lines = [
            f"{g['student']}  {g['course']}  {g['points']}  (number {g['id']})" for g in self.grades
        ]
        return "\n".join([f"The gradebook as {self.name} sees it", *map(printable, lines)])

    def html(self) -> str:
        """Return the screen as a card."""
        rows = [(g["id"], g["student"], g["course"], g["points"]) for g in self.grades]
        inner = table(("number", "student", "course", "points"), rows)
        return card("Gradebook", f"as {self.name} sees it", inner)


def as_seen_by(site: Site, name: str) -> Screen:
    """Log in as one of the practice site's people and return the grades that they are shown.

    Raises:
        InvalidInput: It is no site, there is no such person, or they cannot log in.
    """
    offering(site, "site", "client")
    person = next((each for each in PEOPLE if each.name == name), None)
    if person is None:
        names = ", ".join(each.name for each in PEOPLE)
        raise InvalidInput(f"Nobody is called {brief(name)}.", remedy=f"There are {names}.")
    client = site.client(name, peer="192.0.2.10")
    if not client.log_in(name, person.password).ok:
        raise InvalidInput(f"{name} cannot log in.", remedy="Put the site back with restore().")
    return Screen(name.capitalize(), client.get("/api/grades").json()["grades"])


def _mono(text: str) -> Html:
    return Html(f'<code class="lk-mono">{escaped(text)}</code>')
