"""A plan for keys in rotation, carried out from moment to moment."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

from labkit.clock import ManualClock
from labkit.comparing.key_times import KeyTimes, in_order
from labkit.comparing.rotation_plan import ROTATE, Forged, Issued, Plan, Refusal
from labkit.tokens import Key, KeyRing, TokenError, TokenIssuer, TokenVerifier
from labkit.tokens.errors import UnknownKey

EVERY_S = 300
ALGORITHM = "ES256"
NAMES: dict[str, Any] = {
    "algorithm": ALGORITHM,
    "issuer": "https://gradebook.localhost",
    "audience": "gradebook-api",
}
# A key is accepted to the end of its last moment: it is looked at just after it.
JUST_S = 0.001
Heard = list[tuple[float, str]]


class _Token:
    """A token under way, and what each of two verifiers said of it when; "" for accepted."""

    def __init__(self, text: str, key: str, iat_s: float, exp_s: float) -> None:
        self.text, self.key, self.iat_s, self.exp_s = text, key, iat_s, exp_s
        self.live: Heard = []
        self.cached: Heard = []


class Run:
    """One plan being carried out: a real key ring, an issuer and two verifiers on their own clock.

    For one thread.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan, self._clock = plan, ManualClock()
        self._zero = self._clock.now
        self._ring = KeyRing(algorithm=ALGORITHM, clock=self._clock, overlap_s=plan.overlap_s)
        self._names: dict[str, str] = {}
        self._times: dict[str, KeyTimes] = {}
        self._tokens: list[_Token] = []
        self._stolen: list[_Token] = []
        self._fetched: list[float] = []
        self._live = self._verifier(self._ring)
        self._learn()
        self._fetch()

    @property
    def _now(self) -> float:
        return round(self._clock.now - self._zero)

    def carry_out(self) -> "Run":
        """Go from moment to moment, and return the run itself."""
        for moment, issues in self._moments():
            self._clock.now = self._zero + moment
            if 0 < self._plan.cache_s <= self._now - self._fetched[-1]:
                self._fetch()
            for at_s, action in self._plan.actions:
                if at_s == moment:
                    self._act(action)
            if not self._plan.cache_s:
                self._fetch()
            if issues:
                self._tokens.append(self._issued(self._ring.signing_key(), self._plan.life_s))
            self._look()
        return self

    def keys(self) -> tuple[KeyTimes, ...]:
        """Return each key with its times."""
        return in_order(list(self._times.values()))

    def tokens(self) -> tuple[Issued, ...]:
        """Return each honest token as it fared to its end, or to that of the timeline."""
        return tuple(
            Issued(
                each.key,
                each.iat_s,
                each.exp_s,
                *(self._refusals(heard, each.exp_s) for heard in (each.live, each.cached)),
            )
            for each in self._tokens
        )

    def forged(self) -> tuple[Forged, ...]:
        """Return what the thieves of withdrawn keys reached."""
        return tuple(
            Forged(each.key, each.iat_s, self._first(each.live), self._first(each.cached))
            for each in self._stolen
        )

    def fetched(self) -> tuple[float, ...]:
        """Return when the copy of the key set was fetched."""
        return tuple(self._fetched)

    def _moments(self) -> Iterator[tuple[float, bool]]:
        """Every moment at which anything can change, and whether a token is issued then."""
        plan = self._plan
        signs = [at + lead for at, _ in plan.actions for lead in (0, plan.lead_s)]
        issues = {float(EVERY_S * i) for i in range(plan.until_s // EVERY_S + 1)}
        issues |= {at - 1 for at in signs if at >= 1}
        looks: set[float] = {*signs, *(at + plan.overlap_s + JUST_S for at in signs)}
        looks |= {at for at, _ in plan.actions}
        if plan.cache_s:
            looks |= {plan.cache_s * i for i in range(plan.until_s // plan.cache_s + 1)}
        return ((at, at in issues) for at in sorted(issues | looks) if at <= plan.until_s)

    def _act(self, action: str) -> None:
        if action == ROTATE:
            self._ring.rotate(lead_s=self._plan.lead_s)
        else:
            self._withdraw(self._ring.signing_key())
        self._learn()

    def _withdraw(self, stolen: Key) -> None:
        """Take a key out, of which a thief has a copy, and let a new one sign at once."""
        name = self._names[stolen.kid]
        self._ring.rotate()
        self._learn()
        self._ring.withdraw(stolen.kid)
        self._times[name] = replace(self._times[name], ends_s=self._now, withdrawn=True)
        self._stolen.append(self._issued(stolen, self._plan.until_s + 3600))

    def _learn(self) -> None:
        """Note the times of every key; the ring forgets those whose time is over."""
        for each in self._ring.timeline():
            name = self._names.setdefault(each.key.kid, f"key {len(self._names) + 1}")
            ends = None if each.ends_at is None else each.ends_at - self._zero
            since, signs = each.accepted_from - self._zero, each.signs_from - self._zero
            self._times[name] = KeyTimes(name, since, signs, ends_s=ends)

    def _issued(self, key: Key, life_s: float) -> _Token:
        issuer = TokenIssuer(key, clock=self._clock, **NAMES)
        text = issuer.issue("alice", lifetime_s=life_s)
        return _Token(text, self._names[key.kid], self._now, self._now + life_s)

    def _look(self) -> None:
        living = [token for token in self._tokens if token.exp_s > self._now]
        for token in [*living, *self._stolen]:
            token.live.append((self._now, _refused(self._live, token.text)))
            token.cached.append((self._now, self._ask_copy(token.text)))

    def _ask_copy(self, token: str) -> str:
        error = _refused(self._copy, token)
        if error == UnknownKey.__name__ and self._plan.asks_again:
            self._fetch()
            error = _refused(self._copy, token)
        return error

    def _fetch(self) -> None:
        ring = KeyRing.from_jwks(self._ring.jwks(), algorithm=ALGORITHM, clock=self._clock)
        self._copy = self._verifier(ring)
        self._fetched.append(self._now)

    def _verifier(self, ring: KeyRing) -> TokenVerifier:
        return TokenVerifier(ring, clock=self._clock, **NAMES)

    def _refusals(self, heard: Heard, exp_s: float) -> tuple[Refusal, ...]:
        """Return from when to when one and the same refusal was heard."""
        end = min(exp_s, self._plan.until_s)
        firsts = [next(group) for _, group in groupby(heard, key=lambda each: each[1])]
        return tuple(
            Refusal(since_s, until_s, error)
            for (since_s, error), (until_s, _) in pairwise([*firsts, (end, "")])
            if error
        )

    def _first(self, heard: Heard) -> float:
        """Return when the first refusal was heard, or the end of the timeline."""
        return next((now_s for now_s, error in heard if error), self._plan.until_s)


def _refused(verifier: TokenVerifier, token: str) -> str:
    try:
        verifier.verify(token)
    except TokenError as error:
        return type(error).__name__
    return ""
