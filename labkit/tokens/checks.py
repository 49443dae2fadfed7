"""The rows of an examination: what a verifier looked at, what it said, what it did not come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from labkit.encoding import printable
from labkit.errors import LabkitError
from labkit.tokens import errors
from labkit.tokens.claims import refused_time
from labkit.tokens.header import BORROWED_KEYS
from labkit.tokens.inspection import Inspection
from labkit.tokens.verify import TokenVerifier
from labkit.tokens.witness import Asked, Testimony
from labkit.tokens.wording import apart, moment, short, span

PASSED, REFUSED, LET_THROUGH = "passed", "refused", "let through"
NOT_CHECKED, BROKEN = "not checked", "broken"
_ABOUT_ALG = (errors.AlgorithmMissing, errors.UnsignedToken, errors.AlgorithmRefused)
_OUT_OF_TIME = (errors.Expired, errors.NotYetValid, errors.IssuedInFuture)
_VERBS = {
    "exp": ("expires", "expired"),
    "nbf": ("begins", "began"),
    "iat": ("is issued", "was issued"),
}
_TRANSFORMED: dict[type, str] = {
    errors.UnencodedPayload: "b64",
    errors.CompressedPayload: "zip",
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


@dataclass
class Checks:
    """Turns a verifier's decisions into rows, one for each thing that it looks at."""

    found: Inspection
    testimony: Testimony
    verifier: TokenVerifier
    now: float
    _refused: str = ""
    _told: bool = False

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
        fits = f"fits these bytes and the trusted {self.verifier.algorithm} key"
        yield self._row("signature", "signature_ok", fits)
        kind = f"{short(self._header.get('typ'))}: the expected kind"
        yield self._row("typ", "type_ok", kind)
        yield self._row("payload", "json", "one JSON object, each member once", place=1)
        yield from self._dates()
        yield self._row("iss", "issuer_ok", f"{self._said('iss')}: the expected issuer")
        yield self._row("aud", "audience_ok", self._audience())
        yield from self._strings()
        yield self._revoked()

    def _form(self) -> Check:
        if self.testimony.asked or self.testimony.error is None:
            return Check("form", PASSED, "three segments of strict base64url")
        return Check("form", REFUSED, cause(self.testimony.error))

    def _key(self) -> Iterator[Check]:
        asked, error = self.testimony.of("key_for"), self.testimony.error
        if asked is None and (name := _TRANSFORMED.get(type(error))):
            yield Check(name, REFUSED, cause(error))
        pinned = f"{self._said('alg', self._header)}: the pinned algorithm"
        rows = (("alg", pinned), ("kid", self._kid()))
        if asked is None or asked.error is None:
            as_pinned = self._header.get("alg") == self.verifier.algorithm
            lax = asked is not None and asked.let_through
            alg, kid = (self._row(name, "key_for", said) for name, said in rows)
            yield replace(alg, state=PASSED, words=pinned) if lax and as_pinned else alg
            yield kid if as_pinned or not lax else replace(kid, state=PASSED, words=self._kid())
        elif isinstance(asked.error, _ABOUT_ALG):
            yield Check("alg", REFUSED, cause(error))
            self._refused = "alg"
            yield Check("kid", NOT_CHECKED, self._why_not())
        else:
            yield Check("alg", PASSED, pinned)
            yield Check(self._key_member(asked.error), REFUSED, cause(error))

    def _key_member(self, error: Exception) -> str:
        name = error.evidence.get("member") if isinstance(error, errors.KeyInHeader) else ""
        return name if isinstance(name, str) and name in BORROWED_KEYS else "kid"

    def _kid(self) -> str:
        if "kid" not in self._header:
            return "none named, and one key is trusted"
        return f"{self._said('kid', self._header)}: a trusted key"

    def _dates(self) -> Iterator[Check]:
        asked = self.testimony.of("in_time")
        rows = [self._date(name, asked) for name in ("exp", "nbf", "iat")]
        if (
            asked
            and asked.refused
            and not asked.error
            and all(row is None or row.state != REFUSED for row in rows)
        ):
            rows[0] = Check("exp", REFUSED, cause(self.testimony.error))
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
        if not (at := moment(when, self.now)):
            return f"{verb} beyond the calendar"
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
            return Check(name, state, cause(asked.error or self.testimony.error))
        if asked.let_through:
            member = name if name in self._header or name in self._claims else ""
            said = f": {self._said(member, {**self._claims, **self._header})}" if member else ""
            return Check(name, LET_THROUGH, f"a strict verifier refuses this{said}")
        return Check(name, PASSED, words)

    def _why_not(self) -> str:
        if self._refused and not self._told:
            self._told = True
            return f"not looked at: refused at {self._refused}"
        if self._refused:
            return "not looked at"
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
    return None if type(error) is errors.TimeRefused else error


def _in(when: float, now: float) -> str:
    if when == now:
        return "now"
    return f"in {span(when - now)}" if when > now else apart(when, now)


def cause(error: Exception | None) -> str:
    """Return why something was refused, what cannot be seen spelled out."""
    if isinstance(error, LabkitError):
        return printable(error.cause)
    return f"it met an error of its own: {type(error).__name__}"
