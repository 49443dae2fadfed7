"""A token in its three parts with the steps that made it: how it is read, rebuilt and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from labkit.display import Shown, card, escaped, printable
from labkit.errors import InvalidInput
from labkit.forging.segments import as_json, as_object, changed, decoded, encoded, split
from labkit.forging.steps import LETTERS, PARTS, Part, Step

MOST_SHOWN = 4000


@dataclass(frozen=True, repr=False)
class PartedToken(Shown):
    """A token and what was done to it. Immutable, so threads may share it.

    It takes any text: what cannot be decoded is empty.

    Args:
        token: The token as it would be sent.
        steps: What was changed so far, oldest first.

    Raises:
        InvalidInput: The token is no str, or a step none.
    """

    token: str
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.token, str):
            raise InvalidInput(
                f"The token must be a str, not {type(self.token).__name__}.",
                remedy="Decode bytes with .decode('latin-1') first: that loses nothing."
                if isinstance(self.token, bytes)
                else "",
            )
        if not (isinstance(self.steps, tuple) and all(isinstance(s, Step) for s in self.steps)):
            raise InvalidInput("The steps must be a tuple of Step.")

    @classmethod
    def of(cls, token: str) -> Self:
        """Take a token, or any other text, into hand.

        Raises:
            InvalidInput: It is no str.
        """
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

    def becoming(self, token: str) -> Self:
        """Return another token, with what it has different from this one as steps.

        Raises:
            InvalidInput: `token` is no str.

        Examples:
            >>> other = PartedToken.of("e30.e30.AA").becoming("e30.eyJzdWIiOiJhIn0.AA")
            >>> [step.name for step in other.steps]
            ['sub set']
        """
        other = self.of(token)
        steps = tuple(
            Step(_became(part, self._octets(part), other._octets(part)), part, *both)
            for part in PARTS
            if len(set(both := (self._octets(part), other._octets(part)))) > 1
        )
        return type(self)(token, (*self.steps, *steps))

    def __str__(self) -> str:
        return self.token

    def __repr__(self) -> str:
        lines = [f"{part:9} {_told(part, self._octets(part))}" for part in PARTS]
        steps = (f"{number}. {step.line}" for number, step in enumerate(self.steps, 1))
        return "\n".join([*lines, f"token     {_cut(printable(self.token))}", *steps])

    def html(self) -> str:
        """Return the token in its three parts, and each step folded away."""
        said = "forged: nothing here was verified" if self.steps else "as it came: not verified"
        return card("Token", said, self.body() + "".join(step.folded() for step in self.steps))

    def body(self) -> str:
        """Return the token alone, each part under its name."""
        rows = "".join(
            f'<div class="{LETTERS[part]}"><b>{part}</b> '
            f"<span>{escaped(_cut(_told(part, self._octets(part))))}</span></div>"
            for part in PARTS
        )
        pieces = zip(PARTS, split(self.token), strict=True)
        spans = (
            f'<span class="{LETTERS[part]}">{escaped(_cut(piece))}</span>' for part, piece in pieces
        )
        return (
            f'<div class="lk-token">{"<b>.</b>".join(spans)}</div><div class="lk-told">{rows}</div>'
        )

    @property
    def _message(self) -> bytes:
        return ".".join(split(self.token)[:2]).encode("utf-8", "surrogatepass")

    def _octets(self, part: Part) -> bytes:
        return decoded(split(self.token)[PARTS.index(part)])

    def _edited(self, part: Part, changes: dict[str, Any]) -> Self:
        members = changed(as_object(self._octets(part)), changes)
        return self._with(part, as_json(members), _edits(changes))

    def _in_three_parts(self) -> Self:
        return type(self)(".".join(split(self.token)), self.steps)

    def _with(self, part: Part, after: bytes, name: str) -> Self:
        parts = list(split(self.token))
        parts[PARTS.index(part)] = encoded(after)
        step = Step(name, part, self._octets(part), after)
        return type(self)(".".join(parts), (*self.steps, step))


def _edits(changes: Mapping[str, Any]) -> str:
    """Return what a change of members does, such as `alg set; kid removed`."""
    removed = [name for name, value in changes.items() if value is None]
    put = [name for name in changes if name not in removed]
    said = [f"{', '.join(put)} set"] * bool(put) + [f"{', '.join(removed)} removed"] * bool(removed)
    return "; ".join(said) or "spelled anew"


def _became(part: Part, before: bytes, after: bytes) -> str:
    """Return what became of a part, seen from its bytes before and after."""
    if part == "signature":
        return f"{len(before)} bytes before, {len(after) or 'none'} now"
    old, new = as_object(before), as_object(after)
    differs = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return _edits({name: new.get(name) for name in differs})


def _told(part: Part, data: bytes) -> str:
    """Return what a part says, as far as it can be read."""
    if part == "signature":
        return f"{len(data)} bytes, not verified" if data else "empty"
    return printable(data[:MOST_SHOWN].decode("utf-8", "backslashreplace")) or "(nothing to read)"


def _cut(value: str) -> str:
    """Return a text, its end left out where it is very long."""
    left = len(value) - MOST_SHOWN
    return f"{value[:MOST_SHOWN]} … {left} more" if left > 0 else value
