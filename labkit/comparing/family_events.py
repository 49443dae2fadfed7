"""What is told of a family of refresh tokens: events, what each token is worth, who is in."""

from dataclasses import dataclass

OWNER, THIEF = "owner", "thief"
ACCEPTED, USED, REVOKED, EXPIRED = "accepted", "used", "revoked", "expired"
REASONS = {
    "RefreshReused": "used before",
    "FamilyRevoked": "the family was revoked",
    "RefreshExpired": "the family has reached its end",
}


@dataclass(frozen=True)
class Event:
    """What one of the two did, and what came back.

    Args:
        at_s: When, in seconds since the story began.
        who: "owner" or "thief".
        did: What, in words.
        presented: The name of the token that went to the issuer, such as "A2"; "" for none.
        received: The name of the token that came back, or "".
        refused: The name of the error that came back, or "".
        said: What the error said.
        lost: Whether the answer never arrived.
        revoked: Whether the issuer ended the family over this.
    """

    at_s: float
    who: str
    did: str
    presented: str = ""
    received: str = ""
    refused: str = ""
    said: str = ""
    lost: bool = False
    revoked: bool = False

    @property
    def answered(self) -> str:
        """What came back, in words; "" where nothing was asked."""
        if self.refused:
            ended = ", so the family ends" if self.revoked else ""
            return f"refused: {REASONS.get(self.refused, self.said)}{ended}"
        return f"{self.received}, but the answer is lost" if self.lost else self.received


@dataclass(frozen=True)
class Generation:
    """One token of a family, as it stands at the end.

    Args:
        name: Its family's letter and its number.
        used: Whether a successor was issued for it.
        answer: What presenting it now would bring: "accepted", "used", "revoked" or "expired".
        holders: Who ever had it.
    """

    name: str
    used: bool
    answer: str
    holders: tuple[str, ...]

    @property
    def worth(self) -> str:
        """What it is worth now, in words."""
        if self.answer == ACCEPTED:
            return "used, in its grace" if self.used else "works"
        return f"used, {self.answer}" if self.used and self.answer != USED else self.answer

    def __str__(self) -> str:
        return f"{self.name} {self.worth}"


@dataclass(frozen=True)
class Ending:
    """Who is in at the end, and at what price.

    Args:
        owner_in: Whether the owner's refresh token would be exchanged now.
        thief_in: Whether the thief's would.
        stolen: Whether a token was copied.
        thief_access_s: Seconds from the thief's first exchange until her refresh token was
            worthless and her last access token had ended, or until now if she is in.
        alarms: How often the issuer took a second use for a theft, and ended a family.
        thrown_out: How often the owner was refused, and had to log in again.
        logged_out: Whether the owner left by a log-out.
    """

    owner_in: bool
    thief_in: bool
    stolen: bool
    thief_access_s: float
    alarms: int
    thrown_out: int
    logged_out: bool

    @property
    def false_alarm(self) -> bool:
        """Whether the owner was thrown out though nobody stole anything."""
        return self.alarms > 0 and not self.stolen
