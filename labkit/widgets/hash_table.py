"""One password through every scheme, as a table: the hash lab without the lab."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from labkit.cracking import rate, read
from labkit.cracking.words import count
from labkit.display import Shown, card, verdict
from labkit.encoding import escaped
from labkit.passwords import Params, ScryptParams
from labkit.passwords.lab import INVENTED, KINDS, PARAMETERS, Kind, Row, SchemeResult, every_scheme
from labkit.widgets.limits import ceilings, memory_mib

TITLE, SMALL = "Hash lab", "one password through every scheme"
SALT = "A salt for each user: equal passwords give different rows."
NO_SALT = (
    "No salt: equal passwords give equal rows. bcrypt and Argon2id insist on one, so everyone "
    "gets the same zeros."
)
RATES = "Guesses a second: one RTX 4090, published hashcat rates; “about” marks an estimate."


@dataclass(frozen=True)
class HashTable(Shown):
    """Stored strings side by side, taken apart.

    Args:
        results: The schemes, in order.
        waiting: Names of those that are still to be hashed; what they show is older, or nothing.
        salt: Whether each user gets a salt of their own.
    """

    results: tuple[SchemeResult, ...]
    waiting: frozenset[str] = frozenset()
    salt: bool = True

    @property
    def note(self) -> str:
        """What the salt did, in words."""
        return SALT if self.salt else NO_SALT

    def __repr__(self) -> str:
        lines = []
        for result in self.results:
            lines.append(f"{result.scheme}: {result.refused or _word(result)}")
            lines += [f"  {row.user:<6} {row.stored}" for row in result.rows]
        return "\n".join([*lines, self.note])

    def html(self) -> str:
        """Return the table in a card."""
        return card(TITLE, SMALL, self.table())

    def table(self) -> str:
        """Return the table alone."""
        head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in ("user", *KINDS))
        groups = "".join(_group(each, each.scheme in self.waiting) for each in self.results)
        return (
            f'<table class="lk-hashes"><thead><tr>{head}</tr></thead>{groups}</table>'
            f'<p class="lk-note">{escaped(self.note)}</p><p class="lk-src">{escaped(RATES)}</p>'
        )


def hash_lab(password: str = INVENTED, *, salt: bool = True) -> HashTable:
    """Return what two users with the same password leave in the table, scheme by scheme.

    Args:
        password: What both chose; do not use one of yours.
        salt: Whether each gets a salt of their own.

    Raises:
        InvalidInput: The password is no str, empty or too long.

    Examples:
        >>> [result.scheme for result in hash_lab("sunshine", salt=False).results if result.equal]
        ['MD5', 'PBKDF2', 'bcrypt', 'scrypt', 'Argon2id']
    """
    found = every_scheme(password, salt=salt, parameters=affordable(), ceilings=ceilings())
    return HashTable(tuple(found), salt=salt)


def affordable() -> Mapping[str, Params]:
    """Return OWASP's parameters, with scrypt's N halved until it fits this machine's limit."""
    room = memory_mib() << 20
    return {name: _fit(params, room) for name, params in PARAMETERS.items()}


def _fit(params: Params, room: int) -> Params:
    while isinstance(params, ScryptParams) and params.memory_bytes > room and params.n > 2:
        params = replace(params, n=params.n // 2)
    return params


def _word(result: SchemeResult) -> str:
    return "rows are equal" if result.equal else "rows differ"


def _group(result: SchemeResult, waiting: bool) -> str:
    about = f"<b>{escaped(result.scheme)}</b> <small>{escaped(_about(result))}</small>"
    rows = "".join(_line(row, result.equal) for row in result.rows)
    return (
        f'<tbody class="{"waiting" if waiting else ""}"><tr><th scope="rowgroup" colspan="5">'
        f'<div class="lk-between"><span>{about}</span>{_pill(result, waiting)}</div></th></tr>'
        f"{rows or _blank(result)}</tbody>"
    )


def _pill(result: SchemeResult, waiting: bool) -> str:
    if waiting:
        return verdict("idle", "hashing…")
    if result.refused:
        return verdict("refused", "Refused")
    return verdict("breached" if result.equal else "held", _word(result).capitalize())


def _about(result: SchemeResult) -> str:
    if not result.rows:
        return ""
    speed = rate(read(result.rows[0].stored).params)
    about = "about " if speed.estimate else ""
    told = f"{about}{count(float(f'{speed.per_second:.3g}'))} guesses a second"
    return f"the wrong one: {told}" if result.scheme == "MD5" else told


def _line(row: Row, equal: bool) -> str:
    cells = "".join(f'<td class="{kind}">{_piece(row, kind, equal)}</td>' for kind in KINDS)
    return f'<tr><th scope="row">{escaped(row.user)}</th>{cells}</tr>'


def _piece(row: Row, kind: Kind, equal: bool) -> str:
    text = row.parts[kind]
    if text in ("", "$"):
        return '<span class="lk-none">none</span>'
    # Parameters may break after each of them, not within.
    shown = escaped(text).replace(",", ",<wbr>") if kind == "parameters" else escaped(text)
    return f"<mark>{shown}</mark>" if kind == "digest" and equal else shown


def _blank(result: SchemeResult) -> str:
    return f'<tr><td class="blank" colspan="5">{escaped(result.refused)}</td></tr>'
