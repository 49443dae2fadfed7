"""A rainbow table to walk through: a digest looked up move by move, every chain in sight."""

import threading
from collections.abc import Mapping
from typing import ClassVar

import traitlets

from labkit.cracking import RainbowTable
from labkit.widgets.base import Panel
from labkit.widgets.rainbow_steps import (
    WORDS,
    RainbowSteps,
    examples,
    looked_up,
    rainbow_walk,
    small,
)


class RainbowWalk(Panel, script_name="rainbow"):
    """The chains of a small rainbow table, and a look-up that goes on and back at a key.

    It is folded away until its line is opened. Digests are messages, never traits. `rainbow_walk`
    is the same in code. A lock guards the walk and the place in it.

    Args:
        table: The table, at most 24 chains of 8 hashes; a small one of three digits without it.
        digest: What is looked up first, as bytes or hex; without it an example that has a false
            alarm.
    """

    about: ClassVar[str] = "a digest looked up, move by move. Run this cell to use it."

    move = traitlets.Int(0, min=0).tag(sync=True)
    last = traitlets.Int(0, read_only=True).tag(sync=True)

    def __init__(
        self, table: RainbowTable | None = None, digest: str | bytes | None = None
    ) -> None:
        self._table = small(table)
        self._lock = threading.RLock()
        self._examples = examples(self._table)
        self._example = 0
        self._walk = self._examples[0] if digest is None else rainbow_walk(self._table, digest)
        super().__init__()
        self.set_trait("last", len(self._walk.moves) - 1)
        self.observe(self.guarded(self._show), "move")

    @property
    def walk(self) -> RainbowSteps:
        """The look-up, as the object that `rainbow_walk` returns."""
        with self._lock:
            return self._walk

    def look_up(self, walk: RainbowSteps) -> None:
        """Begin another look-up at its first move."""
        with self._lock:
            self._walk = walk
            with self.hold_sync():
                self.move = 0
                self.set_trait("last", len(walk.moves) - 1)
        self._show()

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self._show()

    def do_look_up(self, message: Mapping[str, object]) -> None:
        """Look up the digest that was typed."""
        self.look_up(looked_up(self._table, message.get("digest")))

    def do_another(self, _message: Mapping[str, object]) -> None:
        """Look up the next of the examples."""
        with self._lock:
            self._example = (self._example + 1) % len(self._examples)
            walk = self._examples[self._example]
        self.look_up(walk)

    def _show(self, _change: object = None) -> None:
        with self._lock:
            walk, place = self._walk, self.move
        move = walk.moves[place]
        self.send({"digest": walk.digest.hex()})
        self.show("sentence", walk.sentence(place))
        self.show("chains", walk.picture(place), said=f"{WORDS[move.kind][1]}. {move.said}")

    @traitlets.validate("move")
    def _is_a_move(self, proposal: dict[str, int]) -> int:
        with self._lock:
            if proposal["value"] >= len(self._walk.moves):
                raise traitlets.TraitError("The walk has fewer moves.")
        return proposal["value"]
