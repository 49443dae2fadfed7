"""Mistakes with keys: a secret that others have already, and a key handed to who must only read."""

from collections.abc import Mapping

from labkit.catalogue import mistake
from labkit.tokens import Key, KeyRing

SETTINGS: Mapping[str, str] = {}  # as the server found them: somebody forgot the file


class UncheckedKey(Key):
    """A key whose material nobody looks at, as most libraries take it."""

    def check(self) -> None:
        """Take it."""


@mistake("T4", "a secret out of a tutorial", cwe=(326, 521), asvs=("9.1.1",))
class SecretFromATutorial(KeyRing):
    """One token is enough to try words on, as fast as HMAC goes, where nobody counts the tries.

    What HS256 verifies with, it signs with: the word found is the right to issue.
    """

    def new_key(self) -> Key:  # noqa: D102
        return UncheckedKey("HS256", b"your-256-bit-secret", "main")


@mistake(
    "T4b",
    "a secret that was never set",
    cwe=(326,),
    asvs=("9.1.1",),
    also={"T4": "the empty word is among the first that are tried"},
)
class BlankSecret(KeyRing):
    """The settings file has no such line on this machine, and the default is the empty text."""

    def new_key(self) -> Key:  # noqa: D102
        return UncheckedKey("HS256", SETTINGS.get("JWT_SECRET", "").encode(), "main")


@mistake("T19", "who verifies holds the key that signs", cwe=(522,), asvs=("9.1.2",))
class HandsOutTheSigningKey(KeyRing):
    """One file with the key was easier to copy than its public half, so every service has both."""

    def shared_with(self, service: str) -> Key:  # noqa: ARG002, D102
        return self.signing_key()
