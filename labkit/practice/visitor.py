"""Who a request comes from, as far as the site's own evidence goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labkit.access import Subject
from labkit.errors import LabkitError
from labkit.practice.accounts import FULL
from labkit.practice.gradebook import Row
from labkit.practice.parts import Parts
from labkit.practice.refusal import Refusal
from labkit.practice.tokens import user_in
from labkit.sessions import Session

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Visitor:
    """One request's visitor.

    Args:
        session_id: The id of a living session, of a logged-in user or of nobody yet.
        session: That session.
        subject: Who it is, once every step of the log-in is done; else None.
        claims: What a bearer token said, where one was sent; no other site can have sent it.
    """

    session_id: str = field(default="", repr=False)
    session: Session | None = None
    subject: Subject | None = None
    claims: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The user's name, or ""."""
        return self.subject.id if self.subject else ""

    @property
    def by_token(self) -> bool:
        """Whether a bearer token says who it is."""
        return self.claims is not None

    @property
    def halfway(self) -> bool:
        """Whether the password was right and the second step is still to come."""
        return self.session is not None and self.session.user is not None and not self.subject

    def user_row(self, parts: Parts) -> Row | None:
        """Return the user's row, or None for a stranger."""
        return parts.gradebook.user(self.subject.id) if self.subject else None

    def can(self, parts: Parts) -> frozenset[str]:
        """Return the permissions that this visitor may have on something, for menus."""
        if self.subject is None:
            return frozenset()
        return parts.menu(self.subject)


STRANGER = Visitor()


def visitor_of(parts: Parts, cookies: Texts, query: Texts, headers: Texts) -> Visitor:
    """Return the visitor: by bearer token where one is sent, else by session.

    Raises:
        Refusal: A bearer token was sent and is not valid; a session beside it does not count.
    """
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(parts, token.strip(), query)
    session_id = parts.identity.session_id(cookies, query) or ""
    session = parts.sessions.look_up(session_id) if session_id else None
    if session is None:
        return STRANGER
    if session.user is None or session.level != FULL:
        return Visitor(session_id, session)
    return Visitor(session_id, session, parts.subject(session.user, headers, query))


def _by_token(parts: Parts, token: str, query: Texts) -> Visitor:
    try:
        claims = parts.tokens.verifier.verify(token)
        user = user_in(claims)
        tenant = parts.identity.tenant(user, query) or None
        subject = Subject(user, roles=(str(claims.get("role", "")),), tenant=tenant)
    except LabkitError as error:
        raise Refusal("The token is not valid.", status=401, error="invalid_token") from error
    return Visitor(subject=subject, claims=claims)
