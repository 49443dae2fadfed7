"""The key-set and rotation timeline: rotate, withdraw, move in time, see which tokens break."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import traitlets

from labkit import inputs
from labkit.comparing.rotation import simulate_rotation
from labkit.comparing.rotation_plan import MOST_ACTIONS, ROTATE, WITHDRAW, Plan
from labkit.comparing.spans import moment, span
from labkit.errors import InvalidInput
from labkit.widgets.controls import Control, Controls, choice, pressed, slider
from labkit.widgets.rotation_view import SMALL, TITLE, RotationTimeline

MINUTE_S, LAST_MIN = 60, 120
FIRST_ACTIONS = ((30, ROTATE),)
TURNED = ("life_min", "overlap_min", "lead_min", "cache_min")
LIVES_MIN = (5, 10, 15, 20, 30, 45, 60)
OVERLAPS_MIN = (0, *LIVES_MIN)
LEADS_MIN = (0, 1, 5, 10, 15, 20, 30)
WORDS = {ROTATE: "rotated", WITHDRAW: "signing key withdrawn"}


def _length(minutes: int) -> str:
    return span(minutes * MINUTE_S) if minutes else "none"


def _age(minutes: int) -> str:
    return _length(minutes) if minutes else "no copy"


def _moment(minutes: int) -> str:
    return moment(minutes * MINUTE_S)


class KeyRotation(Controls):
    """A key ring, an issuer and two verifiers over two hours; one verifier keeps a copy of the set.

    Touched by one thread at a time, the kernel's. `key_rotation` is the same in code.

    Args:
        life_min: A token's life, in minutes.
        overlap_min: How long a key is accepted after its successor signs.
        lead_min: How long a new key is published before it signs.
        cache_min: How old the copy of the key set may become; 0 for no copy.
    """

    about: ClassVar[str] = (
        "keys published, signing, accepted and gone, and what breaks. Run this cell to use it."
    )

    title: ClassVar[str] = TITLE
    small: ClassVar[str] = SMALL
    controls: ClassVar[Sequence[Control]] = (
        slider("life_min", "Token’s life", LIVES_MIN, _length, "min"),
        slider("overlap_min", "Keys overlap", OVERLAPS_MIN, _length, "min"),
        slider("lead_min", "Key’s lead", LEADS_MIN, _length, "min"),
        slider("cache_min", "Copy’s age", LEADS_MIN, _age, "min"),
        choice("asks_again", "Unknown key id", {False: "Refuses", True: "Fetches again"}),
        slider("now_min", "Now", range(LAST_MIN + 1), _moment),
    )
    buttons: ClassVar[Sequence[Control]] = (
        pressed("rotate", "Rotate now", primary=True),
        pressed("withdraw", "Withdraw the signing key now"),
        pressed("restart", "Take all back"),
    )

    life_min = traitlets.Int(15, min=1, max=60).tag(sync=True)
    overlap_min = traitlets.Int(20, min=0, max=240).tag(sync=True)
    lead_min = traitlets.Int(10, min=0, max=240).tag(sync=True)
    cache_min = traitlets.Int(10, min=0, max=240).tag(sync=True)
    now_min = traitlets.Int(45, min=0, max=LAST_MIN).tag(sync=True)
    asks_again = traitlets.Bool(False).tag(sync=True)
    actions = traitlets.List(traitlets.List(), [list(each) for each in FIRST_ACTIONS]).tag(
        sync=True
    )

    def __init__(
        self,
        *,
        life_min: int = 15,
        overlap_min: int = 20,
        lead_min: int = 10,
        cache_min: int = 10,
    ) -> None:
        chosen = {
            name: inputs.whole(value, name.replace("_min", " in minutes"), at_most=240)
            for name, value in zip(
                TURNED, (life_min, overlap_min, lead_min, cache_min), strict=True
            )
        }
        inputs.whole(life_min, "life in minutes", at_least=1, at_most=60)
        super().__init__(**chosen)
        self._rotation = simulate_rotation(self.plan)
        self.observe(self.guarded(self._turned), "actions")

    @property
    def plan(self) -> Plan:
        """What the controls stand at."""
        return Plan(
            life_s=self.life_min * MINUTE_S,
            overlap_s=self.overlap_min * MINUTE_S,
            lead_s=self.lead_min * MINUTE_S,
            cache_s=self.cache_min * MINUTE_S,
            asks_again=self.asks_again,
            actions=tuple((at * MINUTE_S, action) for at, action in self.actions),
            until_s=LAST_MIN * MINUTE_S,
        )

    @property
    def timeline(self) -> RotationTimeline:
        """What is shown, as the object that `key_rotation` returns."""
        return RotationTimeline(self._rotation, self.now_min * MINUTE_S)

    def do_ready(self, message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        super().do_ready(message)
        self._tell_done()

    def do_rotate(self, _message: Mapping[str, object]) -> None:
        """Rotate at the moment that the slider stands at."""
        self._act(ROTATE)

    def do_withdraw(self, _message: Mapping[str, object]) -> None:
        """Withdraw the key that signs at that moment."""
        self._act(WITHDRAW)

    def do_restart(self, _message: Mapping[str, object]) -> None:
        """Take back every action."""
        self.actions = []

    def _act(self, action: str) -> None:
        if len(self.actions) >= MOST_ACTIONS:
            raise InvalidInput(
                f"Two hours hold at most {MOST_ACTIONS} actions here.", remedy="Start again."
            )
        self.actions = sorted([*self.actions, [self.now_min, action]], key=lambda each: each[0])

    def _turned(self, _change: object) -> None:
        before, plan = self._rotation, self.plan
        if plan != before.plan:
            self._rotation = simulate_rotation(plan)
        shown = self.timeline
        self.show("result", shown.body(), said=shown.said if plan != before.plan else shown.when)
        self._tell_done()

    def _tell_done(self) -> None:
        done = [f"{_moment(at)} {WORDS[action]}" for at, action in self.actions]
        self.send({"done": "; ".join(done) or "nothing"})

    @traitlets.validate("actions")
    def _are_actions(self, proposal: dict[str, Any]) -> list[list[Any]]:
        value = [list(each) for each in proposal["value"]]
        for each in value:
            if len(each) != 2 or type(each[0]) is not int or each[1] not in (ROTATE, WITHDRAW):
                raise traitlets.TraitError('An action is a minute and "rotate" or "withdraw".')
            if not 0 <= each[0] <= LAST_MIN:
                raise traitlets.TraitError("An action is outside the two hours.")
        if len(value) > MOST_ACTIONS:
            raise traitlets.TraitError("There are too many actions.")
        return value
