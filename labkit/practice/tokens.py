"""How the site's tokens are wired: who issues, who verifies with what, and which programs ask."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labkit.clock import Clock
from labkit.inputs import text
from labkit.practice.defences import Defences
from labkit.stores import Store
from labkit.tokens import (
    Key,
    KeyRing,
    RefreshTokens,
    Revocations,
    TokenError,
    TokenIssuer,
    TokenVerifier,
)

ISSUER = "https://gradebook.localhost"
AUDIENCE = "gradebook-api"
FORUM = "forum"
ARCHIVE = "gradebook-api-archive"  # a read-only copy, run by somebody else
AUDIENCES = (AUDIENCE, FORUM, ARCHIVE)
TICKET = "ticket+jwt"
ALGORITHM = "ES256"
MOST_NAME = 256

APP = "gradebook-app"  # public: it runs where its user can read all of it (RFC 6749 §2.1)
PLANNER = "planner"
NEWSLETTER = "newsletter"  # Mallory runs it


@dataclass(frozen=True)
class Tokens:
    """Everything about tokens, wired once; as safe for threads as its parts are.

    Args:
        keys: The ring that signs.
        issuer: Issues for all audiences.
        verifier: What the gradebook's own API accepts.
        tickets: What opens one download.
        forum: What the forum verifies with: all it has of the keys is what `shared` says.
        shared: What the forum was given to verify with; None where it has to ask the gradebook.
        refresh: Refresh tokens, each bound to a program and a service: see `grantee`.
        revocations: What was taken back.
        programs: Each program's secret; None for one that cannot keep any.
    """

    keys: KeyRing
    issuer: TokenIssuer
    verifier: TokenVerifier
    tickets: TokenVerifier
    forum: TokenVerifier
    shared: Key | None = field(repr=False)
    refresh: RefreshTokens
    revocations: Revocations
    programs: Mapping[str, str | None] = field(repr=False)

    @classmethod
    def build(cls, d: Defences, store: Store, clock: Clock) -> "Tokens":
        """Make the keys, and everything that uses them; the ring's key decides the algorithm."""
        keys = d.key_ring(algorithm=ALGORITHM, clock=clock)
        revocations = d.revocations(store, clock=clock)
        shared = _shared(keys)

        def verifier(
            keys: KeyRing, audience: str = AUDIENCE, token_type: str = "at+jwt"
        ) -> TokenVerifier:
            return d.token_verifier(
                keys,
                algorithm=algorithm,
                issuer=ISSUER,
                audience=audience,
                clock=clock,
                token_type=token_type,
                revocations=revocations,
            )

        algorithm = keys.signing_key().alg
        return cls(
            keys=keys,
            issuer=d.token_issuer(
                keys, algorithm=algorithm, issuer=ISSUER, audience=AUDIENCE, clock=clock
            ),
            verifier=verifier(keys),
            tickets=verifier(keys, token_type=TICKET),
            forum=verifier(KeyRing([shared], clock=clock) if shared else keys, FORUM),
            shared=shared,
            refresh=d.refresh_tokens(store, clock=clock),
            revocations=revocations,
            programs={
                APP: None,
                PLANNER: secrets.token_urlsafe(),
                NEWSLETTER: secrets.token_urlsafe(),
            },
        )


def grantee(program: str, audience: str) -> str:
    """Return whom a refresh token is bound to: a program, for the service that a person chose.

    Else a program that was let into the forum would renew its way into the gradebook
    (RFC 6749 §6: a renewal gives nothing that was not granted).
    """
    return f"{program} for {audience}"


def user_in(claims: Mapping[str, Any]) -> str:
    """Return whom the claims of a token are about. Which verifier let them through is open.

    Raises:
        InvalidInput: Nobody by a name that a table can hold.
    """
    return text(str(claims.get("sub", "")), "user", at_least=1, at_most=MOST_NAME)


def _shared(keys: KeyRing) -> Key | None:
    # A key that verifies and signs alike stays at home: then the forum asks (RFC 7662).
    try:
        return keys.shared_with(FORUM)
    except TokenError:
        return None
