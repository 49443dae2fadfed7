"""A token on the desk: its parts are edited one by one, and nothing signs it but `sign`."""

from dataclasses import dataclass, replace
from typing import Self

from labkit import inputs
from labkit.cracking.words import count
from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.tokens import Inspection, Key, inspect
from labkit.tokens.inspection import MAX_CHARACTERS
from labkit.widgets.token_json import check, is_json, laid_out, packed, visible

PARTS = ("header", "payload")


@dataclass(frozen=True)
class Draft:
    r"""A token's text, and the text that its signature was made for.

    An edit changes one segment and leaves the others, the signature too, as they are.

    Args:
        token: The text as it stands, however broken.
        signed: Header and payload as they were when the signature came: pasted, or by `sign`.
        by: With which key it was signed here; "" for a signature that came with the token.

    Examples:
        >>> draft = Draft.of("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.AAAA")
        >>> draft.text("payload")
        '{\n  "sub": "alice"\n}'
        >>> draft.edit("payload", '{"sub": "carol"}').token
        'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYXJvbCJ9.AAAA'
        >>> draft.edit("payload", '{"sub": "carol"}').edited
        ('payload',)
    """

    token: str
    signed: tuple[str, str]
    by: str = ""

    @classmethod
    def of(cls, token: str) -> Self:
        """Take up a token as it was found.

        Args:
            token: Any text of at most 64 Ki characters.

        Raises:
            InvalidInput: It is no str, or too long.
        """
        if not isinstance(token, str):
            raise InvalidInput(f"The token must be a str, not {type(token).__name__}.")
        return cls(_sized(token), _signed_part(token))

    @property
    def edited(self) -> tuple[str, ...]:
        """Which parts differ from what the signature was made for."""
        now = _signed_part(self.token)
        return tuple(
            name for name, old, new in zip(PARTS, self.signed, now, strict=True) if old != new
        )

    @property
    def read(self) -> Inspection:
        """What can be read in it."""
        return inspect(self.token)

    def text(self, part: str) -> str:
        """Return the header or the payload to be edited: JSON a member a line, or as it is."""
        found = self.read
        raw = found.header_text if _place(part) == 0 else found.payload_text
        raw = visible(raw)
        return laid_out(raw) if is_json(raw) else raw

    def edit(self, part: str, text: str) -> Self:
        """Write JSON into the header or the payload.

        Args:
            part: "header" or "payload".
            text: The JSON; its white space is left out of the token.

        Raises:
            JsonFault: It is not JSON; the draft stays as it is.
            InvalidInput: The token would have more than 64 Ki characters.
        """
        place = _place(part)
        check(text)
        if text == self.text(part):
            return self
        segments = self.token.strip().split(".")
        segments += [""] * (3 - len(segments))
        segments[place] = base64url(packed(text).encode())
        return replace(self, token=_sized(".".join(segments)))

    def sign(self, key: Key, name: str) -> Self:
        """Sign header and payload as they stand: the third segment is replaced, nothing else.

        Args:
            key: The key; the header's `alg` and `kid` are not made to agree with it.
            name: What the key is called.

        Raises:
            InvalidInput: There are no two segments to sign.
        """
        segments = self.token.strip().split(".")
        if len(segments) not in (2, 3) or not self.token.isascii():
            raise InvalidInput(
                "There is no header and payload to sign.",
                remedy="Mend the token's form first: header.payload.signature.",
            )
        message = ".".join(segments[:2])
        signature = base64url(key.sign(message.encode()))
        token = f"{message}.{signature}"
        return replace(self, token=token, signed=_signed_part(token), by=inputs.text(name, "name"))


def _sized(token: str) -> str:
    if len(token) > MAX_CHARACTERS:
        raise InvalidInput(
            f"The token has {count(len(token))} characters.",
            remedy=f"At most {count(MAX_CHARACTERS)} are taken.",
        )
    return token


def _place(part: str) -> int:
    if part not in PARTS:
        raise InvalidInput("The part to edit is the header or the payload.")
    return PARTS.index(part)


def _signed_part(token: str) -> tuple[str, str]:
    header, _, rest = token.strip().partition(".")
    return header, rest.partition(".")[0]
