"""The secret cracker: a token, guesses at its secret, and what can be signed once it is found."""

from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from labkit.widgets.crack_table import BUDGETS, CrackTable
from labkit.widgets.cracks import AT_MOST_S, CrackLab
from labkit.widgets.secret_row import (
    ATTACKS,
    CLAIMS,
    MASK,
    ROW,
    SMALL,
    TITLE,
    CrackedSecret,
    SecretGuessing,
    after,
    body,
    checked,
    leaked,
    practice_token,
    source,
)

FORGE = "Forge with it"


class SecretCracker(CrackLab):
    """Guesses at the secret of a token, by the thousand, and a forged token once it is found.

    The guessing runs beside the kernel and ends within a quarter of a second after Cancel. The
    token is no trait, so no saved notebook holds it. `secret_cracker` is the same in code.

    Args:
        token: A token signed under HS256, HS384 or HS512; without it one of a practice site whose
            secret is from a tutorial.
        claims: What the forged token shall say.
        at_most_s: CPU seconds that this machine computes for one attack, at most.
    """

    about: ClassVar[str] = "guesses at the secret of a token. Run this cell to use it."
    title: ClassVar[str] = TITLE
    small: ClassVar[str] = SMALL
    attacks: ClassVar[Mapping[str, str]] = ATTACKS
    mask: ClassVar[str] = MASK
    paid: ClassVar[str] = "Budget"

    attack = traitlets.Enum(list(ATTACKS), "defaults").tag(sync=True)
    budget = traitlets.Enum(list(BUDGETS), "1 s").tag(sync=True)

    def __init__(
        self,
        token: str | None = None,
        *,
        claims: Mapping[str, Any] = CLAIMS,
        at_most_s: float = AT_MOST_S,
    ) -> None:
        rows = leaked(practice_token() if token is None else token)
        self._wanted = False
        self.source = source(rows[ROW])
        self._token, self._claims = rows[ROW], dict(checked(claims))
        super().__init__({"the token": rows}, at_most_s=at_most_s)

    @property
    def guessing(self) -> SecretGuessing:
        """What the controls stand at."""
        return SecretGuessing(self.attack, self._mask, self.characters, self.longest)

    @property
    def cracked(self) -> CrackedSecret:
        """What was found so far, as the object that `secret_cracker` returns."""
        return CrackedSecret(self._token, self.result, self._claims)

    def rows(self, table: CrackTable) -> str:
        """Return the token and what is known of its secret, as HTML."""
        return body(table)

    def do_next(self, _message: Mapping[str, object]) -> None:
        """Forge a token with the secret that was found."""
        self._wanted = True
        self._show_forged(said="A forged token, signed with the secret.")

    def _put(self, table: CrackTable, *, said: str = "") -> None:
        super()._put(table, said=said)
        self._wanted = self._wanted and bool(table.found)
        self.send({"next": FORGE if table.found else ""})
        self._show_forged()

    def _show_forged(self, *, said: str = "") -> None:
        forged = self.cracked.forged if self._wanted else None
        self.show("after", after(forged), said=said if forged else "")
