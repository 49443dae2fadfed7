"""What a session is, and the checks and the spelling of the data it carries."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from labkit.errors import LabkitError, StoreError
from labkit.inputs import text, whole
from labkit.sessions.errors import SessionDataRefused

ANONYMOUS = "anonymous"
MOST_ENTRIES = 32
MOST_BYTES = 4096

Scalar = str | int | float | bool | None
Data = Mapping[str, Scalar]
NO_DATA: Data = MappingProxyType({})


@dataclass(frozen=True, init=False)
class Session:
    """One session as it was when it was read.

    Args:
        id_hash: The SHA-256 of the id (hex): names the session in a list and opens nothing.
        user: Whose it is; None before log-in.
        level: How far the user has come, such as "anonymous", "password", "full".
        created_at: When it was opened or logged in, in seconds since the epoch.
        seen_at: When it was last used, at most a twentieth of the idle limit too early.
        authenticated_at: When the user last proved something; None before log-in.
        data: A small flat mapping, read-only.
    """

    id_hash: str
    user: str | None
    level: str
    created_at: float
    seen_at: float
    authenticated_at: float | None
    data: Data = field(hash=False)

    def __init__(
        self,
        id_hash: str,
        user: str | None,
        level: str,
        created_at: float,
        seen_at: float,
        authenticated_at: float | None,
        data: Data = NO_DATA,
    ) -> None:
        # A frozen class's own __init__ sets seven attributes the slow way: on each look-up.
        self.__dict__.update(
            id_hash=id_hash,
            user=user,
            level=level,
            created_at=created_at,
            seen_at=seen_at,
            authenticated_at=authenticated_at,
            data=data,
        )


def checked_data(data: object) -> Data:
    """Return a read-only copy of a small flat mapping.

    Raises:
        SessionDataRefused: It is no mapping, nested, not JSON, or too large.
    """
    if data is None:
        return NO_DATA
    if not isinstance(data, Mapping):
        raise SessionDataRefused(f"Session data is a mapping, not {type(data).__name__}.")
    if len(data) > MOST_ENTRIES:
        raise SessionDataRefused(f"The session data has {len(data)} entries.")
    copy = MappingProxyType({_name(name): _scalar(value) for name, value in data.items()})
    size = len(dump_data(copy).encode())
    if size > MOST_BYTES:
        raise SessionDataRefused(f"The session data has {size} bytes; at most {MOST_BYTES} fit.")
    return copy


def dump_data(data: Data) -> str:
    """Return the data as JSON, for a store."""
    return json.dumps(dict(data), ensure_ascii=False, separators=(",", ":")) if data else "{}"


def load_data(stored: str) -> Data:
    """Read what `dump_data` wrote.

    Raises:
        StoreError: Something else wrote there.
    """
    if stored == "{}":
        return NO_DATA
    try:
        return MappingProxyType(dict(json.loads(stored)))
    except (ValueError, TypeError) as error:
        raise damaged() from error


def damaged() -> StoreError:
    """Return the error for a stored session that no store of ours wrote."""
    return StoreError(
        "A stored session is damaged.",
        remedy="Delete it, and look which other program writes to this store.",
    )


def _name(name: object) -> str:
    try:
        return text(name, "name of session data", at_least=1, at_most=128)
    except LabkitError as error:
        raise SessionDataRefused(error.cause) from error


def _scalar(value: object) -> Scalar:
    try:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return text(value, "value in the session data", at_most=MOST_BYTES)
        if isinstance(value, float) and math.isfinite(value):
            return value
        return whole(value, "value in the session data", at_least=-(1 << 63))
    except LabkitError as error:
        raise SessionDataRefused(error.cause) from error
