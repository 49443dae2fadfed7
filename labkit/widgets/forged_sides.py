"""A forged token beside the one that it was made from, and what two sites said to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from labkit.display import Shown, card
from labkit.encoding import escaped, printable
from labkit.exchange import Exchange
from labkit.forging import Forgery
from labkit.matrix import Catalogue
from labkit.widgets.log_in_sides import SideBySide, simulate

TITLE, SMALL = "Forge bench", "one token, changed byte by byte, sent to two sites"
_IN_A_LINK = re.compile(r"[?&]ticket=([^&]*)")
_MEMBERS = ("access_token", "refresh_token")


@dataclass(frozen=True)
class ForgedSides(Shown):
    """An attack with a token on two sites, and what was changed in the token byte by byte.

    Args:
        sides: The attack on the secure site and on the one with a mistake.
    """

    sides: SideBySide

    @property
    def forged(self) -> Forgery | None:
        """The token as the site with the mistake got it, its differences from the own as steps."""
        return sent(self.sides.mistaken.result.exchanges)

    @property
    def strict(self) -> Forgery | None:
        """The token as the secure site got it."""
        return sent(self.sides.secure.result.exchanges)

    def __repr__(self) -> str:
        forged = self.forged
        if forged is None:
            return repr(self.sides)
        steps = "\n".join(repr(step) for step in forged.steps) or UNCHANGED
        return f"{_told(forged)}\n{steps}\n{self.sides!r}"

    def html(self) -> str:
        """Return it as a card."""
        title = f"<p>{escaped(self.sides.attack.title)}</p>"
        return card(TITLE, SMALL, title + self.body())

    def body(self) -> str:
        """Return the token and its changes, then both sites."""
        return f"{self._token()}{self.sides.body()}"

    def _token(self) -> str:
        forged = self.forged
        if forged is None:
            return '<p class="lk-note">No token was sent.</p>'
        steps = "".join(step.folded() for step in forged.steps)
        told = steps or f'<p class="lk-note">{UNCHANGED}</p>'
        again = f'<p class="lk-src">{escaped(OTHER)}</p>' if steps else ""
        heading = f"<h4>What Mallory sent: {escaped(_told(forged))}</h4>"
        return f'<div class="lk-forged">{heading}{forged.body()}{told}{again}</div>'


UNCHANGED = "Not a byte was changed: the token is genuine, and was meant for something else."
OTHER = (
    "This is the token that the site with the mistake got. The secure site has a key of its own,"
    " so the same was done to its own token."
)


def forge_bench(
    attack: str, mistake: str | None = None, *, catalogue: Catalogue | None = None
) -> ForgedSides:
    """Forge a token, show each byte that changed, and send it to two sites.

    Args:
        attack: Its id in the catalogue, such as "T2".
        mistake: The id of the mistake that one of the sites has; the attack's own without it.
        catalogue: Where they are looked up; all of labkit's without it.

    Raises:
        InvalidInput: There is no such attack or mistake.

    Examples:
        >>> bench = forge_bench("T2")
        >>> bench.forged.header["alg"], [step.part for step in bench.forged.steps]
        ('none', ['header', 'payload', 'signature'])
        >>> bench.sides.said
        'Secure site: held. Site with one mistake: breached.'
    """
    return ForgedSides(simulate(attack, mistake, catalogue=catalogue))


def sent(exchanges: Sequence[Exchange]) -> Forgery | None:
    """Return the token that an attack is about: what it was made from, and how it differs.

    It is the one that got in, or else the last that was sent; what it was made from is an own one,
    by its `jti` where several were issued.
    """
    own = [token for exchange in exchanges for token in _issued(exchange)]
    foreign = [(e, token) for e in exchanges if (token := _presented(e))]
    forged = [(e, token) for e, token in foreign if token not in own[:1]] or foreign
    if not forged:
        return None
    token = next((token for e, token in forged if e.response.ok), forged[-1][1])
    return _made_from(own, token)


def _made_from(own: Sequence[str], token: str) -> Forgery:
    after = Forgery.of(token)
    others = [Forgery.of(each) for each in own if each != token]
    same = (each for each in others if _jti(each) and _jti(each) == _jti(after))
    before = next(same, others[-1] if others and token in own else None)
    return before.becoming(token) if before is not None else after


def _jti(token: Forgery) -> object:
    return token.claims.get("jti")


def _issued(exchange: Exchange) -> list[str]:
    told = exchange.response.json()
    values = [told.get(name) for name in _MEMBERS] if isinstance(told, dict) else []
    return [value for value in values if isinstance(value, str) and value.count(".") == 2]


def _presented(exchange: Exchange) -> str:
    scheme, _, token = exchange.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token
    found = _IN_A_LINK.search(exchange.request.path)
    return found[1] if found else ""


def _told(forged: Forgery) -> str:
    changed = list(dict.fromkeys(step.part for step in forged.steps))
    return printable(f"{_and(changed)} changed" if changed else "a token as it was issued")


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
