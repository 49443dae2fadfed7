"""Mistakes with taking back: tokens that outlive the right they stood for, and their renewal."""

from collections.abc import Mapping
from typing import Any

from labkit.catalogue import mistake
from labkit.tokens import RefreshRecord, RefreshTokens, TokenVerifier


@mistake("T15", "no token is ever taken back", cwe=(613,), asvs=("7.4.1", "7.4.2", "8.3.2"))
class NeverRevoked(TokenVerifier):
    """Tokens need no look-up, so nobody looks up who has logged out or is no teacher any more."""

    def revoked(self, claims: Mapping[str, Any]) -> bool:  # noqa: ARG002, D102
        return False


@mistake(
    "T16",
    "a refresh token can be used again",
    cwe=(294,),
    asvs=("10.4.5",),
    also={"T17": "where every use is the first, no second one is noticed"},
)
class NeverRotated(RefreshTokens):
    """One token for a month: whoever copied it renews beside its owner, and neither is told."""

    def successor(self, record: RefreshRecord) -> str:  # noqa: D102
        return record.presented


@mistake("T17", "a second use ends nothing", cwe=(294,), asvs=("10.4.5",))
class ReuseWithoutConsequence(RefreshTokens):
    """The used token is refused, and that is all: if the thief was first, it is the owner's."""

    def on_reuse(self, record: RefreshRecord) -> None:  # noqa: D102
        pass


@mistake("T18", "any program may use a refresh token", cwe=(639,), asvs=("8.2.2",))
class AnyProgramsToken(RefreshTokens):
    """The program proves who it is, and nobody asks whether the token was issued to it."""

    def belongs_to(self, record: RefreshRecord, client: str) -> bool:  # noqa: ARG002, D102
        return True
