"""A family of refresh tokens and its thief, as an object that shows itself."""

from dataclasses import dataclass

from labkit.comparing.family_events import OWNER, Event, Generation
from labkit.comparing.family_stories import Family, simulate_family
from labkit.comparing.spans import moment
from labkit.display import Shown, card, details, table, verdict
from labkit.encoding import escaped
from labkit.tokens import RefreshTokens
from labkit.widgets.lanes import Gap, Message, lanes

TITLE, SMALL = "Refresh families", "a token is stolen: who is left in?"
NAMES = ("Owner", "Thief", "Issuer")
ISSUER = 2
SOURCE = (
    "Played with real refresh tokens on a clock of its own. Access tokens live for 15 min, "
    "a family for 30 days. RFC 9700 §4.14.2."
)


@dataclass(frozen=True)
class FamilyTimeline(Shown):
    """A story of a refresh token: who presented what, what came back, who is left in.

    Args:
        family: The story as it came out.
    """

    family: Family

    @property
    def said(self) -> str:
        """The verdicts in one line."""
        return self.family.said

    def __repr__(self) -> str:
        return repr(self.family)

    def html(self) -> str:
        """Return it in a card."""
        return card(TITLE, SMALL, f"<p>{escaped(self.family.title)}</p>{self.body()}")

    def body(self) -> str:
        """Return the verdicts, the tokens, the lanes, a question, and the table."""
        source = f"The issuer: {self.family.switches}. {SOURCE}"
        ends = "".join(f"<li>{verdict(*each)}</li>" for each in self.family.verdicts)
        return (
            f'<ul class="lk-ends">{ends}</ul>'
            f'<p class="lk-head">The tokens at the end</p>{self._generations()}'
            f'<p class="lk-head">Who sent what to whom</p>'
            f'<div class="lk-family-lanes">{lanes(NAMES, self._messages())}</div>'
            f'<p class="lk-note">{escaped(self.family.question)}</p>'
            f"{details('The same as a table', self.table())}"
            f'<p class="lk-src">{escaped(source)}</p>'
        )

    def table(self) -> str:
        """Return every event, and what each token is worth, as two tables."""
        events = table(
            ("Time", "Who", "Did", "Answer"),
            [(moment(e.at_s), e.who, e.did, e.answered or "–") for e in self.family.events],
        )
        tokens = table(
            ("Token", "At the end", "Held by"),
            [(g.name, g.worth, ", ".join(g.holders)) for g in self.family.generations],
        )
        return events + tokens

    def _generations(self) -> str:
        families: dict[str, list[Generation]] = {}
        for each in self.family.generations:
            families.setdefault(each.name.rstrip("0123456789"), []).append(each)
        return "".join(
            f'<ol class="lk-family" aria-label="Family {escaped(name)}">'
            f"{''.join(map(_generation, each))}</ol>"
            for name, each in families.items()
        )

    def _messages(self) -> list[Message | Gap]:
        return [arrow for event in self.family.events for arrow in _arrows(event)]


def refresh_families(
    story: str = "thief first",
    *,
    rotate: bool = True,
    detect: bool = True,
    grace_s: float = 0.0,
    refreshes: int = 1,
    tokens: type[RefreshTokens] = RefreshTokens,
) -> FamilyTimeline:
    """Play a story of a refresh token and return it as it shows itself: the widget in code.

    Args:
        story: A name in `labkit.comparing.stories.STORIES`.
        rotate: Whether an exchange gives another token.
        detect: Whether a second use ends the family.
        grace_s: Seconds in which the token just used may be presented once more.
        refreshes: How often the owner has refreshed before the story begins.
        tokens: The issuer's class.

    Raises:
        InvalidInput: There is no such story, or a figure is out of range.

    Examples:
        >>> refresh_families("response lost").said
        'No thief about; Owner was thrown out for nothing; Issuer took a second use for a theft.'
    """
    return FamilyTimeline(
        simulate_family(
            story,
            rotate=rotate,
            detect=detect,
            grace_s=grace_s,
            refreshes=refreshes,
            tokens=tokens,
        )
    )


def _generation(each: Generation) -> str:
    kinds = " ".join(dict.fromkeys((*["used"] * each.used, each.worth.split(", ")[-1])))
    return (
        f'<li class="{escaped(kinds)}"><b>{escaped(each.name)}</b> {escaped(each.worth)}'
        f" <small>{escaped(' and '.join(each.holders) or 'nobody got it')}</small></li>"
    )


def _arrows(event: Event) -> list[Message | Gap]:
    lane = 0 if event.who == OWNER else 1
    when = moment(event.at_s)
    if event.did.startswith("copies"):
        return [
            Message(0, 1, f"{when}  {event.presented or event.did.split()[1]} is copied", "strong")
        ]
    asked = Message(lane, ISSUER, f"{when}  {event.did.removeprefix('presents ')}")
    if not event.answered:
        return [asked]
    if event.lost:
        return [asked, Gap(f"The answer with {event.received} is lost.")]
    kind = "refused" if event.refused else "strong" if lane else ""
    return [asked, Message(ISSUER, lane, event.answered, kind)]
