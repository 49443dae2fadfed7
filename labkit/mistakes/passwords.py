"""Mistakes in storing passwords."""

import base64
import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

from labkit.catalogue import mistake
from labkit.passwords import BcryptParams, PasswordHasher, PasswordPolicy, TextbookScheme
from labkit.practice.decisions.access import Serialiser
from labkit.practice.decisions.passwords import FeedKey, LogLine

CRACKS = "a fast hash leaves the budget far more guesses than the password needs"
EQUAL_ROWS = "equal passwords give equal rows"


@mistake(
    "P1",
    "passwords stored as they are",
    cwe=(256,),
    asvs=("11.4.2",),
    also={"P5": "what can be read needs no guess"},
)
class StoredAsItIs(TextbookScheme):
    """The column holds what the user typed, so whoever reads it logs in."""

    def derive(self, password: bytes, salt: bytes) -> str:  # noqa: ARG002, D102
        return password.decode()


@mistake(
    "P2",
    "passwords stored in an encoding",
    cwe=(261,),
    asvs=("11.4.2",),
    also={"P5": "what can be decoded needs no guess"},
)
class Encoded(TextbookScheme):
    """Base64 looks like a secret and has no key: whoever reads the column decodes it."""

    def derive(self, password: bytes, salt: bytes) -> str:  # noqa: ARG002, D102
        return base64.b64encode(password).decode()


@mistake(
    "P3",
    "fast hash without a salt",
    cwe=(916, 759),
    asvs=("11.4.2",),
    also={"P4": EQUAL_ROWS, "P5": CRACKS},
)
class FastUnsaltedHash(TextbookScheme):
    """MD5 of the password alone: answered from a table that was made before the leak."""

    salt_bytes = 0

    def derive(self, password: bytes, salt: bytes) -> str:  # noqa: ARG002, D102
        return hashlib.md5(password).hexdigest()


@mistake(
    "P4",
    "one salt for everybody",
    cwe=(760,),
    asvs=("11.4.2",),
    also={"P5": "one hash of a guess serves every row, so the budget lasts eight times as long"},
)
class OneSaltForAll(TextbookScheme):
    """The salt is a constant: equal passwords give equal rows, and one pass tries them all."""

    def new_salt(self) -> bytes:  # noqa: D102
        return b"gradebook-salt!!"


@mistake("P5", "work factor too low", cwe=(916,), asvs=("11.4.2",))
class LowWorkFactor(PasswordHasher):
    """bcrypt at cost 4, sixty-four times faster than the least that OWASP accepts."""

    def parameters(self) -> BcryptParams:  # noqa: D102
        return BcryptParams(cost=4)


@mistake("P6", "passwords cut at 72 bytes", cwe=(222,), asvs=("6.2.8",))
class CutAt72Bytes(TextbookScheme):
    """What bcrypt did in silence for decades: nothing behind the 72nd byte counts."""

    def prepare(self, password: str) -> bytes:  # noqa: D102
        return super().prepare(password)[:72]


@mistake("P7", "bare MD5 before the slow hash", cwe=(916,), asvs=("11.4.2",))
class BareMd5Before(TextbookScheme):
    """Long passwords fit bcrypt's 72 bytes as an MD5, and so does any MD5 that leaked elsewhere."""

    def prepare(self, password: str) -> bytes:  # noqa: D102
        return hashlib.md5(super().prepare(password)).hexdigest().encode()


@mistake("P8", "old hashes never replaced", cwe=(916,), asvs=("11.4.2",))
class NeverRehashed(PasswordHasher):
    """The policy rose years ago, and whoever had an account by then kept the old hash."""

    def needs_rehash(self, stored: str) -> bool:  # noqa: ARG002, D102
        return False


@mistake("P9", "a secret compared with ==", cwe=(208,), asvs=("11.2.4",))
class ComparedWithEquals(FeedKey):
    """Equality stops at the first byte that differs, so the answer's time tells how many are right.

    A salted hash compared like this tells nothing of use, for nobody can steer its bytes; a key
    that the visitor sends is steered byte by byte.
    """

    def matches(self, presented: bytes, expected: bytes) -> bool:  # noqa: D102
        return presented == expected


@mistake("P10a", "the whole row in a response", cwe=(200,), asvs=("15.3.1",))
class WholeRowAnswered(Serialiser):
    """The row goes out as the table has it: no page shows the hash, and every answer holds it."""

    def user(self, user: Mapping[str, Any], viewer: str) -> dict[str, Any]:  # noqa: ARG002, D102
        return dict(user)


@mistake("P10b", "the password in the log", cwe=(532,), asvs=("16.2.5",))
class PasswordInTheLog(LogLine):
    """A line for debugging stayed in: whoever reads the log, or its backup, reads the passwords."""

    def render(self, event: Mapping[str, object]) -> str:  # noqa: D102
        return f"{super().render(event)} password={event.get('password')}"


class StretchedByHand(TextbookScheme):
    """Rounds of SHA-256 before Argon2id, each over the whole password again.

    Nobody guesses it any sooner, so by itself it is no mistake of the catalogue. But its cost grows
    with the password's length, which that of bcrypt, scrypt, PBKDF2 and Argon2 hardly does.
    """

    def derive(self, password: bytes, salt: bytes) -> str:  # noqa: D102
        digest = salt
        for _ in range(1000):
            digest = hashlib.sha256(digest + password).digest()
        return super().derive(digest, salt)


@mistake("P11", "no limit to a password's length", cwe=(400,), beside=(StretchedByHand,))
class AnyLength(PasswordPolicy):
    """Nobody has to have an account to send a megabyte, and the hash works through all of it."""

    def admit(self, password: str) -> str:  # noqa: D102
        return unicodedata.normalize("NFC", password)
