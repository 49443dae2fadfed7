"""Mistakes in deciding who may do what."""

from labkit.access import Policy, Subject
from labkit.catalogue import mistake


@mistake("A3", "nobody asks whose grade it is", cwe=(639,), asvs=("8.2.2",))
class NobodyOwnsAnything(Policy):
    """Every student counts as the owner of every grade: change the number in the address."""

    def owns(self, subject: Subject, resource: object) -> bool:  # noqa: ARG002, D102
        return True
