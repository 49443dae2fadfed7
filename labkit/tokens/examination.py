"""One token, looked at twice: what anyone can read in it, and what a verifier says to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labkit import inputs
from labkit.encoding import printable
from labkit.errors import InvalidInput, LabkitError
from labkit.tokens.checks import BROKEN, REFUSED, Check, Checks, cause
from labkit.tokens.claims import malformed_date
from labkit.tokens.compact import plain
from labkit.tokens.inspection import MAX_CHARACTERS, Inspection, inspect
from labkit.tokens.strict_json import shown
from labkit.tokens.verify import TokenVerifier
from labkit.tokens.witness import attend
from labkit.tokens.wording import Reading, moment, readings, span

ACCEPTED, LET_IN = "accepted", "let in"


@dataclass(frozen=True)
class Examination:
    """What a token says, and apart from it what a verifier decided.

    Args:
        inspection: What anyone can read, verified or not.
        header: The header's members in words.
        payload: The claims in words; nobody vouches for them.
        checks: What the verifier looked at, in its order.
        now: The time of the verifier's clock, in seconds since the epoch.
        verifier: Who it is: whose key it trusts.
        claims: The claims, if it accepted the token.
        error: What it raised, if it did not.
        objection: Why a strict verifier would have refused what this one accepted.
    """

    inspection: Inspection
    header: tuple[Reading, ...]
    payload: tuple[Reading, ...]
    checks: tuple[Check, ...]
    now: float
    verifier: str
    claims: Mapping[str, Any] | None = None
    error: Exception | None = field(default=None, repr=False)
    objection: Exception | None = field(default=None, repr=False)

    @property
    def accepted(self) -> bool:
        """Whether the verifier accepted the token."""
        return self.error is None

    @property
    def state(self) -> str:
        """The verdict: "accepted", "refused", "let in" against a strict verifier, or "broken"."""
        if self.error is not None:
            return REFUSED if isinstance(self.error, LabkitError) else BROKEN
        return ACCEPTED if self.objection is None else LET_IN

    @property
    def refused_at(self) -> str:
        """The name of the check at which it was refused; "" if it was not."""
        if self.error is None:
            return ""
        return next((each.name for each in self.checks if each.state == REFUSED), "")

    @property
    def headline(self) -> str:
        """The verdict in a word or three: "Accepted", "Refused at exp"."""
        at = f" at {self.refused_at}" if self.refused_at else ""
        return f"{self.state.capitalize()}{at}"

    @property
    def said(self) -> str:
        """Why, in a sentence."""
        if self.error is None:
            return self._let_in()
        if not isinstance(self.error, LabkitError):
            return f"The verifier met an error of its own, {type(self.error).__name__}."
        return cause(self.error)

    @property
    def verdict(self) -> str:
        """The verdict and why, in a sentence."""
        return f"{self.headline}: {self.said}"

    def __str__(self) -> str:
        found = self.inspection
        return "\n".join(
            [
                f"Read (anyone can), at {moment(self.now, self.now)}",
                *(f"  header   {_line(each)}" for each in self.header),
                *(f"  payload  {_line(each)}" for each in self.payload),
                f"  signature  {len(found.signature)} bytes",
                *(f"  problem  {printable(problem)}" for problem in found.problems),
                f"Verified by {self.verifier}",
                f"  {self.verdict}",
                *(f"  {each.state:11}  {each.name:9}  {each.words}" for each in self.checks),
            ]
        )

    def _let_in(self) -> str:
        if self.objection is not None:
            return f"A strict verifier refuses it. {cause(self.objection)}"
        claims = self.claims or {}
        who = shown(claims["sub"]) if "sub" in claims else "no one by name"
        ends: Any = claims.get("exp")  # a verifier of one's own may return anything
        left = 0.0 if malformed_date("exp", ends) else ends - self.now  # in the leeway: none
        return who + (f", for another {span(left)}." if left > 0 else ".")


def examine(token: str, verifier: TokenVerifier) -> Examination:
    """Read a token, and let a verifier judge it step by step.

    The two are kept apart: what is read proves nothing, and what stands behind the step that
    refused was not looked at. The verifier decides by its own methods, a mistaken one too.

    Args:
        token: Anything that may be a token; of more than 64 Ki characters only the start is read.
        verifier: Who judges it, at its own clock's time.

    Raises:
        InvalidInput: `token` is no str, or `verifier` no TokenVerifier.

    Examples:
        >>> from labkit.clock import ManualClock
        >>> from labkit.tokens import KeyRing, TokenIssuer
        >>> clock = ManualClock()
        >>> ring = KeyRing(algorithm="EdDSA", clock=clock)
        >>> names = dict(algorithm="EdDSA", issuer="https://a", audience="grades", clock=clock)
        >>> token = TokenIssuer(ring, **names).issue("alice")
        >>> verifier = TokenVerifier(ring, **names)
        >>> examine(token, verifier).verdict
        "Accepted: 'alice', for another 15 min."
        >>> now = clock.advance(900)
        >>> examine(token, verifier).verdict
        'Refused at exp: The token expired 0 s ago.'
    """
    token = plain(token)
    if not isinstance(verifier, TokenVerifier):
        raise InvalidInput(f"The verifier must be a TokenVerifier, not {type(verifier).__name__}.")
    now = inputs.number(verifier.clock(), "verifier's time")
    found = inspect(token)
    testimony = attend(token[: MAX_CHARACTERS + 1], verifier, now)
    return Examination(
        found,
        readings(found.header, now),
        readings(found.claims, now),
        tuple(Checks(found, testimony, verifier, now)),
        now,
        f"the key of {printable(verifier.issuer)}",
        testimony.claims,
        testimony.error,
        testimony.objection,
    )


def _line(reading: Reading) -> str:
    words = f"  {reading.words}" if reading.words else ""
    return f"{reading.name}: {reading.value}{words}"
