"""A plan for keys in rotation, and what is told of each token that was issued under it."""

from collections.abc import Iterable
from dataclasses import dataclass

from labkit.errors import InvalidInput
from labkit.inputs import whole

ROTATE, WITHDRAW = "rotate", "withdraw"
MOST_ACTIONS, LONGEST_S, LEAST_CACHE_S = 8, 4 * 3600, 60


@dataclass(frozen=True)
class Plan:
    """How long things last, and what is done when; all in whole seconds.

    Args:
        life_s: From a token's issue to its `exp`; 1 to 3600.
        overlap_s: How long a key is accepted after its successor signs.
        lead_s: How long a new key is published before it signs.
        cache_s: How old the second verifier's copy of the key set may become, at least 60; 0 for
            no copy.
        asks_again: Whether it fetches the set again, once, when it meets an unknown key id.
        actions: When, and "rotate" or "withdraw": the signing key was stolen, so it is taken out
            of the set, and a new one signs at once.
        until_s: Where the timeline ends.
    """

    life_s: int = 900
    overlap_s: int = 1200
    lead_s: int = 600
    cache_s: int = 600
    asks_again: bool = False
    actions: tuple[tuple[int, str], ...] = ((1800, ROTATE),)
    until_s: int = 7200

    def __post_init__(self) -> None:
        whole(self.life_s, "life of a token in seconds", at_least=1, at_most=3600)
        for what in ("overlap", "lead", "cache"):
            whole(getattr(self, f"{what}_s"), f"{what} in seconds", at_most=LONGEST_S)
        if 0 < self.cache_s < LEAST_CACHE_S:
            raise InvalidInput(
                f"A copy that is kept is kept for {LEAST_CACHE_S} s or more.",
                remedy="Take 0 for no copy at all.",
            )
        whole(self.until_s, "end of the timeline in seconds", at_least=60, at_most=LONGEST_S)
        object.__setattr__(self, "actions", _actions(self.actions, self.until_s))


@dataclass(frozen=True)
class Refusal:
    """A good token refused, in seconds: from when, until when, and the error's name."""

    from_s: float
    until_s: float
    error: str


@dataclass(frozen=True)
class Issued:
    """A token and how it fared.

    Args:
        key: The name of the key that signed it.
        iat_s: When it was issued.
        exp_s: When it ends.
        live: When the verifier that asks the ring refused it before its end.
        cached: When the verifier with a copy did.
    """

    key: str
    iat_s: float
    exp_s: float
    live: tuple[Refusal, ...] = ()
    cached: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Forged:
    """What the holder of a withdrawn key still reaches.

    Args:
        key: The key's name.
        from_s: When it was withdrawn.
        live_until_s: Until when the verifier that asks the ring accepts what is signed with it.
        cached_until_s: Until when the verifier with a copy does.
    """

    key: str
    from_s: float
    live_until_s: float
    cached_until_s: float


def _actions(actions: object, until_s: int) -> tuple[tuple[int, str], ...]:
    if isinstance(actions, str) or not isinstance(actions, Iterable):
        raise InvalidInput('The actions must be a list such as [(1800, "rotate")].')
    found = []
    for each in actions:
        if isinstance(each, str) or not isinstance(each, tuple | list) or len(each) != 2:
            raise InvalidInput('An action is a moment and a word, such as (1800, "rotate").')
        at_s, word = each
        if not isinstance(word, str) or word not in (ROTATE, WITHDRAW):
            raise InvalidInput('An action is "rotate" or "withdraw".')
        found.append((whole(at_s, "moment of an action", at_most=until_s), word))
        if len(found) > MOST_ACTIONS:
            raise InvalidInput(f"A plan has at most {MOST_ACTIONS} actions.")
    return tuple(sorted(found))
