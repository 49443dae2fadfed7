"""Measuring hashes in a process of its own, since a hash that has begun can only be killed.

`Measurement` is one use of such a process: it takes samples, and `stop` ends it at once, from any
thread. A process that is done waits a minute for the next measurement. No Jupyter is needed.
"""

from labkit.measuring.errors import CannotStart, MeasuringError, MeasuringFailed, Stopped
from labkit.measuring.measurement import Measurement
from labkit.measuring.request import Request, Scheme
from labkit.measuring.spare import SPARE, Spare

__all__ = [
    "SPARE",
    "CannotStart",
    "Measurement",
    "MeasuringError",
    "MeasuringFailed",
    "Request",
    "Scheme",
    "Spare",
    "Stopped",
]
