"""A rainbow table: trade memory for time against hashes without a salt.

A chain goes password → hash → reduced to another password → hash → … and only its two ends are
kept. To look a hash up, walk it to the ends from every column; a matching end says which chain to
walk again from its start (Oechslin, "Making a Faster Cryptanalytic Time-Memory Trade-Off", 2003).
Each column reduces in its own way, so that two chains merge only where they meet in one column.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from labkit.cracking.look_up import Find, LookUp, Walk
from labkit.cracking.masks import Mask
from labkit.cracking.params import DIGESTS, DigestName
from labkit.cracking.reduction import digest_size, maker, reduced_to, stepper
from labkit.cracking.words import count
from labkit.display import Shown, table
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.inputs import octets, text, whole

MOST_STRINGS = 20_000_000
MOST_HASHES = 20_000_000


@dataclass(frozen=True)
class Step:
    """One step of a chain: the password in a column, its hash, and what that is reduced to."""

    column: int
    password: str
    digest: str
    reduced: str

    def __str__(self) -> str:
        return f"{self.column:>4}  {self.password} → {self.digest[:12]}… → {self.reduced}"


@dataclass(frozen=True)
class RainbowTable(Shown):
    """Chains over a mask's strings; made by `build`.

    Never changes once built: threads may share it.

    Args:
        mask: The strings that it covers.
        length: Hashes in one chain.
        algorithm: The hash.
        ends: The place in the mask of each chain's last password, sorted.
        starts: The place of its first one, in the same order.
        merged: Chains dropped because they ended as another did.
        covered: How many of the mask's strings stand in some chain; counted, not estimated.
    """

    mask: Mask
    length: int
    algorithm: DigestName
    ends: Sequence[int] = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    merged: int
    covered: int

    @property
    def chains(self) -> int:
        """How many chains are kept."""
        return len(self.ends)

    @property
    def coverage(self) -> float:
        """The share of the mask's strings that it finds, from 0 to 1."""
        return self.covered / self.mask.size

    @property
    def stored_bytes(self) -> int:
        """Bytes that the two ends of every chain take."""
        return self.chains * 2 * len(self.mask.positions)

    @property
    def dictionary_bytes(self) -> int:
        """Bytes that a plain list of every covered password with its hash would take."""
        return self.covered * (len(self.mask.positions) + digest_size(self.algorithm))

    def chain(self, number: int) -> tuple[Step, ...]:
        """Return all steps of a chain.

        Args:
            number: Which, from 0, in the order of the ends.

        Raises:
            InvalidInput: There is no such chain.
        """
        whole(number, "chain's number", at_most=self.chains - 1)
        make, password, steps = maker(self.algorithm), self.mask.at(self.starts[number]), []
        for column in range(self.length):
            digest = make(password.encode())
            reduced = self.reduce(digest, column)
            steps.append(Step(column, password, digest.hex(), reduced))
            password = reduced
        return tuple(steps)

    def reduce(self, digest: bytes, column: int) -> str:
        """Return the password that a hash is reduced to in a column.

        It is no inverse of the hash, only some string of the mask, chosen by hash and column.

        Raises:
            InvalidInput: `digest` has the wrong length, or there is no such column.
        """
        size = digest_size(self.algorithm)
        octets(digest, "digest", at_least=size, at_most=size)
        whole(column, "column", at_most=self.length - 1)
        return self.mask.at(reduced_to(digest, column, self.mask.size))

    def look_up(self, digest: str | bytes) -> Find | None:
        """Return the password of a hash if a chain holds it, else None.

        Raises:
            InvalidInput: It is no digest of the table's algorithm.
        """
        return self.walk(digest).find

    def walk(self, digest: str | bytes) -> LookUp:
        """Look a hash up and tell each step.

        Args:
            digest: The hash, as bytes or hex.

        Raises:
            InvalidInput: It is no digest of the table's algorithm.
        """
        return Walk(self, self._octets(digest)).run()

    def html(self) -> str:
        """Return what the table is and its first chains."""
        at = self.mask.at
        first = [
            (at(start), f"{count(self.length - 1)} passwords", at(end))
            for start, end in zip(self.starts[:5], self.ends[:5], strict=True)
        ]
        return f"<p>{escaped(self)}</p>{table(('start', 'not kept', 'end'), first)}"

    def __repr__(self) -> str:
        return (
            f"rainbow table, {self.algorithm}, {self.mask.pattern}:"
            f" {count(self.chains)} chains of {count(self.length)} hashes"
            f" ({count(self.merged)} merged ones dropped), {self.coverage:.0%} of"
            f" {count(self.mask.size)} passwords in {count(self.stored_bytes)} bytes"
        )

    def _octets(self, digest: object) -> bytes:
        if isinstance(digest, str):
            try:
                digest = bytes.fromhex(text(digest, "digest", at_most=256))
            except ValueError:
                raise InvalidInput("The digest is no hex.") from None
        size = digest_size(self.algorithm)
        return octets(digest, f"{self.algorithm} digest", at_least=size, at_most=size)


def build(
    mask: Mask | str,
    *,
    chains: int,
    length: int,
    seed: int = 0,
    algorithm: DigestName = "MD5",
) -> RainbowTable:
    """Build a rainbow table over the strings of a mask.

    Args:
        mask: The strings to cover.
        chains: Chains to start, at most as many as the mask has strings; those that end alike
            are kept once.
        length: Hashes in one chain; the work is chains * length, at most 20 million.
        seed: Chooses the starts; the same seed builds the same table.
        algorithm: The hash.

    Raises:
        InvalidInput: A number is out of range, or the mask is not of ASCII.

    Examples:
        >>> import hashlib
        >>> table = build("?d?d?d?d", chains=500, length=50)
        >>> table.look_up(hashlib.md5(b"4711").hexdigest()).password
        '4711'
    """
    mask = Mask(mask) if isinstance(mask, str) else mask
    _check(mask, chains, length, algorithm)
    whole(seed, "seed")
    step = stepper(mask, algorithm)
    kept: dict[int, int] = {}
    covered = bytearray(mask.size)
    for start in random.Random(seed).sample(range(mask.size), chains):
        visited = [start]
        for column in range(length):
            visited.append(step(visited[-1], column))
        end = visited.pop()
        if end not in kept:
            kept[end] = start
            for place in visited:
                covered[place] = 1
    ends = tuple(sorted(kept))
    starts = tuple(kept[end] for end in ends)
    return RainbowTable(mask, length, algorithm, ends, starts, chains - len(ends), sum(covered))


def _check(mask: object, chains: object, length: object, algorithm: object) -> None:
    if not isinstance(mask, Mask):
        raise InvalidInput("A rainbow table needs a Mask or its pattern.")
    if mask.size > MOST_STRINGS or not all(each.isascii() for each in mask.positions):
        raise InvalidInput(
            f"A rainbow table here covers at most {MOST_STRINGS} strings of ASCII.",
            remedy="Take a shorter mask, such as ?l?l?l?l.",
        )
    if algorithm not in DIGESTS:
        raise InvalidInput(f"The algorithm must be one of {', '.join(DIGESTS)}.")
    started = whole(chains, "number of chains", at_least=1, at_most=mask.size)
    whole(length, "length of a chain", at_least=1, at_most=MOST_HASHES // started)
