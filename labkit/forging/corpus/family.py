"""What a family of forged tokens is: one idea, why it matters, and the tokens that try it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from labkit.forging.corpus.mint import Mint

# A name, the token, why it must be refused; a fourth says whether the issuer's key signed it.
Made = tuple[str, str, str] | tuple[str, str, str, bool]


@dataclass(frozen=True)
class Sample:
    """One token of the corpus.

    Args:
        name: What is special about it; no two tokens of a corpus share a name.
        family: The name of its family, or "valid".
        token: The token.
        why: Why it must be refused, or accepted.
        signed: Whether the issuer's key signed what it says. A forged token that it signed is one
            that the issuer made for another place, time or purpose, or that a second reader could
            take for something else.
    """

    name: str
    family: str
    token: str
    why: str
    signed: bool

    def __repr__(self) -> str:
        return f"{self.family}: {self.name}"


@dataclass(frozen=True)
class Family:
    """Forged tokens with one idea.

    Args:
        name: A short name.
        ids: The catalogue's mistakes that accept them.
        matters: What whoever gets one accepted has gained.
        signed: Whether the issuer's key signed them, where a token does not say otherwise.
        only: The algorithms that it exists for; none means all.
        make: Writes the tokens.
    """

    name: str
    ids: tuple[str, ...]
    matters: str
    signed: bool
    only: tuple[str, ...]
    make: Callable[[Mint], Iterator[Made]]

    def samples(self, mint: Mint) -> Iterator[Sample]:
        """Yield the family's tokens for one algorithm."""
        if self.only and mint.alg not in self.only:
            return
        for name, token, why, *signed in self.make(mint):
            own = bool(signed[0]) if signed else self.signed
            yield Sample(name, self.name, token, why, own)


def family(
    name: str, *ids: str, matters: str, signed: bool = False, only: tuple[str, ...] = ()
) -> Callable[[Callable[[Mint], Iterator[Made]]], Family]:
    """Turn a function that writes tokens into a family."""
    return lambda make: Family(name, ids, matters, signed, only, make)


def spelled_out(*values: Any) -> dict[str, Any]:
    """Return values of any type by the JSON that says them."""
    return {json.dumps(value): value for value in values}
