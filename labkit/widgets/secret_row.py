"""A token whose secret is guessed, as an object that shows itself: the cracker without buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labkit import inputs
from labkit.cracking import Candidates, Jwt, apply, crack, endings, listed, rate, read, unchanged
from labkit.cracking.words import count
from labkit.display import Shown, card
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.forging import Forgery, phrases
from labkit.forging.secrets import DEFAULTS
from labkit.practice import Defences, Site
from labkit.widgets.crack_table import AT_MOST_S, BUDGETS, CrackTable, Guessing, budget_for

TITLE, SMALL = "Secret cracker", "one token is enough, and nobody counts the guesses"
ROW = "token"
ATTACKS = {
    "defaults": "Defaults",
    "phrases": "Phrases",
    "dictionary": "Dictionary",
    "mask": "Mask",
    "brute force": "Brute force",
}
MASK = "?l?l?l?l?d?d"
CLAIMS: Mapping[str, Any] = {"sub": "grace", "role": "admin"}


@dataclass(frozen=True)
class SecretGuessing(Guessing):
    """Which secrets are guessed, in which order.

    Args:
        attack: "defaults", "phrases", or one of those on passwords.
        mask: The pattern of a mask attack.

    Examples:
        >>> SecretGuessing("phrases").candidates().size > 100_000
        True
    """

    attack: str = "defaults"
    mask: str = MASK

    def candidates(self) -> Candidates:
        """Return the guesses, best first.

        Raises:
            InvalidInput: No such attack, or a pattern or a length that makes no sense.
        """
        match self.attack:
            case "defaults":
                return listed(DEFAULTS, "typical defaults")
            case "phrases":
                return apply(phrases(), unchanged, endings(["!", "123"]))
        return super().candidates()

    def about(self) -> str:
        """Return what the guesses are, in one sentence."""
        size = count(self.candidates().size)
        match self.attack:
            case "defaults":
                return f"{size} secrets that programs are born with, from examples and tutorials."
            case "phrases":
                return (
                    "Sentences that say of themselves that they are secret, alone, with an"
                    f" exclamation mark or 123: at most {size} guesses."
                )
        return super().about()


@dataclass(frozen=True)
class CrackedSecret(Shown):
    """A token, what guessing its secret brought, and what can be signed with it.

    Args:
        token: The token.
        table: The row of the token, as in the crack lab.
        claims: What a forged token shall say.
    """

    token: str
    table: CrackTable
    claims: Mapping[str, Any]

    @property
    def secret(self) -> bytes | None:
        """The secret, or None."""
        found = self.table.found.get(ROW)
        return None if found is None else found.encode()

    @property
    def forged(self) -> Forgery | None:
        """A token with other claims that the secret has signed, or None without it."""
        return forged_with(self.token, self.secret, self.claims)

    def __repr__(self) -> str:
        forged = self.forged
        steps = "" if forged is None else "\n".join(["", *map(repr, forged.steps)])
        return f"{self.table!r}{steps}"

    def html(self) -> str:
        """Return the row and, where the secret is known, the forged token in a card."""
        return card(TITLE, SMALL, f"{body(self.table)}{self.table.notes()}{after(self.forged)}")


def secret_cracker(
    token: str | None = None,
    guessing: Guessing | str = "defaults",
    *,
    claims: Mapping[str, Any] = CLAIMS,
    gpu_seconds: float = BUDGETS["1 s"],
    at_most_s: float = AT_MOST_S,
) -> CrackedSecret:
    """Guess the secret of a token, and forge another one with it.

    Args:
        token: The token; without it one of a practice site whose secret is from a tutorial.
        guessing: Which guesses: the name of an attack, or a `SecretGuessing`.
        claims: What the forged token shall say.
        gpu_seconds: The budget, in seconds of one RTX 4090.
        at_most_s: CPU seconds that this machine really computes, at most.

    Raises:
        InvalidInput: A wrong token, attack, claim or number.
        UnreadableStored: It is no token, or none that an HMAC signed.

    Examples:
        >>> cracked = secret_cracker()
        >>> cracked.secret, cracked.forged.claims["role"]
        (b'your-256-bit-secret', 'admin')
    """
    chosen = SecretGuessing(guessing) if isinstance(guessing, str) else guessing
    if not isinstance(chosen, Guessing):
        raise InvalidInput("The guesses must be a SecretGuessing or the name of an attack.")
    rows = leaked(practice_token() if token is None else token)
    report = crack(rows, chosen.candidates(), budget=budget_for(rows, gpu_seconds, at_most_s))
    return CrackedSecret(rows[ROW], CrackTable.of(rows).ended(report), checked(claims))


def leaked(token: str) -> dict[str, str]:
    """Return a token as a table of one row.

    Raises:
        InvalidInput: It is no str, empty, too long, or no token at all.
        UnreadableStored: It is a token that no HMAC signed.
    """
    if not isinstance(read(inputs.text(token, "token", at_least=1, at_most=8192)).params, Jwt):
        raise InvalidInput(
            "This is no signed token.", remedy="Give the three parts with the dots between them."
        )
    return {ROW: token}


def body(table: CrackTable) -> str:
    """Return the token and what is known of its secret, as HTML."""
    [row] = table.rows
    pieces = zip("hps", row.stored.split("."), strict=True)
    spans = (f'<span class="{letter}">{escaped(text)}</span>' for letter, text in pieces)
    token = f'<div class="lk-token">{"<b>.</b>".join(spans)}</div>'
    return f'{token}<p class="lk-secret">{table.result(row)}</p>'


def source(token: str) -> str:
    """Return where the price of a guess comes from, in words."""
    speed = rate(read(token).params)
    kind = "an estimate" if speed.estimate else "a published rate"
    return f"Every guess is computed here; the price is {kind}: {speed.source}."


def checked(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the claims if a token can say them.

    Raises:
        InvalidInput: They are no mapping of names, or JSON cannot say them.
    """
    if not isinstance(claims, Mapping) or not all(isinstance(name, str) for name in claims):
        raise InvalidInput("The claims must be a mapping from name to value.")
    Forgery.of("").edit_claims(**claims)
    return claims


def forged_with(token: str, secret: bytes | None, claims: Mapping[str, Any]) -> Forgery | None:
    """Return the token with these claims, signed with the secret; None without one."""
    if secret is None:
        return None
    own = Forgery.of(token)
    return own.edit_claims(**claims).sign_with_secret(secret, own.header["alg"])


def after(forged: Forgery | None) -> str:
    """Return what was signed with the secret, as HTML."""
    if forged is None:
        return ""
    steps = "".join(step.folded() for step in forged.steps)
    note = '<p class="lk-note">Whoever verifies with that secret takes it for genuine.</p>'
    heading = "<h4>Forged with it</h4>"
    return f'<div class="lk-forged">{heading}{forged.body()}{note}{steps}</div>'


def practice_token() -> str:
    """Return Mallory's own token from a practice site whose secret is from a tutorial."""
    from labkit.mistakes.tokens_keys import SecretFromATutorial

    site = Site(Defences().having(SecretFromATutorial))
    try:
        return str(site.as_mallory().post("/api/token").json()["access_token"])
    finally:
        site.close()
