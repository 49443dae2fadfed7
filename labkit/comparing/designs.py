"""The four designs: three with tokens, one with sessions."""

from collections.abc import Mapping
from contextlib import suppress
from inspect import isabstract
from typing import Any, ClassVar

from labkit.clock import Clock
from labkit.comparing.counting import LOOK_UP, counted
from labkit.comparing.design import LOG_IN_SERVER, Admitted, Credential, Design, held, known
from labkit.comparing.errors import CannotMint, NoRenewal, NoSuchPart, NotAdmitted, NotGranted
from labkit.errors import InvalidInput
from labkit.sessions import SessionManager, SqliteSessionStore
from labkit.tokens import (
    KeyRing,
    RefreshTokens,
    Revocations,
    TokenError,
    TokenIssuer,
    TokenVerifier,
)
from labkit.tokens.errors import Expired

ISSUER, AUDIENCE = "https://log-in.example", "grades"
CLIENT = "browser"
LEVEL = "password"


class Stateless(Design):
    """Tokens that live 15 minutes; nobody keeps anything, so nobody can take anything back.

    Args:
        services: How many services there are.
        clock: The time, in seconds since the epoch.
        algorithm: "ES256", "RS256" or "EdDSA" gives services the public key; "HS256" gives each
            of them the one secret. None takes the class's own.
    """

    name: ClassVar[str] = "stateless tokens"
    life_s: ClassVar[float] = 900.0
    algorithm: ClassVar[str] = "ES256"

    def __init__(
        self, *, services: int = 1, clock: Clock | None = None, algorithm: str | None = None
    ) -> None:
        super().__init__(services=services, clock=clock)
        algorithm = self.algorithm if algorithm is None else algorithm
        named = {"algorithm": algorithm, "issuer": ISSUER, "audience": AUDIENCE}
        self._named: dict[str, Any] = named
        self._ring = KeyRing(algorithm=algorithm, clock=self.clock)
        self._issuer = self._issuer_with(self._ring)
        self._verifiers = {name: self._verifier(self._denied()) for name in self.services}

    def issue(self, user: str, role: str) -> Credential:  # noqa: D102
        return Credential(self._issuer.issue(user, {"role": role}))

    def ask(self, credential: Credential, service: str = "service 1") -> Admitted:  # noqa: D102
        verifier = self._verifiers[known(service, self._verifiers, "service")]
        claims = verifier.verify(held(credential).sent)
        return Admitted(claims["sub"], claims["role"])

    def log_out(self, credential: Credential) -> None:
        """Do nothing: the browser forgets its token, and a copy of it stays good."""
        held(credential)

    def mint(self, party: str, user: str, role: str) -> Credential:
        """Sign a token with the keys that the party holds.

        Raises:
            CannotMint: None of them signs.
        """
        known(party, self.parties, "party")
        ring = self._ring if party == LOG_IN_SERVER else self._verifiers[party].keys
        try:
            return Credential(self._issuer_with(ring).issue(user, {"role": role}))
        except TokenError as error:
            raise CannotMint(f"The {party} holds no key that signs.") from error

    def header(self, credential: Credential) -> tuple[str, str]:  # noqa: D102
        return "Authorization", f"Bearer {held(credential).sent}"

    def _issuer_with(self, ring: KeyRing) -> TokenIssuer:
        return TokenIssuer(ring, clock=self.clock, lifetime_s=self.life_s, **self._named)

    def _verifier(self, denied: Revocations | None = None) -> TokenVerifier:
        """A service's own verifier with its own copy of what it needs to verify."""
        algorithm = self._named["algorithm"]
        ring = self._ring
        if algorithm != "HS256":
            ring = KeyRing.from_jwks(ring.jwks(), algorithm=algorithm, clock=self.clock)
        return TokenVerifier(ring, clock=self.clock, revocations=denied, **self._named)

    def _denied(self) -> Revocations | None:
        return None


class Denylist(Stateless):
    """The same tokens, and a list of those taken back, which every service looks into.

    Who is demoted is taken back too, and gets the new role with the next log-in.
    """

    name: ClassVar[str] = "tokens and a denylist"

    def log_out(self, credential: Credential) -> None:
        """Put the token on the list, unless it has ended by itself."""
        with suppress(Expired):
            self._revocations().revoke(self._verifier().verify(held(credential).sent))

    def demote(self, user: str, role: str) -> None:
        """Write the new role, and put every token of the person on the list."""
        super().demote(user, role)
        self._revocations().revoke_user(user)

    def ban(self, user: str) -> None:
        """Shut the person out, and put every token of theirs on the list."""
        super().ban(user)
        self._revocations().revoke_user(user)

    def _revocations(self) -> Revocations:
        return Revocations(self.store, clock=self.clock, longest_life_s=self.life_s)

    def _denied(self) -> Revocations:
        return Revocations(self.look_ups, clock=self.clock, longest_life_s=self.life_s)


class ShortLived(Stateless):
    """Tokens that live 5 minutes, and refresh tokens that the log-in server exchanges.

    The services look nothing up; a role or a ban is read at each exchange.
    """

    name: ClassVar[str] = "short life and refresh"
    life_s: ClassVar[float] = 300.0

    def issue(self, user: str, role: str) -> Credential:  # noqa: D102
        return Credential(super().issue(user, role).sent, self._refresh().issue(user, CLIENT))

    def renew(self, credential: Credential) -> Credential:
        """Exchange the refresh token, and sign the role that the directory has now.

        Raises:
            NoRenewal: There is no refresh token.
            RefreshRefused: It is not exchanged any more.
            NotAdmitted: The person is banned.
        """
        if not held(credential).renewal:
            raise NoRenewal("The credential holds no refresh token.")
        user, renewal = self._refresh().exchange(credential.renewal, CLIENT)
        return Credential(super().issue(user, self.role_of(user)).sent, renewal)

    def log_out(self, credential: Credential) -> None:
        """End the family of refresh tokens."""
        self._refresh().revoke(held(credential).renewal)

    def ban(self, user: str) -> None:
        """Shut the person out, and end every family of theirs."""
        super().ban(user)
        self._refresh().revoke_user(user)

    def _refresh(self) -> RefreshTokens:
        return RefreshTokens(self.store, clock=self.clock)


class Sessions(Design):
    """An id in a cookie; session and role are looked up at each request.

    Args:
        services: How many services there are.
        clock: The time, in seconds since the epoch.
        grants: Whether the store lets services look up and touch only, so that the log-in server
            alone opens sessions. Without grants, as it is mostly found, all of them may write.
    """

    name: ClassVar[str] = "sessions"

    def __init__(
        self, *, services: int = 1, clock: Clock | None = None, grants: bool = False
    ) -> None:
        super().__init__(services=services, clock=clock)
        store = SqliteSessionStore(self.database)
        shared = counted(store, self.asked, only=LOOK_UP if grants else None)
        self._manager = SessionManager(counted(store, self.managed), clock=self.clock)
        self._people = self.look_ups if grants else self.services_store
        self._managers = {name: SessionManager(shared, clock=self.clock) for name in self.services}

    def issue(self, user: str, role: str) -> Credential:  # noqa: ARG002, D102
        return Credential(self._manager.log_in(None, user, level=LEVEL))

    def ask(self, credential: Credential, service: str = "service 1") -> Admitted:  # noqa: D102
        manager = self._managers[known(service, self._managers, "service")]
        session = manager.look_up(held(credential).sent)
        if session is None or session.user is None:
            raise NotAdmitted("The session has ended.")
        return Admitted(session.user, self.role_of(session.user, at=self._people))

    def log_out(self, credential: Credential) -> None:
        """Remove the session."""
        self._manager.revoke(held(credential).sent)

    def ban(self, user: str) -> None:
        """Shut the person out, and remove every session of theirs."""
        super().ban(user)
        self._manager.revoke_all(user)

    def mint(self, party: str, user: str, role: str) -> Credential:
        """Open a session for somebody else, and write their role, if the store lets the party.

        Raises:
            CannotMint: It does not.
        """
        known(party, self.parties, "party")
        inside = party == LOG_IN_SERVER
        manager = self._manager if inside else self._managers[party]
        try:
            self.enter(user, role, at=self.store if inside else self._people)
            return Credential(manager.open(user, level=LEVEL))
        except NotGranted as error:
            raise CannotMint(f"The store lets the {party} open no session.") from error

    def header(self, credential: Credential) -> tuple[str, str]:  # noqa: D102
        return "Cookie", f"__Host-session={held(credential).sent}"


DESIGNS: dict[str, type[Design]] = {
    "stateless": Stateless,
    "denylist": Denylist,
    "refresh": ShortLived,
    "sessions": Sessions,
}


def designs_of(designs: Mapping[str, type[Design]]) -> dict[str, type[Design]]:
    """Return designs by short name.

    Raises:
        NoSuchPart: One of them is no design.
        InvalidInput: There is none, or they have no names.
    """
    if not isinstance(designs, Mapping) or not designs:
        raise InvalidInput("The designs are a mapping from a name to a class, not empty.")
    return {name: design_of(kind) for name, kind in designs.items()}


def design_of(design: str | type[Design]) -> type[Design]:
    """Return a design by its short name, or the class itself.

    Raises:
        NoSuchPart: It is neither.
    """
    kind = DESIGNS.get(design) if isinstance(design, str) else design
    if not (isinstance(kind, type) and issubclass(kind, Design)) or isabstract(kind):
        raise NoSuchPart("There is no such design.", remedy=f"Choose from: {', '.join(DESIGNS)}.")
    return kind
