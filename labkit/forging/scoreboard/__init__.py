"""How a function that verifies tokens does against the whole corpus, family by family."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labkit.display import Shown, card, printable
from labkit.errors import InvalidInput
from labkit.forging.corpus import Corpus, corpus
from labkit.forging.corpus.family import Family, Sample
from labkit.forging.scoreboard.answering import Answer, Asking, Kind, Verify
from labkit.forging.scoreboard.family_score import FamilyScore, row
from labkit.inputs import function, number

LIMIT_S = 3.0
MOST_NAMED = 8


@dataclass(frozen=True)
class Scoreboard(Shown):
    """What a function made of the corpus: attacks held, valid tokens accepted, by family.

    Args:
        algorithm: The algorithm that was pinned.
        families: The families of forged tokens, with the answers.
        valid: The answers to the valid tokens.
    """

    algorithm: str
    families: tuple[FamilyScore, ...]
    valid: tuple[Answer, ...]

    @property
    def forged(self) -> int:
        """How many forged tokens there were."""
        return sum(score.total for score in self.families)

    @property
    def held(self) -> int:
        """How many of them were refused."""
        return sum(score.held for score in self.families)

    @property
    def crashed(self) -> int:
        """How many of those were refused by accident, with a TypeError or its like."""
        return sum(len(score.crashed) for score in self.families)

    @property
    def too_slow(self) -> int:
        """How many tokens, forged or valid, were not answered in time."""
        answers = [answer for score in self.families for answer in score.answers]
        return sum(answer.kind == "too slow" for answer in (*answers, *self.valid))

    @property
    def accepted(self) -> int:
        """How many valid tokens were accepted, with their claims."""
        return len(self.valid) - len(self.refused)

    @property
    def refused(self) -> tuple[Answer, ...]:
        """The valid tokens that were not accepted, or not with the claims that they carry."""
        return tuple(answer for answer in self.valid if not _welcome(answer))

    @property
    def perfect(self) -> bool:
        """Whether every forged token was refused and every valid one accepted."""
        return self.held == self.forged and not self.refused

    def family(self, name: str) -> FamilyScore:
        """Return one family's score.

        Raises:
            InvalidInput: There is no such family on this board.
        """
        for score in self.families:
            if score.family.name == name:
                return score
        names = ", ".join(score.family.name for score in self.families)
        raise InvalidInput(f"There is no family {name!r} here.", remedy=f"Take one of {names}.")

    def __repr__(self) -> str:
        width = max((len(score.family.name) for score in self.families), default=0)
        lines = [f"{self.algorithm}: {self.summary()}"]
        for score in self.families:
            count = f"{score.held} of {score.total}"
            line = f"  {score.state:<8} {score.family.name:<{width}} {count:>10}  {score.told()}"
            lines.append(line.rstrip())
        return printable("\n".join([*lines, *(f"  {line}" for line in self._valid_lines())]))

    def html(self) -> str:
        """Return the board as a card: a row for each family that let something through."""
        quiet = [score for score in self.families if score.state == "held" and not score.crashed]
        rows = [score.row() for score in self.families if score not in quiet]
        if quiet:
            names = " · ".join(f"{score.family.name} {score.total}" for score in quiet)
            rows.append(row("held", f"{len(quiet)} families whole", [names]))
        state, count = "broken" if self.refused else "held", len(self.valid)
        rows.append(row(state, f"valid tokens: {self.accepted} of {count}", self._valid_lines()))
        table = f'<table class="lk-report">{"".join(rows)}</table>'
        return card(f"Scoreboard, {self.algorithm}", self.summary(), table)

    def summary(self) -> str:
        """Return the counts in one line."""
        told = [f"{self.held} of {self.forged} attacks held"]
        told.append(f"{self.accepted} of {len(self.valid)} valid tokens accepted")
        if self.crashed:
            told.append(f"{self.crashed} refused by a crash")
        if self.too_slow:
            told.append(f"{self.too_slow} not answered in time")
        return " · ".join(told)

    def _valid_lines(self) -> list[str]:
        if self.valid and all(answer.kind == "refused" for answer in self.valid):
            hint = "Does it ask the machine's clock, and not the time that it is given?"
            return [f"No valid token was accepted. {hint}", _refusal(self.refused[0])]
        lines = [_refusal(answer) for answer in self.refused[:MOST_NAMED]]
        left = len(self.refused) - len(lines)
        return [*lines, f"and {left} valid tokens more"] if left > 0 else lines


def scoreboard(
    verify: Verify,
    *,
    algorithm: str = "HS256",
    tokens: Corpus | None = None,
    key: object = None,
    families: Sequence[str] | None = None,
    limit_s: float = LIMIT_S,
) -> Scoreboard:
    """Let a function meet the corpus, and count.

    It refuses by raising an exception or by returning None or False; anything else accepts. For a
    valid token it must return the claims, as a dict. A TypeError, a KeyError, a RecursionError and
    their like refuse too, but by accident: they are counted apart. The function runs in a thread
    of its own and may take `limit_s` for each token.

    Args:
        verify: Called with a token (str), a key and the time (int, seconds since the epoch).
        algorithm: "HS256", "RS256", "ES256" or "EdDSA".
        tokens: The corpus to meet, if not the usual one for the algorithm.
        key: What the function is given as the key; without it the secret as bytes, or the public
            key as PEM.
        families: The names of the families to meet; without it all.
        limit_s: Seconds that it may take for one token, from 0.05 to 60.

    Raises:
        InvalidInput: `verify` is no function, or there is no such algorithm or family.

    Examples:
        >>> board = scoreboard(lambda token, key, now: {"sub": "whoever"})
        >>> board.held, board.accepted
        (0, 0)
        >>> scoreboard(lambda token, key, now: None, families=["alg none"]).summary()
        '... of ... attacks held · 0 of 42 valid tokens accepted'
    """
    function(verify, "verify")
    number(limit_s, "limit", at_least=0.05, at_most=60.0)
    chosen = corpus(algorithm) if tokens is None else tokens
    if not isinstance(chosen, Corpus):
        raise InvalidInput(f"The tokens must be a Corpus, not {type(tokens).__name__}.")
    met = _families(chosen, families)
    forged = [sample for each in met for sample in chosen.family(each.name)]
    asking = Asking(verify, chosen.key.plain if key is None else key, chosen.now, limit_s)
    answers = asking.answers([*chosen.valid, *forged])
    valid, rest = answers[: len(chosen.valid)], answers[len(chosen.valid) :]
    scores = tuple(
        FamilyScore(each, tuple(a for a in rest if a.sample.family == each.name)) for each in met
    )
    return Scoreboard(chosen.algorithm, scores, tuple(valid))


def claims_of(sample: Sample) -> dict[str, Any]:
    """Return the claims that a valid token carries."""
    payload = sample.token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=="))
    return claims


def _families(tokens: Corpus, names: Sequence[str] | None) -> tuple[Family, ...]:
    if names is None:
        return tokens.families
    if isinstance(names, str | bytes) or not isinstance(names, Sequence):
        raise InvalidInput("The families must be a list of names.", remedy='["alg none"]')
    for name in names:
        tokens.family(name)
    return tuple(each for each in tokens.families if each.name in names)


def _welcome(answer: Answer) -> bool:
    claims = answer.claims
    return claims is not None and dict.__eq__(claims_of(answer.sample), claims) is True


def _refusal(answer: Answer) -> str:
    kinds: dict[Kind, str] = {"accepted": "accepted without its claims"}
    said = f" ({answer.said})" if answer.said else ""
    what = kinds.get(answer.kind, answer.kind)
    return f"A valid token was {what}: {answer.sample.name}{said}. {answer.sample.why}"
