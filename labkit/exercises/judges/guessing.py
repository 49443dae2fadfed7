"""Judges of the exercises on guessing."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from labkit.exercises.probes import login as door
from labkit.exercises.probes import source as proxies
from labkit.exercises.probes import take as counter
from labkit.exercises.probes import wait_s as gate
from labkit.exercises.trial import Trial, exactly, on_small
from labkit.exercises.variants import Variant
from labkit.guessing import LogInThrottle
from labkit.passwords import PasswordHasher
from labkit.practice.defences import Defences

Functions = Mapping[str, Callable[..., Any]]


class RememberingHasher(PasswordHasher):
    """Where the story is not about hashes, the same question is not computed twice."""

    def verify(self, password: str, stored: str) -> bool:
        """Return whether the password is the one that was stored."""
        return _verified(password, stored)


@lru_cache(maxsize=256)
def _verified(password: str, stored: str) -> bool:
    return PasswordHasher().verify(password, stored)


def login(functions: Functions, own: Variant) -> Trial:
    """Put `login` behind a door with a table of users."""
    return on_small(door.Door(functions["login"], own), door.DAY, door)


def source(functions: Functions, own: Variant) -> Trial:
    """Let `source` name the source of each log-in at the site's throttle, behind two proxies."""
    function, trusted = functions["source"], proxies.network(own).trusted

    def source(self: LogInThrottle, peer: str, headers: Mapping[str, str]) -> str:  # noqa: ARG001
        plain = {name.title(): value for name, value in headers.items()}
        found = exactly(str, function(peer, plain, trusted), "source")
        return f"log-in:source:{found}"

    answer = type("Answer", (LogInThrottle,), {"source": source})
    site = proxies.SchoolSite(Defences().having(RememberingHasher, answer), own)
    return on_small(site, proxies.DAY, proxies)


def wait_s(functions: Functions, own: Variant) -> Trial:
    """Let `wait_s` say how long each attempt of a day has to wait."""
    return on_small(gate.Gate(functions["wait_s"], own), gate.DAY, gate)


def take(functions: Functions, own: Variant) -> Trial:
    """Let sixteen clients ask `take` at the same time."""
    return on_small(counter.Counter(functions["take"], own), counter.DAY, counter)
