"""Mistakes in slowing down who guesses, and in what a refusal tells."""

from collections.abc import Iterable, Mapping
from typing import Any

from labkit.catalogue import mistake
from labkit.guessing import LogInThrottle
from labkit.guessing.source import header
from labkit.guessing.throttle import Tally
from labkit.passwords import PasswordPolicy
from labkit.passwords.policy import Problem
from labkit.practice.decisions.guessing import LogIn

NO_COUNT = "where nothing counts there is nothing to get round"


@mistake(
    "G1",
    "no throttle",
    cwe=(307,),
    asvs=("6.3.1",),
    also=dict.fromkeys(("G2", "G3", "G4", "G10"), NO_COUNT),
)
class NoThrottle(LogInThrottle):
    """Every attempt is let through at once, the hundredth like the first."""

    def admit(self, keys: Iterable[str], now: float) -> float:  # noqa: ARG002, D102
        return 0.0


@mistake("G2", "throttle counts by X-Forwarded-For", cwe=(348,), asvs=("15.3.4",))
class CountsByClaimedAddress(LogInThrottle):
    """The address to count by is the header's first entry, which the client writes itself."""

    def keys(  # noqa: D102
        self,
        account: str,  # noqa: ARG002
        peer: str,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[str, ...]:
        claimed = header(headers or {}, "X-Forwarded-For").partition(",")[0].strip()
        return (self.source(claimed or peer, {}),)


@mistake("G3", "a good log-in resets every count", cwe=(307,), asvs=("6.3.1",))
class ForgivesTheSource(LogInThrottle):
    """The address starts afresh when anyone logs in from it, a guesser into his own account too."""

    def on_success(  # noqa: D102
        self, account: str, peer: str, headers: Mapping[str, str] | None = None
    ) -> None:
        for key in self.keys(account, peer, headers):
            self.forget(key)


@mistake(
    "G4",
    "throttle counts by account alone",
    cwe=(307,),
    asvs=("6.3.1",),
    also={"G3": "without a count by address no log-in of one's own has to reset it"},
)
class CountsByAccountAlone(LogInThrottle):
    """One address may try one password at every account, or a leaked pair at each."""

    def keys(  # noqa: D102
        self, account: str, peer: str, headers: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        return super().keys(account, peer, headers)[-1:]


@mistake("G5", "many passwords taken in one request", cwe=(307,), asvs=("6.3.1",))
class TriesEveryPassword(LogIn):
    """The JSON value goes to a loop as it comes: a list is one attempt for the throttle."""

    def passwords_in(self, body: Mapping[str, Any]) -> list[str]:  # noqa: D102
        sent = body.get("password")
        each = sent if isinstance(sent, list) else [sent]
        return [password for password in each if isinstance(password, str)]


@mistake("G6", "strangers lock the owner out", cwe=(645,), asvs=("6.1.1",))
class OneBucketForAll(LogInThrottle):
    """Whoever fails on purpose closes the account for its owner's own devices too."""

    def bucket(self, account: str, trusted: bool) -> str:  # noqa: ARG002, D102
        return super().bucket(account, trusted=False)


@mistake("G7", "another answer for an unknown name", cwe=(204,), asvs=("6.3.8",))
class TellsUnknownNames(LogIn):
    """Helpful to who mistyped a name, and to who wants a list of those that exist."""

    def refusal(self, known: bool) -> tuple[int, str]:  # noqa: D102
        return super().refusal(known) if known else (404, "There is no such account.")


@mistake("G8", "no hash for an unknown name", cwe=(208,), asvs=("6.3.8",))
class ReturnsEarly(LogIn):
    """Where there is no row there is nothing to check: the answer comes at once, and says so."""

    def check(self, user: Mapping[str, Any] | None, password: str) -> bool:  # noqa: D102
        return user is not None and super().check(user, password)


@mistake("G9", "common passwords allowed", cwe=(521,), asvs=("6.2.4", "6.2.12"))
class TakesAnyPassword(PasswordPolicy):
    """Whoever may choose "football" chooses it, and it is among the first five guesses."""

    def problems(self, password: str, context: Iterable[str] = ()) -> list[Problem]:  # noqa: ARG002, D102
        return []


@mistake("G10", "throttle looks, then counts", cwe=(362,), asvs=("15.4.2",))
class LooksThenCounts(LogInThrottle):
    """Between the look and the count, another attempt looks at the same number."""

    def admit(self, keys: Iterable[str], now: float) -> float:  # noqa: D102
        tallies = {key: Tally.load(self.store.get(key) or Tally().dump()) for key in keys}
        wait = max(self._left(key, tally, now) for key, tally in tallies.items())
        for key, tally in tallies.items():
            if wait == 0:
                self.store.put(key, Tally(tally.failures + 1, now).dump())
        return wait
