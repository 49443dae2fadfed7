"""A family of refresh tokens with an owner and a thief, played on a clock of its own.

Nothing is pretended: every token comes from `RefreshTokens` and is presented to it. What would
become of a token is tried on a copy of the store.
"""

from collections import Counter
from collections.abc import Callable

from labkit.clock import ManualClock
from labkit.comparing.family_events import (
    ACCEPTED,
    EXPIRED,
    OWNER,
    REVOKED,
    THIEF,
    USED,
    Ending,
    Event,
    Generation,
)
from labkit.errors import InvalidInput
from labkit.inputs import number
from labkit.stores import MemoryStore
from labkit.tokens import Exchange, RefreshTokens
from labkit.tokens.errors import (
    FamilyRevoked,
    RefreshExpired,
    RefreshRefused,
    RefreshReused,
)

ACCESS_S, LIFETIME_S = 900.0, 30 * 86_400.0
_USER, _CLIENT = "alice", "browser"


class FamilyStory:
    """An owner, a thief and an issuer; each method is something that one of them does.

    For one thread.

    Args:
        tokens: The issuer: `RefreshTokens` or a subclass with a mistake.
        grace_s: What it is given as its grace, in seconds.
        access_s: How long an access token lives, in seconds. The issuer cannot take it back.
        lifetime_s: Seconds from a log-in to the end of its family.

    Raises:
        InvalidInput: `tokens` is no such class, or a figure is out of its range.

    Examples:
        >>> story = FamilyStory()
        >>> story.log_in()
        >>> story.thief_copies()
        >>> story.thief_refreshes(), story.owner_refreshes()
        (True, False)
        >>> story.ending().alarms, story.ending().thief_in
        (1, False)
    """

    def __init__(
        self,
        *,
        tokens: type[RefreshTokens] = RefreshTokens,
        grace_s: float = 0.0,
        access_s: float = ACCESS_S,
        lifetime_s: float = LIFETIME_S,
    ) -> None:
        if not (isinstance(tokens, type) and issubclass(tokens, RefreshTokens)):
            raise InvalidInput("The tokens must be RefreshTokens or a subclass of it.")
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.access_s = number(access_s, "life of an access token", at_least=1, at_most=86_400)
        self._began = self.clock.now
        self._store = MemoryStore()
        self._lifetime_s = lifetime_s
        self._make: Callable[[MemoryStore], RefreshTokens] = lambda store: tokens(
            store, clock=self.clock, lifetime_s=lifetime_s, grace_s=grace_s
        )
        self._issuer = self._make(self._store)
        self._names: dict[str, str] = {}
        self._sizes: Counter[str] = Counter()
        self._ends: dict[str, float] = {}
        self._used: set[str] = set()
        self._holders: dict[str, dict[str, None]] = {}
        self._held: dict[str, str] = {}
        self._other_tab = ""
        self._thief_since: float | None = None
        self._thief_until = self._access_until = self._family_end = 0.0
        self._thief_was_in = False

    @property
    def now_s(self) -> float:
        """Seconds since the story began."""
        return self.clock.now - self._began

    @property
    def owner_holds(self) -> str:
        """The name of the owner's refresh token, or "" after a refusal or a log-out."""
        return self._names.get(self._held.get(OWNER, ""), "")

    @property
    def thief_holds(self) -> str:
        """The name of the thief's refresh token, or ""."""
        return self._names.get(self._held.get(THIEF, ""), "")

    def wait(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            InvalidInput: `seconds` is no number from 0 to ten years.
        """
        self.clock.advance(number(seconds, "wait in seconds", at_most=10 * 365 * 86_400))

    def log_in(self) -> None:
        """The owner logs in: a family begins."""
        token = self._issuer.issue(_USER, _CLIENT)
        family = chr(ord("A") + len(self._ends)) if len(self._ends) < 26 else f"{len(self._ends)}."
        self._ends[family] = self.clock.now + self._lifetime_s
        self._receive(OWNER, token, family)
        self._other_tab = ""
        self._note(Event(self.now_s, OWNER, "logs in", received=self._names[token]))

    def log_out(self) -> None:
        """The owner logs out: the family ends, whoever holds its tokens."""
        token = self._token(OWNER)
        self._issuer.revoke(token)
        del self._held[OWNER]
        self._note(Event(self.now_s, OWNER, "logs out", self._names[token]))

    def owner_refreshes(self, *, lost: bool = False) -> bool:
        """The owner exchanges a token; return whether it was accepted.

        Args:
            lost: The answer gets lost on its way, so the owner still holds the old token.
        """
        return self._present(OWNER, self._token(OWNER), lost=lost)

    def second_tab_refreshes(self) -> bool:
        """Another tab of the owner's presents the token that the first tab has just used up."""
        token = self._other_tab or self._token(OWNER)
        return self._present(OWNER, token, where=" from a second tab")

    def thief_copies(self) -> None:
        """The thief copies the refresh token that the owner holds."""
        token = self._held[THIEF] = self._token(OWNER)
        self._holders[token][THIEF] = None
        self._note(Event(self.now_s, THIEF, f"copies {self._names[token]} from the owner"))

    def thief_refreshes(self) -> bool:
        """The thief exchanges her token; return whether it was accepted. Refused, she gives up."""
        return self._present(THIEF, self._token(THIEF))

    def would(self, token: str) -> str:
        """Return what presenting a token would bring now: it is tried on a copy of the store."""
        copy = MemoryStore()
        for key in self._store.keys(""):
            if (value := self._store.get(key)) is not None:
                copy.put(key, value)
        try:
            self._make(copy).exchange(token, _CLIENT)
        except RefreshRefused as error:
            return {FamilyRevoked: REVOKED, RefreshExpired: EXPIRED}.get(type(error), USED)
        return ACCEPTED

    def is_in(self, who: str) -> bool:
        """Return whether the refresh token that "owner" or "thief" holds would be exchanged."""
        token = self._held.get(who)
        return token is not None and self.would(token) == ACCEPTED

    def generations(self) -> tuple[Generation, ...]:
        """Return every token in the order of issue, as it stands now."""
        return tuple(
            Generation(name, token in self._used, self.would(token), tuple(self._holders[token]))
            for token, name in self._names.items()
        )

    def ending(self) -> Ending:
        """Return who is in now, and what it cost."""
        self._watch_thief()
        thief_in = self.is_in(THIEF)
        until = self.clock.now if thief_in else max(self._thief_until, self._access_until)
        refused = [event for event in self.events if event.refused and event.who == OWNER]
        return Ending(
            owner_in=self.is_in(OWNER),
            thief_in=thief_in,
            stolen=any(event.did.startswith("copies") for event in self.events),
            thief_access_s=0.0 if self._thief_since is None else until - self._thief_since,
            alarms=sum(event.revoked for event in self.events),
            thrown_out=len(refused),
            logged_out=bool(self.events) and self._last_of(OWNER) == "logs out",
        )

    def _last_of(self, who: str) -> str:
        return next((event.did for event in reversed(self.events) if event.who == who), "")

    def _token(self, who: str) -> str:
        if who not in self._held:
            raise InvalidInput(f"The {who} holds no refresh token.", remedy="Log in first.")
        return self._held[who]

    def _present(self, who: str, token: str, *, where: str = "", lost: bool = False) -> bool:
        name = self._names[token]
        did = f"presents {name}{where}"
        try:
            answer = self._issuer.exchange(token, _CLIENT)
        except RefreshRefused as error:
            self._held.pop(who, None)
            revoked = isinstance(error, RefreshReused) and self.would(token) == REVOKED
            kind, said = type(error).__name__, error.cause
            self._note(Event(self.now_s, who, did, name, "", kind, said, revoked=revoked))
            return False
        self._accept(who, token, answer, lost=lost)
        self._note(Event(self.now_s, who, did, name, self._names[answer.token], lost=lost))
        return True

    def _accept(self, who: str, token: str, answer: Exchange, *, lost: bool) -> None:
        if answer.token != token:
            self._used.add(token)
        if who == OWNER:
            self._other_tab = token
        elif self._thief_since is None:
            self._thief_since = self.clock.now
        if who == THIEF:
            self._access_until = self.clock.now + self.access_s
        if answer.token not in self._names:
            self._name(answer.token, self._names[token].rstrip("0123456789"))
        if not lost:
            self._receive(who, answer.token)

    def _receive(self, who: str, token: str, family: str = "") -> None:
        if token not in self._names:
            self._name(token, family)
        self._held[who] = token
        self._holders[token][who] = None

    def _name(self, token: str, family: str) -> None:
        self._sizes[family] += 1
        self._names[token] = f"{family}{self._sizes[family]}"
        self._holders[token] = {}

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self._watch_thief()

    def _watch_thief(self) -> None:
        """Keep the last moment at which the thief's refresh token was good."""
        if self._thief_was_in:
            self._thief_until = min(self.clock.now, self._family_end)
        self._thief_was_in = self._thief_since is not None and self.is_in(THIEF)
        if self._thief_was_in:
            self._family_end = self._ends[self.thief_holds.rstrip("0123456789")]
