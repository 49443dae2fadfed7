"""A token under an attacker's hands: taken apart, changed, signed anew, put together again."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from labkit.display import Shown, card, escaped, printable
from labkit.errors import InvalidInput
from labkit.forging.choices import ECDSA_BYTES, HASHES, ZERO_DER, Hmac, KeyServer, Kid, own_key
from labkit.forging.own_key import OwnKey
from labkit.forging.public_text import Form, public_text
from labkit.forging.segments import as_json, as_object, changed, decoded, encoded, split
from labkit.forging.steps import LETTERS, PARTS, Part, Step
from labkit.forging.words import became, cut, done, edits, told
from labkit.inputs import octets, text


@dataclass(frozen=True, repr=False)
class Forgery(Shown):
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

    token: str
    steps: tuple[Step, ...] = ()

    @classmethod
    def of(cls, token: str) -> "Forgery":
        """Take a token, or any other text, into hand.

        Raises:
            InvalidInput: It is no str.
        """
        if not isinstance(token, str):
            raise InvalidInput(
                f"The token must be a str, not {type(token).__name__}.",
                remedy="Decode bytes with .decode('latin-1') first: that loses nothing."
                if isinstance(token, bytes)
                else "",
            )
        return cls(token)

    @property
    def header(self) -> dict[str, Any]:
        """The header as JSON; empty if it cannot be read."""
        return as_object(self._octets("header"))

    @property
    def claims(self) -> dict[str, Any]:
        """The payload as JSON; empty if it cannot be read."""
        return as_object(self._octets("payload"))

    @property
    def signature(self) -> bytes:
        """The signature's bytes, as far as they can be decoded."""
        return self._octets("signature")

    def edit_header(self, /, **changes: Any) -> "Forgery":
        """Change members of the header; None removes one.

        Raises:
            InvalidInput: JSON cannot say a value.
        """
        return self._edited("header", changes)

    def edit_claims(self, /, **changes: Any) -> "Forgery":
        """Change claims; None removes one.

        Raises:
            InvalidInput: JSON cannot say a value.
        """
        return self._edited("payload", changes)

    def raw_header(self, raw: bytes) -> "Forgery":
        """Put these bytes in place of the header, as they are.

        Raises:
            InvalidInput: They are no bytes.
        """
        return self._with("header", octets(raw, "header", at_most=1 << 24), "raw bytes")

    def payload(self, raw: bytes) -> "Forgery":
        """Put these bytes in place of the payload, as they are: members twice, no JSON at all.

        Raises:
            InvalidInput: They are no bytes.
        """
        return self._with("payload", octets(raw, "payload", at_most=1 << 24), "raw bytes")

    def unsigned(self, spelling: str = "none") -> "Forgery":
        """Say that nothing is signed, and leave the signature empty (RFC 7518 §3.6).

        Args:
            spelling: What `alg` becomes; `NONE_SPELLINGS` lists the variants.

        Raises:
            InvalidInput: It is no str.
        """
        alg = text(spelling, "spelling of none")
        return self._edited("header", {"alg": alg}).drop_signature()

    def drop_signature(self) -> "Forgery":
        """Leave the signature empty and the algorithm as it is (a null signature)."""
        return self._with("signature", b"", "signature dropped")

    def sign(
        self, key: OwnKey, *, kid: str | Kid | None = Kid.KEPT, as_is: bool = False
    ) -> "Forgery":
        """Sign with a key of one's own.

        Args:
            key: The key; `alg` becomes its kind.
            kid: What `kid` becomes; None removes it; the header's own stays unless given.
            as_is: Leave the header as it is, byte for byte.

        Raises:
            InvalidInput: A wrong type.
        """
        own_key(key)
        signing = self if as_is else self._saying({"alg": key.kind}, kid)
        return signing._with("signature", key.sign(signing._message), f"signed with own {key.kind}")

    def sign_with_secret(
        self,
        secret: bytes,
        alg: Hmac = "HS256",
        *,
        kid: str | Kid | None = Kid.KEPT,
        as_is: bool = False,
    ) -> "Forgery":
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
        if not isinstance(alg, str) or alg not in HASHES:
            raise InvalidInput("This signs with HMAC only.", remedy=f"Take {', '.join(HASHES)}.")
        signing = self if as_is else self._saying({"alg": alg}, kid)
        mac = hmac.digest(secret, signing._message, HASHES[alg])
        return signing._with("signature", mac, f"{alg} with {len(secret)} bytes as secret")

    def confuse(
        self, jwk: Mapping[str, Any], form: Form = "pem", *, alg: Hmac = "HS256"
    ) -> "Forgery":
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

    def embed_key(self, key: OwnKey, *, kid: str | Kid | None = Kid.OWN) -> "Forgery":
        """Put an own public key into the header as `jwk`, and sign with it (RFC 7515 §4.1.3).

        Args:
            key: The key.
            kid: What `kid` becomes: the key's own unless given; None removes it.

        Raises:
            InvalidInput: A wrong type.
        """
        return self._borrowing(key, kid, {"jwk": own_key(key).jwk})

    def embed_certificate(self, key: OwnKey, *, kid: str | Kid | None = Kid.OWN) -> "Forgery":
        """Put an own self-signed certificate into the header as `x5c`, and sign with its key.

        The certificate is base64 there, not base64url (RFC 7515 §4.1.6).

        Args:
            key: The key.
            kid: What `kid` becomes: the key's own unless given; None removes it.

        Raises:
            InvalidInput: A wrong type.
        """
        from base64 import b64encode

        return self._borrowing(key, kid, {"x5c": [b64encode(own_key(key).certificate).decode()]})

    def point_to(
        self,
        server: KeyServer,
        member: Literal["jku", "x5u"] = "jku",
        *,
        kid: str | Kid | None = Kid.OWN,
    ) -> "Forgery":
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
        if not isinstance(getattr(server, "key", None), OwnKey):
            raise InvalidInput("A key server is needed.", remedy="Use `with serve_keys(key)`.")
        return self._borrowing(server.key, kid, {member: getattr(server, member)})

    def zero_signature(self, form: Literal["raw", "der"] = "raw") -> "Forgery":
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

    def becoming(self, token: str) -> "Forgery":
        """Return another token, with what it has different from this one as steps.

        Raises:
            InvalidInput: `token` is no str.

        Examples:
            >>> forged = Forgery.of("e30.e30.AA").becoming("e30.eyJzdWIiOiJhIn0.AA")
            >>> [step.name for step in forged.steps]
            ['sub set']
        """
        other = Forgery.of(token)
        steps = tuple(
            Step(became(part, self._octets(part), other._octets(part)), part, *both)
            for part in PARTS
            if len(set(both := (self._octets(part), other._octets(part)))) > 1
        )
        return Forgery(token, (*self.steps, *steps))

    def __str__(self) -> str:
        return self.token

    def __repr__(self) -> str:
        lines = [f"{part:9} {told(part, self._octets(part))}" for part in PARTS]
        steps = (f"{number}. {done(step)}" for number, step in enumerate(self.steps, 1))
        return "\n".join([*lines, f"token     {cut(printable(self.token))}", *steps])

    def html(self) -> str:
        """Return the token in its three parts, and each step folded away."""
        said = "forged: nothing here was verified" if self.steps else "as it came: not verified"
        return card("Token", said, self.body() + "".join(step.folded() for step in self.steps))

    def body(self) -> str:
        """Return the token alone, each part under its name."""
        rows = "".join(
            f'<div class="{LETTERS[part]}"><b>{part}</b> '
            f"<span>{escaped(cut(told(part, self._octets(part))))}</span></div>"
            for part in PARTS
        )
        pieces = zip(PARTS, split(self.token), strict=True)
        spans = (
            f'<span class="{LETTERS[part]}">{escaped(cut(piece))}</span>' for part, piece in pieces
        )
        return (
            f'<div class="lk-token">{"<b>.</b>".join(spans)}</div><div class="lk-told">{rows}</div>'
        )

    @property
    def _message(self) -> bytes:
        return ".".join(split(self.token)[:2]).encode("utf-8", "surrogatepass")

    def _octets(self, part: Part) -> bytes:
        return decoded(split(self.token)[PARTS.index(part)])

    def _edited(self, part: Part, changes: dict[str, Any]) -> "Forgery":
        members = changed(as_object(self._octets(part)), changes)
        return self._with(part, as_json(members), edits(changes))

    def _saying(self, members: dict[str, Any], kid: str | Kid | None) -> "Forgery":
        """The same with a header that says so; untouched where it does already."""
        wanted = members if kid is Kid.KEPT else members | {"kid": kid}
        now = self.header
        if all(now.get(name) == value for name, value in wanted.items()):
            return self._in_three_parts()
        return self._edited("header", wanted)

    def _borrowing(self, key: OwnKey, kid: str | Kid | None, members: dict[str, Any]) -> "Forgery":
        said = members | {"kid": key.kid if kid is Kid.OWN else kid}
        return self._edited("header", said).sign(key)

    def _in_three_parts(self) -> "Forgery":
        return Forgery(".".join(split(self.token)), self.steps)

    def _with(self, part: Part, after: bytes, name: str) -> "Forgery":
        parts = list(split(self.token))
        parts[PARTS.index(part)] = encoded(after)
        step = Step(name, part, self._octets(part), after)
        return Forgery(".".join(parts), (*self.steps, step))
