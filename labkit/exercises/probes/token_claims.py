"""Claims whose signature was right, and the function that says if they are for here and now."""

import math
from collections.abc import Callable, Iterable
from typing import Any

from labkit.catalogue import Verdict, attack, breached, held
from labkit.exercises.minting import TYPE, Claims, claims_of, not_refused, now_of
from labkit.exercises.trial import SmallTarget, answered, expect, told
from labkit.exercises.variants import Variant

HOUR_S = 3600
Case = tuple[str, Claims]


class Desk(SmallTarget):
    """Asks `claims_ok` about claims; raising an error is saying no."""

    def __init__(self, claims_ok: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._claims_ok = claims_ok
        self.own = own
        self.now = now_of(own)

    def claims(self, **changes: Any) -> Claims:
        """Return honest claims with changes; None removes a claim."""
        return claims_of(self.own, **({"typ": TYPE} | changes))

    def takes(self, claims: Claims) -> bool:
        """Return whether the function says yes."""
        arguments = (dict(claims), self.now, self.own.issuer, self.own.audience, TYPE)
        answer = not_refused(self._claims_ok, *arguments)
        return answer is not None and answered(bool, lambda: answer)


def sample(own: Variant) -> tuple[Any, ...]:
    """Return the arguments of an honest call."""
    return (claims_of(own, typ=TYPE), now_of(own), own.issuer, own.audience, TYPE)


def _comes_in(desk: Desk) -> None:
    own = desk.own
    for what, claims in {
        "a plain access token": desk.claims(),
        "a list of audiences with this one in it": desk.claims(aud=["library", own.audience]),
        "dates with fractions": desk.claims(
            iat=desk.now - 0.5, nbf=desk.now - 0.25, exp=desk.now + 0.5
        ),
        "a token that begins this very second": desk.claims(iat=int(desk.now), nbf=int(desk.now)),
        "no nbf and no iat, which are optional": desk.claims(iat=None),
        "a claim that nobody knows": desk.claims(likes=["chess", None, True]),
    }.items():
        expect(desk.takes(claims), f"claims_ok refuses {what}.")


DAY = (("The owner's access token is taken, in all its right forms", _comes_in),)


@attack("no_exp", "Leave the end out", start="A token that was issued without exp")
def no_end(desk: Desk) -> Verdict:
    """Mallory has a token that says nothing about its end."""
    return _try(desk, [("without exp", desk.claims(exp=None))], "will open the door for ever")


@attack("late", "Come a little late", start="A token of this morning")
def late(desk: Desk) -> Verdict:
    """Mallory keeps a token and uses it when its time is over, or has not come."""
    over = {"at its very end": 0, "a second late": -1, "an hour late": 1 - HOUR_S}
    cases = [(f"used {name}", desk.claims(exp=int(desk.now) + by)) for name, by in over.items()]
    cases += [
        (f"whose {name} is {ahead} s ahead", desk.claims(**{name: int(desk.now) + ahead}))
        for name in ("nbf", "iat")
        for ahead in (1, 300)
    ]
    return _try(desk, cases, "opens the door outside its time")


@attack("odd_date", "A date that is no number", start="An issuer that takes dates from a form")
def odd_dates(desk: Desk) -> Verdict:
    """Mallory had a date written as text, a list, true: each program compares that its way."""
    soon = int(desk.now) + 600
    # What Python takes for a number too: True is 1, and 1 is long ago.
    odd: tuple[Any, ...] = (str(soon), "never", "", [soon], {"at": soon}, True, False)
    ends = [*odd, math.nan, math.inf]
    begins = [str(int(desk.now) - 60), "", [0], {}, True, False, math.nan, -math.inf]
    cases = [(f"with exp {told(value)}", desk.claims(exp=value)) for value in ends]
    cases += [(f"with nbf {told(value)}", desk.claims(nbf=value)) for value in begins]
    cases += [(f"with iat {told(value)}", desk.claims(iat=value)) for value in begins]
    cases += [(f"with {name} null", desk.claims() | {name: None}) for name in ("exp", "nbf", "iat")]
    return _try(desk, cases, "has no date that means anything")


@attack("milliseconds", "Count in milliseconds", start="An issuer written in JavaScript")
def milliseconds(desk: Desk) -> Verdict:
    """Mallory's token was issued by a program that counts milliseconds."""
    claims = desk.claims(exp=(int(desk.now) + 900) * 1000)
    return _try(desk, [("with exp in milliseconds", claims)], "ends thousands of years from now")


@attack("other_audience", "A token for another service", start="Mallory's token of that service")
def other_audience(desk: Desk) -> Verdict:
    """Mallory brings what she rightly has for a service whose name is nearly the same."""
    mine = desk.own.audience
    near = (f"{mine}-test", f"old-{mine}", mine[:-1], mine.upper(), f"{mine} ", "", "*")
    lists: tuple[Any, ...] = ([], ["library"], [f"{mine}-test"], [[mine]], {mine: 1}, 7, True)
    cases = [(f"for {told(name)}", desk.claims(aud=name)) for name in (*near, *lists)]
    cases += [("for nobody", desk.claims(aud=None)), ("for null", desk.claims() | {"aud": None})]
    return _try(desk, cases, "was not meant for this service")


@attack("other_issuer", "A token of another issuer", start="Mallory's own account elsewhere")
def other_issuer(desk: Desk) -> Verdict:
    """Mallory is an honest user somewhere else, or runs an issuer with a name like this one."""
    right = desk.own.issuer
    near = (f"{right}.evil.example", f"{right}/", right.upper(), right[:-1], "https://evil.example")
    odd: tuple[Any, ...] = ("", [right], {right: 1}, 7, True)
    cases = [(f"by {told(name)}", desk.claims(iss=name)) for name in (*near, *odd)]
    cases += [("by nobody", desk.claims(iss=None)), ("by null", desk.claims() | {"iss": None})]
    return _try(desk, cases, "was issued by somebody else")


@attack("other_kind", "Another kind of token", start="An ID token, a refresh token")
def other_kind(desk: Desk) -> Verdict:
    """Mallory sends what was made to say who she is, or to fetch new tokens with."""
    kinds: tuple[Any, ...] = ("JWT", "id+jwt", "rt+jwt", "reset+jwt", "", [TYPE], {TYPE: 1}, True)
    cases = [(f"of the kind {told(kind)}", desk.claims(typ=kind)) for kind in kinds]
    cases += [("of no kind", desk.claims(typ=None))]
    return _try(desk, cases, "is no access token")


def _try(desk: Desk, cases: Iterable[Case], gained: str) -> Verdict:
    count = 0
    for what, claims in cases:
        count += 1
        if desk.takes(claims):
            return breached(f"A token {what} was taken: it {gained}.")
    return held("Refused." if count == 1 else f"All {count} are refused.")
