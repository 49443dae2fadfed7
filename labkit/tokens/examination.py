"""One token, looked at twice: what anyone can read in it, and what a verifier says to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from labkit import inputs
from labkit.encoding import printable
from labkit.errors import InvalidInput, LabkitError
from labkit.tokens import errors as refusals
from labkit.tokens.claims import refused_time
from labkit.tokens.header import BORROWED_KEYS
from labkit.tokens.inspection import MAX_CHARACTERS, Inspection, inspect
from labkit.tokens.strict_json import shown
from labkit.tokens.verify import TokenVerifier
from labkit.tokens.witness import Asked, Testimony, attend
from labkit.tokens.wording import Reading, apart, moment, readings, short, span

PASSED, REFUSED, LET_THROUGH, NOT_CHECKED = "passed", "refused", "let through", "not checked"
ACCEPTED, LET_IN, BROKEN = "accepted", "let in", "broken"
_ABOUT_ALG = (refusals.AlgorithmMissing, refusals.UnsignedToken, refusals.AlgorithmRefused)
_OUT_OF_TIME = (refusals.Expired, refusals.NotYetValid, refusals.IssuedInFuture)
_VERBS = {
    "exp": ("expires", "expired"),
    "nbf": ("begins", "began"),
    "iat": ("is issued", "was issued"),
}
_TRANSFORMED: dict[type, str] = {
    refusals.UnencodedPayload: "b64",
    refusals.CompressedPayload: "zip",
}


@dataclass(frozen=True)
class Check:
    """One thing that a verifier looks at, and what it said.

    Args:
        name: "form", "header", "payload", "signature", or a member's name.
        state: "passed", "refused", "not checked", "let through" where a strict verifier would
            have refused, or "broken" where the verifier met an error of its own.
        words: Why, in words.
    """

    name: str
    state: str
    words: str


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
        return next(iter(self._named(REFUSED)), "") if self.error else ""

    @property
    def verdict(self) -> str:
        """The verdict in a sentence."""
        if self.error is None:
            return self._let_in()
        if not isinstance(self.error, LabkitError):
            return f"The verifier met an error of its own: {type(self.error).__name__}."
        at = f"Refused at {self.refused_at}" if self.refused_at else "Refused"
        return printable(f"{at}. {self.error.cause}")

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
            return f"Let in. A strict verifier refuses: {_cause(self.objection)}"
        claims = self.claims or {}
        who = shown(claims["sub"]) if "sub" in claims else "no one by name"
        left = claims["exp"] - self.now  # within the leeway there is nothing left
        return f"Accepted: {who}" + (f", for another {span(left)}." if left > 0 else ".")

    def _named(self, state: str) -> list[str]:
        return [each.name for each in self.checks if each.state == state]


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
        'Refused at exp. The token expired 0 s ago.'
    """
    if not isinstance(token, str):
        raise InvalidInput(f"The token must be a str, not {type(token).__name__}.")
    if not isinstance(verifier, TokenVerifier):
        raise InvalidInput(f"The verifier must be a TokenVerifier, not {type(verifier).__name__}.")
    now = inputs.number(verifier.clock(), "verifier's time")
    found = inspect(token)
    testimony = attend(token[: MAX_CHARACTERS + 1], verifier, now)
    return Examination(
        found,
        readings(found.header, now),
        readings(found.claims, now),
        tuple(_Checks(found, testimony, verifier, now)),
        now,
        f"the key of {printable(verifier.issuer)}",
        testimony.claims,
        testimony.error,
        testimony.objection,
    )


@dataclass
class _Checks:
    """Turns a verifier's decisions into rows, one for each thing that it looks at."""

    found: Inspection
    testimony: Testimony
    verifier: TokenVerifier
    now: float
    _refused: str = ""

    def __iter__(self) -> Iterator[Check]:
        self._header, self._claims = self.found.header or {}, self.found.claims or {}
        for check in self._rows():
            if check.state in (REFUSED, BROKEN):
                self._refused = self._refused or check.name
            yield check

    def _rows(self) -> Iterator[Check]:
        yield self._form()
        yield self._row("header", "json", "one JSON object, each member once")
        if "crit" in self._header or self._no("critical"):
            yield self._row("crit", "critical", "nothing that is unknown here")
        yield from self._key()
        fits = f"fits these bytes, under the {self.verifier.algorithm} key that is trusted"
        yield self._row("signature", "signature_ok", fits)
        kind = f"{short(self._header.get('typ'))}: the kind that is expected"
        yield self._row("typ", "type_ok", kind)
        yield self._row("payload", "json", "one JSON object, each member once", place=1)
        yield from self._dates()
        yield self._row("iss", "issuer_ok", f"{self._said('iss')}: the issuer that is expected")
        yield self._row("aud", "audience_ok", self._audience())
        yield from self._strings()
        yield self._revoked()

    def _form(self) -> Check:
        if self.testimony.asked or self.testimony.error is None:
            return Check("form", PASSED, "three segments of base64url, in their one spelling")
        return Check("form", REFUSED, _cause(self.testimony.error))

    def _key(self) -> Iterator[Check]:
        asked, error = self.testimony.of("key_for"), self.testimony.error
        if asked is None and (name := _TRANSFORMED.get(type(error))):
            yield Check(name, REFUSED, _cause(error))
        pinned = f"{self._said('alg', self._header)}: the algorithm that is pinned"
        rows = (("alg", pinned), ("kid", self._kid()))
        if asked is None or asked.error is None:
            as_pinned = self._header.get("alg") == self.verifier.algorithm
            lax = asked is not None and asked.let_through
            alg, kid = (self._row(name, "key_for", said) for name, said in rows)
            yield replace(alg, state=PASSED, words=pinned) if lax and as_pinned else alg
            yield kid if as_pinned or not lax else replace(kid, state=PASSED, words=self._kid())
        elif isinstance(asked.error, _ABOUT_ALG):
            yield Check("alg", REFUSED, _cause(error))
            yield Check("kid", NOT_CHECKED, "not looked at after alg")
        else:
            yield Check("alg", PASSED, pinned)
            yield Check(self._key_member(asked.error), REFUSED, _cause(error))

    def _key_member(self, error: Exception) -> str:
        name = error.evidence.get("member") if isinstance(error, refusals.KeyInHeader) else ""
        return name if isinstance(name, str) and name in BORROWED_KEYS else "kid"

    def _kid(self) -> str:
        if "kid" not in self._header:
            return "none named, and one key is trusted"
        return f"{self._said('kid', self._header)}: a key that is trusted"

    def _dates(self) -> Iterator[Check]:
        asked = self.testimony.of("in_time")
        rows = [self._date(name, asked) for name in ("exp", "nbf", "iat")]
        if (
            asked
            and asked.refused
            and not asked.error
            and all(row is None or row.state != REFUSED for row in rows)
        ):
            rows[0] = Check("exp", REFUSED, _cause(self.testimony.error))
        yield from (row for row in rows if row is not None)

    def _date(self, name: str, asked: Asked | None) -> Check | None:
        if name not in self._claims and name != "exp":
            return None
        if asked is None or asked.error is not None:
            return self._row(name, "in_time", "")
        objection = _objection(name, self._claims, self.now, self.verifier.leeway_s)
        if objection is None:
            return Check(name, PASSED, f"{self._when(name)}{self._leeway(name)}")
        words = self._when(name) if isinstance(objection, _OUT_OF_TIME) else objection.cause
        return Check(name, REFUSED if asked.refused else LET_THROUGH, words)

    def _when(self, name: str) -> str:
        when = self._claims[name]
        verb = _VERBS[name][when <= self.now]
        at = moment(when, self.now) or "a time beyond the calendar"
        return f"{verb} {_in(when, self.now)}, at {at}"

    def _leeway(self, name: str) -> str:
        when = self._claims[name]
        needed = when <= self.now if name == "exp" else when > self.now
        return f": within the leeway of {span(self.verifier.leeway_s)}" if needed else ""

    def _audience(self) -> str:
        listed = isinstance(self._claims.get("aud"), list)
        kind = "a list that names this service" if listed else "this service"
        return f"{self._said('aud')}: {kind}"

    def _strings(self) -> Iterator[Check]:
        asked, error = self.testimony.of("audience_ok"), self.testimony.error
        past = asked is not None and not asked.refused
        for name in ("sub", "jti"):
            if name not in self._claims:
                continue
            text = type(self._claims[name]) is str
            if not past:
                yield Check(name, NOT_CHECKED, self._why_not())
            elif text:
                yield Check(name, PASSED, f"{self._said(name)}: a string, as it must be")
            else:
                wrong = f"{self._said(name)} is no string"
                yield Check(name, REFUSED if error else LET_THROUGH, wrong)

    def _revoked(self) -> Check:
        if self.verifier.revocations is None and self.testimony.of("revoked"):
            words = "this verifier keeps no list: until it expires, nothing takes the token back"
            return Check("revoked", NOT_CHECKED, words)
        return self._row("revoked", "revoked", "on no list of what was taken back")

    def _row(self, name: str, seam: str, words: str, *, place: int = 0) -> Check:
        asked = self.testimony.of(seam, place)
        if asked is None:
            return Check(name, NOT_CHECKED, self._why_not())
        if asked.refused:
            state = REFUSED if isinstance(self.testimony.error, LabkitError) else BROKEN
            return Check(name, state, _cause(asked.error or self.testimony.error))
        if asked.let_through:
            member = name if name in self._header or name in self._claims else ""
            said = f": {self._said(member, {**self._claims, **self._header})}" if member else ""
            return Check(name, LET_THROUGH, f"a strict verifier refuses this{said}")
        return Check(name, PASSED, words)

    def _why_not(self) -> str:
        if self._refused:
            return f"not looked at after {self._refused}"
        return "this verifier never asks" if self.testimony.error is None else "not looked at"

    def _no(self, seam: str) -> bool:
        asked = self.testimony.of(seam)
        return asked is not None and asked.refused

    def _said(self, name: str, members: Mapping[str, Any] | None = None) -> str:
        return short((self._claims if members is None else members).get(name))


def _objection(
    name: str, claims: Mapping[str, Any], now: float, leeway_s: float
) -> LabkitError | None:
    """What is wrong with one date, the others aside."""
    alone = {"exp": now + leeway_s + 1} | {each: claims[each] for each in (name,) if each in claims}
    if name == "exp" and name not in claims:
        alone = {}
    error = refused_time(alone, now, leeway_s)
    return None if type(error) is refusals.TimeRefused else error


def _in(when: float, now: float) -> str:
    if when == now:
        return "now"
    return f"in {span(when - now)}" if when > now else apart(when, now)


def _cause(error: Exception | None) -> str:
    if isinstance(error, LabkitError):
        return printable(error.cause)
    return f"it met an error of its own: {type(error).__name__}"


def _line(reading: Reading) -> str:
    words = f"  {reading.words}" if reading.words else ""
    return f"{reading.name}: {reading.value}{words}"
