"""labkit's verifier meets the corpus: nothing forged gets in, nothing valid is refused.

The corpus is made in `labkit.forging.corpus`, without a line of the verifier's code; beside it,
`corpus_causes.toml` says with which error each forged token is refused.
"""

import time
import tomllib
from functools import cache
from pathlib import Path

import pytest

from labkit.clock import ManualClock
from labkit.forging.corpus import ALGORITHMS, FAMILIES, REVOKED_JTI, Sample, corpus
from labkit.forging.corpus.mint import Mint, signer
from labkit.forging.scoreboard import claims_of
from labkit.stores import MemoryStore
from labkit.tokens import Key, KeyRing, Revocations, TokenError, TokenVerifier, errors

CAUSES = tomllib.loads(Path(__file__).with_name("corpus_causes.toml").read_text("utf-8"))
# Whether the last letter has spare bits, or there is an alphabet to complain of, is chance.
UNSETTLED = {"signature with upper and lower case swapped", "in small letters", "reversed"}
LIMIT_S = 0.050
EVERY = pytest.mark.parametrize("alg", ALGORITHMS)


@cache
def usual(alg):
    """The corpus whose key the verifiers hold, whatever other corpora are made meanwhile."""
    return corpus(alg)


def verifier(alg, revocations=None):
    tokens = usual(alg)
    clock = ManualClock(tokens.now)
    ring = KeyRing([Key.from_jwk(tokens.key.jwk)], algorithm=alg, clock=clock)
    names = {"algorithm": alg, "issuer": tokens.issuer, "audience": tokens.audience}
    return TokenVerifier(ring, **names, clock=clock, revocations=revocations)


VERIFIERS = {alg: verifier(alg) for alg in ALGORITHMS}


def cause(alg: str, sample: Sample) -> str:
    """The name of the error that the table gives for a token."""
    table = CAUSES[sample.family]
    listed = {(error, name) for error, names in table.items() if error != "usual" for name in names}
    for error in dict(sorted(table.items(), key=lambda item: " " not in item[0])):
        if (error, sample.name) in listed and error.partition(" ")[0] in (alg, error):
            return error.rpartition(" ")[2]
    return table["usual"]


def answer(alg: str, token: str) -> str:
    """The name of the error that the verifier raises; anything outside its tree goes through."""
    try:
        VERIFIERS[alg].verify(token)
    except TokenError as error:
        return type(error).__name__
    return "accepted"


FORGED = [
    pytest.param(alg, each.name, id=f"{alg}-{each.name}")
    for alg in ALGORITHMS
    for each in FAMILIES
    if not each.only or alg in each.only
]


@pytest.mark.parametrize(("alg", "family"), FORGED)
def test_every_forged_token_is_refused_for_its_own_cause(alg, family):
    samples = [each for each in usual(alg).family(family) if each.name not in UNSETTLED]
    found = {sample.name: answer(alg, sample.token) for sample in samples}
    assert found == {sample.name: cause(alg, sample) for sample in samples}


@EVERY
def test_a_token_whose_cause_is_chance_is_refused_too(alg):
    chance = [each for each in usual(alg).forged if each.name in UNSETTLED]
    assert len(chance) == len(UNSETTLED)
    assert "accepted" not in {answer(alg, each.token) for each in chance}


@EVERY
def test_every_refusal_can_be_printed(alg):
    for sample in usual(alg).forged:
        with pytest.raises(TokenError) as caught:
            VERIFIERS[alg].verify(sample.token)
        assert str(caught.value).isprintable()


@EVERY
def test_every_valid_token_is_accepted_with_its_claims(alg):
    for sample in usual(alg).valid:
        assert VERIFIERS[alg].verify(sample.token) == claims_of(sample), sample


OTHER_NAMES = [
    {"kid": "k" * 256},
    {"kid": "0", "issuer": "https://a.example:8443/login", "audience": "1234"},
    {"kid": "other", "issuer": "NOTES", "audience": "https://notes.example/api"},
    {"kid": "\u00fc-key", "issuer": "urn:example:issuer", "audience": "tagebuch der k\u00fcche"},
]


@pytest.mark.parametrize("names", OTHER_NAMES, ids=["long kid", "digits", "no scheme", "umlauts"])
def test_a_corpus_of_other_names_is_judged_alike(names):
    tokens = corpus("ES256", **names)
    pinned = {"algorithm": "ES256", "issuer": tokens.issuer, "audience": tokens.audience}
    strict = TokenVerifier(Key.from_jwk(tokens.key.jwk), **pinned, clock=ManualClock(tokens.now))
    samples = [*tokens.forged, *tokens.valid]
    assert len({each.token for each in samples}) == len(samples)
    assert len({(each.family, each.name) for each in samples}) == len(samples)
    for sample in tokens.valid:
        assert strict.verify(sample.token)["iss"] == tokens.issuer, sample
    for sample in tokens.forged:
        with pytest.raises(TokenError):
            strict.verify(sample.token)


@EVERY
def test_a_token_that_was_taken_back_is_refused_by_whoever_looks_it_up(alg):
    tokens = usual(alg)
    assert answer(alg, tokens.revoked.token) == "accepted"
    revocations = Revocations(MemoryStore(), clock=lambda: tokens.now)
    revocations.revoke({"jti": REVOKED_JTI, "exp": tokens.now + 900})
    with pytest.raises(errors.Revoked):
        verifier(alg, revocations).verify(tokens.revoked.token)


def cpu_s(alg: str, token: str) -> float:
    """The processor's time for one answer: what other programs do does not count."""
    start = time.thread_time()
    answer(alg, token)
    return time.thread_time() - start


def just_short_enough(alg: str) -> dict[str, str]:
    """Tokens of a thief's that are as long as is read, and dear to read; no corpus has them.

    How deep Python's own reader goes differs between its versions.
    """
    own = signer(alg, "june")
    mint = Mint(own, own, 1_800_000_000, "https://gradebook.example", "grades")
    texts = {
        "lists": "[" * 2_700 + "]" * 2_700,
        "open lists": "[" * 5_500,
        "objects": '{"a":' * 880 + "1" + "}" * 880,
        "open objects": '{"a":' * 1_080,
        "strings": "[" + '"",' * 1_800 + '""]',
        "escapes": '"' + "\\ud83d\\ude00" * 440 + '"',
        "digits": "9" * 5_500,
        "names": "{" + ",".join(f'"{n}":0' for n in range(600)) + ',"0":0}',
    }
    return {name: mint.token(f'{{"alg":{text}}}') for name, text in texts.items()}


@EVERY
def test_no_answer_takes_more_than_50_ms_however_hostile_the_token(alg):
    tokens = {repr(each): each.token for each in (*usual(alg).forged, *usual(alg).valid)}
    tokens |= just_short_enough(alg)
    slow = [name for name, token in tokens.items() if cpu_s(alg, token) > LIMIT_S]
    again = {name: min(cpu_s(alg, tokens[name]) for _ in range(3)) for name in slow}
    assert {name: seconds for name, seconds in again.items() if seconds > LIMIT_S} == {}


@EVERY
def test_a_token_at_the_limit_of_length_is_read_and_refused(alg):
    for name, token in just_short_enough(alg).items():
        assert answer(alg, token) not in ("accepted", "TokenTooLong"), name


def test_the_table_of_causes_names_only_tokens_that_there_are():
    names = {(each.family, each.name) for alg in ALGORITHMS for each in usual(alg).forged}
    tabled = [
        (family, name)
        for family, table in CAUSES.items()
        for listed in table.values()
        if isinstance(listed, list)
        for name in listed
    ]
    assert set(tabled) <= names
    assert CAUSES.keys() == {each.name for each in FAMILIES}


def test_the_corpus_meets_every_error_that_a_verifier_without_revocations_has():
    met = {cause(alg, sample) for alg in ALGORITHMS for sample in usual(alg).forged}
    kinds = (
        errors.MalformedToken,
        errors.HeaderRefused,
        errors.SignatureRefused,
        errors.ClaimRefused,
    )
    leaves = {
        error.__name__
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, kinds) and not error.__subclasses__()
    }
    assert leaves - met == {"KeyIdMissing", "Revoked", "TimeRefused"}


@EVERY
@pytest.mark.parametrize(
    "members",
    [
        {"jku": "https://gradebook.example/keys"},
        {"x5u": "https://gradebook.example/cert"},
        {"x5c": ["MIIB"]},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
    ],
    ids=lambda members: next(iter(members)),
)
def test_a_key_of_the_tokens_own_is_refused_even_beside_the_right_signature(alg, members):
    own = signer(alg, "june")
    mint = Mint(own, own, 1_800_000_000, "https://gradebook.example", "grades")
    names = {"algorithm": alg, "issuer": mint.issuer, "audience": mint.audience}
    strict = TokenVerifier(Key.from_jwk(own.public), **names, clock=ManualClock(mint.now))
    assert strict.verify(mint.token())
    with pytest.raises(errors.KeyInHeader):
        strict.verify(mint.token(mint.header(**members)))


def test_no_refusal_shows_the_secret_or_the_whole_token():
    tokens = corpus("HS256")
    secret, written = tokens.key.secret, tokens.key.jwk["k"]
    for sample in tokens.forged:
        with pytest.raises(TokenError) as caught:
            VERIFIERS["HS256"].verify(sample.token)
        shown = f"{caught.value} {caught.value.evidence}"
        assert len(shown) < 500
        assert not any(form in shown for form in (repr(secret), secret.hex(), written))
