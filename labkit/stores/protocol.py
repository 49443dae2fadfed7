"""What every store offers."""

from typing import Protocol


class Store(Protocol):
    """Atomic primitives over text. Each call is one indivisible step."""

    def get(self, key: str) -> str | None:
        """Return the value, or None."""

    def put(self, key: str, value: str, *, expires_at: float | None = None) -> None:
        """Write the value, whatever was there."""

    def swap(
        self, key: str, old: str | None, new: str | None, *, expires_at: float | None = None
    ) -> bool:
        """Write `new` only if the value is still `old`; None stands for "absent".

        Returns:
            Whether it was `old`, and so whether `new` is written now.
        """

    def advance(self, key: str, to: int, *, expires_at: float | None = None) -> bool:
        """Raise a whole number to `to` only if that is more than what is stored.

        Returns:
            Whether it moved: of several callers with the same `to`, exactly one hears True.

        Raises:
            StoreError: What is stored under the key is no whole number.
        """

    def take(self, key: str) -> str | None:
        """Remove the value and return it: of several callers, exactly one gets it."""

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted."""

    def sweep(self, now: float) -> int:
        """Forget what expired before `now` and return how many; reading never looks at expiry."""
