"""Mistakes in storing passwords."""

import hashlib

from labkit.catalogue import mistake
from labkit.passwords import BcryptParams, PasswordHasher, TextbookScheme

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
