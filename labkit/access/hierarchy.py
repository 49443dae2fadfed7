"""The role hierarchy, closed once so that no decision has to walk it."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from labkit.access.errors import InvalidPolicy, RoleCycle

MOST_INHERITED = 2_000_000  # over all roles: a chain of n roles takes n²/2


def ancestors(direct: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return each role with all that it inherits from, itself first.

    Args:
        direct: Role → the roles that it names itself.

    Raises:
        RoleCycle: Some role would inherit from itself.
        InvalidPolicy: All closures together are too large.

    Examples:
        >>> ancestors({"head": ("teacher",), "teacher": ("member",), "member": ()})["head"]
        ('head', 'teacher', 'member')
    """
    closure: dict[str, tuple[str, ...]] = {}
    size = 0
    for role in _parents_first(direct):
        size += sum(len(closure[parent]) for parent in direct[role])
        if size > MOST_INHERITED:
            raise InvalidPolicy(
                "The role hierarchy is too deep.",
                remedy="Name permissions where they are granted instead of inheriting so far.",
                at=("roles", role, "inherits"),
            )
        above = [ancestor for parent in direct[role] for ancestor in closure[parent]]
        closure[role] = tuple(dict.fromkeys([role, *direct[role], *above]))
    return closure


def closures(
    closure: Mapping[str, tuple[str, ...]], own: Iterable[tuple[str, str]]
) -> dict[str, frozenset[str]]:
    """Return each role's permissions, inherited ones too.

    Args:
        closure: Role → itself and all that it inherits from.
        own: (role, permission) for what is granted right there.
    """
    direct: dict[str, set[str]] = {role: set() for role in closure}
    for role, permission in own:
        direct[role].add(permission)
    return {
        role: frozenset().union(*(direct[each] for each in above))
        for role, above in closure.items()
    }


def _parents_first(direct: Mapping[str, tuple[str, ...]]) -> list[str]:
    try:
        return list(TopologicalSorter(direct).static_order())
    except CycleError as error:
        circle = error.args[1][::-1]
        raise RoleCycle(
            f"Roles inherit in a circle: {' → '.join(circle[:20])}.",
            remedy="Take one of these out of `inherits`.",
            at=("roles", circle[0], "inherits"),
            value=circle[1],
        ) from None
