"""The claim on forced changes of passwords."""

import re

from labkit.claims.claim import Claim, Verdict
from labkit.passwords import PasswordPolicy
from labkit.passwords.breach import BundledRanges, times_seen

# Invented: what people do who must change a password every season.
ROTATED = (
    ("Autumn-2025-Lamp", "Winter-2025-Lamp"),
    ("Lamp-Window-7", "Lamp-Window-8"),
    ("penguin-house-01", "penguin-house-02"),
    ("Harbour!2025", "Harbour!2026"),
)
SEASONS = ("Spring", "Summer", "Autumn", "Winter")
BREACHED = "sunshine"


def no_forced_rotation() -> Claim:
    """Guess changed passwords from their predecessors, and ask for one that was breached."""
    found = [tries(old, new) for old, new in ROTATED]
    followed = [number for number in found if number is not None]
    seen = times_seen(BREACHED, BundledRanges()) > 0
    asks = any("rotat" in name or "expire" in name for name in vars(PasswordPolicy))
    holds = len(followed) == len(ROTATED) and seen and not asks
    return Claim(
        "Do not force people to change passwords on a schedule; watch for breaches instead.",
        Verdict.HOLDS if holds else Verdict.FALSE,
        "Who has to change a password changes its end, and a guesser who knows the old one follows."
        " NIST SP 800-63B-4 §3.1.1.2 asks for a change on evidence of compromise only.",
        (
            ("invented changes followed", f"{len(followed)} of {len(ROTATED)}"),
            ("guesses for the hardest of them", str(max(followed, default=0))),
            (f"“{BREACHED}” seen in a breach", "yes" if seen else "no"),
            ("what the site sends to ask", "5 of 40 hex digits of its SHA-1"),
        ),
    )


def tries(old: str, new: str) -> int | None:
    """Return at which guess the new password is found from the old one, or None."""
    guesses = [_counted_up(old, step) for step in range(1, 4)]
    guesses += [old.replace(a, b) for a in SEASONS for b in SEASONS if a in old and a != b]
    return guesses.index(new) + 1 if new in guesses else None


def _counted_up(password: str, step: int) -> str:
    """Raise the last number in a password, keeping its width."""

    def raised(found: re.Match[str]) -> str:
        return str(int(found[1]) + step).zfill(len(found[1])) + found[2]

    return re.sub(r"(\d+)(\D*)$", raised, password)
