"""What can happen to a refresh token: stories of theft, of loss, and of neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DAY, SECOND = 1440, 1 / 60  # in minutes


@dataclass(frozen=True)
class Story:
    """What happens, and when.

    Args:
        title: It in a few words.
        question: What to ask oneself at its end.
        steps: Minutes since the token in question was issued, and who does what.
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
            ((5, "copy"), (5, "thief"), (15, "owner"), (20, "thief"), (30, "owner"), (35, "thief")),
        ),
        "owner first": Story(
            "The owner uses the token before the thief does",
            "Where a second use ends the family, the thief gets nothing, and yet the owner has to "
            "log in again. Is that a good bargain?",
            ((5, "copy"), (15, "owner"), (20, "thief"), (30, "owner")),
        ),
        "owner away": Story(
            "The thief uses the copy while the owner is away for eight days",
            "What could end the thief's access before the owner comes back?",
            (
                (5, "copy"),
                (5, "thief"),
                (2 * DAY, "thief"),
                (5 * DAY, "thief"),
                (8 * DAY, "owner"),
                (8 * DAY + 5, "thief"),
            ),
        ),
        "owner gone": Story(
            "The owner never comes back to this device",
            "Nobody but the thief uses the family. What is the one thing that still ends it?",
            (
                (5, "copy"),
                (5, "thief"),
                (15 * DAY, "thief"),
                (29 * DAY, "thief"),
                (31 * DAY, "thief"),
            ),
        ),
        "log-out": Story(
            "The owner logs out while the thief is in",
            "The refresh token is worthless at once. Why is the thief's access not over at once?",
            ((5, "copy"), (5, "thief"), (10, "log out"), (20, "thief")),
        ),
        "response lost": Story(
            "No thief: an answer gets lost, and the owner asks again",
            "To an issuer that rotates, this looks like a theft. What tells the two apart, and for "
            "how long?",
            ((15, "owner, lost"), (15 + 4 * SECOND, "owner"), (30, "owner")),
        ),
        "two tabs": Story(
            "No thief: two tabs of one browser refresh in the same second",
            "How could the application see to it that only one of its tabs refreshes?",
            ((15, "owner"), (15, "second tab"), (30, "owner")),
        ),
        "within the grace": Story(
            "The thief presents the copy seconds after the owner has used it",
            "Compare no grace with 10 s. What does the grace cost, and when is it found out?",
            (
                (5, "copy"),
                (15, "owner"),
                (15 + 5 * SECOND, "thief"),
                (30, "owner"),
                (35, "thief"),
                (45, "owner"),
            ),
        ),
        "nobody steals": Story(
            "Nobody steals anything",
            "How many tokens has the owner used up, and how many of them would work now?",
            ((15, "owner"), (30, "owner"), (45, "owner")),
        ),
    }
)
