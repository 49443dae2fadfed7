"""A key of the attacker's own: to sign with, to embed, to serve."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from labkit.errors import InvalidInput
from labkit.forging.segments import encoded
from labkit.inputs import octets, text

Kind = Literal["ES256", "RS256", "EdDSA"]
KINDS: tuple[Kind, ...] = ("ES256", "RS256", "EdDSA")
RSA_BITS = 2048
_NAME = "evil.localhost"


@dataclass(frozen=True)
class OwnKey:
    """A private key with its public forms. Immutable: threads may share it.

    Args:
        kind: Its algorithm: "ES256", "RS256" or "EdDSA" (Ed25519).
        kid: The identifier that it goes by.
        private: The private key, as `cryptography` holds it.

    Examples:
        >>> key = OwnKey.new("ES256")
        >>> sorted(key.jwk), len(key.sign(b"message"))
        (['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'], 64)
    """

    kind: Kind
    kid: str
    private: Any = field(repr=False)

    @classmethod
    def new(cls, kind: Kind = "ES256", *, kid: str = "mallory") -> "OwnKey":
        """Make a new key.

        Raises:
            InvalidInput: No such kind, or `kid` is no text.
        """
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

        text(kid, "key's identifier")
        match kind:
            case "ES256":
                return cls(kind, kid, ec.generate_private_key(ec.SECP256R1()))
            case "RS256":
                return cls(kind, kid, rsa.generate_private_key(65537, RSA_BITS))
            case "EdDSA":
                return cls(kind, kid, ed25519.Ed25519PrivateKey.generate())
        raise InvalidInput("No such kind of key.", remedy=f"Take one of {', '.join(KINDS)}.")

    @classmethod
    def read(cls, pem: bytes, *, kid: str = "mallory") -> "OwnKey":
        """Take a private key that is there already, such as one that leaked.

        Args:
            pem: The private key as PEM, not encrypted.
            kid: The identifier that it goes by.

        Raises:
            InvalidInput: It cannot be read, or is no P-256, RSA or Ed25519 key.
        """
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        text(kid, "key's identifier")
        try:
            private = load_pem_private_key(octets(pem, "key", at_most=1 << 16), None)
        except InvalidInput:
            raise
        except Exception as error:  # the library's errors have no common root
            raise InvalidInput("This is no private key in PEM, or it has a passphrase.") from error
        return cls(_kind_of(private), kid, private)

    @classmethod
    def checked(cls, key: object) -> "OwnKey":
        """Return `key` if it is an OwnKey.

        Raises:
            InvalidInput: It is none.
        """
        if isinstance(key, cls):
            return key
        raise InvalidInput(
            f"An OwnKey is needed, not {type(key).__name__}.",
            remedy='Make one with OwnKey.new("ES256"); a secret is for sign_with_secret.',
        )

    @cached_property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 7517), with its kid."""
        return _public_members(self.kind, self.private.public_key()) | {
            "kid": self.kid,
            "use": "sig",
            "alg": self.kind,
        }

    @cached_property
    def pem(self) -> bytes:
        """The public key as PEM."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        form = PublicFormat.SubjectPublicKeyInfo
        return bytes(self.private.public_key().public_bytes(Encoding.PEM, form))

    @cached_property
    def certificate(self) -> bytes:
        """A self-signed certificate for the key, as DER."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return bytes(self._certificate.public_bytes(Encoding.DER))

    @cached_property
    def certificate_pem(self) -> bytes:
        """The same certificate as PEM."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return bytes(self._certificate.public_bytes(Encoding.PEM))

    @cached_property
    def _certificate(self) -> Any:
        from datetime import UTC, datetime

        from cryptography import x509
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.x509.oid import NameOID

        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
        unsigned = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        )
        return unsigned.sign(self.private, None if self.kind == "EdDSA" else SHA256())

    def sign(self, message: bytes) -> bytes:
        """Sign a message as a token's algorithm does (RFC 7518 §3.3, §3.4; RFC 8037 §3.1).

        Raises:
            InvalidInput: The message is no bytes.
        """
        from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
        from cryptography.hazmat.primitives.hashes import SHA256

        octets(message, "message", at_most=1 << 24)
        if self.kind == "EdDSA":
            return bytes(self.private.sign(message))
        if self.kind == "RS256":
            return bytes(self.private.sign(message, padding.PKCS1v15(), SHA256()))
        r, s = utils.decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _kind_of(private: object) -> Kind:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(private, rsa.RSAPrivateKey):
        return "RS256"
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "EdDSA"
    raise InvalidInput("This private key is of another kind.", remedy="P-256, RSA or Ed25519.")


def _public_members(kind: Kind, public: Any) -> dict[str, str]:
    if kind == "EdDSA":
        return {"kty": "OKP", "crv": "Ed25519", "x": encoded(public.public_bytes_raw())}
    numbers = public.public_numbers()
    if kind == "RS256":
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    x, y = (encoded(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
