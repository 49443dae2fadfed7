"""What can happen to a refresh token: stories of theft, of loss, and of neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MIN, DAY = 60.0, 86_400.0


@dataclass(frozen=True)
class Story:
    """What happens, and when.

    Args:
        title: It in a few words.
        question: What to ask oneself at its end.
        steps: Seconds since the token in question was issued, and who does what.
    """

    title: str
    question: str
    steps: tuple[tuple[float, str], ...]


STORIES: Mapping[str, Story] = MappingProxyType(
    {
        "thief first": Story(
            "The thief uses the copy before the owner does",
            "An issuer that sees a second use cannot tell the thief from the owner. "
            "What would it take to know?",
            (
                (5 * MIN, "copy"),
                (5 * MIN, "thief"),
                (15 * MIN, "owner"),
                (20 * MIN, "thief"),
                (30 * MIN, "owner"),
                (35 * MIN, "thief"),
            ),
        ),
        "owner first": Story(
            "The owner uses the token before the thief does",
            "Where a second use ends the family, the thief gets nothing, and yet the owner has to "
            "log in again. Is that a good bargain?",
            ((5 * MIN, "copy"), (15 * MIN, "owner"), (20 * MIN, "thief"), (30 * MIN, "owner")),
        ),
        "owner away": Story(
            "The thief uses the copy while the owner is away for eight days",
            "What could end the thief's access before the owner comes back?",
            (
                (5 * MIN, "copy"),
                (5 * MIN, "thief"),
                (2 * DAY, "thief"),
                (5 * DAY, "thief"),
                (8 * DAY, "owner"),
                (8 * DAY + 5 * MIN, "thief"),
            ),
        ),
        "owner gone": Story(
            "The owner never comes back to this device",
            "Nobody but the thief uses the family. What is the one thing that still ends it?",
            (
                (5 * MIN, "copy"),
                (5 * MIN, "thief"),
                (15 * DAY, "thief"),
                (29 * DAY, "thief"),
                (31 * DAY, "thief"),
            ),
        ),
        "log-out": Story(
            "The owner logs out while the thief is in",
            "The refresh token is worthless at once. Why is the thief's access not over at once?",
            ((5 * MIN, "copy"), (5 * MIN, "thief"), (10 * MIN, "log out"), (20 * MIN, "thief")),
        ),
        "response lost": Story(
            "No thief: an answer gets lost, and the owner asks again",
            "To an issuer that rotates, this looks like a theft. What tells the two apart, and for "
            "how long?",
            ((15 * MIN, "owner, lost"), (15 * MIN + 4, "owner"), (30 * MIN, "owner")),
        ),
        "two tabs": Story(
            "No thief: two tabs of one browser refresh in the same second",
            "How could the application see to it that only one of its tabs refreshes?",
            ((15 * MIN, "owner"), (15 * MIN, "second tab"), (30 * MIN, "owner")),
        ),
        "within the grace": Story(
            "The thief presents the copy seconds after the owner has used it",
            "Compare no grace with 10 s. What does the grace cost, and when is it found out?",
            (
                (5 * MIN, "copy"),
                (15 * MIN, "owner"),
                (15 * MIN + 5, "thief"),
                (30 * MIN, "owner"),
                (35 * MIN, "thief"),
                (45 * MIN, "owner"),
            ),
        ),
        "nobody steals": Story(
            "Nobody steals anything",
            "How many tokens has the owner used up, and how many of them would work now?",
            ((15 * MIN, "owner"), (30 * MIN, "owner"), (45 * MIN, "owner")),
        ),
    }
)
