"""What a header may ask for, what none may, and the errors for what was refused."""

from collections.abc import Mapping
from typing import Any

from labkit.tokens import errors
from labkit.tokens.strict_json import shown

MAX_KEY_ID = 256
BORROWED_KEYS = frozenset({"jwk", "jku", "x5c", "x5u"})  # RFC 7515 §4.1.2, 3, 5, 6
_REGISTERED = frozenset(
    {"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"}
)


def critical_names(header: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the extensions in `crit` (RFC 7515 §4.1.11).

    Raises:
        CriticalMalformed: No list, an empty one, a name twice, registered, or not in the header.
    """
    names = header["crit"]
    if not isinstance(names, list) or not names or not all(type(name) is str for name in names):
        raise errors.CriticalMalformed("'crit' must be a list of names, and not empty.")
    if len(set(names)) != len(names):
        raise errors.CriticalMalformed("'crit' names an extension twice.")
    for name in names:
        if name in _REGISTERED or name not in header:
            raise errors.CriticalMalformed(
                f"'crit' names {shown(name)}, which is no extension here."
            )
    return tuple(names)


def refuse_transformed(header: Mapping[str, Any]) -> None:
    """Raise if the header says that the payload is not simply what is signed."""
    if "b64" in header:
        raise errors.UnencodedPayload("The header holds 'b64', which is not used here.")
    if "zip" in header:
        raise errors.CompressedPayload("The header holds 'zip', which signed tokens do not have.")


def refused_algorithm(header: Mapping[str, Any], pinned: str) -> errors.HeaderRefused:
    """Return the error for a header whose `alg` is not the pinned one."""
    found = header.get("alg")
    if not isinstance(found, str):
        return errors.AlgorithmMissing(f"The header names no algorithm; {pinned} is expected.")
    if found.lower() == "none":
        return errors.UnsignedToken(f"The header says {shown(found)}: nothing is signed.")
    return errors.AlgorithmRefused(f"The header says {shown(found)}; {pinned} is pinned.")


def borrowed_key(header: Mapping[str, Any]) -> errors.HeaderRefused:
    """Return the error for a header that brings its own key."""
    name = next(name for name in sorted(BORROWED_KEYS) if name in header)
    return errors.KeyInHeader(
        f"The header holds {name!r}, a key of the token's own choice.", member=name
    )


def key_id(header: Mapping[str, Any]) -> str | None:
    """Return `kid`, or None where there is none.

    Raises:
        KeyIdMalformed: It is no string of 1 to 256 characters.
    """
    kid = header.get("kid")
    if type(kid) is str and 0 < len(kid) <= MAX_KEY_ID:
        return kid
    if "kid" not in header:
        return None
    raise errors.KeyIdMalformed(f"The header's 'kid' is no short string but {shown(kid)}.")


def refused_critical(names: tuple[str, ...]) -> errors.HeaderRefused:
    """Return the error for extensions that are critical and unknown here."""
    listed = ", ".join(shown(name) for name in names)
    return errors.CriticalRefused(f"The header calls {listed} critical, which is unknown here.")
