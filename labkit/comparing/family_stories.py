"""A story of a refresh token, played with an issuer as it is or with a mistake."""

from dataclasses import dataclass

from labkit import inputs
from labkit.comparing.families import ACCESS_S, FamilyStory
from labkit.comparing.family_events import THIEF, Ending, Event, Generation
from labkit.comparing.spans import moment, span
from labkit.comparing.stories import STORIES
from labkit.encoding import brief
from labkit.errors import InvalidInput
from labkit.tokens import RefreshTokens

MOST_REFRESHES = 5


@dataclass(frozen=True)
class Family:
    """A story as it came out.

    Args:
        story: Which.
        rotate: Whether each exchange gave another token.
        detect: Whether a second use ended the family.
        grace_s: The issuer's grace, in seconds.
        events: What happened, in order.
        generations: Every token, as it stands at the end.
        ending: Who is in at the end, and what it cost.
        issuer: The name of the issuer's class.
    """

    story: str
    rotate: bool
    detect: bool
    grace_s: float
    events: tuple[Event, ...]
    generations: tuple[Generation, ...]
    ending: Ending
    issuer: str = RefreshTokens.__name__

    @property
    def title(self) -> str:
        """The story in a few words."""
        return STORIES[self.story].title

    @property
    def question(self) -> str:
        """What to ask oneself at its end."""
        return STORIES[self.story].question

    @property
    def switches(self) -> str:
        """What the issuer does, in words; of one with a mistake of its own, only its name."""
        own = self.issuer == RefreshTokens.__name__
        rotates = "rotation on" if own else f"issuer {self.issuer}"
        detects = "a second use ends the family" if own else ""
        words = (
            rotates if self.rotate else "rotation off",
            detects if self.detect else "a second use is only refused",
            f"grace {span(self.grace_s)}" if self.grace_s else "no grace",
        )
        return ", ".join(filter(None, words))

    @property
    def verdicts(self) -> tuple[tuple[str, str], ...]:
        """The thief's, the owner's and the issuer's end: a state, and words for it."""
        return _of_thief(self.ending), _of_owner(self.ending), _of_issuer(self.ending)

    @property
    def said(self) -> str:
        """The three of them in one line."""
        return "; ".join(word for _, word in self.verdicts) + "."

    def __repr__(self) -> str:
        events = (
            f"  {moment(each.at_s):>12}  {each.who:5}  {each.did}"
            + (f" → {each.answered}" if each.answered else "")
            for each in self.events
        )
        tokens = "  ".join(map(str, self.generations))
        return "\n".join(
            [self.title, f"  {self.switches}", *events, f"  {tokens}", f"  {self.said}"]
        )


def simulate_family(
    story: str = "thief first",
    *,
    rotate: bool = True,
    detect: bool = True,
    grace_s: float = 0.0,
    refreshes: int = 1,
    tokens: type[RefreshTokens] = RefreshTokens,
) -> Family:
    """Play a story with real refresh tokens, and return what happened and who is left in.

    Refused, the owner logs in again at once, and the thief gives up.

    Args:
        story: A name in `STORIES`.
        rotate: Whether an exchange gives another token.
        detect: Whether a second use ends the family.
        grace_s: Seconds in which the token just used may be presented once more, up to 300.
        refreshes: How often the owner has refreshed before the story begins, up to 5.
        tokens: The issuer's class, such as a subclass with a mistake.

    Raises:
        InvalidInput: There is no such story, or a figure is out of range.

    Examples:
        >>> simulate_family("thief first")
        The thief uses the copy before the owner does
          rotation on, a second use ends the family, no grace
                  0:00  owner  logs in → A1
                  0:15  owner  presents A1 → A2
                  0:20  thief  copies A2 from the owner
                  0:20  thief  presents A2 → A3
                  0:30  owner  presents A2 → refused: used before, so the family ends
                  0:30  owner  logs in → B1
                  0:35  thief  presents A3 → refused: the family was revoked
                  0:45  owner  presents B1 → B2
          A1 used, revoked  A2 used, revoked  A3 revoked  B1 used  B2 works
          Thief was in for 15 min; Owner had to log in again; Issuer noticed a second use.
    """
    if not isinstance(story, str) or story not in STORIES:
        raise InvalidInput(
            f"There is no story {brief(story)}.", remedy=f"There are: {', '.join(STORIES)}."
        )
    issuer = with_mistakes(tokens, rotate=rotate, detect=detect)
    played = FamilyStory(tokens=issuer, grace_s=grace_s)
    _play(played, story, inputs.whole(refreshes, "number of refreshes", at_most=MOST_REFRESHES))
    return Family(
        story,
        bool(rotate),
        bool(detect),
        float(grace_s),
        tuple(played.events),
        played.generations(),
        played.ending(),
        tokens.__name__,
    )


def with_mistakes(
    tokens: type[RefreshTokens] = RefreshTokens, *, rotate: bool = True, detect: bool = True
) -> type[RefreshTokens]:
    """Return the issuer's class without rotation, without detection of a second use, or as it is.

    Args:
        tokens: The class to begin with.
        rotate: Whether an exchange gives another token.
        detect: Whether a second use ends the family.

    Raises:
        InvalidInput: `tokens` is no such class.
    """
    if not (isinstance(tokens, type) and issubclass(tokens, RefreshTokens)):
        raise InvalidInput("The tokens must be RefreshTokens or a subclass of it.")
    decisions: dict[str, object] = {}
    if not rotate:
        decisions["successor"] = lambda _issuer, record: record.presented
    if not detect:
        decisions["on_reuse"] = lambda _issuer, _record: None  # whoever came first lives on
    return type(tokens.__name__, (tokens,), decisions) if decisions else tokens


def _play(played: FamilyStory, story: str, refreshes: int) -> None:
    played.log_in()
    for _ in range(refreshes):
        played.wait(ACCESS_S)
        played.owner_refreshes()
    issued = played.now_s
    for at_min, action in STORIES[story].steps:
        played.wait(issued + round(60 * at_min) - played.now_s)
        _act(played, action)


def _act(played: FamilyStory, action: str) -> None:
    match action:
        case "copy":
            played.thief_copies()
        case "log out":
            played.log_out()
        case "thief" if played.holds(THIEF):
            played.thief_refreshes()
        case "owner, lost":
            played.owner_refreshes(lost=True)
        case "owner" if not played.owner_refreshes():
            played.log_in()
        case "second tab" if not played.second_tab_refreshes():
            played.log_in()


def _of_thief(ending: Ending) -> tuple[str, str]:
    if not ending.stolen:
        return "idle", "No thief about"
    if not ending.thief_access_s:
        return "held", "Thief never got in"
    how = "is still in, after" if ending.thief_in else "was in for"
    return "breached", f"Thief {how} {span(ending.thief_access_s)}"


def _of_owner(ending: Ending) -> tuple[str, str]:
    if ending.false_alarm or (ending.thrown_out and not ending.stolen):
        return "broken", "Owner was thrown out for nothing"
    if ending.thrown_out:
        return "refused", "Owner had to log in again"
    if ending.logged_out:
        return "idle", "Owner logged out"
    return ("held", "Owner stayed in") if ending.owner_in else ("idle", "Owner is no longer in")


def _of_issuer(ending: Ending) -> tuple[str, str]:
    if ending.false_alarm:
        return "broken", "Issuer took a second use for a theft"
    if ending.alarms:
        return "held", "Issuer noticed a second use"
    if ending.stolen:
        return "idle", "Issuer noticed nothing"
    return "held", "Issuer had nothing to notice"
