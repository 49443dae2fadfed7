"""A whole verifier, which meets the corpus of forged and of valid tokens under HS256.

The attacks are the families that a verifier refuses who knows a token, a key and the time. What
needs an issuer, an audience and a type to be told apart stands on the scoreboard beside them.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.exercises.minting import claims_of, not_refused, now_of, says, token
from labkit.exercises.trial import NOT_SHOWN, SmallTarget, expect, told
from labkit.exercises.variants import Variant
from labkit.forging import Forgery
from labkit.forging.corpus import Corpus, corpus
from labkit.forging.scoreboard import Scoreboard, scoreboard


class Door(SmallTarget):
    """Asks `verify` about every token of the corpus, once for all attacks."""

    def __init__(self, verify: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self.verify = verify
        self.own = own
        self.now = int(now_of(own))

    @property
    def key(self) -> bytes:
        """The secret that issuer and verifier share."""
        return _secret(self.own)

    @property
    def tokens(self) -> Corpus:
        """The corpus, signed with the variant's secret and in its names."""
        names = {"issuer": self.own.issuer, "audience": self.own.audience, "kid": self.own.kid(0)}
        return corpus("HS256", now=self.now, secret=self.key, **names)

    @cached_property
    def board(self) -> Scoreboard:
        """What the function made of the corpus."""
        return scoreboard(_with_sayable_errors(self.verify), tokens=self.tokens)

    def complaint(self, sent: str) -> str:
        """Return with what words the function refuses a token; empty if it does not."""
        said = []

        def asking() -> object:
            try:
                return self.verify(sent, self.key, self.now)
            except Exception as error:
                said.append(f"{type(error).__name__}: {told(error, str)}")
                raise

        answer = not_refused(asking)
        return "" if answer not in (None, False) else "".join(said) or "nothing"


def _with_sayable_errors(verify: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, where an error that has no text is one that has: a TypeError."""

    def verifying(*values: object) -> Any:
        try:
            return verify(*values)
        except Exception as error:
            if (text := told(error, str)).endswith(NOT_SHOWN):
                raise TypeError(text) from None
            raise

    return verifying


def sample(own: Variant) -> tuple[Any, ...]:
    """Return the arguments of an honest call."""
    return (token(_secret(own), claims_of(own), kid=own.kid(0)), _secret(own), int(now_of(own)))


def _secret(own: Variant) -> bytes:
    return own.octets("secret")


def _comes_in(door: Door) -> None:
    claims = claims_of(door.own)
    found = not_refused(door.verify, token(door.key, claims), door.key, door.now)
    expect(found is not None, "verify refuses a token that the issuer has just made.")
    expect(says(found, claims), f"verify returned {told(found)}.")


def _all_valid(door: Door) -> None:
    for answer in door.board.refused[:1]:
        said = f" ({answer.said})" if answer.said else ""
        what = f"{len(door.board.refused)} of {len(door.board.valid)} valid tokens are refused"
        raise SiteBroken(f"{what}, first: {answer.sample.name}{said}.")


DAY = (
    ("The owner comes with a new token", _comes_in),
    ("Valid tokens of every form are accepted, with their claims", _all_valid),
)


@attack("unsigned", "Sign with nothing", start="A token of Mallory's own")
def unsigned(door: Door) -> Verdict:
    """Mallory says that there is no signature, in every spelling, or leaves it out."""
    return _families(door, "alg none", "null signature")


@attack("edited", "Change what was signed", start="A token of Mallory's own")
def edited(door: Door) -> Verdict:
    """Mallory edits her token, cuts or bends its signature, or signs with a common secret."""
    return _families(door, "edited", "broken signature", "short MAC", "weak secret")


@attack("algorithm", "Name another algorithm", start="A token of Mallory's own")
def algorithm(door: Door) -> Verdict:
    """Mallory names every other algorithm that there is, and some that there are not."""
    return _families(door, "other algorithm", "confusion")


@attack("own_key", "Bring the key along", start="A key of Mallory's own")
def own_key(door: Door) -> Verdict:
    """Mallory puts her key, its certificate or its address into the header."""
    return _families(door, "key in the header", "key by address")


@attack("spelling", "Spell it another way", start="A valid token")
def spelling(door: Door) -> Verdict:
    """Mallory writes the same token with other letters: a list of denied tokens misses it."""
    return _families(door, "second spelling", "form", "wrapping")


@attack("twice", "Say it twice", start="An issuer that joins strings to JSON")
def twice(door: Door) -> Verdict:
    """Mallory's name at the issuer brings a second `role`; two readers take another one each."""
    return _families(door, "member twice")


@attack("dates", "Outlive the end", start="Tokens with odd dates, rightly signed")
def dates(door: Door) -> Verdict:
    """Mallory has tokens that ended, that never end, or whose end is no number."""
    return _families(door, "time", "date of no number")


@attack("before", "Be read without a signature", start="Nothing")
def before(door: Door) -> Verdict:
    """Mallory signs nothing and changes the claims: does the answer depend on what they say?"""
    genuine = Forgery.of(token(door.key, claims_of(door.own)))
    size = b"\0" * 32
    unread = genuine.sign_with_secret(size)
    answers = {
        "claims that look good": unread,
        "an end that has passed": genuine.edit_claims(exp=1).sign_with_secret(size),
        "no end": genuine.edit_claims(exp=None).sign_with_secret(size),
        "no JSON": genuine.payload(b"not JSON").sign_with_secret(size),
    }
    said = {what: door.complaint(forged.token) for what, forged in answers.items()}
    first, *others = said
    for what in others:
        if said[what] != said[first]:
            return breached(
                f"Nobody signed it, and {what} gets another answer than {first}"
                f" ({said[what] or 'accepted'}): it was read before it was verified."
            )
    return held("What nobody signed gets one answer, whatever it says.")


@attack("stumble", "Trip it up", start="Every token of the corpus")
def stumble(door: Door) -> Verdict:
    """Mallory looks for a token that the code did not expect: an error is an alarm, or a log."""
    board = door.board
    crashed = [answer for score in board.families for answer in score.crashed]
    if crashed:
        first = crashed[0]
        raise SiteBroken(
            f"{len(crashed)} tokens were refused by accident, first: {first.sample.name}"
            f" ({first.said})."
        )
    if board.too_slow:
        raise SiteBroken(f"{board.too_slow} tokens were not answered in time.")
    return held("No token makes it stumble.")


def _families(door: Door, *names: str) -> Verdict:
    scores = [door.board.family(name) for name in names]
    total = sum(score.total for score in scores)
    through = [(score, answer) for score in scores for answer in score.through]
    if through:
        score, answer = through[0]
        return breached(
            f"{len(through)} of {total} got through, first: {answer.sample.name}."
            f" {answer.sample.why} {score.family.matters}"
        )
    if any(score.state != "held" for score in scores):
        raise SiteBroken("Not every token was answered in time.")
    return held(f"All {total} are refused.")
