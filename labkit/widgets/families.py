"""The refresh-family timeline: choose a story, switch the issuer's decisions, see who is in."""

from collections.abc import Sequence
from typing import Any, ClassVar

import traitlets

from labkit import inputs
from labkit.comparing.family_stories import MOST_REFRESHES
from labkit.comparing.stories import STORIES
from labkit.widgets.controls import Control, Controls, choice, listed, slider
from labkit.widgets.family_view import SMALL, TITLE, FamilyTimeline, refresh_families

GRACES = {0: "None", 3: "3 s", 10: "10 s", 60: "60 s"}


def _times(refreshes: int) -> str:
    return "1 refresh" if refreshes == 1 else f"{refreshes} refreshes"


class RefreshFamilies(Controls):
    """An owner, a thief and an issuer of refresh tokens, whose decisions can be switched off.

    Touched by one thread at a time, the kernel's. `refresh_families` is the same in code.

    Args:
        story: A name in `labkit.comparing.stories.STORIES`.
        rotate: Whether an exchange gives another token.
        detect: Whether a second use ends the family.
        grace_s: Seconds in which the token just used may be presented once more.
        refreshes: How often the owner has refreshed before the story begins.
    """

    about: ClassVar[str] = (
        "a refresh token is stolen, and somebody is left in. Run this cell to use it."
    )
    title: ClassVar[str] = TITLE
    small: ClassVar[str] = SMALL
    controls: ClassVar[Sequence[Control]] = (
        listed("story", "Story", {name: story.title for name, story in STORIES.items()}),
        choice(
            "rotate", "Rotation", {True: "A new token each time", False: "Always the same token"}
        ),
        choice("detect", "Second use", {True: "Ends the family", False: "Is only refused"}),
        choice("grace_s", "Grace", GRACES),
        slider("refreshes", "Refreshed before", range(MOST_REFRESHES + 1), _times),
    )

    story = traitlets.Enum(list(STORIES), "thief first").tag(sync=True)
    rotate = traitlets.Bool(True).tag(sync=True)
    detect = traitlets.Bool(True).tag(sync=True)
    grace_s = traitlets.Int(0, min=0, max=300).tag(sync=True)
    refreshes = traitlets.Int(1, min=0, max=MOST_REFRESHES).tag(sync=True)

    def __init__(
        self,
        story: str = "thief first",
        *,
        rotate: bool = True,
        detect: bool = True,
        grace_s: int = 0,
        refreshes: int = 1,
    ) -> None:
        chosen: dict[str, Any] = {
            "story": story,
            "rotate": bool(rotate),
            "detect": bool(detect),
            "grace_s": inputs.whole(grace_s, "grace in seconds", at_most=300),
            "refreshes": refreshes,
        }
        refresh_families(**chosen)  # refused now, in words, and not by a trait
        super().__init__(**chosen)

    @property
    def timeline(self) -> FamilyTimeline:
        """What is shown, as the object that `refresh_families` returns."""
        return refresh_families(
            **{each["name"]: getattr(self, each["name"]) for each in self.controls}
        )
