"""Judges of the exercises on guessing."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from labkit.exercises.probes import login as door
from labkit.exercises.probes import source as proxies
from labkit.exercises.probes import take as counter
from labkit.exercises.probes import wait_s as gate
from labkit.exercises.trial import Trial, exactly, on_small, site_of
from labkit.guessing import LogInThrottle
from labkit.passwords import PasswordHasher

Functions = Mapping[str, Callable[..., Any]]


class RememberingHasher(PasswordHasher):
    """Where the story is not about hashes, the same question is not computed twice."""

    def verify(self, password: str, stored: str) -> bool:
        """Return whether the password is the one that was stored."""
        return _verified(password, stored)


@lru_cache(maxsize=256)
def _verified(password: str, stored: str) -> bool:
    return PasswordHasher().verify(password, stored)


def login(functions: Functions) -> Trial:
    """Put `login` behind a door with a table of users."""
    return on_small(door.Door(functions["login"]), door.DAY, door)


def source(functions: Functions) -> Trial:
    """Let `source` name the source of each log-in at the site's throttle, behind two proxies."""
    function = functions["source"]

    def source(self: LogInThrottle, peer: str, headers: Mapping[str, str]) -> str:  # noqa: ARG001
        plain = {name.title(): value for name, value in headers.items()}
        found = exactly(str, function(peer, plain, proxies.TRUSTED), "source")
        return f"log-in:source:{found}"

    answer = type("Answer", (LogInThrottle,), {"source": source})
    return on_small(site_of(RememberingHasher, answer), proxies.DAY, proxies)


def wait_s(functions: Functions) -> Trial:
    """Let `wait_s` say how long each attempt of a day has to wait."""
    return on_small(gate.Gate(functions["wait_s"]), gate.DAY, gate)


def take(functions: Functions) -> Trial:
    """Let sixteen clients ask `take` at the same time."""
    return on_small(counter.Counter(functions["take"]), counter.DAY, counter)
