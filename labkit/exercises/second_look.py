"""A second look at an answer: in a variant drawn at this check, which nobody has seen before.

An answer can know its own variant by heart: the names, the time, what each attack tries. So what
holds there is tried again with other names, keys and times, and after each attack the honest user
comes once more: who lets the first callers in and nobody after them is found out too.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace

from labkit.catalogue import Attack, AttackResult, Outcome, SiteBroken, Verdict
from labkit.exercises.trial import SmallTarget, Trial
from labkit.exercises.variants import Variant

ELSEWHERE = "With other names, keys and times"


class Pair(SmallTarget):
    """The target in the own variant, and the one in the variant that was drawn."""

    def __init__(self, own: Trial, other: Trial) -> None:
        super().__init__()
        self.own, self.other = own, other

    def restore(self) -> None:
        """Undo everything that happened to either."""
        self.own.target.restore()
        self.other.target.restore()

    def day(self) -> AttackResult:
        """Walk the honest day in the own variant, and where that holds in the other one."""
        found = self.own.day()
        return self._day_again() if found.outcome is Outcome.HELD else found

    def meet(self, attack: Attack) -> Verdict:
        """Run an attack in the own variant, and where that holds in the other one."""
        found = attack.run(self.own.target)
        if found.outcome is not Outcome.HELD:
            return found
        try:
            again = attack.run(self.other.target)
        except SiteBroken as reason:
            raise SiteBroken(f"{ELSEWHERE}: {reason}") from reason
        if again.outcome is not Outcome.HELD:
            return replace(again, said=f"{ELSEWHERE}: {again.said}")
        self.other.target.restore()
        if (after := self._day_again()).outcome is not Outcome.HELD:
            raise SiteBroken(f"After this attack. {after.said}")
        return found

    def _day_again(self) -> AttackResult:
        found = self.other.day()
        if found.outcome is Outcome.HELD:
            return found
        return replace(found, said=f"{ELSEWHERE}: {found.said}")


def drawn(exercise: str) -> Variant:
    """Return a variant of the exercise that nobody has seen before."""
    return Variant(exercise, secrets.token_hex(8), secrets.token_bytes(32))


def looked_at_twice(make: Callable[[Variant], Trial], own: Variant) -> Trial:
    """Return the trial of an answer in its own variant and in one drawn for this check.

    Args:
        make: Makes the trial in a variant, on a small target.
        own: The student's variant, whose words are shown.
    """
    trial = make(own)
    pair = Pair(trial, make(drawn(own.exercise)))
    attacks = {one.id: _in_both(one) for one in trial.attacks.values()}
    return replace(trial, target=pair, day=pair.day, attacks=attacks)


def _in_both(attack: Attack) -> Attack:
    def run(pair: Pair) -> Verdict:
        return pair.meet(attack)

    return replace(attack, run=run)
