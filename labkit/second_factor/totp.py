"""One-time codes from a counter (RFC 4226) and from the time (RFC 6238)."""

import base64
import hmac
import re
import secrets
import struct

from labkit.clock import Clock, system_clock
from labkit.encoding import brief
from labkit.errors import InvalidInput
from labkit.inputs import function, number, octets, offering, text, whole
from labkit.second_factor.errors import MalformedCode, MalformedSecret
from labkit.second_factor.keyed import KeyedHash
from labkit.second_factor.users import checked_user
from labkit.stores import Store

SECRET_BYTES = 20  # 160 bits, RFC 4226 §4, R6
STEP_S = 30  # RFC 6238 §4.1; ASVS 5.0 6.5.5 allows no longer one
ALGORITHMS = {"SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}
_UINT32 = struct.Struct(">I")
_MODULUS = {6: 10**6, 7: 10**7, 8: 10**8}


def new_secret() -> bytes:
    """Return 160 bits from the system's generator (RFC 4226 §4, R6; ASVS 5.0 6.5.3)."""
    return secrets.token_bytes(SECRET_BYTES)


def hotp(secret: bytes, counter: int, *, digits: int = 6, algorithm: str = "SHA1") -> str:
    """Return the code for one counter value (RFC 4226 §5.3).

    Args:
        secret: The shared secret, 1 to 1024 bytes; 20 are recommended.
        counter: From 0 to 2^64 - 1.
        digits: 6, 7 or 8.
        algorithm: "SHA1", "SHA256" or "SHA512".

    Raises:
        InvalidInput: An argument of the wrong type or outside its range.

    Examples:
        >>> hotp(b"12345678901234567890", 0)
        '755224'
    """
    octets(secret, "secret", at_least=1, at_most=1024)
    whole(counter, "counter", at_most=2**64 - 1)
    digits, hash_name = _parameters(digits, algorithm)
    return _truncated(hmac.digest(secret, counter.to_bytes(8), hash_name), digits)


def totp(
    secret: bytes, *, at: float, step_s: int = STEP_S, digits: int = 6, algorithm: str = "SHA1"
) -> str:
    """Return the code for one moment (RFC 6238 §4.2).

    Args:
        secret: The shared secret, 1 to 1024 bytes; 20 are recommended.
        at: Seconds since the epoch.
        step_s: How long a code lives, in seconds.
        digits: 6, 7 or 8.
        algorithm: "SHA1", "SHA256" or "SHA512".

    Raises:
        InvalidInput: An argument of the wrong type or outside its range.

    Examples:
        >>> totp(b"12345678901234567890", at=59, digits=8)
        '94287082'
    """
    whole(step_s, "time step in seconds", at_least=1, at_most=3600)
    counter = int(number(at, "time")) // step_s
    return hotp(secret, counter, digits=digits, algorithm=algorithm)


def to_base32(secret: bytes) -> str:
    """Return a secret as authenticator apps take it: base32, upper case, no padding.

    Examples:
        >>> to_base32(b"12345678901234567890")
        'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    """
    data = octets(secret, "secret", at_least=1, at_most=1024)
    return base64.b32encode(data).decode("ascii").rstrip("=")


def from_base32(written: str) -> bytes:
    """Read a secret that a person typed: case, spaces, dashes and padding do not matter.

    Raises:
        MalformedSecret: Another alphabet, an impossible length, or stray low bits.

    Examples:
        >>> from_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")
        b'12345678901234567890'
    """
    typed = text(written, "base32 secret", at_least=1, at_most=2048)
    plain = re.sub("[ -]", "", typed).rstrip("=").upper() if typed.isascii() else "?"
    try:
        secret = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError as error:
        raise MalformedSecret(
            "This is not base32.", remedy="It has only the letters A-Z and the digits 2-7."
        ) from error
    if not secret or to_base32(secret) != plain:
        raise MalformedSecret("This base32 is cut off.", remedy="Copy all of it.")
    return secret


def code_from(typed: str, *, digits: int = 6) -> str:
    """Return the bare digits of a typed code; ASCII spaces are dropped, since apps show "123 456".

    Signs, dashes, other spaces and the digits of other scripts are refused, though `int()` would
    read some of them.

    Raises:
        MalformedCode: It is not exactly `digits` ASCII digits.

    Examples:
        >>> code_from("123 456")
        '123456'
    """
    whole(digits, "number of digits", at_least=1, at_most=20)
    code = _bare(text(typed, "code"), digits)
    if code is None:
        raise MalformedCode(f"A code has {digits} digits.", remedy="Type the digits 0-9 only.")
    return code


class TotpVerifier:
    """Checks time-based codes, each of which is taken once (RFC 6238 §5.2, ASVS 5.0 6.5.1).

    Safe for threads and processes as far as its store is: the one step that changes anything is
    one call of `Store.advance`.

    With `window_steps=1` the code before, this one and the next are valid at once, over 90 s:
    that is the price of a clock that is off by one step, and ASVS 5.0 6.5.5 would rather have 0.
    How often a code may be guessed is a throttle's business.

    Args:
        store: Keeps each user's last accepted step.
        clock: Seconds since the epoch.
        step_s: How long a code lives, in seconds, 1 to 300.
        window_steps: Steps taken before and after the present one, 0 to 10.
        digits: 6, 7 or 8.
        algorithm: "SHA1", "SHA256" or "SHA512".

    Examples:
        >>> from labkit.clock import ManualClock
        >>> from labkit.stores import MemoryStore
        >>> verifier = TotpVerifier(MemoryStore(), clock=ManualClock(59))
        >>> verifier.verify("alice", b"12345678901234567890", "287082")
        1
        >>> verifier.verify("alice", b"12345678901234567890", "287082") is None
        True
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock = system_clock,
        step_s: int = STEP_S,
        window_steps: int = 1,
        digits: int = 6,
        algorithm: str = "SHA1",
    ) -> None:
        self.step_s = whole(step_s, "time step in seconds", at_least=1, at_most=300)
        self.window_steps = whole(window_steps, "window in steps", at_most=10)
        self.digits, self._hash = _parameters(digits, algorithm)
        self.algorithm = algorithm
        self.store = offering(store, "store", "advance")
        self.clock = function(clock, "clock")

    def verify(self, user: str, secret: bytes, code: str) -> int | None:
        """Return the step whose code this is and spend it, or None.

        Args:
            user: Whose code it is; one last step is kept for each.
            secret: The user's confirmed secret.
            code: What was typed; see `code_from` for what is dropped. Anything that is no code
                is a wrong code.

        Raises:
            InvalidInput: An argument of the wrong type, or an empty or huge user or secret.
            StoreError: The step could not be written down; the code is then not accepted.
        """
        checked_user(user)
        step = self.matching_step(secret, code)
        if step is None or not self.accept(user, step, self.store):
            return None
        return step

    def matching_step(self, secret: bytes, code: str) -> int | None:
        """Return the newest step of the window whose code this is, and spend nothing.

        All steps are computed and compared in constant time, so that the time taken does not tell
        which one was near. The newest: a code that two steps share is spent for both.
        """
        octets(secret, "secret", at_least=1, at_most=1024)
        given = _bare(text(code, "code"), self.digits)
        if given is None:
            return None
        matched = None
        keyed = KeyedHash(secret, self._hash)
        for step in self.steps(self.clock()):
            expected = _truncated(keyed.digest(step.to_bytes(8)), self.digits)
            if hmac.compare_digest(expected, given):
                matched = step
        return matched

    def steps(self, now: float) -> range:
        """Return the steps whose codes are good now, oldest first."""
        present, window = int(number(now, "time")) // self.step_s, self.window_steps
        return range(max(present - window, 0), present + window + 1)

    def accept(self, user: str, step: int, store: Store) -> bool:
        """Spend a step: False if it, or a later one, was spent before.

        One atomic call decides, so of two clients with one code exactly one is let in. The last
        step is kept for ever: forgetting it would make a clock that is set back a replay.

        Raises:
            InvalidInput: An argument of the wrong type, or an empty or huge user.
            StoreError: The step could not be written down.
        """
        key = f"totp:{checked_user(user)}"
        return offering(store, "store", "advance").advance(key, whole(step, "step"))


def _parameters(digits: int, algorithm: str) -> tuple[int, str]:
    if type(digits) is not int or digits not in _MODULUS:
        raise InvalidInput(f"A code has 6, 7 or 8 digits, not {brief(digits)}.")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise InvalidInput(
            f"{brief(algorithm)} is no algorithm of RFC 6238.",
            remedy="Use 'SHA1', 'SHA256' or 'SHA512'.",
        )
    return digits, ALGORITHMS[algorithm]


def _truncated(mac: bytes, digits: int) -> str:
    """Return the code in a MAC: dynamic truncation, RFC 4226 §5.3."""
    (number,) = _UINT32.unpack_from(mac, mac[-1] & 15)
    return str((number & 0x7FFFFFFF) % _MODULUS[digits]).zfill(digits)


def _bare(typed: str, digits: int) -> str | None:
    code = typed.replace(" ", "") if len(typed) <= 2 * digits else ""
    return code if len(code) == digits and code.isascii() and code.isdigit() else None
