"""What can go wrong with a process that measures."""

from typing import ClassVar

from labkit.errors import LabkitError


class MeasuringError(LabkitError):
    """A process that measures did not do what it was asked."""


class CannotStart(MeasuringError):
    """No process could be started here to measure in."""

    default_remedy: ClassVar[str] = "Measure in this process; a hash under way cannot be stopped."


class MeasuringFailed(MeasuringError):
    """The process refused what it was asked, or ended on its own."""

    default_remedy: ClassVar[str] = "Measure again, with less memory if it may have run out of it."


class Stopped(MeasuringError):
    """The measurement was stopped by whoever asked for it."""
