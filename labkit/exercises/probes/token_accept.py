"""Genuine tokens whose owners have logged out, been banned or changed their role since."""

import math
from collections.abc import Callable, Iterable
from typing import Any

from labkit.catalogue import Verdict, attack, breached, held
from labkit.exercises.minting import Claims, claims_of, not_refused, now_of
from labkit.exercises.trial import SmallTarget, answered, expect, told
from labkit.exercises.variants import Variant


class Door(SmallTarget):
    """Asks `accept` about claims that a strict verifier has let through."""

    def __init__(self, accept: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._accept = accept
        self.own = own
        self.second = int(now_of(own))  # in which everything happens
        self.noise = frozenset(own.octets(f"other {place}", 8).hex() for place in range(20))

    def claims(self, **changes: Any) -> Claims:
        """Return genuine claims with changes; None removes a claim."""
        return claims_of(self.own, **changes)

    def opens(self, claims: Claims, valid_from: float = 0.0, *denied: str) -> bool:
        """Return whether the function says yes; raising an error is saying no."""
        answer = not_refused(self._accept, dict(claims), valid_from, {*self.noise, *denied})
        return answer is not None and answered(bool, lambda: answer)


def sample(own: Variant) -> tuple[Any, ...]:
    """Return the arguments of an honest call."""
    return (claims_of(own), 0.0, {own.octets("other 0", 8).hex()})


def _never_touched(door: Door) -> None:
    expect(door.opens(door.claims()), "accept refuses somebody to whom nothing has happened.")


def _logged_in_again(door: Door) -> None:
    for event in (door.second - 0.5, door.second - 1.0, door.second - 3600.25):
        fresh = door.claims(iat=door.second, exp=door.second + 900)
        said = f"accept refuses a token issued {door.second - event:g} s after the last change."
        expect(door.opens(fresh, event), said)


def _other_device(door: Door) -> None:
    laptop = door.own.octets("laptop", 8).hex()
    expect(
        door.opens(door.claims(), 0.0, laptop),
        "accept refuses the phone because the laptop has logged out.",
    )


DAY = (
    ("Nothing has happened", _never_touched),
    ("A change, and a new log-in in the next second or later", _logged_in_again),
    ("Another device has logged out", _other_device),
)


@attack("log_out", "Use the token after log-out", start="A token copied at a library's desk")
def after_log_out(door: Door) -> Verdict:
    """The owner has logged out; Mallory copied the token before."""
    claims = door.claims()
    if door.opens(claims, 0.0, claims["jti"]):
        left = claims["exp"] - door.second
        return breached(f"The owner has logged out, and Mallory is still in, for {left} s.")
    return held("A token that was denied is refused.")


@attack("ban", "Come back after a ban", start="Mallory's own token")
def after_ban(door: Door) -> Verdict:
    """Mallory was banned: no token of hers counts any more, whenever it was issued."""
    for iat in (door.second - 60, door.second - 0.25, door.second + 10**6):
        if door.opens(door.claims(iat=iat, exp=iat + 900), math.inf):
            return breached("Mallory is banned for good, and her token opens the door.")
    return held("Who is banned stays out.")


@attack("demotion", "Keep a role that was taken away", start="A token that says admin")
def after_demotion(door: Door) -> Verdict:
    """Mallory was an admin until a moment ago; her token still says so."""
    for age in (1, 60, 839):
        claims = door.claims(role="admin", iat=door.second - age, exp=door.second - age + 900)
        if door.opens(claims, door.second + 0.5):
            return breached(f"Demoted, and still admin with a token of {age} s before.")
    return held("Tokens from before the change are refused.")


@attack("same_second", "In the same second", start="A token issued just before the change")
def same_second(door: Door) -> Verdict:
    """Mallory's token was issued in the very second in which she was demoted, and before it."""
    for event in (door.second + 0.5, door.second + 0.999, float(door.second)):
        if door.opens(door.claims(role="admin", iat=door.second), event):
            return breached(
                f"Issued in second {door.second}, demoted at {event:.3f}: the token may be the"
                " older of the two, and it was accepted."
            )
    return held("Where the order cannot be told, the token is refused.")


@attack("nameless", "A token that cannot be taken back", start="An issuer that leaves claims out")
def nameless(door: Door) -> Verdict:
    """Mallory's token has no name that could be denied, or no date to compare."""
    odd_names: tuple[Any, ...] = (None, "", 7, [door.claims()["jti"]], {})
    odd_dates: tuple[Any, ...] = (
        None,
        str(door.second),
        True,
        [door.second],
        {},
        math.nan,
        math.inf,
    )
    cases = [("jti", name) for name in odd_names] + [("iat", date) for date in odd_dates]
    return _try(door, cases)


def _try(door: Door, cases: Iterable[tuple[str, Any]]) -> Verdict:
    for name, value in cases:
        claims = door.claims(**{name: None}) | ({} if value is None else {name: value})
        if door.opens(claims, door.second - 3600.0):
            what = f"no {name}" if value is None else f"the {name} {told(value)}"
            return breached(f"A token with {what} was accepted: nothing will ever take it back.")
    return held("A token without a name and a date is refused.")
