"""Signed tokens (JWT): issue, verify, inspect, refresh, revoke; keys and key sets.

PyJWT's algorithm layer does the signatures; on top stands a parser that accepts one spelling of
each token. The caller pins algorithm, key, issuer, audience and type; the token chooses nothing.

Examples:
    >>> from labkit.tokens import KeyRing, TokenIssuer, TokenVerifier
    >>> ring = KeyRing(algorithm="ES256")
    >>> names = dict(algorithm="ES256", issuer="https://gradebook.example", audience="grades")
    >>> token = TokenIssuer(ring, **names).issue("alice", {"role": "student"})
    >>> claims = TokenVerifier(ring, **names).verify(token)
    >>> claims["sub"], claims["role"]
    ('alice', 'student')
"""

from labkit.tokens.checks import Check
from labkit.tokens.errors import TokenError
from labkit.tokens.examination import Examination, examine
from labkit.tokens.inspection import Inspection, inspect
from labkit.tokens.issue import TokenIssuer
from labkit.tokens.keyring import KeyRing, thumbprint
from labkit.tokens.keys import Key
from labkit.tokens.material import ALGORITHMS
from labkit.tokens.refresh import Exchange, RefreshTokens
from labkit.tokens.refresh_record import RefreshRecord
from labkit.tokens.revocation import Revocations
from labkit.tokens.signature import verify_signature
from labkit.tokens.verify import TokenVerifier

__all__ = [
    "ALGORITHMS",
    "Check",
    "Examination",
    "Exchange",
    "Inspection",
    "Key",
    "KeyRing",
    "RefreshRecord",
    "RefreshTokens",
    "Revocations",
    "TokenError",
    "TokenIssuer",
    "TokenVerifier",
    "examine",
    "inspect",
    "thumbprint",
    "verify_signature",
]
