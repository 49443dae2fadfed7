"""What the corpus signs with: an issuer's key, a thief's key, and tokens spelled in any way at all.

It makes its own bytes, as the whole forging kit does, and shares no code with a verifier.
"""

import functools
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from labkit.forging.own_key import Kind, OwnKey
from labkit.forging.segments import decoded, encoded

ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")
Part = Mapping[str, Any] | bytes | str


def b64(data: bytes | str) -> str:
    """Return base64url without padding; text as UTF-8."""
    return encoded(data.encode() if isinstance(data, str) else data)


def last(token: str) -> bytes:
    """Return the bytes of a token's last segment."""
    return decoded(token.rpartition(".")[2])


def spelled(part: Part) -> bytes:
    """Return a part's bytes: a mapping as compact JSON, anything else as it is."""
    if isinstance(part, bytes):
        return part
    if isinstance(part, str):
        return part.encode("utf-8", "surrogatepass")
    return json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode()


def mac(secret: bytes, message: str, digest: str = "sha256") -> bytes:
    """Return the HMAC of a message."""
    return hmac.digest(secret, message.encode("utf-8", "surrogatepass"), digest)


@dataclass(frozen=True)
class Signer:
    """A key pair or a secret. `public` is the JWK that a verifier gets, a secret's too."""

    alg: str
    public: dict[str, str]
    key: OwnKey | bytes = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return the signature as RFC 7518 §3 and RFC 8037 §3.1 write it."""
        key = self.key
        return hmac.digest(key, message, "sha256") if isinstance(key, bytes) else key.sign(message)

    @property
    def secret(self) -> bytes | None:
        """The secret of HS256, else None."""
        return self.key if isinstance(self.key, bytes) else None

    @property
    def private(self) -> Any:
        """The private key as `cryptography` holds it, or the secret."""
        return self.key if isinstance(self.key, bytes) else self.key.private

    @property
    def pem(self) -> str:
        """The public key as PEM (SubjectPublicKeyInfo); nothing for a secret."""
        return "" if isinstance(self.key, bytes) else self.key.pem.decode()

    @property
    def openssh(self) -> bytes:
        """The public key as a line of OpenSSH's; nothing for a secret."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        if isinstance(self.key, bytes):
            return b""
        public = self.private.public_key()
        return bytes(public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))

    @property
    def certificate(self) -> bytes:
        """A self-signed certificate for the key, as DER; nothing for a secret."""
        return b"" if isinstance(self.key, bytes) else self.key.certificate


def signer(alg: str, kid: str, secret: bytes | None = None) -> Signer:
    """Make a new key; for HS256 the secret may be given."""
    if alg == "HS256":
        value = secrets.token_bytes(32) if secret is None else secret
        return Signer(alg, {"kty": "oct", "alg": alg, "kid": kid, "k": b64(value)}, value)
    key = OwnKey.new(cast(Kind, alg), kid=kid)
    return Signer(alg, key.jwk, key)


@dataclass
class Mint:
    """Writes tokens for one algorithm: genuine ones with `own`, others with `thief`.

    A header or a payload may be a mapping, or bytes and text that go in as they are.
    """

    own: Signer
    thief: Signer
    now: int
    issuer: str
    audience: str

    @property
    def alg(self) -> str:
        """The algorithm that the verifier pins."""
        return self.own.alg

    @property
    def kid(self) -> str:
        """The name of the one trusted key."""
        return self.own.public["kid"]

    def header(self, *without: str, **changed: Any) -> dict[str, Any]:
        """Return the usual header with members changed, added or left out."""
        usual = {"alg": self.alg, "kid": self.kid, "typ": "at+jwt", **changed}
        return {name: value for name, value in usual.items() if name not in without}

    def claims(self, *without: str, **changed: Any) -> dict[str, Any]:
        """Return the usual claims with some changed, added or left out."""
        usual = {
            "iss": self.issuer,
            "sub": "alice",
            "aud": self.audience,
            "iat": self.now - 10,
            "exp": self.now + 890,
            "jti": "7f3a",
            "role": "student",
            **changed,
        }
        return {name: value for name, value in usual.items() if name not in without}

    def admin(self, **changed: Any) -> dict[str, Any]:
        """Return the claims that a forger would like to have."""
        return self.claims(role="admin", **changed)

    def message(self, header: Part | None = None, claims: Part | None = None) -> str:
        """Return what is signed: two segments and a dot."""
        first = self.header() if header is None else header
        second = self.claims() if claims is None else claims
        return f"{b64(spelled(first))}.{b64(spelled(second))}"

    def token(self, header: Part | None = None, claims: Part | None = None) -> str:
        """Return a token that the issuer's key signed, whatever it says."""
        return self.signed(self.message(header, claims))

    def heading(self, *without: str, **changed: Any) -> str:
        """Return a signed token with another header."""
        return self.token(self.header(*without, **changed))

    def claiming(self, *without: str, **changed: Any) -> str:
        """Return a signed token with other claims."""
        return self.token(None, self.claims(*without, **changed))

    def signed(self, message: str, by: Signer | None = None) -> str:
        """Return a token of any signed text at all, by the issuer's key or by another."""
        signature = (by or self.own).sign(message.encode("utf-8", "surrogatepass"))
        return f"{message}.{b64(signature)}"

    def stolen(self, header: Part | None = None, claims: Part | None = None) -> str:
        """Return a token that the thief's key signed."""
        message = self.message(header, self.admin() if claims is None else claims)
        return self.signed(message, self.thief)

    def by_thief(self, **members: Any) -> str:
        """Return a thief's token with another header."""
        return self.stolen(self.header(**members))

    def maced(
        self, secret: bytes, header: Part, claims: Part | None = None, digest: str = "sha256"
    ) -> str:
        """Return a token under an HMAC with a secret of the forger's choice."""
        message = self.message(header, self.admin() if claims is None else claims)
        return f"{message}.{b64(mac(secret, message, digest))}"

    def bare(self, header: Part) -> str:
        """Return a token that nobody signed, with the claims that a forger would like to have."""
        return f"{self.message(header, self.admin())}."

    def by(self, signer: Signer, *without: str, **changed: Any) -> str:
        """Return a forger's token under a key of any kind, which its header names."""
        header = self.header(*without, **{"alg": signer.alg, **changed})
        return self.signed(self.message(header, self.admin()), signer)

    def resigned(self, signature: bytes, message: str | None = None) -> str:
        """Return a usual message with this signature."""
        return f"{message or self.message()}.{b64(signature)}"


def until(make: Callable[[int], str], fits: Callable[[str], bool]) -> str:
    """Return the first of a row of tokens that fits: some bytes come only now and then."""
    return next(token for token in map(make, range(1 << 16)) if fits(token))


def leading_zero(mint: Mint) -> tuple[str, bytes]:
    """Return a signed text, and its signature, whose first byte is zero, without that byte."""
    token = until(lambda n: mint.claiming(jti=f"short {n}"), lambda token: last(token)[0] == 0)
    return token.rpartition(".")[0], last(token)[1:]


@functools.cache
def other(alg: str) -> Signer:
    """Return a thief's key of another kind; made once, it stands in for any key of that kind."""
    return signer(alg, "other", b"o" * 32)


def visitor(mint: Mint) -> Signer:
    """Return a key pair of the thief's: the own one, or another where the own is a secret."""
    return mint.thief if mint.thief.secret is None else other("ES256")


def rsa_signature(private: Any, message: bytes, digest: str = "SHA256", pss: bool = False) -> bytes:
    """Return an RSA signature with another hash or padding than RS256's."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    chosen = getattr(hashes, digest)()
    pss_padding = padding.PSS(padding.MGF1(chosen), chosen.digest_size)
    return bytes(private.sign(message, pss_padding if pss else padding.PKCS1v15(), chosen))


def ec_numbers(private: Any, message: bytes, digest: str = "SHA256") -> tuple[int, int]:
    """Return r and s of an ECDSA signature."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    der = private.sign(message, ec.ECDSA(getattr(hashes, digest)()))
    return utils.decode_dss_signature(der)
