"""Refresh tokens in two tables, and one function that every renewal goes through."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.exercises.minting import now_of
from labkit.exercises.shared_table import SharedTable
from labkit.exercises.trial import asked, expect, told
from labkit.exercises.variants import Variant

SCHEMA = """
CREATE TABLE families (
    family INTEGER PRIMARY KEY, user TEXT NOT NULL, ends REAL NOT NULL,
    turn INTEGER NOT NULL DEFAULT 0, revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE tokens (
    hash TEXT PRIMARY KEY, family INTEGER NOT NULL,
    turn INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0
);
"""
MONTH_S = 30 * 86_400.0
CLIENTS = 8
LEAST_CHARACTERS = 22  # of 128 bits in base64url


class Desk(SharedTable):
    """Hands `refresh` the hash of what is presented, as the site does."""

    def __init__(self, refresh: Callable[..., Any], own: Variant) -> None:
        super().__init__(SCHEMA, "tokens", "families")
        self._refresh = refresh
        self.own = own
        self.now = now_of(own)
        self._issued = 0

    def log_in(self, user: str = "") -> str:
        """Begin a family, as a log-in does, and return its first token."""
        self._issued += 1
        token = self.own.octets(f"refresh token {self._issued}").hex()
        with self.opened() as connection:
            begun = connection.execute(
                "INSERT INTO families (user, ends) VALUES (?, ?)",
                (user or self.own.user, self.now + MONTH_S),
            )
            connection.execute(
                "INSERT INTO tokens (hash, family) VALUES (?, ?)", (hashed(token), begun.lastrowid)
            )
        return token

    def begin_again(self) -> None:
        """Empty the tables and issue the same first tokens again."""
        self.restore()
        self._issued = 0

    def holds(self, token: str) -> bool:
        """Return whether the text of a token stands in a table."""
        with self.opened() as connection:
            return any(
                token in map(str, row)
                for table in ("tokens", "families")
                for row in connection.execute(f"SELECT * FROM {table}")
            )

    def log_out(self, user: str) -> None:
        """End the user's families, as a log-out or a new password does."""
        with self.opened() as connection:
            connection.execute("UPDATE families SET revoked = 1 WHERE user = ?", (user,))

    def refresh(self, token: str, after: float = 0.0) -> str | None:
        """Present a token, after some seconds; return the next one, or None if it was refused."""
        with self.opened() as connection:
            answer = asked(self._refresh, connection.cursor(), hashed(token), self.now + after)
        return self._next(answer)

    def together(self, token: str) -> list[str]:
        """Let eight clients present one token in step; return the tokens that came back."""
        calls = [(hashed(token), self.now)] * CLIENTS
        answers = self.in_step(self._refresh, calls, processes=4)
        return [found for found in map(self._next, answers) if found is not None]

    def _next(self, answer: object) -> str | None:
        if answer is None:
            return None
        if type(answer) is not tuple or [type(part) for part in answer] != [str, str]:
            raise SiteBroken(
                f"refresh returned {told(answer)}.",
                remedy="It has to return (user, token), both str, or None.",
            )
        user, token = answer
        expect(user == self.own.user, f"refresh says that the token is {told(user)}'s.")
        return str(token)


def hashed(token: str) -> str:
    """Return what stands in the table for a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _renews(desk: Desk) -> None:
    token = desk.log_in()
    desk.log_in("somebody else")
    for day in range(3):
        renewed = desk.refresh(token, day * 86_400)
        expect(renewed is not None, f"refresh refuses the owner on day {day}.")
        token = str(renewed)
        expect(len(token) >= LEAST_CHARACTERS, f"The new token {told(token)} can be guessed.")


def _unguessable(desk: Desk) -> None:
    """Exchange one token twice, from the same beginning: the next must not follow from it."""
    state, found = random.getstate(), list[str | None]()
    for _ in range(2):
        desk.begin_again()
        random.seed(0)
        found.append(desk.refresh(desk.log_in()))
    random.setstate(state)
    expect(found[0] != found[1], "The new token follows from the old one, or from a seed.")
    expect(not desk.holds(str(found[1])), "The new token stands in the tables, for any thief.")


def _two_devices(desk: Desk) -> None:
    phone, laptop = desk.log_in(), desk.log_in()
    phone = str(desk.refresh(phone))
    expect(desk.refresh(laptop) is not None, "refresh refuses the laptop after the phone.")
    expect(desk.refresh(phone) is not None, "refresh refuses the phone after the laptop.")


def _strangers(desk: Desk) -> None:
    mine = desk.log_in()
    expect(desk.refresh("never issued") is None, "refresh takes a token that was never issued.")
    expect(desk.refresh(mine) is not None, "refresh refuses after a stranger has guessed.")


DAY = (
    ("The owner renews for days", _renews),
    ("Nobody computes the next token, or reads it in the tables", _unguessable),
    ("The owner has two devices", _two_devices),
    ("A stranger guesses", _strangers),
)


@attack("replay", "Use it once more", start="A token that its owner has used already")
def replay(desk: Desk) -> Verdict:
    """Mallory finds an old refresh token in a log, one that was exchanged long ago."""
    stolen = desk.log_in()
    desk.refresh(stolen)
    if desk.refresh(stolen, 3600) is not None:
        return breached("A refresh token that was used already still opens the account.")
    return held("Each token works once.")


@attack("thief_first", "Be quicker than the owner", start="The owner's newest token, copied")
def thief_first(desk: Desk) -> Verdict:
    """Mallory uses her copy first; then the owner comes with the original."""
    token = desk.log_in()
    hers = desk.refresh(token)
    desk.refresh(token, 60)
    if hers is not None and desk.refresh(hers, 120) is not None:
        return breached("The owner's token came a second time, and Mallory still renews hers.")
    return held("The second use ends the family: Mallory is out with the owner.")


@attack("owner_first", "Be slower than the owner", start="The owner's token before last, copied")
def owner_first(desk: Desk) -> Verdict:
    """The owner has renewed twice since. Mallory's old copy must still give the alarm."""
    token = desk.log_in()
    second = desk.refresh(token)
    third = None if second is None else desk.refresh(second)
    desk.refresh(token, 60)
    if third is not None and desk.refresh(third, 120) is not None:
        return breached("An old token was presented, so somebody has a copy, and nobody noticed.")
    return held("An old token ends the family.")


@attack("parallel", "Many at once", start="One token, and eight connections")
def parallel(desk: Desk) -> Verdict:
    """Mallory and the owner present the same token at the same moment, on four processes."""
    won = desk.together(desk.log_in())
    if len(won) > 1:
        return breached(f"{len(won)} of {CLIENTS} got a token of their own for one.")
    return held(f"Of {CLIENTS} at once, {len(won)} got through.")


@attack("ended", "Renew for ever", start="A token, and patience")
def renew_for_ever(desk: Desk) -> Verdict:
    """Mallory renews until the family's end, then after it; and after a log-out."""
    token: str | None = desk.log_in()
    for day in (10, 20, 29.99):
        token = desk.refresh(str(token), day * 86_400)
    for late in (0.0, 1.0, MONTH_S):
        copy = desk.log_in()
        tried = (str(token), copy) if late else (copy,)
        if any(desk.refresh(one, MONTH_S + late) is not None for one in tried):
            return breached("The family has ended, and it can be renewed.")
    closed = desk.log_in()
    desk.log_out(desk.own.user)
    if desk.refresh(closed) is not None:
        return breached("The owner has logged out, and the token still renews.")
    return held("What has ended is not renewed.")
