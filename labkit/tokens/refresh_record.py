"""What is stored of a family of refresh tokens, and how a token is written: family and secret."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field

from labkit.encoding import base64url, from_base64url
from labkit.errors import InvalidInput, StoreError
from labkit.tokens.errors import RefreshUnknown

FAMILY_BYTES = 16
SECRET_BYTES = 32
REVOKED = "revoked"
_TOKEN_CHARACTERS = (FAMILY_BYTES + SECRET_BYTES) * 4 // 3


@dataclass(frozen=True)
class RefreshRecord:
    """A family of refresh tokens as it is stored: who, until when, and which token is current.

    Args:
        user: Whose family it is.
        client: The application that it was issued to.
        expires_at: When the family ends, in seconds since the epoch.
        epoch: The user's count of revocations when the family began.
        current: SHA-256 of the token that may be exchanged.
        salt: What the current token's successor is derived with where there is a grace.
        previous: SHA-256 of the token before, or "".
        previous_salt: What the current token was derived with.
        rotated_at: When the current token was issued, in seconds since the epoch.
        presented: The token in hand; never stored.
    """

    user: str
    client: str
    expires_at: float
    epoch: int
    current: str = field(repr=False)
    salt: str = field(repr=False)
    previous: str = field(default="", repr=False)
    previous_salt: str = field(default="", repr=False)
    rotated_at: float = 0.0
    presented: str = field(default="", repr=False)


def octets_of(token: object) -> bytes:
    """Return the bytes of a token, or raise `RefreshUnknown` for what cannot be one."""
    if not isinstance(token, str):
        raise InvalidInput(f"The refresh token must be a str, not {type(token).__name__}.")
    try:
        if len(token) == _TOKEN_CHARACTERS:
            return from_base64url(token)
    except InvalidInput:
        pass
    raise RefreshUnknown("This is no refresh token of this site.")


def store_key(token: object) -> str:
    """Return where the family of a token is stored: not under its name, which is half a secret."""
    return "refresh:" + hashlib.sha256(octets_of(token)[:FAMILY_BYTES]).hexdigest()


def epoch_key(user: str) -> str:
    """Return where the count of a user's revocations is stored."""
    return "refresh-epoch:" + hashlib.sha256(user.encode()).hexdigest()


def digest(token: str) -> str:
    """Return what is stored of a token; its 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(stored: str, token: str) -> bool:
    """Return whether the stored digest is that of the token."""
    return hmac.compare_digest(stored, digest(token))


def with_secret(token: str, secret: bytes) -> str:
    """Return a token of the same family with another secret."""
    return base64url(octets_of(token)[:FAMILY_BYTES] + secret)


def derived(token: str, salt: str) -> str:
    """Return the successor that only the token and the stored salt together give."""
    return with_secret(token, hmac.digest(octets_of(token), bytes.fromhex(salt), "sha256"))


def dump(record: RefreshRecord) -> str:
    """Return the record as it is stored: without the token in hand."""
    return json.dumps({k: v for k, v in asdict(record).items() if k != "presented"})


def load(stored: str, presented: str) -> RefreshRecord:
    """Read a stored record, and put the token in hand beside it."""
    try:
        return RefreshRecord(**json.loads(stored), presented=presented)
    except (TypeError, ValueError) as error:
        raise StoreError("A family of refresh tokens is stored in another form.") from error
