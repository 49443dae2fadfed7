"""Who a request comes from, as far as the site's own evidence goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from labkit.access import Subject
from labkit.errors import LabkitError
from labkit.practice.gradebook import Row
from labkit.practice.parts import Parts
from labkit.sessions import Session

FULL = "full"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Visitor:
    """One request's visitor.

    Args:
        session_id: The id of a living session, of a logged-in user or of nobody yet.
        session: That session.
        subject: Who it is, once every step of the log-in is done; else None.
        by_token: Whether a bearer token said so (then no other site can have sent the request).
    """

    session_id: str = ""
    session: Session | None = None
    subject: Subject | None = None
    by_token: bool = False

    @property
    def name(self) -> str:
        """The user's name, or ""."""
        return self.subject.id if self.subject else ""

    def user_row(self, parts: Parts) -> Row | None:
        """Return the user's row, or None for a stranger."""
        return parts.gradebook.user(self.subject.id) if self.subject else None

    def can(self, parts: Parts) -> frozenset[str]:
        """Return the permissions that this visitor may have on something, for menus."""
        if self.subject is None:
            return frozenset()
        subject = self.subject
        return frozenset(
            p for p in parts.policy.permissions if parts.policy.could_allow(subject, p)
        )


def visitor_of(parts: Parts, cookies: Texts, query: Texts, headers: Texts) -> Visitor:
    """Return the visitor: by bearer token where one is sent, else by session."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Visitor(subject=_by_token(parts, token.strip(), query), by_token=True)
    session_id = parts.identity.session_id(cookies, query) or ""
    session = parts.sessions.look_up(session_id) if session_id else None
    if session is None:
        return Visitor()
    if session.user is None or session.level != FULL:
        return Visitor(session_id, session)
    return Visitor(session_id, session, parts.subject(session.user, headers, query))


def _by_token(parts: Parts, token: str, query: Texts) -> Subject | None:
    try:
        claims = parts.token_verifier.verify(token)
    except LabkitError:
        return None
    tenant = parts.identity.tenant(claims["sub"], query)
    return Subject(claims["sub"], roles=(str(claims.get("role", "")),), tenant=tenant or None)
