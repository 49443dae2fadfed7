"""How far the guessing has come, and in words what ended it."""

from dataclasses import dataclass, field

from labkit.cracking.budget import Budget
from labkit.cracking.report import Find, Limit, Plan
from labkit.cracking.words import count, duration


@dataclass(frozen=True)
class Progress:
    """How far the guessing has come.

    Args:
        scheme: What is being guessed now.
        tried: Candidates tried on these rows.
        of: Candidates that will be tried on them at most.
        guesses: Candidates computed in all.
        found: Passwords found in all.
        rows: Rows in the table.
        group: Which of the computations that rows share this is, from 1.
        groups: How many there are.
        finds: The passwords found so far.
    """

    scheme: str
    tried: int
    of: int
    guesses: int
    found: int
    rows: int
    group: int = 1
    groups: int = 1
    finds: tuple[Find, ...] = field(default=(), repr=False)

    @property
    def share(self) -> float:
        """How much of all that will be tried has been, from 0 to 1, each computation alike."""
        here = self.tried / self.of if self.of else 1.0
        return (self.group - 1 + here) / self.groups


def reason_left(limit: Limit, tried: int, of: int, plan: Plan, budget: Budget) -> str:
    """Return why the rows that a computation did not crack are left, in words."""
    paid = f"{duration(plan.gpu_seconds)} of one {budget.gpu}"
    match limit:
        case Limit.BUDGET:
            return f"not affordable: {paid} buy {count(plan.buys)} guesses, and it is none of them"
        case Limit.MACHINE:
            return (
                f"not affordable here: this machine stopped at its {duration(budget.at_most_s)}"
                f" after {count(tried)} of {count(of)} guesses that the budget buys"
            )
        case Limit.CANCELLED:
            return f"cancelled after {count(tried)} guesses"
        case _:
            return f"not among {count(tried)} candidates"
