"""Keys that know what they are for: one algorithm, one purpose, and checked material."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from labkit.errors import InvalidInput
from labkit.inputs import octets, text
from labkit.tokens.errors import KeyUnsupported, KeyUseRefused, SecretNotShared
from labkit.tokens.material import CHECKS, GENERATE, algorithm_layer, known, load_pem
from labkit.tokens.strict_json import shown

if TYPE_CHECKING:
    from jwt.algorithms import Algorithm


MAX_PEM_BYTES = 1 << 16


@dataclass(frozen=True, eq=False)
class Key:
    """One key, pinned to one algorithm. Immutable, so threads may share it.

    The material is checked when the key is made; a public key can therefore never be an HMAC
    secret, whatever a token's header says. Use `Key.generate`, `secret`, `from_pem` or `from_jwk`.

    Args:
        alg: "HS256", "RS256", "ES256" or "EdDSA".
        material: Bytes for HS256, else a key object of `cryptography`, private or public.
        kid: The key's name in headers and key sets, up to 256 characters.
        use: "sig", or what a JWK said.
        key_ops: Operations allowed; empty for all that `use` allows.

    Raises:
        KeyRefused: One subclass for each cause.

    Examples:
        >>> key = Key.generate("EdDSA", kid="june")
        >>> key
        Key(alg='EdDSA', kid='june', use='sig', key_ops=(), private=True)
        >>> key.public().accepts(b"message", key.sign(b"message"))
        True
    """

    alg: str
    material: Any = field(repr=False)
    kid: str = ""
    use: str = "sig"
    key_ops: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raise a `KeyRefused` if the material is weak or not of this algorithm."""
        check = CHECKS[known(self.alg)]
        text(self.kid, "key id", at_most=256)
        check(self.material)

    @classmethod
    def generate(cls, algorithm: str = "ES256", *, kid: str | None = None) -> Self:
        """Make a new key from the system's generator (RSA: 2048 bits).

        Args:
            algorithm: One of the four.
            kid: Its name; 16 random hexadecimal digits if None.
        """
        make = GENERATE[known(algorithm)]
        return cls(algorithm, make(), secrets.token_hex(8) if kid is None else kid)

    @classmethod
    def secret(cls, data: bytes, *, kid: str = "") -> Self:
        """Take an HMAC secret of at least 32 random bytes.

        Raises:
            KeyTooShort: Fewer than 256 bits.
            GuessableSecret: A word, a phrase or a pattern.
            KeyConfusion: It is a public key, a certificate or a JWK.
        """
        return cls("HS256", octets(data, "secret"), kid)

    @classmethod
    def from_pem(cls, pem: str | bytes, *, algorithm: str, kid: str = "") -> Self:
        """Read a private or public key in PEM, for RS256, ES256 or EdDSA.

        Raises:
            KeyMalformed: It cannot be read.
            KeyUnsupported: It is of another kind than the algorithm needs.
        """
        if isinstance(pem, str):
            pem = text(pem, "PEM", at_most=MAX_PEM_BYTES).encode()
        data = octets(pem, "PEM", at_most=MAX_PEM_BYTES)
        return cls(algorithm, load_pem(data), kid)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object] | str, *, algorithm: str | None = None) -> Self:
        """Read a JSON Web Key (RFC 7517), as a mapping or as JSON text.

        Args:
            jwk: The key. Its `alg`, if any, must be one of the four; else its kind decides.
            algorithm: What the key must be for; None takes what the JWK says.

        Raises:
            KeyRefused: One subclass for each cause.
        """
        from labkit.tokens.jwk import members

        found = members(jwk)
        if algorithm not in (None, found["alg"]):
            raise KeyUnsupported(f"The JWK is for {found['alg']}, not {shown(algorithm)}.")
        return cls(**found)

    @cached_property
    def private(self) -> bool:
        """Whether this key can sign."""
        return isinstance(self.material, bytes) or hasattr(self.material, "sign")

    @cached_property
    def verifying(self) -> Any:
        """The material that checks signatures: the secret, or the public key object."""
        if isinstance(self.material, bytes) or not self.private:
            return self.material
        return self.material.public_key()

    @cached_property
    def signature_bytes(self) -> int:
        """How long every signature by this key is."""
        sizes = {"HS256": 32, "ES256": 64, "EdDSA": 64}
        return sizes.get(self.alg) or int(self.verifying.key_size + 7) // 8

    @cached_property
    def _algorithm(self) -> "Algorithm":
        return algorithm_layer(self.alg)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message`, as a token carries it.

        Raises:
            KeyUseRefused: This is a public key, or its `key_ops` do not hold "sign".
        """
        self.require("sign")
        return self._algorithm.sign(octets(message, "message"), self.material)

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Return whether `signature` is this key's for `message`."""
        if type(message) is not bytes or type(signature) is not bytes:
            raise InvalidInput("The message and the signature must be bytes.")
        if self.alg == "HS256":
            digest = hmac.digest(self.material, message, "sha256")
            return hmac.compare_digest(digest, signature)
        return self._algorithm.verify(message, self.verifying, signature)

    def may(self, operation: str) -> bool:
        """Return whether `use` and `key_ops` allow "sign" or "verify" (RFC 7517 §4.2, §4.3)."""
        return self.use == "sig" and (not self.key_ops or operation in self.key_ops)

    def require(self, operation: str) -> None:
        """Raise `KeyUseRefused` unless the key may and can do this ("sign" or "verify")."""
        if not self.may(operation):
            raise KeyUseRefused(
                f"The key {shown(self.kid)} may not {operation}.",
                remedy="Choose a key whose 'use' is 'sig' and whose 'key_ops' allow it.",
                use=shown(self.use),
                key_ops=[shown(name) for name in self.key_ops],
            )
        if operation == "sign" and not self.private:
            raise KeyUseRefused(f"The key {shown(self.kid)} is public: it can only verify.")

    def public(self) -> "Key":
        """Return the half that can only verify.

        Raises:
            SecretNotShared: HS256 has no such half.
        """
        self._refuse_secret()
        operations = ("verify",) if self.key_ops else ()
        return Key(self.alg, self.verifying, self.kid, self.use, operations)

    def jwk(self) -> dict[str, str]:
        """Return the public key as a JWK, without any private member.

        Raises:
            SecretNotShared: HS256 has no public half.
        """
        self._refuse_secret()
        return {**self.public_members, "kid": self.kid, "use": self.use, "alg": self.alg}

    @cached_property
    def public_members(self) -> Mapping[str, str]:
        """The JWK members that are the public key: `kty` and `n`, `e` or `crv`, `x`, `y`."""
        return _public_members(self._algorithm.to_jwk(self.verifying, as_dict=True))

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(alg={self.alg!r}, kid={self.kid!r}, use={self.use!r},"
            f" key_ops={self.key_ops!r}, private={self.private})"
        )

    def _refuse_secret(self) -> None:
        if isinstance(self.material, bytes):
            raise SecretNotShared("An HS256 key has no public half.")


def _public_members(jwk: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(jwk[name]) for name in ("kty", "crv", "n", "e", "x", "y") if name in jwk}
