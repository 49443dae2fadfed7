"""A JSON Web Token as something to crack: its signature tells a right secret from a wrong one."""

import json
import re
from typing import Any

from labkit.cracking.errors import UnreadableStored
from labkit.cracking.fields import from_base64
from labkit.cracking.params import HMACS, Jwt
from labkit.cracking.recipe import Recipe
from labkit.cracking.work import Work

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", re.ASCII)
_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}
_REMEDY = "Only a token signed under HS256, HS384 or HS512 has a secret that can be guessed."


def looks_signed(stored: str) -> bool:
    """Return whether a string is a token in its compact form (RFC 7515 §7.1)."""
    return _COMPACT.fullmatch(stored) is not None and "alg" in _header(stored)


def signed(token: str) -> Recipe:
    """Return the recipe of a token.

    Raises:
        UnreadableStored: It is not signed with an HMAC, or its signature is damaged.
    """
    alg = _header(token)["alg"]
    if not isinstance(alg, str) or alg not in HMACS:
        raise UnreadableStored("This token's header names no HMAC.", remedy=_REMEDY)
    message, _, signature = token.rpartition(".")
    digest = from_base64(signature)
    if len(digest) != _BYTES[alg]:
        raise UnreadableStored(
            f"This token's signature has {len(digest)} bytes; {alg} has {_BYTES[alg]}.",
            remedy="Take the token whole, with all three parts.",
        )
    params = Jwt(alg)
    return Recipe(params.scheme, params, works=(Work(params, message.encode()),), digest=digest)


def _header(token: str) -> dict[str, Any]:
    try:
        value = json.loads(from_base64(token.partition(".")[0]))
    except (UnreadableStored, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
