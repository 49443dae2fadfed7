"""Practice sites with a hasher that is fast, and one that is secure for each test file."""

from collections.abc import Callable

import pytest

from labkit.catalogue import Outcome
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher
from labkit.practice import Defences, Site


class FastHasher(PasswordHasher):
    """As secure as nothing, and quick."""

    def __init__(self):
        super().__init__(ONLY_FOR_TESTS)


@pytest.fixture(scope="session")
def site() -> Callable[..., Site]:
    """Build a site with these mistakes, or others of a test's own."""
    return lambda *parts: Site(Defences().having(FastHasher, *parts))


@pytest.fixture(scope="module")
def secure(site) -> Site:
    return site()


@pytest.fixture
def held_by(secure):
    """Run an attack that the secure site has to withstand, and return what it says."""
    secure.restore()

    def held_by(attack):
        result = attack(secure)
        assert result.outcome is Outcome.HELD
        assert not secure.crashes
        return result.said

    return held_by
