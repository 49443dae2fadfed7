"""How often a password may be guessed."""

import math
from collections.abc import Mapping, Sequence

from labkit import inputs
from labkit.clock import Clock, system_clock
from labkit.guessing.devices import DeviceTokens
from labkit.guessing.source import account_digest, networks, source_of
from labkit.guessing.throttle import MOST_FAILURES, Tally, Throttle, backoff_s
from labkit.stores import Store

DAY_S = 86_400.0


class LogInThrottle(Throttle):
    """Slows the guessing of passwords, per account and per source.

    An account has two buckets: attempts from its trusted devices, and everyone else's. A stranger
    fills only the second, so he cannot lock the owner's own device out. Each bucket closes after
    50 failures in a row, together the 100 of NIST SP 800-63B-4 §3.2.2. A source (an IPv4 address,
    a /64 of IPv6) has 50 attempts free, since a school sits behind one address, and never closes.

    What an attacker still can do: guess five passwords of any account at once and 49 in a month
    without ever meeting the limit, since a count is forgotten after 30 quiet days, so that
    invented names cannot fill the store; keep the account closed to *new* devices, by failing on
    purpose; try one password at each of many accounts from many sources. Against these stand the
    password policy, `reopen` and a second factor.

    Args:
        store: Where the counts live; call its `sweep(now)` now and then.
        clock: The time, in seconds since the epoch.
        trusted_devices: Issues the cookie of trusted devices; without it a fresh key, and so
            tokens that end with this process.
        trusted_proxies: Networks of one's own proxies, whose X-Forwarded-For is believed.

    Examples:
        >>> from labkit.stores import MemoryStore
        >>> throttle = LogInThrottle(MemoryStore(), clock=lambda: 1_800_000_000.0)
        >>> def log_in(name, password, peer="203.0.113.9", headers={}):
        ...     wait = throttle.admit(throttle.keys(name, peer, headers), throttle.clock())
        ...     if wait > 0:
        ...         return 429, f"Retry-After: {wait:.0f}"
        ...     if password != "correct horse":
        ...         return 401, "wrong name or password"
        ...     throttle.on_success(name, peer, headers)
        ...     return 200, "welcome"
        >>> [log_in("alice", guess)[0] for guess in ("a", "b", "c", "d", "e", "f")]
        [401, 401, 401, 401, 401, 429]
        >>> log_in("alice", "correct horse")
        (429, 'Retry-After: 30')
        >>> device = throttle.trusted_devices.issue("alice")  # set as a cookie at her last log-in
        >>> log_in("alice", "correct horse", headers={"Cookie": f"__Host-device={device}"})
        (200, 'welcome')
    """

    forget_account_s = 30 * DAY_S
    forget_source_s = DAY_S

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock = system_clock,
        trusted_devices: DeviceTokens | None = None,
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        super().__init__(store, clock=clock)
        devices = DeviceTokens(clock=clock) if trusted_devices is None else trusted_devices
        self.trusted_devices = inputs.offering(devices, "trusted devices", "trusted")
        self._proxies = networks(trusted_proxies)

    def keys(
        self, account: str, peer: str, headers: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        """Return what an attempt counts by.

        Args:
            account: The name that was typed, whether there is such an account or not.
            peer: The address of the other end of the connection.
            headers: The request's headers, for the device's cookie and for one's own proxies.

        Returns:
            The source and the account's bucket. A trusted device counts by its own bucket alone,
            or a neighbour behind the same address could lock it out.

        Raises:
            InvalidInput: A name or an address that cannot be one.
        """
        headers = headers or {}
        trusted = self.trusted_devices.trusted(account, headers)
        bucket = self.bucket(account, trusted)
        return (bucket,) if trusted else (self.source(peer, headers), bucket)

    def bucket(self, account: str, trusted: bool) -> str:
        """Return the key of an account's bucket: its trusted devices' or everyone else's."""
        return f"log-in:{'device' if trusted else 'others'}:{account_digest(account)}"

    def source(self, peer: str, headers: Mapping[str, str]) -> str:
        """Return the key of the source that a request comes from."""
        return f"log-in:source:{source_of(peer, headers, self._proxies)}"

    def on_success(self, account: str, peer: str, headers: Mapping[str, str] | None = None) -> None:
        """Forget the failures of the bucket that the right password came through.

        The source gets back this one attempt and no more: whoever could reset it by logging in
        to an account of his own would guess at all the others without end.
        """
        for key in self.keys(account, peer, headers):
            if _is_source(key):
                self.forgive(key)
            else:
                self.forget(key)

    def wait_s(self, failures: int) -> float:
        """Return how long an account's bucket waits after so many failures in a row.

        Returns:
            Seconds since the last attempt: 0 for five failures, then 30 s doubling up to an hour;
            `math.inf` from the 50th on, until a log-in through this bucket or `reopen`.
        """
        return backoff_s(failures, free=5, limit=MOST_FAILURES // 2)

    def source_wait_s(self, failures: int) -> float:
        """Return how long a source waits after so many failures, in seconds; at most an hour."""
        return backoff_s(failures, free=50)

    def reopen(self, account: str) -> None:
        """Empty both buckets: after a recovery, or when the owner asks for it while logged in."""
        self.forget(self.bucket(account, trusted=True))
        self.forget(self.bucket(account, trusted=False))

    def _wait_s(self, key: str, failures: int) -> float:
        return self.source_wait_s(failures) if _is_source(key) else self.wait_s(failures)

    def _expiry(self, key: str, tally: Tally) -> float | None:
        if _is_source(key):
            return tally.last + self.forget_source_s
        # A closed bucket stays closed: filling one takes days, which bounds how many there are.
        closed = math.isinf(self.wait_s(tally.failures))
        return None if closed else tally.last + self.forget_account_s


def _is_source(key: str) -> bool:
    return key.startswith("log-in:source:")
