"""A corpus of forged and of valid tokens, made by code, for each of the four algorithms.

Every forged token is refused with the error of its own cause, every valid one is accepted.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import utils

from labkit.clock import ManualClock
from labkit.tokens import ALGORITHMS, Key, KeyRing, TokenVerifier, errors

NOW = 1_800_000_000
ISSUER, AUDIENCE = "https://gradebook.example", "grades"
CLAIMS = {
    "iss": ISSUER,
    "sub": "alice",
    "aud": AUDIENCE,
    "iat": NOW - 10,
    "exp": NOW + 890,
    "jti": "7f3a",
    "role": "student",
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186)
KEYS = {alg: Key.generate(alg, kid="june") for alg in ALGORITHMS}
THIEF = {alg: Key.generate(alg, kid="june") for alg in ALGORITHMS}
Forged = tuple[str, str, type[errors.TokenError]]


def b64(data: bytes | str) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def header(alg: str, **members: Any) -> dict[str, Any]:
    return {"alg": alg, "kid": "june", "typ": "at+jwt", **members}


def without(members: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in members.items() if key != name}


def forge(key: Key, first: bytes | str | dict, second: bytes | str | dict) -> str:
    """Sign whatever it is, with no care for whether it makes sense."""
    parts = [json.dumps(part) if isinstance(part, dict) else part for part in (first, second)]
    message = ".".join(b64(part) for part in parts)
    return f"{message}.{b64(key.sign(message.encode()))}"


def mac(secret: bytes, first: dict) -> str:
    message = f"{b64(json.dumps(first))}.{b64(json.dumps(CLAIMS))}"
    return f"{message}.{b64(hmac.digest(secret, message.encode(), hashlib.sha256))}"


def misspelt(alg: str) -> Iterator[Forged]:
    good = forge(KEYS[alg], header(alg), CLAIMS)
    first, second, third = good.split(".")
    yield "empty", "", errors.SegmentCount
    yield "two segments", f"{first}.{second}", errors.SegmentCount
    yield "four segments", f"{good}.e30", errors.SegmentCount
    yield "trailing dot", f"{good}.", errors.SegmentCount
    yield "five segments", f"{good}.e30.e30", errors.EncryptedToken
    yield "no header", f".{second}.{third}", errors.EmptySegment
    yield "padded header", f"{first}=.{second}.{third}", errors.Padded
    yield "padded payload", f"{first}.{second}==.{third}", errors.Padded
    yield "padded signature", f"{good}=", errors.Padded
    yield "leading space", f" {good}", errors.Whitespace
    yield "trailing newline", f"{good}\n", errors.Whitespace
    yield "folded", f"{first}.\r\n{second}.{third}", errors.Whitespace
    yield "with its scheme", f"Bearer {good}", errors.Whitespace
    yield "standard base64", f"{first}.{second}.+/{third[2:]}", errors.WrongAlphabet
    yield "percent-encoded", f"{first}.{second}.%41{third[1:]}", errors.WrongAlphabet
    yield "NUL at the end", f"{good}\0", errors.WrongAlphabet
    yield "fullwidth letter", f"{good}\uff21", errors.NotAscii
    yield "byte-order mark", f"\ufeff{good}", errors.NotAscii
    yield "lone surrogate", f"{good}\ud800", errors.NotAscii
    yield (
        "impossible length",
        f"{first}.{second}.{third[: len(third) // 4 * 4]}A",
        errors.ImpossibleLength,
    )
    yield "stray bits", f"{first}.{second}.{third[:-1]}{chr(ord(third[-1]) + 1)}", errors.StrayBits
    yield "JSON form", json.dumps({"payload": second, "signature": third}), errors.JsonSerialized
    yield "huge", good + "A" * 1_000_000, errors.TokenTooLong
    yield "a million dots", "." * 1_000_000, errors.TokenTooLong
    yield "eight thousand dots", "." * 8_000, errors.SegmentCount


def misread(alg: str) -> Iterator[Forged]:
    """Genuinely signed, but the JSON has no reading, or two."""
    good = json.dumps(CLAIMS)
    first = json.dumps(header(alg))
    payloads: dict[str, tuple[bytes | str, type[errors.TokenError]]] = {
        "member twice": (good[:-1] + ', "role": "admin"}', errors.DuplicateMember),
        "member twice, escaped": (good[:-1] + ', "r\\u006fle": "admin"}', errors.DuplicateMember),
        "nested member twice": (good[:-1] + ', "x": {"a": 1, "a": 2}}', errors.DuplicateMember),
        "exp twice": (good[:-1] + f', "exp": {NOW + 10**6}}}', errors.DuplicateMember),
        "UTF-16": (good.encode("utf-16"), errors.WrongEncoding),
        "UTF-16-LE": (good.encode("utf-16-le"), errors.WrongEncoding),
        "UTF-32-BE": (good.encode("utf-32-be"), errors.WrongEncoding),
        "byte-order mark": ("\ufeff" + good, errors.ByteOrderMark),
        "no UTF-8": (good.encode().replace(b"alice", b"al\xffce"), errors.NotUtf8),
        "overlong UTF-8": (good.encode().replace(b"alice", b"al\xc1\xa9ce"), errors.NotUtf8),
        "empty": ("", errors.NotJson),
        "cut off": (good[:-1], errors.NotJson),
        "single quotes": (good.replace('"', "'"), errors.NotJson),
        "trailing comma": (good[:-1] + ",}", errors.NotJson),
        "comment": (good[:-1] + "/* */}", errors.NotJson),
        "something after it": (good + "{}", errors.NotJson),
        "NUL after it": (good + "\0", errors.NotJson),
        "base64 of base64": (b64(good), errors.NotJson),
        "an array": (f"[{good}]", errors.NotAnObject),
        "a string": (json.dumps(good), errors.NotAnObject),
        "a number": ("1", errors.NotAnObject),
        "null": ("null", errors.NotAnObject),
        "NaN": (good.replace(str(NOW + 890), "NaN"), errors.NotANumber),
        "Infinity": (good.replace(str(NOW + 890), "Infinity"), errors.NotANumber),
        "minus Infinity": (good.replace(str(NOW - 10), "-Infinity"), errors.NotANumber),
        "beyond a double": (good.replace(str(NOW + 890), "1e999"), errors.NumberTooLarge),
        "beyond 2^53": (good.replace(str(NOW + 890), str(1 << 53)), errors.NumberTooLarge),
        "5000 digits": (good.replace(str(NOW + 890), "9" * 5000), errors.NumberTooLarge),
        "deep objects": ('{"a":' * 900 + "1" + "}" * 900, errors.TooDeep),
        "deep arrays": ('{"a":' + "[" * 2700 + "]" * 2700 + "}", errors.TooDeep),
        "unclosed arrays": ('{"a":' + "[" * 5000, errors.TooDeep),
        "lone surrogate": (good.replace("alice", "\\ud800"), errors.LoneSurrogate),
        "NUL in a name": (good.replace("alice", "alice\\u0000admin"), errors.NulCharacter),
    }
    for name, (payload, error) in payloads.items():
        yield f"payload: {name}", forge(KEYS[alg], first, payload), error
    yield (
        "header: twice",
        forge(KEYS[alg], first[:-1] + f', "alg": "{alg}"}}', good),
        errors.DuplicateMember,
    )
    yield "header: UTF-16", forge(KEYS[alg], first.encode("utf-16"), good), errors.WrongEncoding
    yield "header: mark", forge(KEYS[alg], "\ufeff" + first, good), errors.ByteOrderMark
    yield "header: an array", forge(KEYS[alg], f"[{first}]", good), errors.NotAnObject
    yield "header: not JSON", forge(KEYS[alg], "alg=HS256", good), errors.NotJson
    yield "header: deep", forge(KEYS[alg], '{"a":' + "[" * 3000, good), errors.TooDeep


def misdirected(alg: str) -> Iterator[Forged]:
    """The header tries to choose how the token is checked."""
    good = header(alg)
    for none in ("none", "None", "NONE", "nOnE"):
        for kind, signature in (("stripped", ""), ("signed", ".")):
            token = forge(KEYS[alg], header(none), CLAIMS)
            token = token if signature else token[: token.rindex(".") + 1]
            yield f"alg {none}, {kind}", token, errors.UnsignedToken
    others = {"HS256", "HS384", "RS256", "RS512", "PS256", "ES256", "ES256K", "EdDSA"} - {alg}
    for other in (*sorted(others), alg.lower() + " ", "", "none ", "no\u017ene"):
        yield f"alg {other!r}", forge(KEYS[alg], header(other), CLAIMS), errors.AlgorithmRefused
    for odd in (None, 1, True, [alg], {"alg": alg}):
        yield f"alg {odd!r}", forge(KEYS[alg], header(odd), CLAIMS), errors.AlgorithmMissing
    refused: dict[str, tuple[dict[str, Any], type[errors.TokenError]]] = {
        "no alg": (without(good, "alg"), errors.AlgorithmMissing),
        "no typ": (without(good, "typ"), errors.TypeMissing),
        "typ JWT": (good | {"typ": "JWT"}, errors.TypeRefused),
        "typ refresh": (good | {"typ": "rt+jwt"}, errors.TypeRefused),
        "typ list": (good | {"typ": ["at+jwt"]}, errors.TypeRefused),
        "typ null": (good | {"typ": None}, errors.TypeRefused),
        "unknown crit": (good | {"crit": ["exp-ext"], "exp-ext": 1}, errors.CriticalRefused),
        "crit b64": (good | {"crit": ["b64"], "b64": False}, errors.CriticalRefused),
        "crit empty": (good | {"crit": []}, errors.CriticalMalformed),
        "crit null": (good | {"crit": None}, errors.CriticalMalformed),
        "crit text": (good | {"crit": "exp-ext"}, errors.CriticalMalformed),
        "crit number": (good | {"crit": [1]}, errors.CriticalMalformed),
        "crit registered": (good | {"crit": ["alg"]}, errors.CriticalMalformed),
        "crit absent": (good | {"crit": ["ext"]}, errors.CriticalMalformed),
        "crit twice": (good | {"crit": ["ext", "ext"], "ext": 1}, errors.CriticalMalformed),
        "b64 false": (good | {"b64": False}, errors.UnencodedPayload),
        "zip": (good | {"zip": "DEF"}, errors.CompressedPayload),
        "jku": (good | {"jku": "https://evil.example/keys"}, errors.KeyInHeader),
        "x5u": (good | {"x5u": "https://evil.example/cert"}, errors.KeyInHeader),
        "x5c": (good | {"x5c": ["MIIB"]}, errors.KeyInHeader),
        "kid unknown": (good | {"kid": "july"}, errors.UnknownKey),
        "kid of another case": (good | {"kid": "June"}, errors.UnknownKey),
        "kid as path": (good | {"kid": "../../../../dev/null"}, errors.UnknownKey),
        "kid as SQL": (good | {"kid": "x' UNION SELECT 'k'--"}, errors.UnknownKey),
        "kid as command": (good | {"kid": "june; sleep 9"}, errors.UnknownKey),
        "kid empty": (good | {"kid": ""}, errors.KeyIdMalformed),
        "kid null": (good | {"kid": None}, errors.KeyIdMalformed),
        "kid number": (good | {"kid": 1}, errors.KeyIdMalformed),
        "kid list": (good | {"kid": ["june"]}, errors.KeyIdMalformed),
        "kid object": (good | {"kid": {"june": 1}}, errors.KeyIdMalformed),
        "kid long": (good | {"kid": "j" * 2000}, errors.KeyIdMalformed),
    }
    for name, (first, error) in refused.items():
        yield name, forge(KEYS[alg], first, CLAIMS), error
    if alg != "HS256":
        embedded = good | {"jwk": THIEF[alg].jwk()}
        yield "jwk, self-signed", forge(THIEF[alg], embedded, CLAIMS), errors.KeyInHeader
        for kind, secret in public_spellings(KEYS[alg]).items():
            yield f"public {kind} as secret", mac(secret, header("HS256")), errors.AlgorithmRefused
            yield f"public {kind} as secret, alg kept", mac(secret, good), not_a_signature(alg)
    for secret in (b"", b"\0", b"secret", b"june"):
        yield f"secret {secret!r}", mac(secret, good), not_a_signature(alg)


def not_a_signature(alg: str) -> type[errors.TokenError]:
    return errors.SignatureWrong if alg == "HS256" else errors.SignatureLength


def public_spellings(key: Key) -> dict[str, bytes]:
    pem, der = (
        key.verifying.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
        for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER)
    )
    return {
        "PEM": pem,
        "PEM, stripped": pem.strip(),
        "DER": der,
        "JWK": json.dumps(key.jwk()).encode(),
    }


def missigned(alg: str) -> Iterator[Forged]:
    good = forge(KEYS[alg], header(alg), CLAIMS)
    first, second, third = good.split(".")
    signature = base64.urlsafe_b64decode(third + "==")
    size = len(signature)
    edited = b64(json.dumps(CLAIMS | {"role": "admin"}))
    other = b64(json.dumps(header(alg, x=1)))
    yield "stripped", f"{first}.{second}.", errors.SignatureMissing
    yield "claims edited", f"{first}.{edited}.{third}", errors.SignatureWrong
    yield "header edited", f"{other}.{second}.{third}", errors.SignatureWrong
    yield "another's key", forge(THIEF[alg], header(alg), CLAIMS), errors.SignatureWrong
    changed: dict[str, tuple[bytes, type[errors.TokenError]]] = {
        "all zero": (bytes(size), errors.SignatureWrong),
        "all ones": (b"\xff" * size, errors.SignatureWrong),
        "first bit": (bytes([signature[0] ^ 128]) + signature[1:], errors.SignatureWrong),
        "last bit": (signature[:-1] + bytes([signature[-1] ^ 1]), errors.SignatureWrong),
        "reversed": (signature[::-1], errors.SignatureWrong),
        "one byte": (signature[:1], errors.SignatureLength),
        "cut": (signature[:-1], errors.SignatureLength),
        "halved": (signature[: size // 2], errors.SignatureLength),
        "zero in front": (b"\0" + signature, errors.SignatureLength),
        "zero behind": (signature + b"\0", errors.SignatureLength),
        "twice": (signature * 2, errors.SignatureLength),
        "the payload": (json.dumps(CLAIMS).encode(), errors.SignatureLength),
    }
    if alg == "ES256":
        r, s = (int.from_bytes(part) for part in (signature[:32], signature[32:]))
        pairs = {"0, 0": (0, 0), "r, 0": (r, 0), "0, s": (0, s), "1, 1": (1, 1), "s, r": (s, r)}
        pairs |= {"n, n": (ORDER, ORDER), "r, n": (r, ORDER), "n, s": (ORDER, s)}
        pairs |= {"n - 1, n - 1": (ORDER - 1, ORDER - 1), "-r, s": (ORDER - r, s)}
        for name, (a, b) in pairs.items():
            changed[name] = (a.to_bytes(32) + b.to_bytes(32), errors.SignatureWrong)
        changed["DER"] = (utils.encode_dss_signature(r, s), errors.SignatureLength)
    for name, (octets, error) in changed.items():
        yield f"signature: {name}", f"{first}.{second}.{b64(octets)}", error


def mismeant(alg: str) -> Iterator[Forged]:
    """Genuinely signed and well written, but not meant for here and now."""
    refused: dict[str, tuple[dict[str, Any], type[errors.TokenError]]] = {
        f"no {name}": (without(CLAIMS, name), errors.ClaimMissing) for name in ("exp", "iss", "aud")
    }
    for name in ("exp", "nbf", "iat"):
        for value in (str(NOW + 5), str(NOW - 5), "never", ""):
            refused[f"{name} {value!r}"] = (CLAIMS | {name: value}, errors.DateIsText)
        for value in (True, False):
            refused[f"{name} {value}"] = (CLAIMS | {name: value}, errors.DateIsBoolean)
        for value in (None, [NOW + 5], {"at": NOW}):
            refused[f"{name} {value}"] = (CLAIMS | {name: value}, errors.DateMalformed)
        refused[f"{name} in ms"] = (CLAIMS | {name: 1000 * NOW}, errors.DateInMilliseconds)
    for value in (NOW, NOW - 1, NOW - 0.5, 0, -1, -(10**12)):
        refused[f"exp {value}"] = (CLAIMS | {"exp": value}, errors.Expired)
    for value in (NOW + 1, NOW + 0.5, 99_999_999_999):
        refused[f"nbf {value}"] = (CLAIMS | {"nbf": value}, errors.NotYetValid)
        refused[f"iat {value}"] = (CLAIMS | {"iat": value}, errors.IssuedInFuture)
    odd: tuple[Any, ...] = (None, 1, True, {}, [], "", "*")
    for value in (
        *odd,
        "grade",
        "gradesX",
        "Grades",
        "grades ",
        ["Grades"],
        [["grades"]],
        ["grades", 1],
    ):
        refused[f"aud {value!r}"] = (CLAIMS | {"aud": value}, errors.AudienceRefused)
    for value in (
        *odd,
        ISSUER + "/",
        ISSUER.upper(),
        [ISSUER],
        "https://evil.example",
        ISSUER + ".evil",
    ):
        refused[f"iss {value!r}"] = (CLAIMS | {"iss": value}, errors.IssuerRefused)
    for value in (None, 1, True, ["alice"], {"name": "alice"}):
        refused[f"sub {value!r}"] = (CLAIMS | {"sub": value}, errors.ClaimMalformed)
        refused[f"jti {value!r}"] = (CLAIMS | {"jti": value}, errors.ClaimMalformed)
    for name, (claims, error) in refused.items():
        yield name, forge(KEYS[alg], header(alg), claims), error


def valid(alg: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    first = header(alg)
    for name, changed in {
        "plain": {},
        "list of audiences": {"aud": ["other", AUDIENCE]},
        "fractional dates": {"iat": NOW - 0.5, "nbf": NOW - 0.25, "exp": NOW + 0.5},
        "issued now": {"iat": NOW, "nbf": NOW},
        "exponent in exp": {"exp": 1.8e9 + 1},
        "nested claims": {"realm": {"roles": ["student", {"in": ["7a"]}]}},
        "other writing": {"name": "Zoë \u6f22 \U0001f600"},
        "null and booleans": {"x": None, "y": True, "z": False},
    }.items():
        yield name, forge(KEYS[alg], first, CLAIMS | changed), CLAIMS | changed
    spaced = json.dumps(CLAIMS, indent=2).replace("\n", "\r\n")
    raw = json.dumps(CLAIMS | {"name": "Zoë"}, ensure_ascii=False)
    yield "spaced", forge(KEYS[alg], f" {json.dumps(first)}\n", f"\t{spaced} "), CLAIMS
    yield "unescaped", forge(KEYS[alg], first, raw), CLAIMS | {"name": "Zoë"}
    yield "no kid", forge(KEYS[alg], without(first, "kid"), CLAIMS), CLAIMS
    yield "long typ", forge(KEYS[alg], first | {"typ": "application/AT+JWT"}, CLAIMS), CLAIMS
    yield "more header", forge(KEYS[alg], first | {"cty": "JSON", "x5t": "AA"}, CLAIMS), CLAIMS


def verifier(alg: str) -> TokenVerifier:
    clock = ManualClock(NOW)
    ring = KeyRing([KEYS[alg]], algorithm=alg, clock=clock)
    return TokenVerifier(ring, algorithm=alg, issuer=ISSUER, audience=AUDIENCE, clock=clock)


KINDS = (misspelt, misread, misdirected, missigned, mismeant)
FORGED = [
    pytest.param(alg, token, error, id=f"{alg}: {name}")
    for alg in ALGORITHMS
    for kind in KINDS
    for name, token, error in kind(alg)
]
VALID = [
    pytest.param(alg, token, claims, id=f"{alg}: {name}")
    for alg in ALGORITHMS
    for name, token, claims in valid(alg)
]
VERIFIERS = {alg: verifier(alg) for alg in ALGORITHMS}


@pytest.mark.parametrize(("alg", "token", "error"), FORGED)
def test_a_forged_token_is_refused_for_its_own_cause(alg, token, error):
    with pytest.raises(errors.TokenError) as caught:
        VERIFIERS[alg].verify(token)
    assert type(caught.value) is error
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("alg", "token", "claims"), VALID)
def test_a_valid_token_is_accepted(alg, token, claims):
    assert VERIFIERS[alg].verify(token) == claims


def test_the_corpus_is_large_and_all_different():
    tokens = {param.values[1] for param in FORGED}
    assert len(tokens) >= 250
    assert len(VALID) >= 20
    assert tokens.isdisjoint(param.values[1] for param in VALID)


def test_the_corpus_meets_every_error_that_a_verifier_without_revocations_has():
    met = {param.values[2] for param in FORGED}
    kinds = (
        errors.MalformedToken,
        errors.HeaderRefused,
        errors.SignatureRefused,
        errors.ClaimRefused,
    )
    leaves = {
        error
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, kinds) and not error.__subclasses__()
    }
    assert leaves - met == {errors.KeyIdMissing, errors.Revoked, errors.TimeRefused}


def test_no_refusal_shows_the_secret_or_the_whole_token():
    secret = KEYS["HS256"].material
    for param in FORGED:
        alg, token, error = param.values
        if alg == "HS256":
            with pytest.raises(error) as caught:
                VERIFIERS[alg].verify(token)
            shown = f"{caught.value} {caught.value.evidence}"
            assert len(shown) < 500
            assert not any(form in shown for form in (repr(secret), secret.hex(), b64(secret)))
