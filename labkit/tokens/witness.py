"""What a verifier asks while it reads one token: each of its decisions, in its own order."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from labkit.tokens.verify import TokenVerifier

SEAMS = (
    "json",
    "critical",
    "key_for",
    "signature_ok",
    "type_ok",
    "in_time",
    "issuer_ok",
    "audience_ok",
    "revoked",
)
_REFUSED_BY_TRUE = frozenset({"critical", "revoked"})


@dataclass(frozen=True)
class Asked:
    """One decision: what came of it, and what the strict verifier would have said.

    Args:
        seam: The verifier's method.
        error: What it raised, if it did.
        refused: Whether it said no, by raising or by its answer.
        let_through: Whether it said yes where `TokenVerifier`'s own method says no.
    """

    seam: str
    error: Exception | None
    refused: bool
    let_through: bool = False


@dataclass(frozen=True)
class Testimony:
    """A verifier's answer to one token, and how it came to it.

    Args:
        claims: The claims, if it accepted the token.
        error: What it raised, if it did not.
        asked: Its decisions, in order.
        objection: Why a strict verifier would have refused what this one accepted.
    """

    claims: Mapping[str, Any] | None
    error: Exception | None
    asked: tuple[Asked, ...]
    objection: Exception | None = None

    def of(self, seam: str, place: int = 0) -> Asked | None:
        """Return the decision (`json` is asked twice: header, payload), if it came to that."""
        found = [each for each in self.asked if each.seam == seam]
        return found[place] if place < len(found) else None


def attend(token: str, verifier: TokenVerifier, now: float) -> Testimony:
    """Let a verifier read a token, and note its decisions. The verifier itself is left alone.

    Args:
        token: What is to be verified.
        verifier: The verifier; a subclass may decide anything in its own way.
        now: The time that it shall see, in seconds since the epoch.
    """
    asked: list[Asked] = []
    witness = _stand_in(verifier, now)
    strict = _strict(verifier, now)
    for seam in SEAMS:
        setattr(witness, seam, _noting(witness, strict, seam, asked))
    try:
        claims: Any = witness.verify(token)
    except Exception as error:  # a student's verifier may raise anything
        return Testimony(None, error, tuple(asked))
    if not isinstance(claims, Mapping):
        claims = {}
    objection = _raised_by(strict, token) if strict else None
    return Testimony(claims, None, tuple(asked), objection)


def _strict(verifier: TokenVerifier, now: float) -> TokenVerifier | None:
    """The verifier as it would be without its own methods; None if it has none."""
    if type(verifier) is TokenVerifier:
        return None
    strict = _stand_in(verifier, now)
    strict.__class__ = TokenVerifier
    return strict


def _raised_by(strict: TokenVerifier, token: str) -> Exception | None:
    try:
        strict.verify(token)
    except Exception as error:
        return error
    return None


def _stand_in(verifier: TokenVerifier, now: float) -> TokenVerifier:
    other = copy(verifier)
    other.clock = lambda: now
    other._headers = {}  # it would not ask about a header that it remembers
    return other


def _noting(
    witness: TokenVerifier, strict: TokenVerifier | None, seam: str, asked: list[Asked]
) -> Callable[..., Any]:
    method = getattr(witness, seam)

    def call(*arguments: Any) -> Any:
        try:
            answer = method(*arguments)
        except Exception as error:
            asked.append(Asked(seam, error, refused=True))
            raise
        refused = _says_no(seam, answer)
        lax = not refused and strict is not None and _refuses(strict, seam, arguments)
        asked.append(Asked(seam, None, refused, lax))
        return answer

    return call


def _says_no(seam: str, answer: Any) -> bool:
    if seam in ("json", "key_for"):
        return False
    return bool(answer) is (seam in _REFUSED_BY_TRUE)


def _refuses(strict: TokenVerifier, seam: str, arguments: Sequence[Any]) -> bool:
    try:
        return _says_no(seam, getattr(strict, seam)(*arguments))
    except Exception:  # a refusal, or something that only the mistaken verifier can read
        return True
