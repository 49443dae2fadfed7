"""What a throttle refuses to do."""

from labkit.errors import InvalidInput, StoreError


class NotAnAddress(InvalidInput):
    """The peer of a connection is no IP address, so there is nothing to count by."""

    default_remedy = "Hand over the address that the server saw, such as environ['REMOTE_ADDR']."


class BadProxy(InvalidInput):
    """A trusted proxy is no network, or is the whole internet."""

    default_remedy = "Name each proxy, such as '10.0.0.5' or '10.0.0.0/24'."


class NothingToCount(InvalidInput):
    """An attempt came without keys: it would not be throttled at all."""

    default_remedy = "Pass what keys(...) returned."


class DamagedTally(StoreError):
    """A stored count cannot be read; the attempt is refused rather than let through uncounted."""

    default_remedy = "Something else writes under this key: give the throttle a store of its own."
