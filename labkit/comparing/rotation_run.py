"""A plan for keys in rotation, carried out from moment to moment."""

from collections.abc import Iterator

from labkit.clock import ManualClock
from labkit.comparing.key_times import KeyTimes, in_order
from labkit.comparing.rotation_plan import ROTATE, Forged, Issued, Plan, Refusal
from labkit.tokens import Key, KeyRing, TokenError, TokenIssuer, TokenVerifier
from labkit.tokens.errors import UnknownKey

EVERY_S = 300
ALGORITHM, _ISSUER, _AUDIENCE = "ES256", "https://gradebook.localhost", "gradebook-api"
# A key is accepted to the end of its last moment: it is looked at just after it.
JUST_S = 0.001


class _Token:
    """A token under way, and since when each of the two verifiers refuses it."""

    def __init__(self, text: str, key: str, iat_s: float, exp_s: float) -> None:
        self.text, self.key, self.iat_s, self.exp_s = text, key, iat_s, exp_s
        self.refusals: tuple[list[Refusal], list[Refusal]] = ([], [])
        self._since: list[tuple[float, str] | None] = [None, None]

    def told(self, which: int, now_s: float, error: str) -> None:
        """Note what a verifier says of it now; "" for accepted."""
        since = self._since[which]
        if since and since[1] != error:
            self.refusals[which].append(Refusal(since[0], min(now_s, self.exp_s), since[1]))
            since = None
        self._since[which] = since or ((now_s, error) if error else None)

    def issued(self, until_s: float) -> Issued:
        """Return it as it fared to its end, or to that of the timeline."""
        for which in (0, 1):
            self.told(which, min(self.exp_s, until_s), "")
        live, cached = map(tuple, self.refusals)
        return Issued(self.key, self.iat_s, self.exp_s, live, cached)


class Run:
    """One plan being carried out: a real key ring, an issuer and two verifiers on their own clock.

    For one thread.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan, self._clock = plan, ManualClock()
        self._zero = self._clock.now
        self._ring = KeyRing(
            [Key.generate(ALGORITHM)],
            algorithm=ALGORITHM,
            clock=self._clock,
            overlap_s=plan.overlap_s,
        )
        self._names: dict[str, str] = {}
        self._times: dict[str, KeyTimes] = {}
        self._tokens: list[_Token] = []
        self._stolen: list[tuple[_Token, float]] = []
        self._fetched: list[float] = []
        self._issuer = self._issuer_for(self._ring)
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
                self._issue()
            self._look()
        return self

    def keys(self) -> tuple[KeyTimes, ...]:
        """Return each key with its times."""
        return in_order(list(self._times.values()))

    def tokens(self) -> tuple[Issued, ...]:
        """Return each honest token as it fared."""
        return tuple(token.issued(self._plan.until_s) for token in self._tokens)

    def forged(self) -> tuple[Forged, ...]:
        """Return what the thieves of withdrawn keys reached."""
        return tuple(self._forged(token, since) for token, since in self._stolen)

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
        name = self._names[stolen.kid]
        self._ring.rotate()
        self._learn()
        self._ring.withdraw(stolen.kid)
        old = self._times[name]
        self._times[name] = KeyTimes(
            name, old.published_s, old.signs_s, None, self._now, withdrawn=True
        )
        life = self._plan.until_s + 3600
        text = self._issuer_for(stolen).issue("mallory", lifetime_s=life)
        self._stolen.append((_Token(text, name, self._now, self._now + life), self._now))

    def _learn(self) -> None:
        """Note the times of every key; the ring forgets those whose time is over."""
        for each in self._ring.timeline():
            name = self._names.setdefault(each.key.kid, f"key {len(self._names) + 1}")
            ends = None if each.ends_at is None else each.ends_at - self._zero
            self._times[name] = KeyTimes(
                name,
                each.accepted_from - self._zero,
                each.signs_from - self._zero,
                None,
                ends,
            )

    def _issue(self) -> None:
        life, key = self._plan.life_s, self._ring.signing_key()
        token = self._issuer.issue("alice", lifetime_s=life)
        self._tokens.append(_Token(token, self._names[key.kid], self._now, self._now + life))

    def _look(self) -> None:
        living = [token for token in self._tokens if token.exp_s > self._now]
        for token in [*living, *(token for token, _ in self._stolen)]:
            token.told(0, self._now, _refused(self._live, token.text))
            token.told(1, self._now, self._ask_copy(token.text))

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

    def _forged(self, token: _Token, since: float) -> Forged:
        token.issued(self._plan.until_s)
        first = [each[0].from_s if each else self._plan.until_s for each in token.refusals]
        return Forged(token.key, since, *first)

    def _issuer_for(self, keys: KeyRing | Key) -> TokenIssuer:
        return TokenIssuer(
            keys, algorithm=ALGORITHM, issuer=_ISSUER, audience=_AUDIENCE, clock=self._clock
        )

    def _verifier(self, ring: KeyRing) -> TokenVerifier:
        return TokenVerifier(
            ring, algorithm=ALGORITHM, issuer=_ISSUER, audience=_AUDIENCE, clock=self._clock
        )


def _refused(verifier: TokenVerifier, token: str) -> str:
    try:
        verifier.verify(token)
    except TokenError as error:
        return type(error).__name__
    return ""
