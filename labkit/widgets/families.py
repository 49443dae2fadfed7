"""The refresh-family timeline: choose a story, switch the issuer's decisions, see who is in."""

from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from labkit import inputs
from labkit.comparing.family_stories import MOST_REFRESHES
from labkit.comparing.stories import STORIES
from labkit.widgets.base import Panel
from labkit.widgets.family_view import FamilyTimeline, refresh_families

GRACES = (0, 3, 10, 60)


class RefreshFamilies(Panel, script_name="families"):
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

    spec = traitlets.Dict(read_only=True).tag(sync=True)
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
        self._timeline = refresh_families(**chosen)
        super().__init__(**chosen)
        self.set_trait("spec", _spec())
        self.observe(self.guarded(self._play), list(chosen))

    @property
    def timeline(self) -> FamilyTimeline:
        """What is shown, as the object that `refresh_families` returns."""
        return self._timeline

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self.show("result", self._timeline.body())

    def _play(self, _change: object) -> None:
        self._timeline = refresh_families(
            self.story,
            rotate=self.rotate,
            detect=self.detect,
            grace_s=self.grace_s,
            refreshes=self.refreshes,
        )
        self.show("result", self._timeline.body(), said=self._timeline.said)


def _spec() -> dict[str, Any]:
    return {
        "stories": [{"value": name, "text": story.title} for name, story in STORIES.items()],
        "graces": [{"value": each, "text": "None" if not each else f"{each} s"} for each in GRACES],
        "refreshes": list(range(MOST_REFRESHES + 1)),
    }
