"""A token as two areas: what anyone can read in it, and what a verifier says to it."""

from collections.abc import Sequence
from copy import copy
from itertools import groupby

from labkit import inputs
from labkit.clock import Clock
from labkit.display import Shown, card, verdict
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.tokens import Check, Examination, TokenVerifier, examine
from labkit.tokens.wording import Reading
from labkit.widgets.token_json import is_json, laid_out

TITLE, SMALL = "Token", "what it says, and what a verifier says to it"
READ = "Read (anyone can)"
MOST_SHOWN = 4096
# The states of the visual language, by those of an examination.
LOOKS = {
    "passed": "held",
    "accepted": "held",
    "refused": "refused",
    "let through": "breached",
    "let in": "breached",
    "broken": "broken",
    "not checked": "idle",
}
_DATED = frozenset({"exp", "nbf", "iat"})
_NOTED = _DATED | {"alg", "crit", "jwk", "jku", "x5c", "x5u", "zip", "b64"}


class TokenReading(Shown):
    """One token, read and judged: the token editor without its fields.

    Args:
        token: The token.
        examination: What `labkit.tokens.examine` found.
    """

    def __init__(self, token: str, examination: Examination) -> None:
        self.token, self.examination = token, examination

    def __repr__(self) -> str:
        return str(self.examination)

    def html(self) -> str:
        """Return the three segments in their colours, then the two areas."""
        found = self.examination
        badge = verdict(LOOKS[found.state], found.headline)
        return card(
            TITLE,
            SMALL,
            f'<div class="lk-token">{_segments(self.token)}</div>'
            '<div class="lk-cols lk-reads lk-results">'
            f'<section><p class="lk-head">{escaped(READ)}</p>{self._read()}</section>'
            f'<section><p class="lk-head">Verified by {escaped(found.verifier)}</p>'
            f'<p class="lk-said-it">{badge} {escaped(found.said)}</p>'
            f"{_checks(found.checks)}</section></div>",
        )

    def _read(self) -> str:
        found = self.examination
        inspection = found.inspection
        return (
            _part("header", inspection.header_text, found.header)
            + _part("payload", inspection.payload_text, found.payload)
            + _block("signature", f"{len(inspection.signature)} bytes")
            + "".join(f"<p>A strict reader: {escaped(each)}</p>" for each in inspection.problems)
        )


def read_token(token: str, verifier: TokenVerifier, *, clock: Clock | None = None) -> TokenReading:
    """Read a token and let a verifier judge it: the token editor in code.

    Args:
        token: Anything that may be a token.
        verifier: Who judges it.
        clock: The time at which it shall judge, in place of its own clock's; its keys keep theirs.

    Raises:
        InvalidInput: `token` is no str, or `verifier` no TokenVerifier.

    Examples:
        >>> from labkit.tokens import Key
        >>> key = Key.generate("EdDSA", kid="june")
        >>> verifier = TokenVerifier(key, algorithm="EdDSA", issuer="https://a", audience="b")
        >>> print(str(read_token("eyJhbGciOiJub25lIn0.e30.", verifier)).splitlines()[-12])
          Refused at alg: The header says 'none': nothing is signed.
    """
    return TokenReading(token, examine(token, at_clock(verifier, clock)))


def at_clock(verifier: TokenVerifier, clock: Clock | None) -> TokenVerifier:
    """Return the verifier with another clock; the one that was given keeps its own."""
    if not isinstance(verifier, TokenVerifier):
        raise InvalidInput(f"The verifier must be a TokenVerifier, not {type(verifier).__name__}.")
    if clock is None:
        return verifier
    other = copy(verifier)
    other.clock = inputs.function(clock, "clock")
    return other


def noted(readings: Sequence[Reading]) -> list[dict[str, str]]:
    """Return what deserves a word beside the JSON itself: dates, the algorithm, keys brought."""
    return [{"name": each.name, "words": each.words} for each in readings if each.name in _NOTED]


def _segments(token: str) -> str:
    shown = token[:MOST_SHOWN]
    parts = shown.split(".", 2)
    spans = (
        f'<span class="{name}">{escaped(part)}</span>'
        for part, name in zip(parts, ("header", "payload", "signature"), strict=False)
    )
    return "<b>.</b>".join(spans) + "…" * (len(token) > MOST_SHOWN)


def _part(name: str, text: str, readings: Sequence[Reading]) -> str:
    text = text[:MOST_SHOWN]
    shown = laid_out(text) if is_json(text) else text
    return _block(name, shown or "(nothing)") + "".join(
        f'<div class="lk-hint"><span class="lk-mono">{escaped(each["name"])}</span>'
        f" {escaped(each['words'])}</div>"
        for each in noted(readings)
    )


def _block(name: str, text: str) -> str:
    return (
        f'<div class="lk-part {name}"><span class="label">{name}</span>'
        f'<div class="lk-json">{escaped(text)}</div></div>'
    )


def _checks(checks: Sequence[Check]) -> str:
    """A row each; those that nobody came to, for one reason, are one row together."""
    rows = []
    for (state, words), same in groupby(checks, key=lambda each: (each.state, each.words)):
        names = [each.name for each in same]
        name = names[0] if len(names) == 1 else f"{len(names)} more"
        told = words if len(names) == 1 else f"{words}: {', '.join(names)}"
        rows.append(
            f"<li>{verdict(LOOKS[state], name)} "
            f'<span><span class="lk-unseen">{state}: </span>{escaped(told)}</span></li>'
        )
    return f'<ul class="lk-claims">{"".join(rows)}</ul>'
