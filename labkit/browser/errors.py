"""What can go wrong between a site and a browser."""

from typing import ClassVar

from labkit.errors import InvalidInput, LabkitError


class BrowserError(LabkitError):
    """The root of the errors of this topic."""


class CookieRefused(BrowserError, InvalidInput):
    """A cookie cannot be written, or a Cookie header cannot be read, without doubt."""


class UnsafeUrl(BrowserError, InvalidInput):
    """A link could run a script, or browsers would not agree where it leads."""

    default_remedy: ClassVar[str] = "Take http:, https:, mailto: or a path of the own site."
