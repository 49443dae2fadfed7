"""Who accepts what: the corpus of forged and valid tokens, met by PyJWT, joserfc, authlib, labkit.

`python -m benchmarks.forgeries --write` writes `labkit/forging/libraries.json`, which
`labkit.forging.libraries` shows. Each library is used as its documentation says, with every check
switched on that it makes by itself: one algorithm, issuer, audience, required claims, a key set
where it looks up keys by name, the type where it can be asked to look at it.
"""

import contextlib
import importlib.util
import json
import platform
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, compare
from labkit.clock import ManualClock
from labkit.forging.corpus import ALGORITHMS, Corpus, corpus
from labkit.forging.scoreboard import claims_of
from labkit.forging.scoreboard.answering import Answer, Asking, Verify
from labkit.tokens import Key, TokenVerifier

RECORD = Path(__file__).parents[1] / "labkit" / "forging" / "libraries.json"
REQUIRED = ("exp", "iss", "aud")
LIMIT_S = 30.0
Adapter = Callable[[Corpus], Verify]


class _Still:
    """A clock that stands still, in the place of `datetime`."""

    def __init__(self, now: int) -> None:
        self._now = datetime.fromtimestamp(now, tz=UTC)

    def now(self, **_: object) -> datetime:
        return self._now


def pyjwt(tokens: Corpus) -> Verify:
    """`jwt.decode` with a PyJWK. It takes no clock, so the one that it reads is held still."""
    import jwt
    from jwt import api_jwt

    options: Any = {"require": list(REQUIRED), "enforce_minimum_key_length": True}
    checks: dict[str, Any] = {"issuer": tokens.issuer, "audience": tokens.audience}
    key, algorithms = jwt.PyJWK(tokens.key.jwk), [tokens.algorithm]

    def verify(token: str, _: object, now: int) -> object:
        real = vars(api_jwt)["datetime"]
        vars(api_jwt)["datetime"] = _Still(now)
        try:
            return jwt.decode(token, key, algorithms=algorithms, options=options, **checks)
        finally:
            vars(api_jwt)["datetime"] = real

    return verify


def joserfc(tokens: Corpus) -> Verify:
    """`jwt.decode` with a key set and a header registry, then `JWTClaimsRegistry.validate`."""
    from joserfc import jwt
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry
    from joserfc.jwt import JWTClaimsRegistry
    from joserfc.registry import HeaderParameter

    keys = KeySet.import_key_set(tokens.key.jwks)
    header = {"typ": HeaderParameter("Type", _access_token, required=True)}
    registry = JWSRegistry(header_registry=header, algorithms=[tokens.algorithm])

    def verify(token: str, _: object, now: int) -> object:
        found = jwt.decode(token, keys, algorithms=[tokens.algorithm], registry=registry)
        JWTClaimsRegistry(
            now=now,
            iss={"essential": True, "value": tokens.issuer},
            aud={"essential": True, "value": tokens.audience},
            exp={"essential": True},
        ).validate(found.claims)
        return found.claims

    return verify


def _access_token(typ: object) -> None:
    """A header registry's check: RFC 7515 §4.1.9, case-insensitive, with or without the prefix."""
    if not isinstance(typ, str) or typ.lower() not in ("at+jwt", "application/at+jwt"):
        raise ValueError("must be at+jwt")


def authlib(tokens: Corpus) -> Verify:
    """`JsonWebToken.decode` with a key set and claims options, then `validate`."""
    from authlib.deprecate import AuthlibDeprecationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        from authlib.jose import JsonWebKey, JsonWebToken

    keys = JsonWebKey.import_key_set(tokens.key.jwks)
    reader = JsonWebToken([tokens.algorithm])
    options = {
        "iss": {"essential": True, "value": tokens.issuer},
        "aud": {"essential": True, "value": tokens.audience},
        "exp": {"essential": True},
    }

    def verify(token: str, _: object, now: int) -> object:
        claims = reader.decode(token, keys, claims_options=options)
        claims.validate(now=now)
        return dict(claims)

    return verify


def labkit(tokens: Corpus) -> Verify:
    """`TokenVerifier` as it is."""
    clock = ManualClock(tokens.now)
    names = {"issuer": tokens.issuer, "audience": tokens.audience}
    key = Key.from_jwk(tokens.key.jwk)
    strict = TokenVerifier(key, algorithm=tokens.algorithm, **names, clock=clock)
    return lambda token, *_: strict.verify(token)


LIBRARIES: dict[str, Adapter] = {
    "PyJWT": pyjwt,
    "joserfc": joserfc,
    "authlib": authlib,
    "labkit": labkit,
}
HOW = {
    "PyJWT": (
        "jwt.decode with a PyJWK, algorithms=[one], issuer, audience, "
        "require=[exp, iss, aud], enforce_minimum_key_length"
    ),
    "joserfc": (
        "jwt.decode with a KeySet, algorithms=[one] and a JWSRegistry that asks for typ, "
        "then JWTClaimsRegistry with iss, aud and exp essential"
    ),
    "authlib": (
        "authlib.jose (deprecated by its authors in favour of joserfc): JsonWebToken([one]) with "
        "a KeySet and claims_options with iss, aud and exp essential, then validate"
    ),
    "labkit": "TokenVerifier as it is",
}

# What a library leaves to its caller, as its documentation or its signature says, by family.
CALLERS = {
    "PyJWT": {
        "type": "decode does not look at typ; decode_complete hands the header over",
        "kid": "decode is given one key; finding it by kid is PyJWKClient's work, or one's own",
        "size and depth": "how long a token may be is left to the server",
    },
    "joserfc": {
        "member twice": "decode takes a JSON reader of one's own (decoder_cls)",
        "size and depth": "its limits are 512 bytes of header, 128000 of payload",
    },
    "authlib": {
        "type": "typ stands in claims.header, to be looked at",
        "claim of another type": "claims_options takes a function for each claim",
        "size and depth": "how long a token may be is left to the server",
    },
    "labkit": {},
}


def installed() -> list[str]:
    """Return the libraries that are here; joserfc and authlib come with the group `bench`."""
    modules = {"PyJWT": "jwt"}
    return [name for name in LIBRARIES if importlib.util.find_spec(modules.get(name, name))]


def answers(library: str, algorithm: str) -> tuple[list[Answer], list[Answer]]:
    """Return one library's answers to the forged and to the valid tokens of one algorithm."""
    tokens = corpus(algorithm)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asking = Asking(LIBRARIES[library](tokens), None, tokens.now, LIMIT_S)
        found = asking.answers([*tokens.forged, *tokens.valid])
    return found[: len(tokens.forged)], found[len(tokens.forged) :]


def measured(library: str) -> dict[str, Any]:
    """Return what one library made of the corpora of all algorithms.

    Each token's name stands with the algorithms that it had this fate in. "keyless" are accepted
    tokens that the issuer's key did not sign.
    """
    accepted: dict[str, dict[str, list[str]]] = {}
    refused: dict[str, list[str]] = {}
    crashed: dict[str, list[str]] = {}
    keyless: dict[str, list[str]] = {}
    for algorithm in ALGORITHMS:
        forged, valid = answers(library, algorithm)
        for answer in forged:
            sample = answer.sample
            if answer.kind == "accepted":
                named = accepted.setdefault(sample.family, {})
                named.setdefault(sample.name, []).append(algorithm)
                if not sample.signed:
                    keyless.setdefault(sample.name, []).append(algorithm)
            elif answer.kind != "refused":
                crashed.setdefault(sample.name, []).append(algorithm)
        for answer in valid:
            if answer.claims != claims_of(answer.sample):
                refused.setdefault(answer.sample.name, []).append(algorithm)
    return {
        "version": version(library),
        "how": HOW[library],
        "callers": CALLERS[library],
        "keyless": _brief(keyless),
        "accepted": {family: _brief(named) for family, named in accepted.items()},
        "refused": _brief(refused),
        "crashed": _brief(crashed),
    }


def _brief(named: dict[str, list[str]]) -> dict[str, str]:
    """Say "all" for a token that has the same fate in all four algorithms."""
    return {
        name: "all" if len(algorithms) == len(ALGORITHMS) else " ".join(algorithms)
        for name, algorithms in named.items()
    }


def record() -> dict[str, Any]:
    """Return the whole table, as the file holds it."""
    counts: dict[str, dict[str, list[int]]] = {}
    for algorithm in ALGORITHMS:
        for sample in corpus(algorithm).forged:
            pair = counts.setdefault(sample.family, {}).setdefault(algorithm, [0, 0])
            pair[0] += 1
            pair[1] += sample.signed
    return {
        "measured": date.today().isoformat(),
        "python": platform.python_version(),
        "valid": {algorithm: len(corpus(algorithm).valid) for algorithm in ALGORITHMS},
        "families": counts,
        "libraries": {name: measured(name) for name in LIBRARIES},
    }


def rows() -> Iterator[Row]:
    """What it costs to meet the whole corpus: refusing is what an attacker makes a server do."""
    for algorithm in ("HS256", "ES256"):
        ours, theirs = (_round(library, algorithm) for library in ("labkit", "PyJWT"))
        forged = len(corpus(algorithm).forged)
        what = f"refuse {forged} forged {algorithm} tokens"
        yield compare(what, ours, "PyJWT", theirs, number=1, rounds=9)


def _round(library: str, algorithm: str) -> Callable[[], None]:
    tokens = corpus(algorithm)
    verify = LIBRARIES[library](tokens)

    def meet() -> None:
        for sample in tokens.forged:
            with contextlib.suppress(Exception):
                verify(sample.token, None, tokens.now)

    return meet


def write() -> None:
    """Write the table that `labkit.forging.libraries` shows."""
    if missing := LIBRARIES.keys() - set(installed()):
        raise SystemExit(f"Not here: {', '.join(sorted(missing))}. `make bench` fetches them.")
    text = json.dumps(record(), indent=1, ensure_ascii=True)
    RECORD.write_text(f"{text}\n", "utf-8", newline="\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    from labkit.forging.libraries import libraries

    for chosen in ALGORITHMS:
        print(libraries(chosen), end="\n\n")
