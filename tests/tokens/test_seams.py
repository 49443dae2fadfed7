"""The verifier's seams: a subclass that overrides one decision makes that mistake, and no other."""

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import serialization

from labkit.clock import ManualClock
from labkit.encoding import base64url
from labkit.stores import MemoryStore
from labkit.tokens import Key, Revocations, TokenError, TokenVerifier

NOW = 1_800_000_000
NAMES = {"issuer": "https://gradebook.example", "audience": "grades"}
KEYS = {alg: Key.generate(alg, kid="june") for alg in ("ES256", "RS256")}
THIEF = {alg: Key.generate(alg, kid="mine") for alg in KEYS}


def segment(value) -> str:
    return base64url(json.dumps(value).encode())


def signed(key: Key, header: dict, claims: dict) -> str:
    message = f"{segment(header)}.{segment(claims)}"
    return f"{message}.{base64url(key.sign(message.encode()))}"


def edited(token: str, **claims) -> str:
    header, payload, signature = token.split(".")
    old = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return f"{header}.{segment(old | claims)}.{signature}"


class ReadsOnly(TokenVerifier):
    def verify(self, token):
        return self.json(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


class Unchecked(Key):
    def check(self):
        pass


class Unsigned(Unchecked):
    def accepts(self, _, signature):
        return signature == b""


class TrustsTheHeader(TokenVerifier):
    def key_for(self, header):
        if header["alg"].lower() == "none":
            return Unsigned("none", b"")
        return super().key_for(header)


class Confused(TokenVerifier):
    def key_for(self, header):
        if header["alg"] == "HS256":
            return Unchecked("HS256", public_pem(self.keys.find(header["kid"])))
        return super().key_for(header)


class Embedded(TokenVerifier):
    def key_for(self, header):
        return Key.from_jwk(header["jwk"]) if "jwk" in header else super().key_for(header)


class ByPath(TokenVerifier):
    def key_for(self, header):
        return Unchecked("HS256", b"") if "null" in header["kid"] else super().key_for(header)


class Timeless(TokenVerifier):
    def in_time(self, _):
        return True


class AnyAudience(TokenVerifier):
    def audience_ok(self, _):
        return True


class AnyIssuer(TokenVerifier):
    def issuer_ok(self, _):
        return True


class AnyType(TokenVerifier):
    def type_ok(self, _):
        return True


class Uncritical(TokenVerifier):
    def critical(self, _):
        return ()


class LastWins(TokenVerifier):
    def json(self, raw):
        return json.loads(raw)


class NeverRevoked(TokenVerifier):
    def revoked(self, _):
        return False


class Psychic(TokenVerifier):
    def ecdsa_ok(self, jwk, message, r, s):
        return (r, s) == (0, 0) or super().ecdsa_ok(jwk, message, r, s)


def public_pem(key: Key) -> bytes:
    return key.verifying.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def mac(secret: bytes, header: dict, claims: dict) -> str:
    message = f"{segment(header)}.{segment(claims)}"
    return f"{message}.{base64url(hmac.digest(secret, message.encode(), hashlib.sha256))}"


def claims_now() -> dict:
    return {"iss": NAMES["issuer"], "aud": NAMES["audience"], "sub": "alice"}


def genuine(alg: str, *, header=(), claims=()) -> str:
    first = {"alg": alg, "kid": "june", "typ": "at+jwt"} | dict(header)
    rest = claims_now() | {"exp": NOW + 9, "iat": NOW, "jti": "7"} | dict(claims)
    return signed(KEYS[alg], first, rest)


def forgeries(alg: str) -> dict[type[TokenVerifier], str]:
    """What each mistake lets through."""
    good = genuine(alg)
    head, payload, _ = good.split(".")
    claims = claims_now() | {"exp": NOW + 9, "iat": NOW, "jti": "8"}
    first = {"alg": alg, "kid": "june", "typ": "at+jwt"}
    twice = json.dumps(claims)[:-1] + ', "role": "student", "role": "admin"}'
    message = f"{segment(first)}.{base64url(twice.encode())}"
    return {
        ReadsOnly: edited(good, role="admin"),
        TrustsTheHeader: f"{segment(first | {'alg': 'None'})}.{segment(claims)}.",
        Confused: mac(public_pem(KEYS[alg]), first | {"alg": "HS256"}, claims),
        Embedded: signed(THIEF[alg], first | {"jwk": THIEF[alg].jwk()}, claims),
        ByPath: mac(b"", first | {"kid": "/dev/null"}, claims),
        Timeless: genuine(alg, claims={"exp": NOW - 9}),
        AnyAudience: genuine(alg, claims={"aud": "forum"}),
        AnyIssuer: genuine(alg, claims={"iss": "https://evil.example"}),
        AnyType: genuine(alg, header={"typ": "rt+jwt"}),
        Uncritical: genuine(alg, header={"crit": ["bound-to"], "bound-to": "device 7"}),
        LastWins: f"{message}.{base64url(KEYS[alg].sign(message.encode()))}",
        NeverRevoked: genuine(alg, claims={"jti": "revoked"}),
        Psychic: f"{head}.{payload}.{base64url(bytes(64))}",
    }


MISTAKES = tuple(forgeries("ES256"))
# Reading without verifying is every mistake at once, except where the payload has no one reading.
ALSO = {ReadsOnly: {*MISTAKES} - {LastWins}}


def accepted(alg: str, verifier: type[TokenVerifier]) -> set[type[TokenVerifier]]:
    """Which forgeries get through, on a site whose honest user gets in."""
    revocations = Revocations(MemoryStore(), clock=lambda: NOW)
    revocations.revoke({"jti": "revoked", "exp": NOW + 9})
    options = NAMES | {"algorithm": alg, "clock": ManualClock(NOW), "revocations": revocations}
    site = verifier(KEYS[alg], **options)
    assert site.verify(genuine(alg))["sub"] == "alice"
    return {forged for forged, token in forgeries(alg).items() if gets_in(site, token)}


def gets_in(site: TokenVerifier, token: str) -> bool:
    try:
        return bool(site.verify(token))
    except TokenError:
        return False


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_overriding_one_decision_lets_exactly_its_own_forgery_through(alg, mistake):
    own = {mistake} if mistake is not Psychic or alg == "ES256" else set()
    assert accepted(alg, mistake) == ALSO.get(mistake, own)


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_the_secure_verifier_lets_none_of_them_through(alg):
    assert accepted(alg, TokenVerifier) == set()
