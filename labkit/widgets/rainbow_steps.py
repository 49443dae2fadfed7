"""A look-up in a rainbow table, move by move, every chain in sight: the walk without buttons."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from labkit import inputs
from labkit.cracking import RainbowTable, build, count
from labkit.cracking.reduction import maker
from labkit.display import Shown, card, verdict
from labkit.encoding import escaped
from labkit.errors import InvalidInput

TITLE, SMALL = "Rainbow table", "a digest looked up, move by move"
MOST_CHAINS, MOST_LENGTH, MOST_LETTERS = 24, 8, 6
KEPT = "Only the bold ones, the two ends of each chain, are kept; the rest is computed again."
MOST_LOOKED_AT, ENOUGH = 300, 8
# Three digits, few chains: small enough to be seen whole.
PATTERN, CHAINS, LENGTH, SEED = "?d?d?d", 12, 6, 3


@dataclass(frozen=True)
class Move:
    """One move of a look-up.

    Args:
        kind: "start", "no end", "an end", "false alarm", "found" or "over".
        said: What happens, in a sentence or two.
        column: Where the digest is supposed to stand, or None.
        path: The passwords that would follow it, up to the end.
        chain: The chain that ends alike, or None.
    """

    kind: str
    said: str
    column: int | None = None
    path: tuple[str, ...] = ()
    chain: int | None = None


WORDS = {
    "start": ("idle", "Begin"),
    "no end": ("idle", "No such end"),
    "an end": ("idle", "An end matches"),
    "false alarm": ("refused", "False alarm"),
    "found": ("breached", "Found"),
    "over": ("held", "Not in the table"),
}


@dataclass(frozen=True)
class RainbowSteps(Shown):
    """A digest on its way through a rainbow table.

    Immutable: threads may share it.

    Args:
        table: The table, small enough to be seen whole.
        digest: What is looked up.
    """

    table: RainbowTable
    digest: bytes = field(repr=False)

    @cached_property
    def chains(self) -> tuple[tuple[str, ...], ...]:
        """The passwords of every chain, from its start to its end."""
        found = []
        for number in range(self.table.chains):
            steps = self.table.chain(number)
            found.append((*(step.password for step in steps), steps[-1].reduced))
        return tuple(found)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """All moves, from the first to the last."""
        return tuple(self._moves())

    @property
    def password(self) -> str | None:
        """What the look-up finds, or None."""
        find = self.table.look_up(self.digest)
        return find.password if find else None

    @property
    def false_alarms(self) -> int:
        """How many ends match though their chain does not hold the digest."""
        return sum(move.kind == "false alarm" for move in self.moves)

    def __repr__(self) -> str:
        lines = [f"{place:>3}  {move.said}" for place, move in enumerate(self.moves)]
        return "\n".join([f"{self.table}", *lines])

    def html(self) -> str:
        """Return the chains at the last move, and all moves as a list."""
        listed = "".join(f"<li>{escaped(move.said)}</li>" for move in self.moves)
        return card(
            TITLE, SMALL, f'{self.picture(len(self.moves) - 1)}<ol class="lk-ol">{listed}</ol>'
        )

    def sentence(self, place: int) -> str:
        """Return a move as its word and its sentence."""
        move = self.moves[place]
        return f"<p>{verdict(*WORDS[move.kind])} {escaped(move.said)}</p>"

    def picture(self, place: int) -> str:
        """Return the chains as they stand at a move, the digest's own supposed chain on top."""
        move = self.moves[place]
        columns = "".join(f'<th scope="col">{column}</th>' for column in range(self.table.length))
        chains = "".join(self._chain(number, move) for number in range(len(self.chains)))
        return (
            f'<table class="lk-rainbow"><thead><tr><th scope="col">column</th>{columns}'
            f'<th scope="col">end</th></tr></thead><tbody>{self._supposed(move)}</tbody>'
            f"<tbody>{chains}</tbody></table>"
            f'<p class="lk-src">{escaped(self.table)}. {KEPT}</p>'
        )

    def _moves(self) -> Iterator[Move]:
        short = f"{self.digest.hex()[:8]}…"
        yield Move(
            "start",
            f"Whose digest is {short}? The table keeps {len(self.chains)} chains by their ends.",
        )
        for column in reversed(range(self.table.length)):
            path = self._path(column)
            chain = self._ending_in(path[-1])
            said = f"If {short} stands in column {column}, its chain ends in {path[-1]}."
            if chain is None:
                yield Move("no end", f"{said} No chain that is kept does.", column, path)
                continue
            start, there = self.chains[chain][0], self.chains[chain][column]
            yield Move("an end", f"{said} So does the chain from {start}.", column, path, chain)
            again = f"Walked again from {start}, the chain has {there} in column {column},"
            if self._make(there.encode()) == self.digest:
                yield Move(
                    "found",
                    f"{again} and its digest is {short}. The password is {there}.",
                    column,
                    path,
                    chain,
                )
                return
            told = f"{again} whose digest is another. The two chains only met on the way."
            yield Move("false alarm", told, column, path, chain)
        yield Move("over", "No column is left: no chain of this table holds that digest.")

    def _make(self, password: bytes) -> bytes:
        return maker(self.table.algorithm)(password)

    def _path(self, column: int) -> tuple[str, ...]:
        """The passwords after the digest, if it stands in this column."""
        path = [self.table.reduce(self.digest, column)]
        for later in range(column + 1, self.table.length):
            path.append(self.table.reduce(self._make(path[-1].encode()), later))
        return tuple(path)

    def _ending_in(self, end: str) -> int | None:
        place = self.table.mask.index(end)
        number = bisect_left(self.table.ends, place)
        found = number < self.table.chains and self.table.ends[number] == place
        return number if found else None

    def _supposed(self, move: Move) -> str:
        blank = "<td></td>" * (self.table.length + 1)
        if move.column is not None:
            path = "".join(_cell(each, "on") for each in move.path[:-1])
            end = _cell(move.path[-1], "on" if move.chain is None else "on alike")
            blank = "<td></td>" * move.column + _cell("here?", "here") + path + end
        return f'<tr class="supposed"><th scope="row">digest</th>{blank}</tr>'

    def _chain(self, number: int, move: Move) -> str:
        mine = number == move.chain
        walked = move.column if mine and move.kind in ("false alarm", "found") else None
        cells = []
        for column, password in enumerate(self.chains[number]):
            ends = column in (0, self.table.length)
            kinds = ["kept"] if ends else []
            if mine and column == self.table.length:
                kinds.append("alike")
            if walked is not None and column <= walked:
                kinds.append("on")
            if walked == column:
                kinds.append("hit" if move.kind == "found" else "miss")
            cells.append(_cell(password, " ".join(kinds)))
        row = ' class="mine"' if mine else ""
        return f'<tr{row}><th scope="row">chain {number + 1}</th>{"".join(cells)}</tr>'


def rainbow_walk(
    table: RainbowTable | None = None, digest: str | bytes | None = None
) -> RainbowSteps:
    """Return the look-up of a digest in a small rainbow table, move by move.

    Args:
        table: The table, at most 24 chains of 8 hashes; a small one of three digits without it.
        digest: What to look up, as bytes or hex; without it one that is found after a false alarm
            where there is one.

    Raises:
        InvalidInput: The table is too large to be seen, or it is no digest of its algorithm.

    Examples:
        >>> walk = rainbow_walk()
        >>> walk.false_alarms, walk.moves[-1].kind
        (1, 'found')
    """
    table = small(table)
    if digest is None:
        return examples(table)[0]
    return RainbowSteps(table, bytes.fromhex(table.walk(digest).digest))


def small(table: RainbowTable | None = None) -> RainbowTable:
    """Return the table if it can be seen whole, or one that can.

    Raises:
        InvalidInput: It is too large, or no table.
    """
    if table is None:
        return build(PATTERN, chains=CHAINS, length=LENGTH, seed=SEED)
    if not isinstance(table, RainbowTable):
        raise InvalidInput("The walk needs a RainbowTable.", remedy="Make one with build(...).")
    wide = len(table.mask.positions)
    if table.chains > MOST_CHAINS or table.length > MOST_LENGTH or wide > MOST_LETTERS:
        raise InvalidInput(
            f"A table of {count(table.chains)} chains of {count(table.length)} hashes over"
            f" {wide} characters is too large to be seen.",
            remedy=f"Take at most {MOST_CHAINS} chains of {MOST_LENGTH} hashes over"
            f" {MOST_LETTERS} characters, such as build({PATTERN!r}, chains=12, length=6).",
        )
    return table


def examples(table: RainbowTable) -> tuple[RainbowSteps, ...]:
    """Return look-ups that differ: found after a false alarm, found at once, not in the table.

    A kind that the table does not offer is left out; there is always one.
    """
    make, numbers = maker(table.algorithm), range(table.chains)
    held = dict.fromkeys(step.password for number in numbers for step in table.chain(number))
    others = map(table.mask.at, range(min(table.mask.size, MOST_LOOKED_AT)))
    kinds: dict[tuple[bool, bool], list[bytes]] = {}
    for word in [*held, *(word for word in others if word not in held)]:
        found = table.walk(make(word.encode()))
        kind = found.find is not None, found.false_alarms > 0
        kinds.setdefault(kind, []).append(bytes.fromhex(found.digest))
    wanted = [kinds.get(kind, []) for kind in ((True, True), (True, False), (False, True))]
    walks = [[RainbowSteps(table, digest) for digest in each[:ENOUGH]] for each in wanted if each]
    first = RainbowSteps(table, make(next(iter(held)).encode()))
    return tuple(min(each, key=_told) for each in walks) or (first,)


def looked_up(table: RainbowTable, digest: object) -> RainbowSteps:
    """Return the walk for a digest as it was typed."""
    return rainbow_walk(table, inputs.text(digest, "digest", at_least=1, at_most=200).strip())


def _told(walk: RainbowSteps) -> tuple[int, int]:
    """The walk that shows most with least: one false alarm, five moves or so."""
    return abs(walk.false_alarms - 1), abs(len(walk.moves) - 6)


def _cell(text: str, kinds: str = "") -> str:
    return f'<td class="{kinds}">{escaped(text)}</td>'
