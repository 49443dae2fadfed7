"""The token editor: a token's parts to be edited, read, and judged by a verifier."""

from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from labkit import inputs
from labkit.clock import Clock, ManualClock
from labkit.display import STATES
from labkit.errors import InvalidInput, LabkitError
from labkit.tokens import Key, KeyRing, TokenIssuer, TokenVerifier, examine
from labkit.tokens.inspection import MAX_CHARACTERS
from labkit.widgets.base import Panel, stylesheet
from labkit.widgets.token_draft import Draft
from labkit.widgets.token_json import JsonFault, unspelled
from labkit.widgets.token_reading import READ, TokenReading, at_clock
from labkit.widgets.token_view import away, view

ISSUER, AUDIENCE = "https://gradebook.localhost", "gradebook-api"
EXAMPLE = ("alice", {"role": "student"})
# How far the clock's slider goes from where the clock stood, in seconds.
SLIDER = {"least": -3600, "most": 3600, "step": 10}
FURTHEST_S = 100 * 366 * 86_400
OWN, ISSUERS = "own", "issuer"
NAMES = {OWN: "my own key", ISSUERS: "the issuer’s key"}


class TokenEditor(Panel, script_name="token_editor"):
    """Header and claims as editable JSON; reading and verifying are two areas of their own.

    An edit changes its segment and leaves the signature as it was, which then fits no more. Only a
    button signs, and it says with which key. What is pasted comes and goes as messages: a saved
    notebook holds nothing of it. `read_token` is the same in code.

    Touched by one thread at a time, the kernel's.

    Args:
        token: What to begin with. Where it is empty and the issuer's key is here, a fresh token.
        verifier: Who judges it; without one, a gradebook's, with the public half of `key` or of a
            key that nobody is given.
        key: The issuer's key, where the student shall be able to sign with it.
        clock: The time at which the verifier judges, in place of its own clock's; a `ManualClock`
            can be moved in the editor.

    Raises:
        InvalidInput: An argument is of another type.
    """

    about: ClassVar[str] = (
        "a token's three parts to edit, what anyone reads in them, and what a verifier says to"
        " them. Run this cell to use it."
    )
    _css: ClassVar[str] = stylesheet("token_editor")

    spec = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        token: str = "",
        *,
        verifier: TokenVerifier | None = None,
        key: Key | None = None,
        clock: Clock | None = None,
    ) -> None:
        if key is not None and not (isinstance(key, Key) and key.private):
            raise InvalidInput("The key must be a private Key, one that can sign.")
        signer: KeyRing | Key | None = key
        if verifier is None:
            clock = ManualClock() if clock is None else clock
            signer = KeyRing(clock=clock) if key is None else key
            verifier = _gradebook(signer, clock)
        self._verifier = at_clock(verifier, clock)
        if token == "" and signer is not None:
            token = _example(signer, self._verifier)
        self._draft = self._first = Draft.of(token)
        self._keys = {ISSUERS: key} if key else {}
        self._said = ""
        self._faulty: set[str] = set()
        self._examination = examine(token, self._verifier)
        self._start = self._examination.now
        super().__init__()
        self.set_trait("spec", self._spec())

    @property
    def token(self) -> str:
        """The token as it stands; setting it is like pasting."""
        return self._draft.token

    @token.setter
    def token(self, token: str) -> None:
        self._take(Draft.of(token), "python")

    @property
    def reading(self) -> TokenReading:
        """What the editor shows, as the object that `read_token` returns."""
        return TokenReading(self.token, self._examination)

    @property
    def own_key(self) -> Key:
        """The key of the student's own, that no verifier trusts; made when it is first used."""
        if OWN not in self._keys:
            self._keys[OWN] = Key.generate(self._verifier.algorithm)
        return self._keys[OWN]

    def look(self) -> None:
        """Judge again, at the clock's time."""
        self._take(self._draft, "clock")

    def do_ready(self, _message: Mapping[str, object]) -> None:
        """Show everything: a view has opened."""
        self._take(self._draft, "ready")

    def do_token(self, message: Mapping[str, object]) -> None:
        """Take what stands in the token's field, where ASCII is spelled as it is and no more."""
        text = message.get("text")
        if not isinstance(text, str):
            raise InvalidInput("The token must be a str.")
        try:
            self._take(Draft.of(unspelled(text)), "token", message)
        except InvalidInput as error:
            self._fault("token", error, message)

    def do_edit(self, message: Mapping[str, object]) -> None:
        """Write JSON into a part; the token stays as it was while it is not JSON."""
        part, text = message.get("part"), message.get("text")
        if part not in ("header", "payload"):
            raise InvalidInput("The part to edit is the header or the payload.")
        try:
            draft = self._draft.edit(part, inputs.text(text, part, at_most=MAX_CHARACTERS))
            self._take(draft, part, message)
        except InvalidInput as error:
            self._fault(part, error, message)

    def do_sign(self, message: Mapping[str, object]) -> None:
        """Sign what stands there, with the key that the button named."""
        which = message.get("key")
        if (
            not isinstance(which, str)
            or which not in NAMES
            or (which == ISSUERS and ISSUERS not in self._keys)
        ):
            raise InvalidInput("There is no such key here.")
        key = self.own_key if which == OWN else self._keys[ISSUERS]
        try:
            self._take(self._draft.sign(key, NAMES[which]), "sign", message)
        except LabkitError as error:
            self._fault("signature", error, message)

    def do_restart(self, message: Mapping[str, object]) -> None:
        """Take up the token that the editor began with."""
        self._take(self._first, "restart", message)

    def do_move(self, message: Mapping[str, object]) -> None:
        """Set the virtual clock to so many seconds from where it stood at first."""
        clock = self._verifier.clock
        if not isinstance(clock, ManualClock):
            raise InvalidInput("This verifier's clock is no virtual one.")
        offset = message.get("offset")
        distance = inputs.number(offset, "way", at_least=-FURTHEST_S, at_most=FURTHEST_S)
        clock.now = self._start + distance
        self.look()

    def do_look(self, _message: Mapping[str, object]) -> None:
        """Judge again, at the clock's time."""
        self.look()

    def _spec(self) -> dict[str, Any]:
        signing = {OWN: f"Sign with a key of my own ({self._verifier.algorithm})"}
        if key := self._keys.get(ISSUERS):
            signing[ISSUERS] = f"Sign with the issuer’s key ({key.alg})"
        return {
            "longest": MAX_CHARACTERS,
            "icons": STATES,
            "read": READ,
            "verified": f"Verified by {self._examination.verifier}",
            "signing": signing,
            "movable": isinstance(self._verifier.clock, ManualClock),
            "slider": SLIDER,
        }

    def _take(self, draft: Draft, source: str, message: Mapping[str, object] | None = None) -> None:
        self._draft = draft
        self._examination = found = examine(draft.token, self._verifier)
        self._faulty.clear()
        said = "" if found.verdict == self._said else found.verdict
        self._said = found.verdict
        shown = view(draft, found) | {"offset": found.now - self._start}
        shown["away"] = away(found.now - self._start)
        self.send({"view": shown, "source": source, "turn": _turn(message), "said": said})

    def _fault(self, part: str, error: LabkitError, message: Mapping[str, object]) -> None:
        words = f"{error.cause} {error.remedy}".strip()
        fault: dict[str, Any] = {"part": part, "words": f"{words} The token is as it was."}
        if isinstance(error, JsonFault):
            fault |= {"at": error.at}
            fault |= {"before": error.before, "here": error.here, "after": error.after}
        said = "" if part in self._faulty else f"{part.capitalize()}: {error.cause}"
        self._faulty.add(part)
        self.send({"fault": fault, "turn": _turn(message), "said": said})


def token_editor(
    token: str = "",
    *,
    verifier: TokenVerifier | None = None,
    key: Key | None = None,
    clock: Clock | None = None,
) -> TokenEditor:
    """Return a `TokenEditor`; without arguments with a fresh token of Alice's and its verifier."""
    return TokenEditor(token, verifier=verifier, key=key, clock=clock)


def _gradebook(signer: KeyRing | Key, clock: Clock) -> TokenVerifier:
    algorithm = signer.alg if isinstance(signer, Key) else signer.algorithm
    return TokenVerifier(signer, algorithm=algorithm, issuer=ISSUER, audience=AUDIENCE, clock=clock)


def _example(signer: KeyRing | Key, verifier: TokenVerifier) -> str:
    issuer = TokenIssuer(
        signer,
        algorithm=verifier.algorithm,
        issuer=verifier.issuer,
        audience=verifier.audience,
        clock=verifier.clock,
        token_type=verifier.token_type,
    )
    return issuer.issue(*EXAMPLE)


def _turn(message: Mapping[str, object] | None) -> int:
    turn = (message or {}).get("turn")
    return turn if isinstance(turn, int) else 0
