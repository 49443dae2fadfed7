"""Guessing: throttles for passwords and for codes, and the devices that an account trusts."""

from labkit.guessing.codes import CodeThrottle
from labkit.guessing.devices import DeviceTokens
from labkit.guessing.errors import BadProxy, DamagedTally, NotAnAddress, NothingToCount
from labkit.guessing.log_in import LogInThrottle
from labkit.guessing.source import networks, source_of
from labkit.guessing.throttle import backoff_s

__all__ = [
    "BadProxy",
    "CodeThrottle",
    "DamagedTally",
    "DeviceTokens",
    "LogInThrottle",
    "NotAnAddress",
    "NothingToCount",
    "backoff_s",
    "networks",
    "source_of",
]
