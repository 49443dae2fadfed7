"""Some hundred forged tokens and some dozen valid ones, for any verifier to meet.

All are made here and now, by code, for one algorithm, one issuer and one audience. Whoever verifies
pins all three and the type `at+jwt`, demands `exp`, and knows one key; everything else a token may
try. The corpus makes its own bytes and knows no verifier.
"""

import functools
from dataclasses import dataclass, field

from labkit.errors import InvalidInput
from labkit.forging.corpus import (
    claims,
    confusion,
    form,
    headers,
    json_text,
    numbers,
    spelling,
    unsigned,
    valid,
)
from labkit.forging.corpus.family import Family, Sample
from labkit.forging.corpus.mint import ALGORITHMS, Mint, signer
from labkit.inputs import octets, text, whole

NOW = 1_800_000_000
ISSUER, AUDIENCE, KID = "https://gradebook.example", "grades", "june"
TOKEN_TYPE = "at+jwt"
REVOKED_JTI = "taken-back"
KEPT = 8  # corpora at a time; one has a few megabytes, most of it in some huge tokens

_IN_ORDER = (unsigned, confusion, headers, numbers, claims, json_text, spelling, form)
FAMILIES: tuple[Family, ...] = tuple(
    value for module in _IN_ORDER for value in vars(module).values() if isinstance(value, Family)
)


@dataclass(frozen=True)
class CorpusKey:
    """What a verifier is given, in the forms that libraries take.

    Args:
        algorithm: The only algorithm to accept.
        kid: The key's name.
        jwk: The public key as a JWK (RFC 7517); for HS256 the secret as one.
        pem: The public key as PEM; empty for HS256.
        secret: The secret of HS256, else None.
    """

    algorithm: str
    kid: str
    jwk: dict[str, str] = field(repr=False)
    pem: str
    secret: bytes | None = field(repr=False)

    @property
    def plain(self) -> bytes | str:
        """The secret, or the PEM: what most functions called `verify` take."""
        return self.pem if self.secret is None else self.secret

    @property
    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The key as a key set (RFC 7517 §5)."""
        return {"keys": [self.jwk]}


@dataclass(frozen=True)
class Corpus:
    """The tokens for one algorithm, and what a verifier must know to judge them.

    Args:
        algorithm: The algorithm that is pinned.
        now: The time at which they are to be judged, in seconds since the epoch.
        issuer: What `iss` must be.
        audience: What `aud` must be or hold.
        token_type: What `typ` must be.
        key: The one trusted key.
        forged: What must be refused.
        valid: What must be accepted.
        revoked: A valid token that was taken back by its `jti`, `REVOKED_JTI`; it stands in
            neither list, since no verifier can see that by the token alone.
    """

    algorithm: str
    now: int
    issuer: str
    audience: str
    token_type: str
    key: CorpusKey
    forged: tuple[Sample, ...] = field(repr=False)
    valid: tuple[Sample, ...] = field(repr=False)
    revoked: Sample = field(repr=False)

    @property
    def families(self) -> tuple[Family, ...]:
        """The families that this algorithm has."""
        return tuple(each for each in FAMILIES if not each.only or self.algorithm in each.only)

    def family(self, name: str) -> tuple[Sample, ...]:
        """Return one family's forged tokens.

        Raises:
            InvalidInput: There is no such family for this algorithm.
        """
        found = tuple(sample for sample in self.forged if sample.family == name)
        if not found:
            names = ", ".join(each.name for each in self.families)
            raise InvalidInput(f"{self.algorithm} has no family {name!r}.", remedy=f"Take {names}.")
        return found


def corpus(
    algorithm: str = "HS256",
    *,
    now: int = NOW,
    issuer: str = ISSUER,
    audience: str = AUDIENCE,
    kid: str = KID,
    secret: bytes | None = None,
) -> Corpus:
    """Return the forged and the valid tokens for one algorithm.

    The same question gets the same corpus while the program runs; its keys are new in each run.

    Args:
        algorithm: "HS256", "RS256", "ES256" or "EdDSA".
        now: The time at which the tokens are to be judged, in whole seconds since the epoch.
        issuer: The issuer's name.
        audience: The name of the service that verifies.
        kid: The name of its one key.
        secret: The secret of HS256, 32 bytes or more; without it a random one.

    Raises:
        InvalidInput: There is no such algorithm, or a name is empty or too long.

    Examples:
        >>> tokens = corpus("ES256")
        >>> len(tokens.forged) >= 250, len(tokens.valid) >= 20
        (True, True)
        >>> tokens.family("alg none")[0]
        alg none: alg 'none'
    """
    if algorithm not in ALGORITHMS:
        names = ", ".join(ALGORITHMS)
        raise InvalidInput("There is no corpus for this algorithm.", remedy=f"Take one of {names}.")
    if secret is not None:
        octets(secret, "secret", at_least=32, at_most=1024)
    return _made(
        algorithm,
        whole(now, "time", at_least=10**9, at_most=10**10),
        text(issuer, "issuer", at_least=4, at_most=256),
        text(audience, "audience", at_least=4, at_most=256),
        text(kid, "kid", at_least=1, at_most=256),
        bytes(secret) if secret is not None and algorithm == "HS256" else None,
    )


@functools.lru_cache(maxsize=KEPT)
def _made(
    algorithm: str, now: int, issuer: str, audience: str, kid: str, secret: bytes | None
) -> Corpus:
    own = signer(algorithm, kid, secret)
    mint = Mint(own, signer(algorithm, "mallory"), now, issuer, audience)
    forged = tuple(sample for each in FAMILIES for sample in each.samples(mint))
    good = (Sample(name, "valid", token, why, True) for name, token, why, *_ in valid.valid(mint))
    why, taken_back = "It was taken back by its `jti`.", mint.claiming(jti=REVOKED_JTI)
    revoked = Sample("revoked", "revoked", taken_back, why, signed=True)
    key = CorpusKey(algorithm, kid, own.public, own.pem, own.secret)
    return Corpus(algorithm, now, issuer, audience, TOKEN_TYPE, key, forged, tuple(good), revoked)


__all__ = [
    "ALGORITHMS",
    "AUDIENCE",
    "FAMILIES",
    "ISSUER",
    "KID",
    "NOW",
    "REVOKED_JTI",
    "TOKEN_TYPE",
    "Corpus",
    "CorpusKey",
    "Family",
    "Sample",
    "corpus",
]
