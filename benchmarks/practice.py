"""The practice site's work units: they must order hashes as CPU time does."""

from collections.abc import Iterator
from itertools import pairwise

from benchmarks.measure import Row, compare
from labkit.passwords import PROFILES, PasswordHasher
from labkit.practice.hashing import work_units

PASSWORD = "correct horse battery staple"
TOO_DEAR = "RFC9106_HIGH_MEMORY"  # 2 GiB of memory


def rows() -> Iterator[Row]:
    """Yield a row for each two profiles that are neighbours by their work units."""
    hashers = {name: PasswordHasher(it) for name, it in PROFILES.items() if name != TOO_DEAR}
    stored = {name: hasher.hash(PASSWORD) for name, hasher in hashers.items()}
    ordered = sorted(stored, key=lambda name: work_units(PASSWORD, stored[name]))
    for cheaper, dearer in pairwise(ordered):
        yield compare(
            f"verify, {cheaper}: {work_units(PASSWORD, stored[cheaper])} units",
            lambda name=cheaper: hashers[name].verify(PASSWORD, stored[name]),
            f"{dearer}: {work_units(PASSWORD, stored[dearer])} units",
            lambda name=dearer: hashers[name].verify(PASSWORD, stored[name]),
            at_most=1.0,
            number=1,
            rounds=5,
        )
