"""A stolen table under attack, as an object that shows itself: the crack lab without the lab."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from labkit import inputs
from labkit.cracking import (
    Budget,
    Candidates,
    Find,
    Limit,
    Mask,
    Progress,
    Report,
    apply,
    brute_force,
    capitalised,
    common,
    crack,
    digits,
    endings,
    leet,
    rate,
    read,
    shown,
    unchanged,
    years,
)
from labkit.cracking.words import count, duration
from labkit.display import Shown, card, verdict
from labkit.encoding import escaped, printable
from labkit.errors import InvalidInput, LabkitError
from labkit.mistakes.passwords import FastUnsaltedHash, LowWorkFactor, OneSaltForAll
from labkit.practice import Defences, Site

TITLE, SMALL = "Crack lab", "a stolen table, and what guesses make of it"
ATTACKS = {
    "dictionary": "Dictionary",
    "rules": "Rules",
    "mask": "Mask",
    "brute force": "Brute force",
}
CHARACTERS = {"?d": "digits", "?l": "small letters", "?a": "all 95 that a keyboard has"}
LONGEST = 8
MASK = "?u?l?l?l?d?d"
MARKS = "?l is a small letter, ?u a capital, ?d a digit, ?s a symbol, ?a any of these."
# Seconds of one GPU for each row of the table.
BUDGETS = {"1 ms": 0.001, "1 s": 1.0, "1 min": 60.0, "1 h": 3600.0}
AT_MOST_S = 60.0
TRIED = {Limit.USED_UP, Limit.BUDGET}
MOST_ROWS = 24
MOST_STORED = 120
SOURCE = "Every guess is computed here; the price is a published hashcat rate for that card."

PRACTICE = {
    "MD5, no salt": (FastUnsaltedHash,),
    "bcrypt 4, a salt each": (LowWorkFactor,),
    "Argon2id, one salt for all": (OneSaltForAll,),
    "Argon2id, a salt each": (),
}


@dataclass(frozen=True)
class Guessing:
    """Which guesses are made, in which order.

    Args:
        attack: "dictionary", "rules", "mask" or "brute force".
        mask: The pattern of a mask attack, such as ?u?l?l?l?d?d.
        characters: What brute force draws from: a mark such as ?l, or the characters.
        longest: Its greatest length, 1 to 8.

    Examples:
        >>> Guessing("mask", mask="?d?d?d?d").candidates().size
        10000
    """

    attack: str = "dictionary"
    mask: str = MASK
    characters: str = "?l"
    longest: int = 5

    def candidates(self) -> Candidates:
        """Return the guesses, best first.

        Raises:
            InvalidInput: No such attack, or a pattern or a length that makes no sense.
        """
        match self.attack:
            case "dictionary":
                return common()
            case "rules":
                rules = (unchanged, capitalised, digits(2), years(), leet, endings())
                return apply(common(), *rules)
            case "mask":
                return Mask(self.mask)
            case "brute force":
                inputs.whole(self.longest, "longest length", at_least=1, at_most=LONGEST)
                return brute_force(self.characters, 1, self.longest)
        raise InvalidInput("No such attack.", remedy=f"Take one of {', '.join(ATTACKS)}.")

    def about(self) -> str:
        """Return what the guesses are, in one sentence."""
        size = count(self.candidates().size)
        match self.attack:
            case "dictionary":
                return f"{size} passwords that real people used, the most frequent first."
            case "rules":
                return (
                    "Each of them as it is, with a capital, digits, a year, in leet, or with"
                    f" an ending: at most {size} guesses."
                )
            case "mask":
                return f"Every string of this form: {size} guesses. {MARKS}"
        return f"Every string up to this length, the short ones first: {size} guesses."


@dataclass(frozen=True)
class Row:
    """One row of the table and what is known of it.

    Args:
        name: Whose row.
        stored: What stands there.
        scheme: How it was stored, or "?".
        password: The password, once it was found.
        place: Which guess it was, from 1; 0 where it was read without a guess.
        reason: Why it was not found, once that is known.
        withstood: Whether everything that the budget buys was tried in vain.
    """

    name: str
    stored: str = field(repr=False)
    scheme: str
    password: str | None = field(default=None, repr=False)
    place: int = 0
    reason: str = ""
    withstood: bool = False

    @property
    def told(self) -> str:
        """What came of it, in words."""
        if self.password is None:
            return self.reason or "not found yet"
        how = f"guess {count(self.place)}" if self.place else "read without a guess"
        return f"{shown(self.password)} ({how})"


@dataclass(frozen=True)
class CrackTable(Shown):
    """A stolen table, row by row, with what was found.

    Args:
        rows: The rows, in the table's order.
        summary: The result in one line, once there is one.
        stopped: Whether it was cancelled: the rest is neither found nor safe.
    """

    rows: tuple[Row, ...]
    summary: str = ""
    stopped: bool = False

    @classmethod
    def of(cls, leaked: Mapping[str, str]) -> "CrackTable":
        """Return the table before the first guess."""
        return cls(tuple(Row(name, stored, _scheme(stored)) for name, stored in leaked.items()))

    def having(self, finds: Iterable[Find]) -> "CrackTable":
        """Return the same with these passwords found."""
        found = {find.name: find for find in finds}
        rows = tuple(
            replace(row, password=found[row.name].password, place=found[row.name].place)
            if row.name in found
            else row
            for row in self.rows
        )
        return replace(self, rows=rows)

    def ended(self, report: Report) -> "CrackTable":
        """Return the same at the end: what was found, and why the rest was not."""
        left = {left.name: left for left in report.left}
        rows = tuple(
            replace(row, reason=left[row.name].reason, withstood=left[row.name].limit in TRIED)
            if row.name in left
            else row
            for row in self.having(report.finds).rows
        )
        return replace(self, rows=rows, summary=report.summary)

    @property
    def found(self) -> dict[str, str]:
        """From row to password, as far as it was found."""
        return {row.name: row.password for row in self.rows if row.password is not None}

    def reasons(self) -> dict[str, list[str]]:
        """Why rows were not found: each reason with the names it holds for."""
        result: dict[str, list[str]] = {}
        for row in self.rows:
            if row.password is None and row.reason:
                result.setdefault(row.reason, []).append(row.name)
        return result

    def __repr__(self) -> str:
        names = max((len(row.name) for row in self.rows), default=0)
        schemes = max((len(row.scheme) for row in self.rows), default=0)
        lines = [f"{row.name:<{names}}  {row.scheme:<{schemes}}  {row.told}" for row in self.rows]
        return "\n".join(
            printable(line) for line in [*([self.summary] * bool(self.summary)), *lines]
        )

    def html(self) -> str:
        """Return the table in a card."""
        return card(TITLE, SMALL, f"{self.table()}{self.notes()}")

    def table(self) -> str:
        """Return the rows alone."""
        head = "".join(
            f'<th scope="col">{name}</th>' for name in ("user", "stored", "what became of it")
        )
        body = "".join(self._line(row) for row in self.rows[:MOST_ROWS])
        more = len(self.rows) - MOST_ROWS
        rest = f'<p class="lk-note">… and {count(more)} rows more.</p>' if more > 0 else ""
        return (
            f'<table class="lk-crack"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
            + rest
        )

    def notes(self) -> str:
        """Return the result in a line, and why the rest was not found."""
        lines = [f"<b>{escaped(self.summary)}</b>"] if self.summary else []
        lines += [f"{escaped(_names(n))}: {escaped(why)}." for why, n in self.reasons().items()]
        return "".join(f'<p class="lk-note">{line}</p>' for line in lines)

    def _line(self, row: Row) -> str:
        stored = escaped(row.stored[:MOST_STORED])
        return (
            f'<tr><th scope="row">{escaped(row.name)}</th><td class="stored" title="{stored}">'
            f"{stored}</td><td>{self.result(row)}</td></tr>"
        )

    def result(self, row: Row) -> str:
        """Return what became of a row, as HTML."""
        if row.password is not None:
            how = f"guess {count(row.place)}" if row.place else "read, not guessed"
            word = f'<code class="lk-mono">{escaped(shown(row.password))}</code>'
            return f"{verdict('breached', 'Found')} {word} <small>{escaped(how)}</small>"
        if row.withstood:
            return verdict("held", "Not found")
        ended = self.stopped or row.reason
        return verdict("idle", "not tried to the end" if ended else "not found yet")


def crack_lab(
    leaked: Mapping[str, str],
    guessing: Guessing | str = "dictionary",
    *,
    gpu_seconds_a_row: float = BUDGETS["1 ms"],
    at_most_s: float = AT_MOST_S,
) -> CrackTable:
    """Guess the passwords of a stolen table and return what was found, row by row.

    Args:
        leaked: From name to stored string.
        guessing: Which guesses: the name of an attack, or a `Guessing`.
        gpu_seconds_a_row: The budget for each row, in seconds of one RTX 4090.
        at_most_s: CPU seconds that this machine really computes, at most.

    Raises:
        InvalidInput: A wrong table, attack or number.

    Examples:
        >>> crack_lab({"alice": "e10adc3949ba59abbe56e057f20f883e"})
        1 of 1 found · 1 guesses · under 1 ns of one RTX 4090 (under $0.01)
        alice  MD5  123456 (guess 1)
    """
    chosen = Guessing(guessing) if isinstance(guessing, str) else guessing
    if not isinstance(chosen, Guessing):
        raise InvalidInput("The guesses must be a Guessing or the name of an attack.")
    budget = budget_for(leaked, gpu_seconds_a_row, at_most_s)
    report = crack(leaked, chosen.candidates(), budget=budget)
    return CrackTable.of(leaked).ended(report)


def budget_for(leaked: Mapping[str, str], each_s: float, at_most_s: float = AT_MOST_S) -> Budget:
    """Return the budget of a whole table from that of one row, in seconds of one GPU."""
    if not isinstance(leaked, Mapping):
        raise InvalidInput("The stolen table must be a mapping from name to stored string.")
    each = inputs.number(each_s, "budget of a row in GPU seconds")
    return Budget(each * max(1, len(leaked)), at_most_s=at_most_s)


def practice_leaks() -> dict[str, Mapping[str, str]]:
    """Return the practice site's stolen table, as it looks under four ways of storing."""
    return {
        name: Site(Defences().having(*mistakes)).leak("users")
        for name, mistakes in PRACTICE.items()
    }


def price(leaked: Mapping[str, str], each_s: float) -> str:
    """Return what a row's budget buys against the first row, in words."""
    for stored in leaked.values():
        try:
            speed = rate(read(stored).params)
        except LabkitError as error:
            return error.cause
        if speed.per_second == float("inf"):
            return f"{speed}."
        buys = count(float(f"{speed.per_second * each_s:.3g}"))
        return f"{speed}; {duration(each_s)} buys {'about ' * speed.estimate}{buys}."
    return "The table is empty."


def told(progress: Progress, elapsed_s: float, at_most_s: float) -> tuple[float, str]:
    """Return how much is done, from 0 to 1, and the rate and the time left in words.

    Args:
        progress: How far the guessing has come.
        elapsed_s: Seconds since it began.
        at_most_s: When this machine stops at the latest, in seconds.
    """
    elapsed = max(elapsed_s, 1e-3)
    done = min(max(progress.share, elapsed / at_most_s), 1.0)
    left = elapsed * (1 - done) / done
    speed = count(float(f"{progress.guesses / elapsed:.3g}"))
    return done, (
        f"{count(progress.guesses)} guesses, {speed} a second here;"
        f" {progress.found} of {progress.rows} found; at most {duration(left)} left"
    )


def _scheme(stored: str) -> str:
    try:
        return str(read(stored).params)
    except LabkitError:
        return "?"


def _names(names: list[str]) -> str:
    listed = ", ".join(printable(name) for name in names[:MOST_ROWS])
    return listed if len(names) <= MOST_ROWS else f"{listed} …"
