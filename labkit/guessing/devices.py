"""Trusted devices: a cookie that says "from this browser the account was logged in before"."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from labkit import inputs
from labkit.clock import Clock, system_clock
from labkit.encoding import base64url, from_base64url
from labkit.errors import InvalidInput
from labkit.guessing.source import account_digest, header

LIFE_S = 180 * 86_400.0
MOST_TOKENS = 8  # a sibling host can toss cookies of this name: try each, but not without end
_MAC_BYTES = 32
_LABEL = b"labkit trusted device 1\x00"


class DeviceTokens:
    """Issues and checks the tokens of trusted devices; safe for threads.

    A token proves nothing but an earlier log-in: it opens no door and only moves guesses at its
    own account into a bucket that strangers cannot fill. So it is not revoked, it runs out.
    One browser holds one token: on a shared machine it is trusted for whoever logged in last.

    Args:
        key: At least 32 secret bytes. Without one the tokens end with this process.
        clock: The time, in seconds since the epoch.
        life_s: How long a token lasts, in seconds.

    Examples:
        >>> devices = DeviceTokens()
        >>> token = devices.issue("alice")
        >>> devices.valid(token, "alice"), devices.valid(token, "bob")
        (True, False)
        >>> devices.trusted("alice", {"Cookie": f"theme=dark; {devices.cookie_name}={token}"})
        True
    """

    cookie_name = "__Host-device"

    def __init__(
        self, key: bytes | None = None, *, clock: Clock = system_clock, life_s: float = LIFE_S
    ) -> None:
        fresh = secrets.token_bytes(32) if key is None else key
        self._key = inputs.octets(fresh, "device key", at_least=32, at_most=1024)
        self._clock = inputs.function(clock, "clock")
        self.life_s = inputs.number(life_s, "life of a device token", at_least=1)

    def issue(self, account: str) -> str:
        """Return a token for a browser from which `account` has just logged in."""
        ends = int(self._clock() + self.life_s).to_bytes(8, "big")
        return base64url(ends + self._mac(account, ends))

    def valid(self, token: str, account: str) -> bool:
        """Return whether `token` was issued here for `account` and has not run out."""
        try:
            raw = from_base64url(token)
        except InvalidInput:
            return False
        ends, mac = raw[:8], raw[8:]
        if len(mac) != _MAC_BYTES or int.from_bytes(ends, "big") <= self._clock():
            return False
        return hmac.compare_digest(mac, self._mac(account, ends))

    def trusted(self, account: str, headers: Mapping[str, str]) -> bool:
        """Return whether a request's cookies hold a valid token for `account`."""
        pairs = (pair.partition("=") for pair in header(headers, "Cookie").split(";"))
        tokens = [value.strip() for name, _, value in pairs if name.strip() == self.cookie_name]
        return any(self.valid(token, account) for token in tokens[:MOST_TOKENS])

    def _mac(self, account: str, ends: bytes) -> bytes:
        message = _LABEL + ends + account_digest(account).encode()
        return hmac.digest(self._key, message, hashlib.sha256)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(<key hidden>, life_s={self.life_s})"
