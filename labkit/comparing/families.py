"""A family of refresh tokens with an owner and a thief, played on a clock of its own.

Nothing is pretended: every token comes from `RefreshTokens` and is presented to it. What would
become of a token is tried on a copy of the store.
"""

from dataclasses import dataclass, field
from functools import partial

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
from labkit.tokens import RefreshTokens
from labkit.tokens.errors import (
    FamilyRevoked,
    RefreshExpired,
    RefreshRefused,
    RefreshReused,
)

ACCESS_S, LIFETIME_S = 900.0, 30 * 86_400.0
_USER, _CLIENT = "alice", "browser"


@dataclass
class _Token:
    """What is known of a token: its family, and when in the story that ends; who ever had it."""

    family: str
    number: int
    ends_s: float
    used: bool = False
    holders: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.family}{self.number}"


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
        self._over = partial(tokens, clock=self.clock, lifetime_s=lifetime_s, grace_s=grace_s)
        self._issuer = self._over(self._store)
        self._tokens: dict[str, _Token] = {}  # by their text, in the order of issue
        self._held: dict[str, str] = {}
        self._other_tab = ""
        self._thief_until_s = 0.0

    @property
    def now_s(self) -> float:
        """Seconds since the story began."""
        return self.clock.now - self._began

    def wait(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            InvalidInput: `seconds` is no number from 0 to ten years.
        """
        self.clock.advance(number(seconds, "wait in seconds", at_most=10 * 365 * 86_400))

    def log_in(self) -> None:
        """The owner logs in: a family begins."""
        text = self._issuer.issue(_USER, _CLIENT)
        before = sum(token.number == 1 for token in self._tokens.values())
        family = chr(ord("A") + before) if before < 26 else f"{before}."
        token = self._tokens[text] = _Token(family, 1, self.now_s + self._lifetime_s)
        self._receive(OWNER, text)
        self._other_tab = ""
        self._note(Event(self.now_s, OWNER, "logs in", received=token.name))

    def log_out(self) -> None:
        """The owner logs out: the family ends, whoever holds its tokens."""
        text = self._text_of(OWNER)
        self._issuer.revoke(text)
        del self._held[OWNER]
        self._note(Event(self.now_s, OWNER, "logs out", self._tokens[text].name))

    def owner_refreshes(self, *, lost: bool = False) -> bool:
        """The owner exchanges a token; return whether it was accepted.

        Args:
            lost: The answer gets lost on its way, so the owner still holds the old token.
        """
        return self._present(OWNER, self._text_of(OWNER), lost=lost)

    def second_tab_refreshes(self) -> bool:
        """Another tab of the owner's presents the token that the first tab has just used up."""
        text = self._other_tab or self._text_of(OWNER)
        return self._present(OWNER, text, where=" from a second tab")

    def thief_copies(self) -> None:
        """The thief copies the refresh token that the owner holds."""
        text = self._text_of(OWNER)
        self._receive(THIEF, text)
        self._note(Event(self.now_s, THIEF, f"copies {self._tokens[text].name} from the owner"))

    def thief_refreshes(self) -> bool:
        """The thief exchanges her token; return whether it was accepted. Refused, she gives up."""
        return self._present(THIEF, self._text_of(THIEF))

    def holds(self, who: str) -> str:
        """Return the name of the token that "owner" or "thief" holds; "" after a refusal."""
        return self._tokens[self._held[who]].name if who in self._held else ""

    def would(self, token: str) -> str:
        """Return what presenting a token would bring now: it is tried on a copy of the store."""
        copy = MemoryStore()
        for key in self._store.keys(""):
            if (value := self._store.get(key)) is not None:
                copy.put(key, value)
        try:
            self._over(copy).exchange(token, _CLIENT)
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
            Generation(token.name, token.used, self.would(text), tuple(token.holders))
            for text, token in self._tokens.items()
        )

    def ending(self) -> Ending:
        """Return who is in now, and what it cost."""
        self._watch_thief()
        thief_in = self.is_in(THIEF)
        got = [event.at_s for event in self.events if event.who == THIEF and event.received]
        ends_s = max([self._thief_until_s, *(at_s + self.access_s for at_s in got)])
        until_s = self.now_s if thief_in else ends_s
        owners = [event for event in self.events if event.who == OWNER]
        return Ending(
            owner_in=self.is_in(OWNER),
            thief_in=thief_in,
            stolen=any(THIEF in token.holders for token in self._tokens.values()),
            thief_access_s=until_s - got[0] if got else 0.0,
            alarms=sum(event.revoked for event in self.events),
            thrown_out=sum(bool(event.refused) for event in owners),
            logged_out=bool(owners) and owners[-1].did == "logs out",
        )

    def _text_of(self, who: str) -> str:
        if who not in self._held:
            raise InvalidInput(f"The {who} holds no refresh token.", remedy="Log in first.")
        return self._held[who]

    def _present(self, who: str, text: str, *, where: str = "", lost: bool = False) -> bool:
        token = self._tokens[text]
        did = f"presents {token.name}{where}"
        try:
            fresh = self._issuer.exchange(text, _CLIENT).token
        except RefreshRefused as error:
            self._held.pop(who, None)
            revoked = isinstance(error, RefreshReused) and self.would(text) == REVOKED
            kind, said = type(error).__name__, error.cause
            self._note(Event(self.now_s, who, did, token.name, "", kind, said, revoked=revoked))
            return False
        token.used = token.used or fresh != text
        if fresh not in self._tokens:
            kin = sum(each.family == token.family for each in self._tokens.values())
            self._tokens[fresh] = _Token(token.family, kin + 1, token.ends_s)
        if who == OWNER:
            self._other_tab = text
        if not lost:
            self._receive(who, fresh)
        self._note(Event(self.now_s, who, did, token.name, self._tokens[fresh].name, lost=lost))
        return True

    def _receive(self, who: str, text: str) -> None:
        self._held[who] = text
        if who not in self._tokens[text].holders:
            self._tokens[text].holders.append(who)

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self._watch_thief()

    def _watch_thief(self) -> None:
        """Keep when the thief's refresh token ends, or the moment at which somebody ended it."""
        if self.is_in(THIEF):
            self._thief_until_s = self._tokens[self._held[THIEF]].ends_s
        else:
            self._thief_until_s = min(self._thief_until_s, self.now_s)
