"""What is to be measured, as a plain object and as plain values that another process can read."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from labkit.errors import InvalidInput
from labkit.passwords import (
    ONLY_FOR_TESTS,
    Argon2idParams,
    BcryptParams,
    Ceilings,
    Params,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.timing import PASSWORD, SHORTEST_SAMPLE_S, Sample, sampling

Scheme = Params | Literal["MD5"]

_PARAMS: Mapping[str, type[Any]] = {
    each.scheme: each for each in (Argon2idParams, BcryptParams, ScryptParams, Pbkdf2Params)
}


@dataclass(frozen=True, slots=True)
class Request:
    """One hash to be timed several times. Immutable; holds nothing secret.

    Args:
        scheme: Parameters, or "MD5".
        calls: Samples to take.
        shortest_sample_s: A sample repeats a fast hash until it lasts about as long, in seconds.
        ceilings: What may be spent.

    Examples:
        >>> from labkit.passwords import BcryptParams
        >>> asked = Request(BcryptParams(cost=4), calls=2)
        >>> Request.from_plain(asked.plain()) == asked
        True
        >>> len(list(asked.samples()))
        2
    """

    scheme: Scheme
    calls: int = 7
    shortest_sample_s: float = SHORTEST_SAMPLE_S
    ceilings: Ceilings = field(default_factory=Ceilings)

    def samples(self) -> Iterator[Sample]:
        """Yield the samples, taken in this process and thread.

        Raises:
            HashTooCostly: The parameters are over a ceiling; raised before any work.
            InvalidInput: They are no parameters, or a number is out of range.
        """
        if self.scheme != "MD5":
            return sampling(
                self.scheme,
                calls=self.calls,
                shortest_sample_s=self.shortest_sample_s,
                ceilings=self.ceilings,
            )
        secret = PASSWORD.encode()
        # The parameters only name what is timed; the work is MD5's.
        return sampling(
            ONLY_FOR_TESTS,
            calls=self.calls,
            work=lambda: hashlib.md5(secret, usedforsecurity=False).digest(),
            shortest_sample_s=self.shortest_sample_s,
        )

    def plain(self) -> dict[str, Any]:
        """Return this as plain values, fit for JSON."""
        plain = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        plain["ceilings"] = dataclasses.asdict(self.ceilings)
        if isinstance(self.scheme, Params):
            plain["scheme"] = self.scheme.scheme
            plain["params"] = dataclasses.asdict(self.scheme)  # type: ignore[call-overload]  # each is a dataclass
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Request":
        """Return the request that `plain` was made from.

        Raises:
            InvalidInput: It was made from none.
        """
        values = dict(plain)
        try:
            if (params := values.pop("params", None)) is not None:
                values["scheme"] = _PARAMS[values["scheme"]](**params)
            values["ceilings"] = Ceilings(**values["ceilings"])
            return cls(**values)
        except (KeyError, TypeError) as error:
            raise InvalidInput("This is no request to measure.") from error
