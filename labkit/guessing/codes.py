"""How often a one-time code may be guessed."""

from labkit.guessing.source import account_digest
from labkit.guessing.throttle import Throttle, backoff_s


class CodeThrottle(Throttle):
    """Slows the guessing of one-time codes and recovery codes, per account.

    Only who has the right password gets here. So there is one bucket, no source, the limit is low
    (20 guesses at six digits hit with a chance of one in 50 000 per code that is valid at once),
    the count is never forgotten, and the store holds at most one row for each account.
    The leak that remains: a thief of the password can close the second step for its owner.

    Args:
        store: Where the counts live.
        clock: The time, in seconds since the epoch.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> throttle = CodeThrottle(MemoryStore())
        >>> [throttle.admit(throttle.keys("alice"), 1_800_000_000) for _ in range(6)]
        [0.0, 0.0, 0.0, 0.0, 0.0, 30.0]
    """

    def keys(self, account: str) -> tuple[str, ...]:
        """Return what an attempt counts by: the account that the password step found."""
        return (f"code:account:{account_digest(account)}",)

    def on_success(self, account: str) -> None:
        """Forget the failures of an account whose code was right."""
        for key in self.keys(account):
            self.forget(key)

    def wait_s(self, failures: int) -> float:
        """Return how long to wait after so many wrong codes in a row.

        Returns:
            Seconds since the last attempt: 0 for five failures, then 30 s doubling up to an hour;
            `math.inf` from the 20th on (RFC 4226 §7.3, NIST SP 800-63B-4 §3.2.2).
        """
        return backoff_s(failures, free=5, limit=20)

    def reopen(self, account: str) -> None:
        """Empty the bucket after a recovery."""
        self.on_success(account)
